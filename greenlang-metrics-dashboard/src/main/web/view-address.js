import { readChartOptions } from './chart-options.js';
import { MAX_PINS } from './pins.js';
import { INTERVALS, WINDOWS, defaultPreferences } from './preferences.js';

/**
 * The view in the fragment of the page's address, so that a copied address shows the same. It never contains the token.
 *
 * Only choices that differ from the defaults are in the address. The range of a zoom or a pause is there as a past range: the
 * address then shows the same data tomorrow.
 *
 * @typedef {import('./preferences.js').Preferences} Preferences
 */

const FIELDS = ['off', 'tag', 'interval', 'window', 'from', 'to', 'host', 'fold', 'search', 'pin', 'charts', 'group', 'zone', 'dashboard', 'kiosk'];

/** The value of the field `group` that keeps no tag. */
const ALL_MERGED = '*';

/** @param {string} hash @returns {boolean} true if the fragment describes a view */
export function hasView(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  return FIELDS.some((name) => fields.has(name));
}

/**
 * Reads the view from a fragment. Fields that are absent or invalid have their defaults. The encoding and the list of the tags are not part of the view.
 *
 * @param {string} hash
 * @param {Preferences} stored
 * @returns {Preferences} the stored preferences if the fragment describes no view
 */
export function readView(hash, stored) {
  if (!hasView(hash)) {
    return stored;
  }
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const interval = /** @type {Preferences['interval']} */ (fields.get('interval'));
  const defaults = defaultPreferences();
  return {
    hiddenChannels: fields.getAll('off'),
    tags: readTags(fields.getAll('tag')),
    interval: INTERVALS.includes(interval) ? interval : defaults.interval,
    windowSeconds: WINDOWS.get(fields.get('window') ?? '') ?? defaults.windowSeconds,
    past: readRange(fields.get('from'), fields.get('to')),
    host: fields.get('host'),
    folded: fields.getAll('fold'),
    search: fields.get('search') ?? '',
    groupBy: fields.has('group') ? fields.getAll('group').filter((key) => key !== ALL_MERGED) : null,
    utc: fields.get('zone') === 'utc',
    pinned: fields.getAll('pin').slice(-MAX_PINS),
    charts: readCharts(fields.get('charts')),
    dashboard: fields.get('dashboard'),
    kiosk: fields.get('kiosk') === 'on',
    facets: stored.facets,
    compression: stored.compression,
  };
}

/**
 * Returns the fragment of a view.
 *
 * @param {Preferences} preferences
 * @param {import('./time-range.js').Range | null} range the visible range, unless it is live
 * @param {string} hash the current fragment; its `ws` stays
 * @returns {string} empty for the default view
 */
export function viewFragment(preferences, range, hash) {
  const fields = new URLSearchParams();
  const append = (/** @type {string} */ name, /** @type {Array<string | null | undefined>} */ values) => values.forEach((value) => value && fields.append(name, value));
  const defaults = defaultPreferences();
  append('ws', [new URLSearchParams(hash.replace(/^#/, '')).get('ws')]);
  append('off', preferences.hiddenChannels);
  append('tag', Object.entries(preferences.tags).flatMap(([key, values]) => values.map((value) => `${key}=${value}`)));
  append('interval', [preferences.interval === defaults.interval ? null : preferences.interval]);
  append('window', [preferences.windowSeconds === defaults.windowSeconds ? null : [...WINDOWS].find(([, seconds]) => seconds === preferences.windowSeconds)?.[0]]);
  append('from', [range && isoTime(range[0])]);
  append('to', [range && isoTime(range[1])]);
  append('host', [preferences.host]);
  append('fold', preferences.folded);
  append('search', [preferences.search]);
  append('group', preferences.groupBy?.length === 0 ? [ALL_MERGED] : (preferences.groupBy ?? []));
  append('zone', [preferences.utc ? 'utc' : null]);
  append('dashboard', [preferences.dashboard]);
  append('kiosk', [preferences.kiosk ? 'on' : null]);
  append('pin', preferences.pinned);
  append('charts', [Object.keys(preferences.charts).length > 0 ? JSON.stringify(preferences.charts) : null]);
  const text = fields.toString();
  return text && `#${text}`;
}

/** @param {string[]} texts `key=value` each @returns {Record<string, string[]>} */
function readTags(texts) {
  /** @type {Map<string, string[]>} */
  const tags = new Map();
  for (const text of texts) {
    const [, key, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (key) {
      tags.set(key, [...(tags.get(key) ?? []), value]);
    }
  }
  return Object.fromEntries(tags);
}

/** @param {string | null} text @returns {Preferences['charts']} */
function readCharts(text) {
  try {
    return readChartOptions(JSON.parse(text ?? '{}'));
  } catch {
    return {}; // the address was truncated
  }
}

/** @param {string | null} from @param {string | null} to @returns {import('./time-range.js').Range | null} null unless both are times in order */
function readRange(from, to) {
  const [start, end] = [Date.parse(from ?? '') / 1000, Date.parse(to ?? '') / 1000];
  return start < end ? [start, end] : null;
}

/** @param {number} seconds */
function isoTime(seconds) {
  return new Date(Math.round(seconds * 1000)).toISOString();
}
