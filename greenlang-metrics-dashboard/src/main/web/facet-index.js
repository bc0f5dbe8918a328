import { compareNames } from './format.js';

/**
 * The tags of the series that the page knows, with their values and the numbers of series and charts that have each.
 *
 * The server applies the filter, so the page no longer receives the series that the filter leaves out. The index remembers them: the
 * other values of a filtered tag stay in the list. The number of a value is that of the series that match the filter of all other tags.
 *
 * @typedef {Record<string, string[]>} Filter
 *
 * @typedef {object} SeriesEntry
 * @property {string} channel
 * @property {string} name the name of the metric, which has one chart in a channel
 * @property {string} key the tags, as `tagsKey` returns them
 *
 * @typedef {SeriesEntry & {tags: Array<[key: string, value: string]>}} KnownSeries
 * @typedef {{value: string, series: number, charts: number, isSelected: boolean}} FacetValue
 * @typedef {{key: string, values: FacetValue[], hiddenCount: number}} Facet `hiddenCount`: the number of values that are not listed
 */

/** The maximum number of series that the index remembers. The oldest are evicted. */
export const MAX_KNOWN = 5_000;
export const MAX_FACETS = 40;
export const MAX_VALUES = 10;

export class FacetIndex {
  /** @type {Map<string, KnownSeries>} by channel, name and tags */
  #known = new Map();
  /** The keys of the series that the page receives now. They match the filter. @type {Set<string>} */
  #current = new Set();

  /**
   * Takes the series that the page has now.
   *
   * @param {SeriesEntry[]} entries
   * @param {string[]} channels the visible channels; the index forgets the series of others
   * @param {Filter} filter
   * @param {boolean} isComplete false while series of the current filter may still arrive
   */
  update(entries, channels, filter, isComplete) {
    const current = new Map(entries.map((entry) => [JSON.stringify([entry.channel, entry.name, entry.key]), entry]));
    for (const [id, { channel, tags }] of this.#known) {
      const isGone = isComplete && !current.has(id) && matches(tags, filter);
      if (isGone || !channels.includes(channel)) {
        this.#known.delete(id);
      }
    }
    for (const [id, entry] of current) {
      const known = this.#known.get(id) ?? { ...entry, tags: JSON.parse(entry.key) };
      this.#known.delete(id); // the current ones are evicted last
      this.#known.set(id, known);
    }
    this.#current = new Set(current.keys());
    [...this.#known.keys()].slice(0, -MAX_KNOWN).forEach((id) => this.#known.delete(id));
  }

  /**
   * Returns the tags with their values, each list in the order of the names.
   *
   * @param {Filter} filter its values are always listed
   * @param {string} search a part of `key=value`; empty for all
   * @returns {{facets: Facet[], hiddenCount: number}} `hiddenCount`: the number of tags that are not listed
   */
  facets(filter, search) {
    const counts = this.#counts(filter);
    const wanted = search.toLowerCase();
    const facets = [...counts].flatMap(([key, values]) => {
      const found = [...values].filter(([value]) => `${key}=${value}`.toLowerCase().includes(wanted)).map(([value, { series, charts }]) => ({
        value,
        series,
        charts: charts.size,
        isSelected: isSelected(filter, key, value),
      }));
      return found.length > 0 ? [{ key, ...firstValues(found) }] : [];
    });
    facets.sort((a, b) => Number(isFiltered(filter, b.key)) - Number(isFiltered(filter, a.key)) || compareNames(a.key, b.key));
    const shown = facets.slice(0, MAX_FACETS).sort((a, b) => compareNames(a.key, b.key));
    return { facets: shown, hiddenCount: facets.length - shown.length };
  }

  /** @param {Filter} filter @returns {Map<string, Map<string, {series: number, charts: Set<string>}>>} by key and value */
  #counts(filter) {
    const counts = new Map(Object.entries(filter).map(([key, values]) => [key, new Map(values.map((value) => [value, { series: 0, charts: new Set() }]))]));
    for (const [id, { channel, name, tags }] of this.#known) {
      for (const [key, value] of tags) {
        if (value !== '' && (this.#current.has(id) || matches(tags, filter, key))) { // a filter has no empty value
          const values = counts.get(key) ?? new Map();
          const count = values.get(value) ?? { series: 0, charts: new Set() };
          count.series++;
          count.charts.add(`${channel} ${name}`);
          counts.set(key, values.set(value, count));
        }
      }
    }
    return counts;
  }
}

/** Returns the values to list: the selected ones, then those of the most series. @param {FacetValue[]} values */
function firstValues(values) {
  const byUse = values.sort((a, b) => Number(b.isSelected) - Number(a.isSelected) || b.series - a.series || compareNames(a.value, b.value));
  const count = Math.max(MAX_VALUES, values.filter((each) => each.isSelected).length);
  return { values: byUse.slice(0, count).sort((a, b) => compareNames(a.value, b.value)), hiddenCount: Math.max(0, values.length - count) };
}

/**
 * Tests whether a series matches a filter.
 *
 * @param {Array<[key: string, value: string]>} tags
 * @param {Filter} filter
 * @param {string} [except] a key that does not count
 */
function matches(tags, filter, except) {
  return Object.entries(filter).every(([key, values]) => key === except || tags.some(([tag, value]) => tag === key && values.includes(value)));
}

/** @param {Filter} filter @param {string} key */
function isFiltered(filter, key) {
  return Object.hasOwn(filter, key);
}

/** @param {Filter} filter @param {string} key @param {string} value */
function isSelected(filter, key, value) {
  return isFiltered(filter, key) && filter[key].includes(value);
}
