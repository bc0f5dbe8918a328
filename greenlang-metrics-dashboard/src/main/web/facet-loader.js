import { createElement, find } from './dom.js';
import { savePreferences } from './preferences.js';

/** The button that opens the list of the tags, whose code is in a file of its own. The page loads it with the first use. */
export class FacetLoader {
  #button = find('#facets-toggle');
  #root = find('#facets');
  #preferences;
  #onPick;
  /** @type {import('./facets.js').Facets | null} null until it is loaded */
  #facets = null;

  /** @param {import('./preferences.js').Preferences} preferences @param {import('./facets.js').FacetContext['onPick']} onPick */
  constructor(preferences, onPick) {
    this.#preferences = preferences;
    this.#onPick = onPick;
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
    if (isOpen && !this.#facets) {
      await this.#load();
    }
  }

  async #load() {
    try {
      const { Facets } = await import('./facets.js');
      this.#facets ??= new Facets(this.#root, { preferences: this.#preferences, onPick: this.#onPick, onClose: () => this.#close() });
    } catch { // the browser's console has the reason, and some browsers remember the failure until the page is loaded again
      this.#root.replaceChildren(createElement('p', { role: 'alert' }, 'The list of the tags could not be loaded. Reload the page to try again.'));
    }
  }

  #close() {
    this.#show(false);
    this.#button.focus();
  }
}
