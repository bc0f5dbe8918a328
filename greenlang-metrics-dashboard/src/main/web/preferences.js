/**
 * The user's choice of data, stored in this browser. It never contains a token.
 *
 * @typedef {object} Preferences
 * @property {string[]} hiddenChannels
 * @property {Record<string, string[]>} tags
 * @property {import('@greenlang/metrics-client').Interval | 'raw'} interval
 * @property {number} windowSeconds
 * @property {boolean} compression
 */

const KEY = 'greenlang-metrics.view';
/** @type {Array<Preferences['interval']>} */
export const INTERVALS = ['raw', '1s', '5s', '1m', '5m', '1h'];
export const WINDOWS = [60, 300, 900, 3600];

/**
 * Loads the stored preferences. Invalid fields get their defaults.
 *
 * @returns {Preferences}
 */
export function loadPreferences() {
  /** @type {Preferences} */
  const preferences = { hiddenChannels: [], tags: {}, interval: 'raw', windowSeconds: 300, compression: true };
  let stored;
  try {
    stored = JSON.parse(localStorage.getItem(KEY) ?? '{}');
  } catch {
    return preferences; // storage is disabled, or the stored text is not ours
  }
  const isText = (/** @type {unknown} */ each) => typeof each === 'string';
  if (Array.isArray(stored?.hiddenChannels) && stored.hiddenChannels.every(isText)) {
    preferences.hiddenChannels = stored.hiddenChannels;
  }
  for (const [key, values] of Object.entries(stored?.tags ?? {})) {
    if (Array.isArray(values) && values.length > 0 && values.every(isText)) {
      preferences.tags[key] = values;
    }
  }
  preferences.interval = INTERVALS.includes(stored?.interval) ? stored.interval : preferences.interval;
  preferences.windowSeconds = WINDOWS.includes(stored?.windowSeconds) ? stored.windowSeconds : preferences.windowSeconds;
  preferences.compression = typeof stored?.compression === 'boolean' ? stored.compression : preferences.compression;
  return preferences;
}

/**
 * Stores the preferences.
 *
 * @param {Preferences} preferences
 */
export function savePreferences(preferences) {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // Storage is disabled, so the preferences last until the page is closed.
  }
}

/**
 * Converts the preferences to a subscription.
 *
 * @param {Preferences} preferences
 * @param {string[]} channels
 * @returns {import('@greenlang/metrics-client').MetricSubscription}
 */
export function toSubscription({ tags, interval, compression }, channels) {
  const tagFilters = Object.entries(tags).map(([key, values]) => [key, values.length === 1 ? values[0] : values]);
  return {
    channels,
    ...(tagFilters.length > 0 && { tags: Object.fromEntries(tagFilters) }),
    ...(interval !== 'raw' && { aggregation_interval: interval }),
    ...(compression && { compression }),
  };
}
