import { createElement } from './dom.js';

/**
 * The elements of a chart. The page and the custom element have the same ones.
 *
 * @typedef {ReturnType<typeof createFrame>} ChartFrame
 */

/** @param {import('./panels.js').Panel} panel @param {() => void} goLive */
export function createFrame(panel, goLive) {
  const root = createElement('figure', { class: 'card chart', 'data-chart': panel.id });
  const head = createElement('figcaption', { class: 'chart-head' });
  const title = createElement('span', { class: 'chart-title', title: panel.description ?? '' }, panel.title);
  const subtitle = createElement('span', { class: 'chart-subtitle' }, panel.subtitle);
  const time = createElement('span', { class: 'chart-time number' });
  const legend = createElement('span', { class: 'chart-legend' });
  const level = createElement('span', { class: 'chart-level' });
  const live = createElement('button', { type: 'button', class: 'chart-live', 'aria-label': `Go live: ${panel.title}`, hidden: '' }, 'Go live');
  head.append(title, subtitle, level, live, time, legend);
  const plot = createElement('div', { class: 'chart-plot', role: 'img', 'aria-label': plotLabel(panel, {}), tabindex: '0', 'aria-keyshortcuts': 'ArrowLeft ArrowRight Shift+ArrowLeft Shift+ArrowRight + - Backspace Escape' });
  live.addEventListener('click', () => {
    plot.focus({ preventScroll: true }); // the button disappears
    goLive();
  });
  const empty = createElement('p', { class: 'chart-empty' }, 'Waiting for the first values…');
  plot.append(empty);
  const table = /** @type {HTMLTableElement} */ (createElement('table'));
  const headRow = createElement('thead');
  headRow.append(createElement('tr'));
  table.append(createElement('caption'), headRow, createElement('tbody'));
  // Wrapped in a box, because a table is as wide as its content, regardless of its width property.
  const tableBox = createElement('div', { class: 'off-screen' });
  tableBox.append(table);
  root.append(head, plot, tableBox);
  return { root, head, level, live, time, legend, plot, empty, table, tableBox };
}

/** Returns the text of a plot for users of a screen reader. @param {import('./panels.js').Panel} panel @param {import('./chart-options.js').ChartOptions} options */
export function plotLabel({ title, subtitle, description }, { form }) {
  const kind = form === 'heatmap' ? 'Heat map and lines' : 'Line chart';
  return `${kind}: ${title}${subtitle && `, ${subtitle}`}. ${description ? `${description}. ` : ''}A table with the latest values follows.`;
}

/** Shows the tables of a chart, or moves that of the values off the screen. @param {ChartFrame} frame @param {HTMLElement | undefined} figures @param {boolean} isOpen */
export function showTables({ root, tableBox }, figures, isOpen) {
  root.toggleAttribute('data-table', isOpen);
  tableBox.className = isOpen ? 'chart-values' : 'off-screen';
  if (isOpen) {
    tableBox.tabIndex = 0;
    figures && tableBox.before(figures);
  } else {
    tableBox.removeAttribute('tabindex');
    figures?.remove();
  }
}
