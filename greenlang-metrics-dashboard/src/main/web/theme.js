/**
 * The light or dark theme: the system setting, unless the user has chosen a theme.
 *
 * This file runs before the first paint. If it ran later, a page in the dark theme would flash white at every load.
 */
const KEY = 'greenlang-metrics.theme';
const darkMode = matchMedia('(prefers-color-scheme: dark)');

/** @returns {string | null} */
function storedTheme() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage is disabled, so the system setting applies
  }
}

/** True while the page is printed: paper is light. */
let isPrinting = false;

function applyTheme() {
  document.documentElement.dataset.theme = isPrinting ? 'light' : (storedTheme() ?? (darkMode.matches ? 'dark' : 'light'));
  document.documentElement.dataset.themeChoice = storedTheme() ?? 'auto';
  dispatchEvent(new Event('themechange'));
}

applyTheme();
darkMode.addEventListener('change', applyTheme);
addEventListener('themechoice', applyTheme);
for (const event of ['beforeprint', 'afterprint']) {
  addEventListener(event, () => {
    isPrinting = event === 'beforeprint';
    applyTheme();
  });
}
