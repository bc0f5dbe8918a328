import { createElement, setText } from './dom.js';
import { NO_VALUE, formatQuantity, quantityOf } from './format.js';
import { levelOf } from './thresholds.js';

/**
 * The legend of a chart: the name and the value of each line. A line is isolated by a click, and hidden or shown by a click with
 * Shift or Ctrl, or by the same keys with Enter.
 *
 * @typedef {import('./panels.js').Series} Series
 *
 * @typedef {object} Line a line that the user may choose
 * @property {Series} series
 * @property {number} column
 * @property {string} label
 * @property {boolean} isShown
 */

/** The maximum number of entries. A longer legend would be larger than the plot. */
export const MAX_LEGEND_ENTRIES = 6;

/** The place between the package and the name of a class, or between the folder and the name of a file. */
const END_OF_PACKAGE = /(?<=^[ -~]{8,}[./])(?=[^./]+$)/;

export class Legend {
  #root;
  #panel;
  #onSelect;
  #more = createElement('span', { class: 'chart-more' });
  /** @type {Array<{column: number, value: HTMLElement}>} */
  #entries = [];
  #shownLines = '';

  /**
   * @param {HTMLElement} root
   * @param {import('./panels.js').Panel} panel
   * @param {(id: string, isToggle: boolean) => void} onSelect
   */
  constructor(root, panel, onSelect) {
    this.#root = root;
    this.#panel = panel;
    this.#onSelect = onSelect;
  }

  /** @param {Line[]} lines @param {number} hiddenCount the number of series that have no line */
  setLines(lines, hiddenCount) {
    const shown = linesKey(lines);
    if (shown !== this.#shownLines) {
      this.#shownLines = shown;
      this.#createEntries(lines);
    }
    const beyond = Math.max(0, lines.length - MAX_LEGEND_ENTRIES);
    const parts = [beyond > 0 && `and ${beyond} more`, hiddenCount > 0 && `${hiddenCount.toLocaleString('en')} without a line`];
    setText(this.#more, parts.filter(Boolean).join(', '));
    this.#more.hidden = beyond + hiddenCount === 0;
  }

  /** @param {(column: number) => import('./time-series.js').Cell} valueOf */
  showValues(valueOf) {
    for (const { column, value } of this.#entries) {
      const cell = valueOf(column);
      setText(value, typeof cell === 'number' ? formatQuantity(quantityOf(cell, this.#panel.unit)) : NO_VALUE);
      if (this.#panel.thresholds) {
        value.dataset.level = typeof cell === 'number' ? levelOf(cell, this.#panel.thresholds) : 'normal';
      }
    }
  }

  /** @param {Line[]} lines */
  #createEntries(lines) {
    const focused = /** @type {Document | ShadowRoot} */ (this.#root.getRootNode()).activeElement;
    const focusedId = focused && this.#root.contains(focused) ? /** @type {HTMLElement} */ (focused).dataset.line : undefined;
    const isSingleLine = lines.length === 1 && !lines[0].series.statistic && ['', 'all', this.#panel.title].includes(lines[0].label);
    const shownFirst = [...lines.filter(({ isShown }) => isShown), ...lines.filter(({ isShown }) => !isShown)].slice(0, MAX_LEGEND_ENTRIES);
    const listed = lines.filter((line) => shownFirst.includes(line));
    this.#entries = [];
    this.#root.toggleAttribute('data-many', lines.length > 1);
    this.#root.replaceChildren(...listed.map((line) => this.#createEntry(line, lines.length, !isSingleLine)), this.#more);
    if (focusedId !== undefined) {
      const entries = /** @type {HTMLElement[]} */ ([...this.#root.querySelectorAll('[data-line]')]);
      entries.find(({ dataset }) => dataset.line === focusedId)?.focus();
    }
  }

  /** @param {Line} line @param {number} count @param {boolean} isLabelled false for a single line, which the chart's title already names */
  #createEntry({ series, column, label, isShown }, count, isLabelled) {
    const value = createElement('span', { class: 'chart-value number' }, NO_VALUE);
    this.#entries.push({ column, value });
    const name = isLabelled ? [createLabel(label)] : [];
    if (count === 1) {
      const entry = createElement('span', { class: 'chart-key', 'data-color': series.color });
      entry.append(...name, value);
      return entry;
    }
    const entry = lineButton({ series, label, isShown }, this.#onSelect);
    entry.replaceChildren(...name, value);
    return entry;
  }
}

/** Creates a label. A lack of space hides the package of a class first, because the names of several classes often begin alike. @param {string} label */
function createLabel(label) {
  const root = createElement('span', { class: 'chart-label', title: label });
  root.append(...label.split(END_OF_PACKAGE).map((part) => createElement('span', {}, part)));
  return root;
}

/** Returns a text that changes with the lines and their choice. @param {Line[]} lines */
export function linesKey(lines) {
  return JSON.stringify(lines.map(({ series, label, isShown }) => [series.id, label, isShown]));
}

/**
 * Creates a button that isolates a line, or hides and shows it.
 *
 * @param {{series: Series, label: string, isShown: boolean}} line
 * @param {(id: string, isToggle: boolean) => void} onSelect
 */
export function lineButton({ series, label, isShown }, onSelect) {
  const button = createElement('button', {
    type: 'button',
    class: 'chart-key',
    'data-color': series.color,
    'data-line': series.id,
    'aria-pressed': String(isShown),
    title: `${label}\nClick: only this line. Shift or Ctrl and click: hide or show it.`,
  }, label);
  button.addEventListener('click', ({ shiftKey, ctrlKey, metaKey }) => onSelect(series.id, shiftKey || ctrlKey || metaKey));
  button.addEventListener('keydown', (event) => {
    if (['Enter', ' '].includes(event.key) && (event.shiftKey || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onSelect(series.id, true);
    }
  });
  return button;
}
