import { element, find, setText, stamp } from './dom.js';
import { NOTHING, QUANTITIES, clock, inWords } from './format.js';
import { plotOptions } from './plot.js';
import { ValueTable } from './tables.js';
import { WINDOW_SECONDS, newestValue } from './track.js';

/** At the start the window is half a minute wide, so that the first seconds are more than a speck, and then grows. */
const LEAST_WINDOW_SECONDS = 30;

/**
 * One panel's last five minutes: a plot, a legend that follows the cursor, and the same values as a table.
 */
export class Chart {
  #panel;
  #palette;
  #root;
  #plotArea;
  #time;
  /** @type {HTMLElement[]} */
  #values;
  #table;
  /** @type {any} uPlot comes with the first values: an empty plot has no scale to show */
  #plot = null;
  /** @type {import('./track.js').Track | undefined} */
  #track;
  /** @type {[number, number]} */
  #window = [0, 0];

  /**
   * @param {import('./panels.js').Panel} panel
   * @param {import('./palette.js').Palette} palette
   * @param {HTMLElement} parent
   */
  constructor(panel, palette, parent) {
    const root = stamp('#chart-template');
    root.dataset.panel = panel.id;
    root.dataset.chart = panel.id;
    root.dataset.unit = panel.unit;
    setText(find('.chart-title', root), panel.title);
    setText(find('.chart-subtitle', root), panel.subtitle);
    this.#panel = panel;
    this.#palette = palette;
    this.#root = root;
    this.#time = find('.chart-time', root);
    this.#values = panel.series.map((series) => legendEntry(find('.chart-legend', root), series, panel.series.length > 1));
    this.#plotArea = find('.chart-plot', root);
    this.#plotArea.setAttribute('aria-label', `Line chart: ${panel.title}, ${panel.subtitle}. A table with the latest values follows.`);
    this.#table = new ValueTable(panel, find('table', root));
    this.show(undefined);
    parent.append(root);
    new ResizeObserver(() => this.#fit()).observe(this.#plotArea);
  }

  /** @param {import('./host.js').Host | undefined} host undefined before any has reported */
  show(host) {
    const track = host?.track(this.#panel.id);
    const newest = host?.newest;
    this.#track = track;
    this.#root.dataset.rows = String(track?.rows ?? 0);
    this.#table.show(track);
    this.#showLatest();
    if (!track?.rows || newest === undefined) {
      this.#discard();
      return;
    }
    const age = newest - track.data[0][0];
    this.#window = [newest - Math.min(WINDOW_SECONDS, Math.max(LEAST_WINDOW_SECONDS, age)), newest];
    if (this.#plot) {
      this.#plot.setData(track.data);
    } else {
      this.#create(track);
    }
  }

  /** After the theme changed. */
  redraw() {
    this.#plot?.redraw(false, true);
  }

  /** @param {import('./track.js').Track} track */
  #create(track) {
    const uPlot = /** @type {any} */ (globalThis).uPlot;
    if (!uPlot) {
      setText(find('.chart-empty', this.#root), 'The charts could not be loaded.');
      return; // tiles and tables go on
    }
    const onCursor = (/** @type {any} */ u) => (u.cursor.idx == null ? this.#showLatest() : this.#showAt(u.cursor.idx));
    const options = plotOptions(this.#panel, this.#palette, this.#size(), () => this.#window, onCursor);
    find('.chart-empty', this.#root).hidden = true;
    this.#plot = new uPlot(options, track.data, this.#plotArea);
  }

  #discard() {
    this.#plot?.destroy();
    this.#plot = null;
    find('.chart-empty', this.#root).hidden = false;
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

  /**
   * @param {HTMLElement} target
   * @param {import('./track.js').Cell} value
   */
  #showValue(target, value) {
    setText(target, typeof value === 'number' ? inWords(QUANTITIES[this.#panel.unit](value)) : NOTHING);
  }
}

/**
 * @param {HTMLElement} legend
 * @param {import('./panels.js').Series} series
 * @param {boolean} isLabelled a line on its own is named by the chart's title
 */
function legendEntry(legend, series, isLabelled) {
  const entry = element('span', { class: 'chart-key', 'data-color': series.color }, isLabelled ? series.label : '');
  const value = element('span', { class: 'chart-value number' }, NOTHING);
  entry.append(value);
  legend.append(entry);
  return value;
}
