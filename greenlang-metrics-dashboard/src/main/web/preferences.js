/**
 * What the reader wants to see, remembered for this browser. It never holds a token.
 *
 * @typedef {object} Wishes
 * @property {string[]} off channels that are not wanted
 * @property {Record<string, string[]>} tags
 * @property {import('@greenlang/metrics-client').Interval | 'raw'} interval
 * @property {number} windowSeconds
 * @property {boolean} compression
 */

const KEY = 'greenlang-metrics.view';
/** @type {Array<Wishes['interval']>} */
export const INTERVALS = ['raw', '1s', '5s', '1m', '5m', '1h'];
export const WINDOWS = [60, 300, 900, 3600];

/** @returns {Wishes} */
export function loadWishes() {
  /** @type {Wishes} */
  const wishes = { off: [], tags: {}, interval: 'raw', windowSeconds: 300, compression: true };
  let stored;
  try {
    stored = JSON.parse(localStorage.getItem(KEY) ?? '{}');
  } catch {
    return wishes; // storage is switched off, or somebody else wrote there
  }
  const isText = (/** @type {unknown} */ each) => typeof each === 'string';
  if (Array.isArray(stored?.off) && stored.off.every(isText)) {
    wishes.off = stored.off;
  }
  for (const [key, values] of Object.entries(stored?.tags ?? {})) {
    if (Array.isArray(values) && values.length > 0 && values.every(isText)) {
      wishes.tags[key] = values;
    }
  }
  wishes.interval = INTERVALS.includes(stored?.interval) ? stored.interval : wishes.interval;
  wishes.windowSeconds = WINDOWS.includes(stored?.windowSeconds) ? stored.windowSeconds : wishes.windowSeconds;
  wishes.compression = typeof stored?.compression === 'boolean' ? stored.compression : wishes.compression;
  return wishes;
}

/** @param {Wishes} wishes */
export function saveWishes(wishes) {
  try {
    localStorage.setItem(KEY, JSON.stringify(wishes));
  } catch {
    // storage is switched off: then they hold until the page is closed
  }
}

/**
 * The wishes as a subscription.
 *
 * @param {Wishes} wishes
 * @param {string[]} channels
 * @returns {import('@greenlang/metrics-client').MetricSubscription}
 */
export function subscription({ tags, interval, compression }, channels) {
  const single = Object.entries(tags).map(([key, values]) => [key, values.length === 1 ? values[0] : values]);
  return {
    channels,
    ...(single.length > 0 && { tags: Object.fromEntries(single) }),
    ...(interval !== 'raw' && { aggregation_interval: interval }),
    ...(compression && { compression }),
  };
}
