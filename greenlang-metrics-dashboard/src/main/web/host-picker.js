import { createElement, find, setText } from './dom.js';
import { NO_VALUE } from './format.js';
import { ALL_HOSTS } from './panels.js';

/** The name of the visible host and, if there are several hosts, the list to choose from. */
export class HostPicker {
  #nameLabel = find('#host-name');
  #select = /** @type {HTMLSelectElement} */ (find('#host-select'));
  /** @type {string | null} */
  #selected = null;
  /** The host that the user chose. It may report later than others. @type {string | null} */
  #wanted;
  #shownNames = '';

  /** @param {string | null} wanted @param {(name: string) => void} onSelect */
  constructor(wanted, onSelect) {
    this.#wanted = wanted;
    this.#select.addEventListener('change', () => {
      this.#selected = this.#wanted = this.#select.value;
      onSelect(this.#selected);
    });
  }

  /** The name of the visible host, or `ALL_HOSTS`; null before the first host reports. */
  get selected() {
    return this.#selected;
  }

  /** @param {string[]} names */
  setHosts(names) {
    const shown = JSON.stringify(names);
    if (shown === this.#shownNames) {
      return; // rebuilding the list would close it while the user is choosing
    }
    this.#shownNames = shown;
    if (this.#wanted !== null && (names.includes(this.#wanted) || (this.#wanted === ALL_HOSTS && names.length > 1))) {
      this.#selected = this.#wanted;
    } else if (this.#selected === null || !names.includes(this.#selected)) {
      this.#selected = names[0] ?? null;
    }
    this.#selected === ALL_HOSTS && names.length < 2 && (this.#selected = names[0] ?? null);
    setText(this.#nameLabel, this.#selected === null ? NO_VALUE : hostLabel(this.#selected));
    this.#nameLabel.title = this.#selected ?? '';
    this.#select.replaceChildren(...names.map((name) => createElement('option', { value: name }, hostLabel(name))), createElement('option', { value: ALL_HOSTS }, hostLabel(ALL_HOSTS)));
    this.#select.value = this.#selected ?? '';
    this.#select.hidden = names.length < 2;
    this.#nameLabel.hidden = names.length >= 2;
  }
}

/** @param {string} name */
function hostLabel(name) {
  return name === ALL_HOSTS ? 'all, side by side' : name || 'unnamed';
}
