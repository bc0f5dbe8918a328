import uPlot from 'uplot';
import { cloneTemplate, createElement, find, setText } from './dom.js';
import { NO_VALUE, formatQuantity, formatTime, quantityOf } from './format.js';
import { plotOptions } from './plot.js';
import { ValueTable } from './table.js';
import { latestValue } from './time-series.js';

/** The maximum number of legend entries. A longer legend would be larger than the plot. */
const MAX_LEGEND_ENTRIES = 6;

/**
 * The chart of one panel: a plot, a legend that follows the cursor, and the same values as a table.
 *
 * @typedef {import('./panels.js').Panel} Panel
 * @typedef {import('./time-series.js').TimeSeries} TimeSeries
 */
export class Chart {
  panel;
  root;
  #palette;
  #timeRange;
  #plotArea;
  #cursorTimeLabel;
  /** @type {HTMLElement[]} */
  #legendValues;
  #table;
  /** @type {uPlot | null} created with the first values: an empty plot has no scale */
  #plot = null;
  /** @type {TimeSeries | undefined} */
  #timeSeries;
  /** @type {import('./time-series.js').Gap | null} */
  #openGap = null;
  #isVisible = true;
  #isStale = false;
  #resizeObserver = new ResizeObserver(() => this.#fitSize());
  #visibilityObserver = new IntersectionObserver(([entry]) => this.#setVisible(entry.isIntersecting), { rootMargin: '200px' });

  /**
   * @param {Panel} panel
   * @param {import('./palette.js').Palette} palette
   * @param {import('./time-range.js').TimeRange} timeRange
   */
  constructor(panel, palette, timeRange) {
    const root = cloneTemplate('#chart-template');
    root.dataset.chart = panel.id;
    const title = find('.chart-title', root);
    setText(title, panel.title);
    title.title = panel.description ?? '';
    setText(find('.chart-subtitle', root), panel.subtitle);
    this.panel = panel;
    this.root = root;
    this.#palette = palette;
    this.#timeRange = timeRange;
    this.#cursorTimeLabel = find('.chart-time', root);
    const legend = find('.chart-legend', root);
    legend.toggleAttribute('data-many', panel.series.length > 1);
    const isSingleLine = panel.series.length === 1 && ['', 'all', panel.title].includes(panel.series[0].label);
    this.#legendValues = panel.series.slice(0, MAX_LEGEND_ENTRIES).map((series) => addLegendEntry(legend, series, !isSingleLine));
    if (panel.series.length > MAX_LEGEND_ENTRIES) {
      legend.append(createElement('span', { class: 'chart-more' }, `and ${panel.series.length - MAX_LEGEND_ENTRIES} more`));
    }
    this.#plotArea = find('.chart-plot', root);
    this.#plotArea.setAttribute('aria-label', `Line chart: ${panel.title}${panel.subtitle && `, ${panel.subtitle}`}. ${panel.description ? `${panel.description}. ` : ''}A table with the latest values follows.`);
    this.#plotArea.addEventListener('keydown', (event) => this.#onKey(event));
    this.#table = new ValueTable(panel, find('table', root));
    this.render(undefined, null);
    this.#resizeObserver.observe(this.#plotArea);
    this.#visibilityObserver.observe(root);
  }

  /**
   * @param {TimeSeries | undefined} timeSeries undefined before the first value
   * @param {import('./time-series.js').Gap | null} openGap the current outage
   */
  render(timeSeries, openGap) {
    this.#timeSeries = timeSeries;
    this.#openGap = openGap;
    this.root.dataset.rows = String(timeSeries?.rows ?? 0);
    this.root.dataset.gaps = String(this.#gaps.length);
    this.root.dataset.range = this.#timeRange.range.join(' ');
    if (!timeSeries?.rows) {
      this.#removePlot();
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
      this.#plot.setData(timeSeries.data);
    } else {
      this.#createPlot(timeSeries);
    }
  }

  /** Updates the table. Callers do this less often than `render`, because the plot is cheaper. */
  updateTable() {
    this.#table.render(this.#timeSeries);
  }

  /** Redraws the plot after a change of theme. */
  redraw() {
    this.#plot?.redraw(false, true);
  }

  remove() {
    this.#resizeObserver.disconnect();
    this.#visibilityObserver.disconnect();
    this.#removePlot();
    this.root.remove();
  }

  get #gaps() {
    return [...(this.#timeSeries?.gaps ?? []), ...(this.#openGap ? [this.#openGap] : [])];
  }

  /** @param {boolean} isVisible false if the chart is off the screen and need not be drawn */
  #setVisible(isVisible) {
    this.#isVisible = isVisible;
    if (isVisible && this.#isStale) {
      this.#isStale = false;
      this.render(this.#timeSeries, this.#openGap);
    }
  }

  /** @param {TimeSeries} timeSeries */
  #createPlot(timeSeries) {
    const onCursor = (/** @type {uPlot} */ u) => (u.cursor.idx == null ? this.#showLatest() : this.#showRow(u.cursor.idx));
    const context = { panel: this.panel, palette: this.#palette, timeRange: this.#timeRange, gaps: () => this.#gaps, onCursor };
    this.#plot = new uPlot(plotOptions(context, this.#size()), timeSeries.data, this.#plotArea);
  }

  #removePlot() {
    this.#plot?.destroy();
    this.#plot = null;
    find('.chart-empty', this.root).hidden = false;
    this.#showLatest();
  }

  #size() {
    return { width: this.#plotArea.clientWidth, height: this.#plotArea.clientHeight };
  }

  #fitSize() {
    const size = this.#size();
    if (this.#plot && size.width > 0 && (size.width !== this.#plot.width || size.height !== this.#plot.height)) {
      this.#plot.setSize(size);
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const plot = this.#plot;
    /** @type {Record<string, () => void>} */
    const actions = {
      ArrowLeft: () => plot && this.#moveCursor(plot, -1),
      ArrowRight: () => plot && this.#moveCursor(plot, 1),
      '+': () => this.#timeRange.zoomBy(0.5, this.#cursorTime),
      '-': () => this.#timeRange.zoomBy(2, this.#cursorTime),
      Escape: () => this.#timeRange.goLive(),
    };
    const action = actions[event.key === '=' ? '+' : event.key];
    if (action && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      action();
    }
  }

  get #cursorTime() {
    const row = this.#plot?.cursor.idx;
    return row == null ? undefined : this.#timeSeries?.data[0][row];
  }

  /** @param {uPlot} plot @param {number} step */
  #moveCursor(plot, step) {
    const times = this.#timeSeries?.data[0] ?? [];
    const [from, to] = this.#timeRange.range;
    const last = times.findLastIndex((time) => time <= to);
    const first = times.findIndex((time) => time >= from);
    const row = Math.min(last, Math.max(first, plot.cursor.idx == null ? last : plot.cursor.idx + step));
    plot.setCursor({ left: plot.valToPos(times[row], 'x'), top: 10 });
  }

  #showLatest() {
    const [, ...columns] = this.#timeSeries?.data ?? [[]];
    setText(this.#cursorTimeLabel, '');
    this.#legendValues.forEach((target, i) => this.#showValue(target, latestValue(columns[i] ?? [])));
  }

  /** @param {number} row the row under the cursor */
  #showRow(row) {
    const [times, ...columns] = this.#timeSeries?.data ?? [[]];
    setText(this.#cursorTimeLabel, times[row] === undefined ? '' : formatTime(times[row]));
    this.#legendValues.forEach((target, i) => this.#showValue(target, columns[i]?.[row]));
  }

  /** @param {HTMLElement} target @param {import('./time-series.js').Cell} value */
  #showValue(target, value) {
    setText(target, typeof value === 'number' ? formatQuantity(quantityOf(value, this.panel.unit)) : NO_VALUE);
  }
}

/**
 * @param {HTMLElement} legend
 * @param {import('./panels.js').Series} series
 * @param {boolean} isLabelled false for a single line, which the chart's title already names
 */
function addLegendEntry(legend, series, isLabelled) {
  const entry = createElement('span', { class: 'chart-key', 'data-color': series.color });
  const value = createElement('span', { class: 'chart-value number' }, NO_VALUE);
  entry.append(...(isLabelled ? [createElement('span', { class: 'chart-label', title: series.label }, series.label)] : []), value);
  legend.append(entry);
  return value;
}
