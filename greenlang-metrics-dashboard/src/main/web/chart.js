import uPlot from 'uplot';
import { element, find, setText, stamp } from './dom.js';
import { NOTHING, QUANTITIES, clock, inWords } from './format.js';
import { plotOptions } from './plot.js';
import { ValueTable } from './table.js';
import { newestValue } from './track.js';

/** A legend with more entries than this would be larger than the plot. */
const MAX_LEGEND = 6;

/**
 * One panel's recent past: a plot, a legend that follows the cursor, and the same values as a table.
 *
 * @typedef {import('./panels.js').Panel} Panel
 * @typedef {import('./track.js').Track} Track
 */
export class Chart {
  panel;
  root;
  #palette;
  #view;
  #plotArea;
  #time;
  /** @type {HTMLElement[]} */
  #values;
  #table;
  /** @type {uPlot | null} comes with the first values: an empty plot has no scale to show */
  #plot = null;
  /** @type {Track | undefined} */
  #track;
  /** @type {import('./track.js').Gap | null} */
  #openGap = null;
  #isVisible = true;
  #isStale = false;
  #resize = new ResizeObserver(() => this.#fit());
  #look = new IntersectionObserver(([entry]) => this.#see(entry.isIntersecting), { rootMargin: '200px' });

  /**
   * @param {Panel} panel
   * @param {import('./palette.js').Palette} palette
   * @param {import('./view.js').View} view
   */
  constructor(panel, palette, view) {
    const root = stamp('#chart-template');
    root.dataset.chart = panel.id;
    setText(find('.chart-title', root), panel.title);
    setText(find('.chart-subtitle', root), panel.subtitle);
    this.panel = panel;
    this.root = root;
    this.#palette = palette;
    this.#view = view;
    this.#time = find('.chart-time', root);
    const legend = find('.chart-legend', root);
    legend.toggleAttribute('data-many', panel.series.length > 1);
    const isAlone = panel.series.length === 1 && ['', 'all', panel.title].includes(panel.series[0].label);
    this.#values = panel.series.slice(0, MAX_LEGEND).map((series) => legendEntry(legend, series, !isAlone));
    if (panel.series.length > MAX_LEGEND) {
      legend.append(element('span', { class: 'chart-more' }, `and ${panel.series.length - MAX_LEGEND} more`));
    }
    this.#plotArea = find('.chart-plot', root);
    this.#plotArea.setAttribute('aria-label', `Line chart: ${panel.title}${panel.subtitle && `, ${panel.subtitle}`}. A table with the latest values follows.`);
    this.#plotArea.addEventListener('keydown', (event) => this.#onKey(event));
    this.#table = new ValueTable(panel, find('table', root));
    this.show(undefined, null);
    this.#resize.observe(this.#plotArea);
    this.#look.observe(root);
  }

  /**
   * @param {Track | undefined} track undefined before anything has come
   * @param {import('./track.js').Gap | null} openGap the outage that is going on
   */
  show(track, openGap) {
    this.#track = track;
    this.#openGap = openGap;
    this.root.dataset.rows = String(track?.rows ?? 0);
    this.root.dataset.gaps = String(this.#gaps.length);
    this.root.dataset.range = this.#view.range.join(' ');
    if (!track?.rows) {
      this.#discard();
      return;
    }
    find('.chart-empty', this.root).hidden = true;
    if (this.#plot?.cursor.idx == null) {
      this.#showLatest();
    }
    if (!this.#isVisible) {
      this.#isStale = true;
      return;
    }
    if (this.#plot) {
      this.#plot.setData(track.data);
    } else {
      this.#create(track);
    }
  }

  /** The table and what is read from it; less often than the plot, which costs less. */
  tell() {
    this.#table.show(this.#track);
  }

  /** After the theme changed. */
  redraw() {
    this.#plot?.redraw(false, true);
  }

  remove() {
    this.#resize.disconnect();
    this.#look.disconnect();
    this.#discard();
    this.root.remove();
  }

  get #gaps() {
    return [...(this.#track?.gaps ?? []), ...(this.#openGap ? [this.#openGap] : [])];
  }

  /** @param {boolean} isVisible off the screen nothing is drawn */
  #see(isVisible) {
    this.#isVisible = isVisible;
    if (isVisible && this.#isStale) {
      this.#isStale = false;
      this.show(this.#track, this.#openGap);
    }
  }

  /** @param {Track} track */
  #create(track) {
    const onCursor = (/** @type {uPlot} */ u) => (u.cursor.idx == null ? this.#showLatest() : this.#showAt(u.cursor.idx));
    const wishes = { panel: this.panel, palette: this.#palette, view: this.#view, gaps: () => this.#gaps, onCursor };
    this.#plot = new uPlot(plotOptions(wishes, this.#size()), track.data, this.#plotArea);
  }

  #discard() {
    this.#plot?.destroy();
    this.#plot = null;
    find('.chart-empty', this.root).hidden = false;
    this.#showLatest();
  }

  #size() {
    return { width: this.#plotArea.clientWidth, height: this.#plotArea.clientHeight };
  }

  #fit() {
    const size = this.#size();
    if (this.#plot && size.width > 0 && (size.width !== this.#plot.width || size.height !== this.#plot.height)) {
      this.#plot.setSize(size);
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const u = this.#plot;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowLeft: () => u && this.#moveCursor(u, -1),
      ArrowRight: () => u && this.#moveCursor(u, 1),
      '+': () => this.#view.zoomBy(0.5, this.#cursorTime),
      '-': () => this.#view.zoomBy(2, this.#cursorTime),
      Escape: () => this.#view.live(),
    };
    const action = keys[event.key === '=' ? '+' : event.key];
    if (action && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      action();
    }
  }

  get #cursorTime() {
    const row = this.#plot?.cursor.idx;
    return row == null ? undefined : this.#track?.data[0][row];
  }

  /** @param {uPlot} u @param {number} step */
  #moveCursor(u, step) {
    const times = this.#track?.data[0] ?? [];
    const [from, to] = this.#view.range;
    const last = times.findLastIndex((time) => time <= to);
    const first = times.findIndex((time) => time >= from);
    const row = Math.min(last, Math.max(first, u.cursor.idx == null ? last : u.cursor.idx + step));
    u.setCursor({ left: u.valToPos(times[row], 'x'), top: 10 });
  }

  #showLatest() {
    const [, ...columns] = this.#track?.data ?? [[]];
    setText(this.#time, '');
    this.#values.forEach((value, i) => this.#showValue(value, newestValue(columns[i] ?? [])));
  }

  /** @param {number} row under the cursor */
  #showAt(row) {
    const [times, ...columns] = this.#track?.data ?? [[]];
    setText(this.#time, times[row] === undefined ? '' : clock(times[row]));
    this.#values.forEach((value, i) => this.#showValue(value, columns[i]?.[row]));
  }

  /** @param {HTMLElement} target @param {import('./track.js').Cell} value */
  #showValue(target, value) {
    setText(target, typeof value === 'number' ? inWords(QUANTITIES[this.panel.unit](value)) : NOTHING);
  }
}

/**
 * @param {HTMLElement} legend
 * @param {import('./panels.js').Series} series
 * @param {boolean} isLabelled a line on its own is named by the chart's title
 */
function legendEntry(legend, series, isLabelled) {
  const entry = element('span', { class: 'chart-key', 'data-color': series.color });
  const value = element('span', { class: 'chart-value number' }, NOTHING);
  entry.append(...(isLabelled ? [element('span', { class: 'chart-label', title: series.label }, series.label)] : []), value);
  legend.append(entry);
  return value;
}
