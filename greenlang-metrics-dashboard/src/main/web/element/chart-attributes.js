import { STATISTICS } from '../chart-options.js';
import { WINDOWS } from '../preferences.js';
import { lengthOf, resolutionFor } from '../resolution.js';

/**
 * The attributes of the custom element.
 *
 * @typedef {object} Attributes
 * @property {import('./shared-connection.js').View} view
 * @property {import('../resolution.js').Resolution} resolution
 * @property {number} seconds the range
 * @property {string[] | undefined} groupBy
 * @property {import('../chart-options.js').ChartOptions} options
 */

export const NAMES = ['channel', 'metrics', 'tags', 'group-by', 'range', 'url', 'axis', 'form', 'statistics', 'theme'];

const DEFAULT_RANGE = '5m';

/**
 * Reads the attributes.
 *
 * @param {(name: string) => string | null} get
 * @returns {Attributes}
 * @throws {Error} if an attribute is missing or invalid
 */
export function readAttributes(get) {
  const channel = get('channel')?.trim();
  if (!channel) {
    throw new Error('The attribute channel is missing. Name the channel, such as channel="system.metrics"');
  }
  const range = get('range') ?? DEFAULT_RANGE;
  const seconds = WINDOWS.get(range);
  if (seconds === undefined) {
    throw new Error(`The range "${range}" is unknown. Use one of ${[...WINDOWS.keys()].join(', ')}`);
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
  return { view: { channel, metrics: words(get('metrics')), query }, resolution, seconds, groupBy, options: readOptions(get) };
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
