/**
 * The user's choices for single charts: which lines and statistics they show, the start of the axis, and the table. The view keeps
 * them by the identifier of the panel.
 *
 * @typedef {object} ChartOptions
 * @property {import('./line-selection.js').LineChoice} [lines]
 * @property {string[]} [statistics] the statistics of a distribution, such as `p95`
 * @property {'snug'} [axis] absent if the axis includes zero
 * @property {'heatmap'} [form] absent for lines alone
 * @property {number} [top] the number of lines, if the others are shown as one
 * @property {boolean} [table] true if the chart shows a table of its values
 */

/** The statistics of a distribution in the order of their lines. */
export const STATISTICS = ['mean', 'p50', 'p95', 'p99', 'max'];

/** The same object for all charts, so that a chart recognizes a change of its choices. @type {ChartOptions} */
const DEFAULTS = {};

/** The maximum number of charts whose choices the view keeps. */
const MAX_CHARTS = 100;
const MAX_LINES = 100;
export const MAX_TOP = 20;

export class ChartOptionStore {
  #options;
  #onChange;

  /**
   * @param {Record<string, ChartOptions>} options by the identifier of the panel; changed in place
   * @param {(channel?: string) => void} onChange called with the channel of a chart that needs other data
   */
  constructor(options, onChange) {
    this.#options = options;
    this.#onChange = onChange;
  }

  /** @param {string} id @returns {ChartOptions} */
  get(id) {
    return Object.hasOwn(this.#options, id) ? this.#options[id] : DEFAULTS;
  }

  /** Changes choices. A choice of `undefined` is the default. @param {string} id @param {ChartOptions} change */
  change(id, change) {
    const changed = Object.fromEntries(Object.entries({ ...this.get(id), ...change }).filter(([, value]) => value !== undefined));
    delete this.#options[id];
    if (Object.keys(changed).length > 0) {
      this.#options[id] = changed;
    }
    Object.keys(this.#options).slice(0, -MAX_CHARTS).forEach((oldest) => delete this.#options[oldest]);
    this.#onChange('form' in change ? id.split('/')[0] : undefined);
  }
}

/**
 * Reads choices from storage or from an address. Everything that is not a choice is left out.
 *
 * @param {unknown} value
 * @returns {Record<string, ChartOptions>}
 */
export function readChartOptions(value) {
  const entries = value && typeof value === 'object' ? Object.entries(value).slice(0, MAX_CHARTS) : [];
  return Object.fromEntries(entries.map(([id, options]) => [id, readOptions(options)]));
}

/** @param {any} options @returns {ChartOptions} */
function readOptions(options) {
  const only = texts(options?.lines?.only);
  const hidden = texts(options?.lines?.hidden);
  const statistics = texts(options?.statistics)?.filter((each) => STATISTICS.includes(each));
  return {
    ...(only ? { lines: { only } } : hidden && { lines: { hidden } }),
    ...(statistics && { statistics }),
    ...(options?.axis === 'snug' && { axis: 'snug' }),
    ...(options?.form === 'heatmap' && { form: 'heatmap' }),
    ...(isTop(options?.top) && { top: options.top }),
    ...(options?.table === true && { table: true }),
  };
}

/** @param {unknown} value */
export function isTop(value) {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_TOP;
}

/** @param {unknown} value @returns {string[] | undefined} undefined unless the value is a list of texts */
function texts(value) {
  const isList = Array.isArray(value) && value.length > 0 && value.length <= MAX_LINES && value.every((each) => typeof each === 'string');
  return isList ? value : undefined;
}
