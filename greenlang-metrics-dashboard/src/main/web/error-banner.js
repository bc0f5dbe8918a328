import { find, setText } from './dom.js';

/** The server's last complaint, until it is dismissed or the server is content again. */
export class Notice {
  #root = find('#notice');
  #text = find('#notice-text');

  constructor() {
    find('#notice-close').addEventListener('click', () => this.hide());
  }

  /** @param {string} text */
  show(text) {
    this.#root.hidden = false; // first: a change in a hidden live region is not announced
    setText(this.#text, text);
  }

  hide() {
    this.#root.hidden = true;
    setText(this.#text, '');
  }
}
