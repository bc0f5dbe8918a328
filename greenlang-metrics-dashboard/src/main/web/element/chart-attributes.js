import { STATISTICS } from '../chart-options.js';
import { WINDOWS } from '../preferences.js';
import { lengthOf, resolutionFor } from '../resolution.js';
import { ANNOTATION } from '../sample-time.js';

/**
 * The attributes of the custom element.
 *
 * @typedef {object} Attributes
 * @property {import('./shared-connection.js').View} view
 * @property {import('../resolution.js').Resolution} resolution
 * @property {number} seconds the range
 * @property {string[] | undefined} groupBy
 * @property {import('../chart-options.js').ChartOptions} options
 * @property {boolean} hasEvents true if the charts show the events of the channel
 * @property {string} url of the WebSocket
 */

export const NAMES = ['channel', 'metrics', 'tags', 'group-by', 'range', 'url', 'axis', 'form', 'statistics', 'theme', 'events'];

const DEFAULT_RANGE = '5m';
const DEFAULT_URL = '/ws/metrics';

/** The attributes with few values. The empty text is the default, too. @type {Record<string, string[]>} */
const CHOICES = { axis: ['snug'], form: ['heatmap'], theme: ['light', 'dark'] };

/**
 * Reads the attributes.
 *
 * @param {(name: string) => string | null} get
 * @param {string} page the address of the page
 * @returns {Attributes}
 * @throws {Error} if an attribute is missing or invalid
 */
export function readAttributes(get, page) {
  const channel = get('channel')?.trim();
  if (!channel) {
    throw new Error('The attribute channel is missing. Name the channel, such as channel="system.metrics"');
  }
  const range = get('range') ?? DEFAULT_RANGE;
  const seconds = WINDOWS.get(range);
  if (seconds === undefined) {
    throw new Error(`The range "${range}" is unknown. Use one of ${[...WINDOWS.keys()].join(', ')}`);
  }
  for (const [name, choices] of Object.entries(CHOICES)) {
    const value = get(name);
    if (value && !choices.includes(value)) {
      throw new Error(`The ${name} "${value}" is unknown. Use ${choices.join(' or ')}, or leave it out`);
    }
  }
  const groupBy = get('group-by') === null ? undefined : words(get('group-by'));
  const automatic = resolutionFor('auto', seconds);
  const resolution = groupBy && lengthOf(automatic) === 0 ? '1s' : automatic; // the server groups windows, not samples
  const tags = readTags(words(get('tags')));
  const query = {
    channels: [],
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(resolution !== 'raw' && { aggregation_interval: /** @type {'1s'} */ (resolution === '1d' ? '1h' : resolution) }),
    ...(groupBy && { group_by: groupBy }),
  };
  const metrics = words(get('metrics'));
  const hasEvents = get('events') !== null;
  return { view: { channel, metrics: hasEvents && metrics.length > 0 ? [...metrics, ANNOTATION] : metrics, query }, resolution, seconds, groupBy, hasEvents, options: readOptions(get), url: readUrl(get('url') ?? DEFAULT_URL, page) };
}

/** @param {(name: string) => string | null} get @returns {import('../chart-options.js').ChartOptions} */
function readOptions(get) {
  const statistics = words(get('statistics'));
  const unknown = statistics.find((each) => !STATISTICS.includes(each));
  if (unknown) {
    throw new Error(`The statistic "${unknown}" is unknown. Use some of ${STATISTICS.join(', ')}`);
  }
  return { ...(statistics.length > 0 && { statistics }), ...(get('axis') === 'snug' && { axis: 'snug' }), ...(get('form') === 'heatmap' && { form: 'heatmap' }) };
}

/** @param {string} text @param {string} page */
function readUrl(text, page) {
  const url = parseUrl(text, page);
  if (!url || !/^(http|ws)s?:$/.test(url.protocol)) {
    throw new Error(`The url "${text}" is invalid. Use the address of the WebSocket, such as ${DEFAULT_URL} or wss://host${DEFAULT_URL}`);
  }
  url.protocol = url.protocol.replace('http', 'ws');
  return url.href;
}

/** Returns the absolute address; null if the text is none. @param {string} text @param {string} page */
function parseUrl(text, page) {
  try {
    return new URL(text, page);
  } catch {
    return null;
  }
}

/** @param {string[]} texts @returns {Record<string, string | string[]>} */
function readTags(texts) {
  /** @type {Record<string, string[]>} */
  const tags = {};
  for (const text of texts) {
    const [, key, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (!key) {
      throw new Error(`The tag "${text}" is invalid. Write key=value`);
    }
    tags[key] = [...(tags[key] ?? []), value];
  }
  return Object.fromEntries(Object.entries(tags).map(([key, values]) => [key, values.length === 1 ? values[0] : values]));
}

/** Splits a list at spaces and commas. @param {string | null} text */
function words(text) {
  return (text ?? '').split(/[\s,]+/).filter(Boolean);
}
