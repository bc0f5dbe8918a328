import uPlot from 'uplot';
import { alertOf } from './chart-alert.js';
import { createFrame, plotLabel, showTables } from './chart-frame.js';
import { handleKey } from './chart-keys.js';
import { rowText, selectableLines } from './chart-lines.js';
import { setText } from './dom.js';
import { latestValue, rowsIn, shownRows } from './figures.js';
import { formatMoment } from './format.js';
import { Legend } from './legend.js';
import { isShown, isolate, toggle } from './line-selection.js';
import { plotOptions } from './plot.js';
import { bandColumn, plotData } from './plot-data.js';
import { ValueTable } from './table.js';
import { MARKS } from './thresholds.js';
import { REST, TopLines } from './top-lines.js';

/**
 * The chart of one panel: a plot, a legend that follows the cursor, and the same values as tables.
 *
 * @typedef {import('./panels.js').Panel} Panel
 * @typedef {import('./time-series.js').TimeSeries} TimeSeries
 * @typedef {import('./chart-options.js').ChartOptions} ChartOptions
 *
 * @typedef {object} ChartContext
 * @property {import('./palette.js').Palette} palette
 * @property {import('./time-range.js').TimeRange} timeRange
 * @property {(panel: Panel) => void} onVisible called when a chart comes on the screen
 * @property {(text: string) => void} announce reads a text to users of a screen reader
 * @property {{get: (id: string) => ChartOptions, change: (id: string, change: ChartOptions) => void}} options
 * @property {Pick<import('./chart-menu-loader.js').ChartMenuLoader, 'buttonFor' | 'createFigures'> | null} menu the options of the charts
 * @property {Pick<import('./annotation-loader.js').AnnotationLoader, 'plugin' | 'noteAt'>} [annotations] the marks on the time axis
 * @property {boolean} [hasOwnRange] true if the chart has a button to return to live, because no other part of the page has one
 * @property {(panel: Panel) => [min: number, max: number]} [extentOf] the values of all charts that share an axis
 */
export class Chart {
  panel;
  root;
  #context;
  #timeRange;
  #frame;
  #legend;
  /** Created when the user opens the table. @type {import('./figure-table.js').FigureTable | undefined} */
  #figures;
  #table;
  /** @type {import('./legend.js').Line[]} */
  #lines = [];
  #hiddenCount = 0;
  /** @type {ChartOptions | null} the choices that the chart shows */
  #shownOptions = null;
  /** @type {uPlot | null} created with the first values: an empty plot has no scale */
  #plot = null;
  /** @type {TimeSeries | undefined} */
  #timeSeries;
  /** @type {import('./density.js').Density | null} */
  #density = null;
  /** @type {import('./time-series.js').Gap | null} */
  #openGap = null;
  /** The values that the chart shows: those of the time series, and the rest of the lines. @type {import('./top-lines.js').ChartData | undefined} */
  #data;
  #topLines;
  #topColumns = '';
  #band = -1;
  /** True if the chart is on the screen, or near it. */
  isVisible = false;
  #divisor = 1;
  #isStale = false;
  /** The size of the plot. Without it, the chart would cause a layout to know it. @type {{width: number, height: number}} */
  #box = { width: 0, height: 0 };
  #resizeObserver = new ResizeObserver((entries) => this.#onResize(entries[entries.length - 1].contentRect));
  #visibilityObserver = new IntersectionObserver((entries) => this.#setVisible(entries.at(-1)?.isIntersecting ?? false), { rootMargin: '200px' });
  #onPrint = () => this.#show(true);

  /** @param {Panel} panel @param {ChartContext} context */
  constructor(panel, context) {
    const frame = createFrame(panel, () => context.timeRange.goLive());
    this.panel = panel;
    this.root = frame.root;
    this.#frame = frame;
    this.#context = context;
    this.#timeRange = context.timeRange;
    this.#topLines = new TopLines(panel);
    this.#legend = new Legend(frame.legend, panel, this.#onSelect);
    if (context.menu) {
      frame.head.append(context.menu.buttonFor(this));
    }
    frame.plot.addEventListener('keydown', (event) => handleKey(event, this.#timeRange, { move: (step) => this.#plot && this.#moveCursor(this.#plot, step), time: this.#cursorTime }));
    this.#table = new ValueTable(panel, frame.table);
    this.render(undefined, null);
    this.#resizeObserver.observe(frame.plot);
    this.#visibilityObserver.observe(frame.root);
    addEventListener('beforeprint', this.#onPrint);
  }

  /**
   * @param {TimeSeries | undefined} timeSeries undefined before the first value
   * @param {import('./time-series.js').Gap | null} openGap the current outage
   * @param {number} [hiddenCount] the number of series that have no line
   * @param {import('./density.js').Density | null} [density] the observations of distributions, if the server sends them
   */
  render(timeSeries, openGap, hiddenCount = 0, density = null) {
    this.#timeSeries = timeSeries;
    this.#density = density;
    this.#openGap = openGap;
    this.#hiddenCount = hiddenCount;
    this.#frame.live.hidden = !this.#context.hasOwnRange || this.#timeRange.isLive;
    this.root.dataset.rows = String(timeSeries?.rows ?? 0);
    this.root.dataset.gaps = String(this.#gaps.length);
    this.root.dataset.range = this.#timeRange.range.join(' ');
    this.#showLevel();
    this.#isStale = true;
    this.isVisible && this.#show();
  }

  /** Shows the choices and the values. Off the screen only the tables need that, which are updated less often. @param {boolean} [isPrinted] */
  #show(isPrinted) {
    this.#isStale = false;
    this.#applyOptions();
    if (!this.#timeSeries?.rows) {
      this.#removePlot();
      setText(this.#frame.empty, this.#timeRange.past ? 'No values in this range' : 'Waiting for the first values…');
      return;
    }
    this.#frame.empty.hidden = true;
    if (this.#plot?.cursor.idx == null) {
      this.#showLatest();
    }
    this.#draw(isPrinted);
  }

  /** The level of the latest values; null without thresholds, without values, or in a past range. */
  get alert() {
    return this.#timeRange.past ? null : alertOf(this.panel, this.options, this.#timeSeries);
  }

  #showLevel() {
    if (this.panel.thresholds) {
      const level = this.alert?.level ?? 'normal';
      this.root.dataset.level = level;
      setText(this.#frame.level, MARKS[level]);
    }
  }

  /** The user's choices for this chart. */
  get options() {
    return this.#context.options.get(this.panel.id);
  }

  /** @param {ChartOptions} change */
  change(change) {
    this.#context.options.change(this.panel.id, change);
    this.#applyOptions();
    this.#draw();
    this.updateTable();
  }

  /** The parts of the picture that a file shows. @returns {import('./chart-export.js').Picture} */
  get picture() {
    const lines = this.#lines.filter((line) => line.isShown).map((line) => ({ ...line, last: this.#lastOf(line.column) }));
    return { panel: this.panel, lines, data: this.#data?.data ?? [[]], range: this.#timeRange.range, plot: this.#plot?.ctx.canvas, palette: this.#context.palette };
  }

  /** Updates the tables. Callers do this less often than `render`, because the plot is cheaper. */
  updateTable() {
    this.#isStale && this.#show();
    const isOpen = this.options.table === true;
    this.#table.render(this.#data, this.#lines, isOpen ? this.#timeRange.range : null, this.#timeRange.latest);
    if (isOpen && !this.#figures) {
      this.#figures = this.#context.menu?.createFigures(this.panel, this.#onSelect);
      showTables(this.#frame, this.#figures?.root, isOpen);
    }
    isOpen && this.#figures?.render(this.#lines, this.#data, this.#timeRange.range);
  }

  /** Redraws the plot after a change of theme. */
  redraw() {
    this.#plot?.redraw(false, true);
  }

  remove() {
    this.#resizeObserver.disconnect();
    this.#visibilityObserver.disconnect();
    removeEventListener('beforeprint', this.#onPrint);
    this.#removePlot();
    this.root.remove();
  }

  /** Removes the chart in favor of another one, which takes the focus. @param {Chart} successor */
  replaceWith(successor) {
    const hadFocus = this.root.contains(/** @type {Document | ShadowRoot} */ (this.root.getRootNode()).activeElement);
    this.remove();
    if (hadFocus) {
      successor.#frame.plot.focus({ preventScroll: true });
    }
  }

  /** Shows the current choices: those of a pinned chart may change in its copy. */
  #applyOptions() {
    const { options } = this;
    this.#selectLines();
    this.#legend.setLines(this.#lines, this.#hiddenCount);
    if (this.#shownOptions === options) {
      return;
    }
    this.#shownOptions = options;
    this.#frame.plot.setAttribute('aria-label', plotLabel(this.panel, options));
    showTables(this.#frame, this.#figures?.root, options.table === true);
    if (this.#plot) {
      this.#removePlot(); // the lines and the axis are options of a plot
    }
  }

  /** Selects the lines to show: all, or the greatest ones and the rest. */
  #selectLines() {
    const { top = Infinity, lines: choice = {} } = this.options;
    const lines = selectableLines(this.panel, this.options);
    const timeSeries = this.#hasAllColumns && lines.length > top + 1 ? this.#timeSeries : undefined;
    const selected = timeSeries ? this.#topLines.select(lines, timeSeries, this.#timeRange.range, top, isShown(choice, REST)) : { lines, data: this.#timeSeries };
    const topColumns = timeSeries ? selected.lines.map(({ column }) => column).join() : '';
    this.#lines = selected.lines;
    this.#data = selected.data;
    const band = bandColumn(this.#lines, this.#data, this.options);
    if (topColumns !== this.#topColumns || band !== this.#band) {
      [this.#topColumns, this.#band] = [topColumns, band];
      this.#removePlot();
    }
  }

  /** False if the panel has fallen behind the time series: the store changes the lines of a metric before the section replaces its chart. */
  get #hasAllColumns() {
    return this.#timeSeries?.data.length === 1 + this.panel.series.length;
  }

  /** Isolates, hides or shows a line. */
  #onSelect = (/** @type {string} */ id, /** @type {boolean} */ isToggle) => {
    const choose = isToggle ? toggle : isolate;
    const lines = choose(this.options.lines ?? {}, id, this.#lines.map(({ series }) => series.id));
    this.change({ lines: Object.keys(lines).length > 0 ? lines : undefined });
  };

  /** Draws the plot, if it is on the screen. @param {boolean} [isPrinted] true if it is on paper instead */
  #draw(isPrinted = false) {
    const data = this.#data;
    if (!(this.isVisible || (isPrinted && this.#size().width > 0)) || !data?.rows || !this.#hasAllColumns) {
      this.#isStale = true;
    } else if (this.#plot) {
      this.#plot.setData(this.#plotData(data));
    } else {
      this.#createPlot(data);
    }
  }

  /** @param {import('./top-lines.js').ChartData} data */
  #plotData(data) {
    this.#divisor = data.plotDivisor;
    return plotData(data, this.#band);
  }

  get #gaps() {
    return [...(this.#timeSeries?.gaps ?? []), ...(this.#openGap ? [this.#openGap] : [])];
  }

  /** @param {boolean} isVisible false if the chart is off the screen and need not be drawn */
  #setVisible(isVisible) {
    this.isVisible = isVisible;
    isVisible && this.#context.onVisible(this.panel);
    isVisible && this.#isStale && this.#show();
  }

  /** @param {import('./top-lines.js').ChartData} data */
  #createPlot(data) {
    const onCursor = (/** @type {uPlot} */ u) => (u.cursor.idx == null ? this.#showLatest() : this.#showRow(u.cursor.idx));
    const shown = new Set(this.#lines.filter((line) => line.isShown).map(({ column }) => column));
    const context = {
      ...this.#context,
      panel: this.#topColumns ? this.#topLines.panel : this.panel,
      gaps: () => this.#gaps,
      divisor: () => this.#divisor,
      isShown: (/** @type {number} */ column) => shown.has(column),
      isSnug: () => this.options.axis === 'snug',
      density: () => this.#density,
      isHeatMap: this.options.form === 'heatmap',
      band: this.#band,
      onCursor,
    };
    this.#frame.empty.hidden = true;
    this.#plot = new uPlot(plotOptions(context, this.#size()), this.#plotData(data), this.#frame.plot);
  }

  #removePlot() {
    this.#plot?.destroy();
    this.#plot = null;
    this.#frame.empty.hidden = false;
    this.#showLatest();
  }

  #size() {
    return this.#box.width > 0 ? this.#box : { width: this.#frame.plot.clientWidth, height: this.#frame.plot.clientHeight };
  }

  /** @param {{width: number, height: number}} box */
  #onResize({ width, height }) {
    this.#box = { width: Math.round(width), height: Math.round(height) };
    if (this.#plot && width > 0 && (this.#box.width !== this.#plot.width || this.#box.height !== this.#plot.height)) {
      this.#plot.setSize(this.#box);
    }
  }

  get #cursorTime() {
    const row = this.#plot?.cursor.idx;
    return row == null ? undefined : this.#timeSeries?.data[0][row];
  }

  /** @param {uPlot} plot @param {number} step */
  #moveCursor(plot, step) {
    const times = this.#timeSeries?.data[0] ?? [];
    const [first, end] = rowsIn(times, this.#timeRange.range);
    const row = Math.min(end - 1, Math.max(first, plot.cursor.idx == null ? end : plot.cursor.idx + step));
    plot.setCursor({ left: plot.valToPos(times[row], 'x'), top: 10 });
    this.#announceRow(row, this.#context.annotations?.noteAt(plot));
  }

  /** @param {number} row @param {string} [note] */
  #announceRow(row, note) {
    const [times, ...columns] = this.#data?.data ?? [[]];
    if (times[row] !== undefined) {
      const text = rowText(this.#lines, (column) => columns[column]?.[row], this.panel.unit);
      this.#context.announce(`${formatMoment(times[row], this.#timeRange.latest)}: ${text}${note ? `. ${note}` : ''}`);
    }
  }

  #showLatest() {
    setText(this.#frame.time, '');
    this.#legend.showValues((column) => this.#lastOf(column));
  }

  /** Returns the last value of a line in the picture. @param {number} column */
  #lastOf(column) {
    const [times, ...columns] = this.#data?.data ?? [[]];
    return latestValue(columns[column] ?? [], shownRows(times, this.#timeRange));
  }

  /** @param {number} row the row under the cursor */
  #showRow(row) {
    const [times, ...columns] = this.#data?.data ?? [[]];
    setText(this.#frame.time, times[row] === undefined ? '' : formatMoment(times[row], this.#timeRange.latest));
    this.#legend.showValues((column) => columns[column]?.[row]);
  }
}
