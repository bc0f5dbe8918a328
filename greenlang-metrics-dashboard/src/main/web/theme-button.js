import { find } from './dom.js';

/** The button that cycles through the themes: automatic, light, dark. `theme.js` applies the choice. */

const KEY = 'greenlang-metrics.theme';
const THEMES = ['auto', 'light', 'dark'];

export class ThemeButton {
  #button = find('#theme');

  constructor() {
    this.#button.addEventListener('click', () => this.#selectNext());
    this.#updateLabel();
  }

  #selectNext() {
    const theme = THEMES[(THEMES.indexOf(this.#selected) + 1) % THEMES.length];
    try {
      if (theme === 'auto') {
        localStorage.removeItem(KEY);
      } else {
        localStorage.setItem(KEY, theme);
      }
    } catch {
      return; // without storage the system setting applies
    }
    dispatchEvent(new Event('themechoice'));
    this.#updateLabel();
  }

  get #selected() {
    return document.documentElement.dataset.themeChoice ?? 'auto';
  }

  #updateLabel() {
    const text = `Theme: ${this.#selected}`;
    this.#button.setAttribute('aria-label', text);
    this.#button.title = text;
  }
}
