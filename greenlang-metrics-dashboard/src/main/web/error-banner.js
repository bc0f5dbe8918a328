import { find, setText } from './dom.js';

/** The last error of the server. It stays until the user dismisses it or the client connects again. */
export class ErrorBanner {
  #root = find('#error-banner');
  #text = find('#error-banner-text');
  #isLasting = false;
  #missing = '';

  constructor() {
    find('#error-banner-close').addEventListener('click', () => this.hide());
  }

  /** @param {string} text empty for none @param {boolean} [isLasting] true if the error does not end with a new connection */
  show(text, isLasting = false) {
    this.#isLasting = isLasting;
    this.#root.hidden = text === ''; // before the text: screen readers ignore a change in a hidden live region
    setText(this.#text, text);
  }

  /** Shows that values are missing, until the next query. @param {string} text empty if none are missing */
  showMissing(text) {
    if (text) {
      this.show(text);
    } else if (this.#missing && this.#text.textContent === this.#missing) {
      this.hide();
    }
    this.#missing = text;
  }

  /** Hides an error of the previous connection. */
  onConnected() {
    if (!this.#isLasting) {
      this.hide();
    }
  }

  hide() {
    this.#root.hidden = true;
    setText(this.#text, '');
  }
}
