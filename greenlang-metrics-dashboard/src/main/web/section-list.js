import { createElement, find } from './dom.js';
import { sectionTitle } from './chart-section.js';

/**
 * The list of the sections, to go to one without scrolling.
 *
 * Its entries are buttons and no links: the fragment of the page's address holds the view.
 */
export class SectionList {
  #root = find('#section-list');
  #list = find('#section-links');
  #shown = '';
  #onSelect;

  /** @param {(channel: string) => void} onSelect */
  constructor(onSelect) {
    this.#onSelect = onSelect;
  }

  /** @param {Array<{channel: string, count: number}>} sections with the number of their charts */
  render(sections) {
    const shown = JSON.stringify(sections);
    if (shown === this.#shown) {
      return;
    }
    this.#shown = shown;
    this.#root.hidden = sections.length < 2;
    const focused = this.#list.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.section : undefined;
    this.#list.replaceChildren(...sections.map((section) => this.#createEntry(section)));
    if (focused !== undefined) {
      /** @type {HTMLElement | null} */ (this.#list.querySelector(`[data-section="${CSS.escape(focused)}"]`))?.focus({ preventScroll: true });
    }
  }

  /** @param {{channel: string, count: number}} section */
  #createEntry({ channel, count }) {
    const entry = createElement('li');
    const button = createElement('button', { type: 'button', class: 'section-link', 'data-section': channel }, sectionTitle(channel));
    button.append(createElement('span', { class: 'section-count number' }, String(count)));
    button.addEventListener('click', () => this.#onSelect(channel));
    entry.append(button);
    return entry;
  }
}
