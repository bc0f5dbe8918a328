import { find, setText } from './dom.js';
import { tokenFromPaste } from './url-options.js';

/** The form for pasting a token. It appears if the page starts without a token, and if the server rejects the token. */
export class TokenPanel {
  #panel = find('#token-panel');
  #reason = find('#token-reason');
  #input = /** @type {HTMLInputElement} */ (find('#token-input'));

  /** @param {(token: string | null) => void} onToken receives null to connect without a token, for a server that requires none */
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
   * @param {string} reason
   * @param {boolean} isRejection
   */
  show(reason, isRejection) {
    setText(this.#reason, reason);
    this.#reason.toggleAttribute('data-error', isRejection);
    this.#input.value = '';
    this.#panel.hidden = false;
    this.#input.focus();
  }

  hide() {
    this.#panel.hidden = true;
    this.#input.value = '';
  }
}
