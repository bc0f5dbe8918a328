import { createElement, find } from './dom.js';
import { compareNames } from './format.js';

/** The choice of a tag to group by. It lists the tags that the page has seen. */

/** The maximum number of tag keys in the list. */
const MAX_KEYS = 50;
const NONE = '';
const ALL_MERGED = '*';

export class GroupPicker {
  #select = /** @type {HTMLSelectElement} */ (find('#group-by'));
  /** @type {Set<string>} */
  #keys = new Set();
  #shownKeys = '';

  /** @param {string[] | null} groupBy @param {(groupBy: string[] | null) => void} onSelect */
  constructor(groupBy, onSelect) {
    groupBy?.forEach((key) => this.#keys.add(key));
    this.#select.addEventListener('change', () => {
      const { value } = this.#select;
      onSelect(value === NONE ? null : value === ALL_MERGED ? [] : value.split(' '));
    });
    this.#fill(groupBy);
  }

  /** Adds the tags of series to the list. @param {Iterable<string>} keys @param {string[] | null} groupBy */
  update(keys, groupBy) {
    for (const key of keys) {
      if (this.#keys.size < MAX_KEYS) {
        this.#keys.add(key);
      }
    }
    this.#fill(groupBy);
  }

  /** @param {string[] | null} groupBy */
  #fill(groupBy) {
    const chosen = groupBy === null ? NONE : groupBy.length === 0 ? ALL_MERGED : groupBy.join(' ');
    const values = [...new Set([...this.#keys, ...(groupBy && groupBy.length > 1 ? [chosen] : [])])].sort(compareNames);
    const shown = JSON.stringify([values, chosen]);
    if (shown !== this.#shownKeys) {
      this.#shownKeys = shown;
      const options = /** @type {Array<[string, string]>} */ ([[NONE, 'each series'], ...values.map((value) => [value, value]), [ALL_MERGED, 'all merged']]);
      this.#select.replaceChildren(...options.map(([value, text]) => createElement('option', { value }, text)));
      this.#select.value = chosen;
    }
  }
}
