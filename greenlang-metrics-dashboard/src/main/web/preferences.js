import { readChartOptions } from './chart-options.js';
import { SYSTEM } from './panels.js';
import { MAX_PINS } from './pins.js';
import { resolutionFor } from './resolution.js';

/**
 * The user's choice of data, stored in this browser and in the address. It never contains a token.
 *
 * @typedef {object} Preferences
 * @property {string[]} hiddenChannels
 * @property {Record<string, string[]>} tags
 * @property {import('@greenlang/metrics-client').Interval | 'auto'} interval
 * @property {number} windowSeconds the width of the live range
 * @property {import('./time-range.js').Range | null} past the range that is shown in place of the live one
 * @property {string | null} host the host to show, if it reports
 * @property {string[]} folded the channels whose sections are folded
 * @property {string} search
 * @property {string[] | null} groupBy the tag keys that the server keeps; null to keep all
 * @property {boolean} utc true if times are in UTC
 * @property {string[]} pinned the identifiers of the charts at the top
 * @property {Record<string, import('./chart-options.js').ChartOptions>} charts the choices for single charts
 * @property {string | null} dashboard the name of the custom dashboard that takes the place of all metrics
 * @property {boolean} kiosk true if the page shows no controls; not stored
 * @property {boolean} facets true if the list of the tags is open; not in the address
 * @property {boolean} compression
 */

const KEY = 'greenlang-metrics.view';
/** @type {Array<Preferences['interval']>} */
export const INTERVALS = ['auto', '1s', '5s', '1m', '5m', '1h'];

/** The widths of the live range in seconds, by label. @type {Map<string, number>} */
export const WINDOWS = new Map([
  ['1m', 60],
  ['5m', 300],
  ['15m', 900],
  ['1h', 3600],
  ['6h', 21_600],
  ['24h', 86_400],
  ['7d', 604_800],
  ['30d', 2_592_000],
  ['365d', 31_536_000],
]);

/** @returns {Preferences} */
export function defaultPreferences() {
  return { hiddenChannels: [], tags: {}, interval: 'auto', windowSeconds: 300, past: null, host: null, folded: [], search: '', groupBy: null, utc: false, pinned: [], charts: {}, dashboard: null, kiosk: false, facets: false, compression: true };
}

/**
 * Loads the stored preferences. Invalid fields get their defaults. A past range, a search and the kiosk mode are not stored:
 * a page that opens shows the present, with controls.
 *
 * @returns {Preferences}
 */
export function loadPreferences() {
  const preferences = defaultPreferences();
  let stored;
  try {
    stored = JSON.parse(localStorage.getItem(KEY) ?? '{}');
  } catch {
    return preferences; // storage is disabled, or the stored text is not ours
  }
  const isText = (/** @type {unknown} */ each) => typeof each === 'string';
  const texts = (/** @type {unknown} */ list) => (Array.isArray(list) && list.every(isText) ? list : []);
  preferences.hiddenChannels = texts(stored?.hiddenChannels);
  preferences.folded = texts(stored?.folded);
  preferences.pinned = texts(stored?.pinned).slice(-MAX_PINS);
  preferences.groupBy = Array.isArray(stored?.groupBy) ? texts(stored.groupBy) : null;
  preferences.utc = stored?.utc === true;
  preferences.charts = readChartOptions(stored?.charts);
  for (const [key, values] of Object.entries(stored?.tags ?? {})) {
    if (texts(values).length > 0) {
      preferences.tags[key] = texts(values);
    }
  }
  preferences.interval = INTERVALS.includes(stored?.interval) ? stored.interval : preferences.interval;
  preferences.windowSeconds = [...WINDOWS.values()].includes(stored?.windowSeconds) ? stored.windowSeconds : preferences.windowSeconds;
  preferences.host = isText(stored?.host) ? stored.host : null;
  preferences.dashboard = isText(stored?.dashboard) ? stored.dashboard : null;
  preferences.facets = stored?.facets === true;
  preferences.compression = typeof stored?.compression === 'boolean' ? stored.compression : preferences.compression;
  return preferences;
}

/**
 * Stores the preferences.
 *
 * @param {Preferences} preferences
 */
export function savePreferences({ past: _past, search: _search, kiosk: _kiosk, ...stored }) {
  try {
    localStorage.setItem(KEY, JSON.stringify(stored));
  } catch {
    // Storage is disabled, so the preferences last until the page is closed.
  }
}

/**
 * Returns the resolution of the charts.
 *
 * @param {Preferences} preferences
 * @param {number} now the server's time in seconds
 */
export function resolutionOf({ interval, windowSeconds, past, groupBy }, now) {
  const resolution = past ? resolutionFor(interval, past[1] - past[0], now - past[0]) : resolutionFor(interval, windowSeconds);
  return groupBy && resolution === 'raw' ? '1s' : resolution; // the server groups windows, not samples
}

/**
 * Converts the preferences to a subscription.
 *
 * @param {Preferences} preferences
 * @param {import('./resolution.js').Resolution} resolution
 * @param {string[]} channels
 * @returns {import('@greenlang/metrics-client').MetricSubscription}
 */
export function toSubscription({ tags, compression, groupBy, charts }, resolution, channels) {
  const tagFilters = Object.entries(tags).map(([key, values]) => [key, values.length === 1 ? values[0] : values]);
  return {
    channels,
    ...(tagFilters.length > 0 && { tags: Object.fromEntries(tagFilters) }),
    ...(resolution !== 'raw' && { aggregation_interval: resolution === '1d' ? '1h' : resolution }), // a day has no live window
    ...(groupBy && !channels.includes(SYSTEM) && { group_by: groupBy }), // the panels of the machine need each host
    ...(channels.some((channel) => hasHeatMap(charts, channel)) && { buckets: true }),
    ...(compression && { compression, format: /** @type {const} */ ('columnar') }), // names each series once
  };
}

/** @param {Preferences['charts']} charts by identifier, which begins with the channel @param {string} channel */
function hasHeatMap(charts, channel) {
  return Object.entries(charts).some(([id, { form }]) => form === 'heatmap' && id.startsWith(`${channel}/`));
}
