import { createElement, find } from './dom.js';
import { PartLoader } from './part-loader.js';
import { savePreferences } from './preferences.js';

/** The button that opens the list of the tags, whose code is in a separate file. The page loads it with the first use. */
export class FacetLoader {
  #button = find('#facets-toggle');
  #root = find('#facets');
  #preferences;
  #part;
  /** @type {import('./facets.js').Facets | null} null until it is loaded */
  #facets = null;

  /** @param {import('./preferences.js').Preferences} preferences @param {import('./facets.js').FacetContext['onPick']} onPick */
  constructor(preferences, onPick) {
    this.#preferences = preferences;
    this.#part = new PartLoader(
      () => import('./facets.js'),
      ({ Facets }) => (this.#facets = new Facets(this.#root, { preferences, onPick, onClose: () => this.#close() })),
      () => this.#root.replaceChildren(createElement('p', { role: 'alert' }, 'The list of the tags could not be loaded. Open it again after a few seconds, or reload the page.')),
    );
    this.#button.addEventListener('click', async () => {
      await this.#show(this.#root.hidden === true);
      this.#root.hidden || this.#facets?.focus();
    });
    preferences.facets && this.#show(true);
  }

  /** Updates the numbers of an open list. @param {Parameters<import('./facets.js').Facets['render']>} data */
  render(...data) {
    this.#root.hidden || this.#facets?.render(...data);
  }

  /** @param {boolean} isOpen */
  async #show(isOpen) {
    this.#root.hidden = !isOpen;
    this.#button.setAttribute('aria-expanded', String(isOpen));
    if (isOpen !== this.#preferences.facets) {
      this.#preferences.facets = isOpen;
      savePreferences(this.#preferences);
    }
    if (isOpen) {
      await this.#part.load();
    }
  }

  #close() {
    this.#show(false);
    this.#button.focus();
  }
}
