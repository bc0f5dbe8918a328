import { find, setText } from './dom.js';

/** The live region for the value under the keyboard's cursor. A canvas is silent, and the pointer needs no announcement. */
export class Announcer {
  #region;

  /** @param {HTMLElement} [region] */
  constructor(region = find('#announcement')) {
    this.#region = region;
  }

  /** A function that may be passed on without its object. @param {string} text */
  announce = (text) => setText(this.#region, text);
}
