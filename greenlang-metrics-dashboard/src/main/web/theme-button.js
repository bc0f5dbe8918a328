import { find } from './dom.js';

/** Goes round: as the system says, light, dark. `theme.js` does the rest. */

const KEY = 'greenlang-metrics.theme';
const ORDER = ['auto', 'light', 'dark'];

export class ThemeButton {
  #button = find('#theme');

  constructor() {
    this.#button.addEventListener('click', () => this.#next());
    this.#say();
  }

  #next() {
    const choice = ORDER[(ORDER.indexOf(this.#choice) + 1) % ORDER.length];
    try {
      if (choice === 'auto') {
        localStorage.removeItem(KEY);
      } else {
        localStorage.setItem(KEY, choice);
      }
    } catch {
      return; // without storage the system decides
    }
    dispatchEvent(new Event('themechoice'));
    this.#say();
  }

  get #choice() {
    return document.documentElement.dataset.themeChoice ?? 'auto';
  }

  #say() {
    const text = `Theme: ${this.#choice}`;
    this.#button.setAttribute('aria-label', text);
    this.#button.title = text;
  }
}
