import { find } from './dom.js';

/**
 * The search over names, tags and descriptions. `/` focuses it from anywhere; Escape clears it.
 *
 * Every word must occur in the name of a metric, in its description or in one of its series' tags. Case does not matter.
 *
 * @typedef {object} Searchable the part of a panel that the search looks through
 * @property {string} id
 * @property {string} title
 * @property {string} [description]
 * @property {Array<Pick<import('./panels.js').Series, 'metric' | 'tags'>>} series
 */

/** The text of each panel that the search looks through. @type {WeakMap<Searchable, string>} */
const searchTexts = new WeakMap();

export class Search {
  #input = /** @type {HTMLInputElement} */ (find('#search'));
  #onChange;

  /** @param {string} text the initial search @param {(text: string) => void} onChange */
  constructor(text, onChange) {
    this.#onChange = onChange;
    this.#input.value = text;
    this.#input.addEventListener('input', () => onChange(this.#input.value.trim()));
    this.#input.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        this.clear();
      }
    });
    document.addEventListener('keydown', (event) => {
      if (event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !isTextField(event.target)) {
        event.preventDefault();
        this.#input.focus();
        this.#input.select();
      }
    });
  }

  clear() {
    this.#input.value = '';
    this.#onChange('');
  }
}

/**
 * Tests whether a panel matches a search.
 *
 * @param {Searchable} panel
 * @param {string} search
 * @returns {boolean} true for the empty search
 */
export function matchesSearch(panel, search) {
  return search === '' || search.toLowerCase().split(/\s+/).every((word) => searchText(panel).includes(word));
}

/** Tests whether the user looks for a chart: by the search, or because it is pinned. @param {Searchable} panel @param {{search: string, pinned: string[]}} preferences */
export function isWanted(panel, { search, pinned }) {
  return pinned.includes(panel.id) || (search !== '' && matchesSearch(panel, search));
}

/** @param {Searchable} panel replaced whenever its series or its description change */
function searchText(panel) {
  let text = searchTexts.get(panel);
  if (text === undefined) {
    const tags = panel.series.flatMap((series) => Object.entries(series.tags ?? {}).map(([key, value]) => `${key}=${value}`));
    text = [panel.title, panel.description ?? '', ...panel.series.map(({ metric }) => metric), ...new Set(tags)].join('\n').toLowerCase();
    searchTexts.set(panel, text);
  }
  return text;
}

/** @param {EventTarget | null} target */
function isTextField(target) {
  return target instanceof HTMLElement && (target.matches('textarea, select, input:not([type=radio], [type=checkbox])') || target.isContentEditable);
}
