import { find, setText } from './dom.js';

/** The last error of the server. It stays until the user dismisses it or the client connects again. */
export class ErrorBanner {
  #root = find('#error-banner');
  #text = find('#error-banner-text');
  #isLasting = false;
  /** The texts about missing values, by the part of the page that lacks them. @type {Map<unknown, string>} */
  #missing = new Map();

  constructor() {
    find('#error-banner-close').addEventListener('click', () => this.hide());
  }

  /** @param {string} text empty for none @param {boolean} [isLasting] true if the error does not end with a new connection */
  show(text, isLasting = false) {
    this.#isLasting = isLasting;
    this.#root.hidden = text === ''; // before the text: screen readers ignore a change in a hidden live region
    setText(this.#text, text);
  }

  /**
   * Shows that values are missing, until the part of the page that lacks them has another query.
   *
   * @param {string} text empty if none are missing
   * @param {unknown} [part] the part of the page; the charts of all metrics are one
   */
  showMissing(text, part) {
    const previous = this.#missing.get(part);
    this.#missing.delete(part);
    if (text) {
      this.#missing.set(part, text);
      this.show(text);
    } else if (previous) {
      this.end(previous, [...this.#missing.values()].at(-1));
    }
  }

  /** Replaces an error that has ended, unless another one has taken its place. @param {string} text @param {string} [next] none by default */
  end(text, next = '') {
    if (this.#text.textContent === text) {
      this.show(next);
    }
  }

  /** Hides an error of the previous connection. */
  onConnected() {
    if (!this.#isLasting) {
      this.hide();
    }
  }

  /** Hides the error, and all that it would show after it. */
  hide() {
    this.#missing.clear();
    this.show('');
  }
}
