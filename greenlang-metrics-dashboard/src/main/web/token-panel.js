import { tokenFromPaste } from './address.js';
import { find, setText } from './dom.js';

/** Where one pastes a token: at the start without one, and when the server refused the one there was. */
export class TokenPanel {
  #panel = find('#token-panel');
  #why = find('#token-why');
  #input = /** @type {HTMLInputElement} */ (find('#token-input'));

  /** @param {(token: string | null) => void} onToken null: connect without one, for a server that asks for none */
  constructor(onToken) {
    find('#token-form').addEventListener('submit', (event) => {
      event.preventDefault();
      const token = tokenFromPaste(this.#input.value);
      if (token) {
        onToken(token);
      }
    });
    find('#token-none').addEventListener('click', () => onToken(null));
  }

  /**
   * @param {string} why
   * @param {boolean} isRefusal
   */
  ask(why, isRefusal) {
    setText(this.#why, why);
    this.#why.toggleAttribute('data-bad', isRefusal);
    this.#input.value = '';
    this.#panel.hidden = false;
    this.#input.focus();
  }

  hide() {
    this.#panel.hidden = true;
    this.#input.value = '';
  }
}
