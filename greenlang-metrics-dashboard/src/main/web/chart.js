import uPlot from 'uplot';
import { cloneTemplate, createElement, find, setText } from './dom.js';
import { NO_VALUE, formatCount, formatMoment, formatQuantity, formatTime, quantityOf } from './format.js';
import { columnCount } from './panels.js';
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
 *
 * @typedef {object} ChartContext
 * @property {import('./palette.js').Palette} palette
 * @property {import('./time-range.js').TimeRange} timeRange
 * @property {(panel: Panel) => void} onVisible called when a chart comes on the screen
 * @property {(text: string) => void} announce reads a text to users of a screen reader
 */
export class Chart {
  panel;
  root;
  #context;
  #timeRange;
  #moreLabel = createElement('span', { class: 'chart-more' });
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
  /** True if the chart is on the screen, or near it. */
  isVisible = false;
  #divisor = 1;
  #isStale = false;
  #resizeObserver = new ResizeObserver(() => this.#fitSize());
  #visibilityObserver = new IntersectionObserver(([entry]) => this.#setVisible(entry.isIntersecting), { rootMargin: '200px' });

  /**
   * @param {Panel} panel
   * @param {ChartContext} context
   */
  constructor(panel, context) {
    const root = cloneTemplate('#chart-template');
    root.dataset.chart = panel.id;
    const title = find('.chart-title', root);
    setText(title, panel.title);
    title.title = panel.description ?? '';
    setText(find('.chart-subtitle', root), panel.subtitle);
    this.panel = panel;
    this.root = root;
    this.#context = context;
    this.#timeRange = context.timeRange;
    this.#cursorTimeLabel = find('.chart-time', root);
    const legend = find('.chart-legend', root);
    legend.toggleAttribute('data-many', panel.series.length > 1);
    const isSingleLine = panel.series.length === 1 && ['', 'all', panel.title].includes(panel.series[0].label);
    this.#legendValues = panel.series.slice(0, MAX_LEGEND_ENTRIES).map((series) => addLegendEntry(legend, series, !isSingleLine));
    legend.append(this.#moreLabel);
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
   * @param {number} [hiddenCount] the number of series that have no line
   */
  render(timeSeries, openGap, hiddenCount = 0) {
    this.#timeSeries = timeSeries;
    this.#openGap = openGap;
    this.root.dataset.rows = String(timeSeries?.rows ?? 0);
    this.root.dataset.gaps = String(this.#gaps.length);
    this.root.dataset.range = this.#timeRange.range.join(' ');
    this.#showMore(hiddenCount);
    if (!timeSeries?.rows) {
      this.#removePlot();
      setText(find('.chart-empty', this.root), this.#timeRange.past ? 'No values in this range' : 'Waiting for the first values…');
      return;
    }
    find('.chart-empty', this.root).hidden = true;
    if (this.#plot?.cursor.idx == null) {
      this.#showLatest();
    }
    this.#draw();
  }

  /**
   * Draws the plot, if it is on the screen. The store adds and removes lines of a metric before the section replaces its
   * chart. In that moment, the chart's panel does not match the columns.
   */
  #draw() {
    const timeSeries = this.#timeSeries;
    if (!this.isVisible || !timeSeries?.rows || timeSeries.data.length !== 1 + columnCount(this.panel)) {
      this.#isStale = true;
    } else if (this.#plot) {
      this.#plot.setData(this.#plotData(timeSeries));
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

  /** Returns the values that uPlot draws: those of the series, or divided ones if they are huge. @param {TimeSeries} timeSeries */
  #plotData({ data, plotDivisor }) {
    this.#divisor = plotDivisor;
    const [times, ...columns] = data;
    return plotDivisor === 1 ? data : /** @type {typeof data} */ ([times, ...columns.map((column) => column.map((cell) => cell && cell / plotDivisor))]);
  }

  /** @param {number} hiddenCount */
  #showMore(hiddenCount) {
    const beyondLegend = Math.max(0, this.panel.series.length - MAX_LEGEND_ENTRIES);
    const parts = [beyondLegend > 0 && `and ${beyondLegend} more`, hiddenCount > 0 && `${formatCount(hiddenCount)} without a line`];
    setText(this.#moreLabel, parts.filter(Boolean).join(', '));
    this.#moreLabel.hidden = beyondLegend + hiddenCount === 0;
  }

  get #gaps() {
    return [...(this.#timeSeries?.gaps ?? []), ...(this.#openGap ? [this.#openGap] : [])];
  }

  /** @param {boolean} isVisible false if the chart is off the screen and need not be drawn */
  #setVisible(isVisible) {
    this.isVisible = isVisible;
    if (isVisible) {
      this.#context.onVisible(this.panel);
    }
    if (isVisible && this.#isStale) {
      this.#isStale = false;
      this.#draw();
    }
  }

  /** @param {TimeSeries} timeSeries */
  #createPlot(timeSeries) {
    const onCursor = (/** @type {uPlot} */ u) => (u.cursor.idx == null ? this.#showLatest() : this.#showRow(u.cursor.idx));
    const { palette } = this.#context;
    const context = { panel: this.panel, palette, timeRange: this.#timeRange, gaps: () => this.#gaps, divisor: () => this.#divisor, onCursor };
    this.#plot = new uPlot(plotOptions(context, this.#size()), this.#plotData(timeSeries), this.#plotArea);
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
    this.#announceRow(row);
  }

  /** @param {number} row */
  #announceRow(row) {
    const [times, ...columns] = this.#timeSeries?.data ?? [[]];
    const values = this.panel.series.slice(0, MAX_LEGEND_ENTRIES).flatMap(({ label }, i) => {
      const value = columns[i]?.[row];
      return typeof value === 'number' ? [`${label} ${formatQuantity(quantityOf(value, this.panel.unit))}`] : [];
    });
    if (times[row] !== undefined) {
      this.#context.announce(`${formatTime(times[row])}: ${values.join(', ') || 'no value'}`);
    }
  }

  #showLatest() {
    const [, ...columns] = this.#timeSeries?.data ?? [[]];
    setText(this.#cursorTimeLabel, '');
    this.#legendValues.forEach((target, i) => this.#showValue(target, latestValue(columns[i] ?? [])));
  }

  /** @param {number} row the row under the cursor */
  #showRow(row) {
    const [times, ...columns] = this.#timeSeries?.data ?? [[]];
    setText(this.#cursorTimeLabel, times[row] === undefined ? '' : formatMoment(times[row], this.#timeRange.latest));
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
