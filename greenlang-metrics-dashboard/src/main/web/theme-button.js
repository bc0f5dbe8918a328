import { find } from './dom.js';

/** The button that cycles through the themes: automatic, the opposite of the visible one, and the third. `theme.js` applies the choice. */

const KEY = 'greenlang-metrics.theme';

export class ThemeButton {
  #button = find('#theme');

  constructor() {
    this.#button.addEventListener('click', () => this.#selectNext());
    this.#updateLabel();
  }

  #selectNext() {
    const isSystemDark = matchMedia('(prefers-color-scheme: dark)').matches;
    const themes = ['auto', ...(isSystemDark ? ['light', 'dark'] : ['dark', 'light'])]; // the first click changes the picture
    const theme = themes[(themes.indexOf(this.#selected) + 1) % themes.length];
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
