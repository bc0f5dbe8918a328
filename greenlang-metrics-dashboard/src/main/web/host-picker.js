import { element, find, setText } from './dom.js';
import { NOTHING } from './format.js';

/** Names the host that is shown; with several of them, lets the reader choose. */
export class HostPicker {
  #name = find('#host-name');
  #select = /** @type {HTMLSelectElement} */ (find('#host-select'));
  /** @type {string | null} */
  #chosen = null;
  #offered = '';

  /** @param {() => void} onChoice */
  constructor(onChoice) {
    this.#select.addEventListener('change', () => {
      this.#chosen = this.#select.value;
      onChoice();
    });
  }

  /** The name of the host to show, null before any has reported. */
  get chosen() {
    return this.#chosen;
  }

  /** @param {string[]} names */
  offer(names) {
    const offered = JSON.stringify(names);
    if (offered === this.#offered) {
      return; // rebuilding a select closes it under the reader's hand
    }
    this.#offered = offered;
    if (this.#chosen === null || !names.includes(this.#chosen)) {
      this.#chosen = names[0] ?? null;
    }
    setText(this.#name, this.#chosen === null ? NOTHING : label(this.#chosen));
    this.#name.title = this.#chosen ?? '';
    this.#select.replaceChildren(...names.map((name) => element('option', { value: name }, label(name))));
    this.#select.value = this.#chosen ?? '';
    this.#select.hidden = names.length < 2;
    this.#name.hidden = names.length >= 2;
  }
}

/** @param {string} name */
function label(name) {
  return name || 'unnamed';
}
