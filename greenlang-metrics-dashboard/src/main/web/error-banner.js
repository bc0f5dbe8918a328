import { find, setText } from './dom.js';

/** The last error of the server. It stays until the user dismisses it or the client connects again. */
export class ErrorBanner {
  #root = find('#error-banner');
  #text = find('#error-banner-text');

  constructor() {
    find('#error-banner-close').addEventListener('click', () => this.hide());
  }

  /** @param {string} text */
  show(text) {
    this.#root.hidden = false; // before the text: screen readers ignore a change in a hidden live region
    setText(this.#text, text);
  }

  hide() {
    this.#root.hidden = true;
    setText(this.#text, '');
  }
}
