/**
 * Dark or light: as the system says, unless the reader has said otherwise. In a file of its own that runs before the page is
 * painted, or a dark room would be lit up for a moment at every load.
 */
const KEY = 'greenlang-metrics.theme';
const system = matchMedia('(prefers-color-scheme: dark)');

/** @returns {string | null} */
function chosen() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage is switched off, and then the system decides
  }
}

function apply() {
  document.documentElement.dataset.theme = chosen() ?? (system.matches ? 'dark' : 'light');
  document.documentElement.dataset.themeChoice = chosen() ?? 'auto';
  dispatchEvent(new Event('themechange'));
}

apply();
system.addEventListener('change', apply);
addEventListener('themechoice', apply);
