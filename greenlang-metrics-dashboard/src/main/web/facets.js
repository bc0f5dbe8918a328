import { createElement, setText } from './dom.js';
import { FacetIndex } from './facet-index.js';
import { PANELS, SYSTEM } from './panels.js';

/**
 * The list of the tags with their values. A pick changes the filter of the page, as a tag does that the user types.
 *
 * The elements stay while the numbers change, so that a list that is in use keeps its focus and its place.
 *
 * @typedef {import('./facet-index.js').Facet} Facet
 * @typedef {import('./facet-index.js').FacetValue} FacetValue
 *
 * @typedef {object} FacetContext
 * @property {import('./preferences.js').Preferences} preferences
 * @property {(key: string, value: string, isSelected: boolean) => string} onPick returns the reason if the filter takes no other value
 * @property {() => void} onClose
 */

/** The interval between updates of the numbers. */
const UPDATE_MILLIS = 1_000;

export class Facets {
  #context;
  #index = new FacetIndex();
  #groupBy = '';
  #updatedAt = -Infinity;
  #search = /** @type {HTMLInputElement} */ (createElement('input', { id: 'facet-search', type: 'search', placeholder: 'Find a tag or a value', spellcheck: 'false', autocapitalize: 'off', maxlength: '200' }));
  #list = createElement('div', { class: 'facet-list' });
  #status = createElement('p', { class: 'facet-more', role: 'status' });
  /** @type {Map<string, FacetGroup>} by key */
  #groups = new Map();

  /** @param {HTMLElement} root @param {FacetContext} context */
  constructor(root, context) {
    this.#context = context;
    this.#search.addEventListener('input', () => this.#show());
    root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        this.#onEscape();
      }
    });
    root.replaceChildren(createElement('label', { class: 'off-screen', for: 'facet-search' }, 'Find a tag or a value'), this.#search, this.#status, this.#list);
  }

  focus() {
    this.#search.focus();
  }

  /**
   * Updates the numbers, at a limited rate.
   *
   * @param {import('./store.js').Store} store
   * @param {string[]} channels the visible channels
   * @param {boolean} isLoading true while series of the current filter may still arrive
   */
  render(store, channels, isLoading) {
    const { tags, groupBy } = this.#context.preferences;
    const grouping = JSON.stringify(groupBy);
    if (grouping !== this.#groupBy) {
      this.#index = new FacetIndex(); // a group is another series than its members
      this.#groupBy = grouping;
    }
    if (performance.now() - this.#updatedAt >= UPDATE_MILLIS) {
      this.#updatedAt = performance.now();
      this.#index.update(entriesOf(store, channels), channels, tags, !isLoading);
      this.#show();
    }
  }

  #show() {
    const search = this.#search.value.trim();
    const { facets, hiddenCount } = this.#index.facets(this.#context.preferences.tags, search);
    const groups = facets.map((facet) => {
      const group = this.#groups.get(facet.key) ?? new FacetGroup(facet.key, (value, isSelected) => this.#pick(facet.key, value, isSelected));
      group.render(facet);
      return group;
    });
    this.#groups = new Map(groups.map((group) => [group.key, group]));
    arrange(this.#list, groups.map(({ root }) => root));
    const nothing = search ? `No tag and no value contains “${search}”.` : 'No metric with tags has arrived.';
    setText(this.#status, facets.length === 0 ? nothing : hiddenCount > 0 ? `${hiddenCount} more tags. Search to find them.` : '');
  }

  /** @param {string} key @param {string} value @param {boolean} isSelected */
  #pick(key, value, isSelected) {
    const problem = this.#context.onPick(key, value, isSelected);
    this.#show(); // also takes a value back that the filter did not take
    problem && setText(this.#status, problem);
  }

  #onEscape() {
    if (this.#search.value === '') {
      this.#context.onClose();
    } else {
      this.#search.value = '';
      this.#search.focus();
      this.#show();
    }
  }
}

/** The values of one tag. */
class FacetGroup {
  key;
  root = createElement('fieldset', { class: 'facet' });
  #onPick;
  #values = createElement('div', { class: 'facet-values' });
  #more = createElement('p', { class: 'facet-more' });
  /** @type {Map<string, FacetBox>} by value */
  #boxes = new Map();

  /** @param {string} key @param {(value: string, isSelected: boolean) => void} onPick */
  constructor(key, onPick) {
    this.key = key;
    this.#onPick = onPick;
    this.root.append(createElement('legend', {}, key), this.#values, this.#more);
  }

  /** @param {Facet} facet */
  render({ values, hiddenCount }) {
    const boxes = values.map((each) => {
      const box = this.#boxes.get(each.value) ?? new FacetBox(each.value, (isSelected) => this.#onPick(each.value, isSelected));
      box.render(each);
      return box;
    });
    this.#boxes = new Map(boxes.map((box) => [box.value, box]));
    arrange(this.#values, boxes.map(({ root }) => root));
    setText(this.#more, hiddenCount > 0 ? `${hiddenCount} more. Search to find them.` : '');
  }
}

/** One value with its check box and the number of its series. */
class FacetBox {
  value;
  root = createElement('label', { class: 'facet-value' });
  #box = /** @type {HTMLInputElement} */ (createElement('input', { type: 'checkbox' }));
  #count = createElement('span', { 'aria-hidden': 'true', class: 'facet-count number' });
  #spoken = createElement('span', { class: 'off-screen' });

  /** @param {string} value @param {(isSelected: boolean) => void} onPick */
  constructor(value, onPick) {
    this.value = value;
    this.#box.addEventListener('change', () => onPick(this.#box.checked));
    this.root.append(this.#box, createElement('span', { class: 'facet-name' }, value), this.#count, this.#spoken);
  }

  /** @param {FacetValue} value */
  render({ series, charts, isSelected }) {
    const text = `${series} series in ${charts} ${charts === 1 ? 'chart' : 'charts'}`;
    this.#box.checked = isSelected;
    this.root.title = text;
    setText(this.#count, String(series));
    setText(this.#spoken, ` ${text}`);
  }
}

/** Returns the series that the page has. @param {import('./store.js').Store} store @param {string[]} channels @returns {import('./facet-index.js').SeriesEntry[]} */
function entriesOf(store, channels) {
  const ofChannel = (/** @type {string} */ channel) => store.groups(channel).flatMap(({ panel, seriesKeys }) => seriesKeys.map((key) => ({ channel, name: panel.title, key })));
  return [...channels.flatMap(ofChannel), ...(channels.includes(SYSTEM) ? hostEntries(store) : [])];
}

/** Returns the panels of the hosts. The page knows no other tag of the machine's metrics. @param {import('./store.js').Store} store */
function hostEntries(store) {
  return store.hostNames.flatMap((host) => {
    const panels = PANELS.filter(({ id }) => store.host(host)?.seriesByPanel.get(id)?.rows);
    return panels.map(({ id }) => ({ channel: SYSTEM, name: id, key: JSON.stringify([['host', host]]) }));
  });
}

/** Makes elements the children of a parent. Those that stay are not moved, because a moved element loses the focus. @param {HTMLElement} parent @param {HTMLElement[]} children in an order that never changes */
function arrange(parent, children) {
  [...parent.children].filter((child) => !children.includes(/** @type {HTMLElement} */ (child))).forEach((child) => child.remove());
  children.forEach((child, i) => parent.children[i] === child || parent.insertBefore(child, parent.children[i] ?? null));
}
