import { cloneTemplate, find, setText } from './dom.js';
import { figuresOf, latestValue, rowsIn, shownRows } from './figures.js';
import { NO_VALUE, bytes, bytesPerSecond, formatCount, formatDecimal, formatQuantity, percent, quantityOf } from './format.js';
import { Sparkline } from './sparkline.js';

/**
 * The latest value of one panel in the visible range: a large number, a line of detail, and a sparkline, while live of the last minute.
 *
 * @typedef {import('./host-model.js').HostModel} HostModel
 * @typedef {import('./time-range.js').TimeRange} TimeRange
 */
export class Tile {
  root;
  #panel;
  #number;
  #unit;
  #detail;
  #sparkline;

  /**
   * @param {import('./panels.js').Panel} panel
   * @param {HTMLElement} parent
   * @param {TimeRange} timeRange
   */
  constructor(panel, parent, timeRange) {
    const root = (this.root = cloneTemplate('#tile-template'));
    root.dataset.tile = panel.id;
    setText(find('.tile-title', root), panel.title);
    this.#panel = panel;
    this.#number = find('.tile-number', root);
    this.#unit = find('.tile-unit', root);
    this.#detail = find('.tile-detail', root);
    this.#sparkline = new Sparkline(find('.spark', root));
    this.render(undefined, timeRange);
    parent.append(root);
  }

  /**
   * @param {HostModel | undefined} host undefined before the first host reports
   * @param {TimeRange} timeRange
   * @param {boolean} [isLoading] true while the tile keeps its place without a value
   */
  render(host, timeRange, isLoading = false) {
    const timeSeries = host?.seriesByPanel.get(this.#panel.id);
    this.root.hidden = !timeSeries?.rows && (!isLoading || this.root.hidden);
    const [times, values] = timeSeries?.data ?? [[], []];
    const value = latestValue(values, shownRows(times, timeRange));
    const quantity = value === undefined ? { number: NO_VALUE, unit: '' } : quantityOf(value, this.#panel.unit);
    setText(this.#number, quantity.number);
    setText(this.#unit, quantity.unit);
    setText(this.#detail, host ? DETAILS[this.#panel.id](host, timeRange) : '');
    this.#sparkline.draw(times, values, sparklineRange(timeRange), SPARKLINE_CEILINGS[this.#panel.scale]);
  }
}

/** The longest range of which a sparkline shows only the last minute. A longer range may have no more than a value per minute. */
const MAX_SHORT_RANGE_SECONDS = 300;

/** @param {TimeRange} timeRange @returns {import('./time-range.js').Range} */
function sparklineRange({ isLive, range, latest, fullSeconds }) {
  return isLive ? [latest - (fullSeconds > MAX_SHORT_RANGE_SECONDS ? fullSeconds : 60), latest] : range;
}

/** The minimum value at the top of a sparkline, by scale. A sparkline shows change, so `auto` scales to its own values. */
const SPARKLINE_CEILINGS = { auto: 1, full: 100 };

/** @type {Record<string, (host: HostModel, timeRange: TimeRange) => string>} */
const DETAILS = {
  cpu: (host, timeRange) => {
    const limit = host.facts.get('container.cpu.limit');
    const cores = limit ?? host.facts.get('cpu.count');
    const peak = greatestInRange(/** @type {import('./time-series.js').TimeSeries} */ (host.seriesByPanel.get('cpu')), timeRange);
    return [cores && `${Number.isInteger(cores) ? formatCount(cores) : formatDecimal(cores)} ${cores === 1 ? 'core' : 'cores'}`, peak !== undefined && `peak ${formatQuantity(percent(peak))}`].filter(Boolean).join(' · ');
  },
  memory: (host, { isLive }) => {
    const limit = host.facts.get('container.memory.limit');
    if (!isLive) {
      return 'in use'; // the page has only the latest amounts
    }
    return limit === undefined
      ? usedOfTotal(host.facts.get('memory.used'), host.facts.get('memory.total'))
      : usedOfTotal(host.facts.get('container.memory.used'), limit);
  },
  disk: (host, { isLive }) => (isLive ? usedOfTotal(host.facts.get('disk.used'), host.facts.get('disk.total')) : 'in use'),
  network: (host, timeRange) => {
    const [times, ...columns] = host.seriesByPanel.get('network')?.data ?? [[]];
    const [received, sent] = columns.map((column) => latestValue(column, shownRows(times, timeRange)));
    return [received !== undefined && '↓ in', sent !== undefined && `↑ ${formatQuantity(bytesPerSecond(sent))} out`].filter(Boolean).join(' · ');
  },
};

/**
 * Returns the greatest sample in the visible range. The value of a window is a mean, so its maximum counts.
 *
 * @param {import('./time-series.js').TimeSeries} timeSeries of a panel with one line
 * @param {TimeRange} timeRange
 * @returns {number | undefined} undefined without values
 */
function greatestInRange(timeSeries, { isLive, range: [from, to] }) {
  const [times, values] = timeSeries.data;
  const end = isLive ? Infinity : to; // the latest value may be slightly ahead of the edge
  return figuresOf(values, rowsIn(times, [from, end]), timeSeries.bandOf(0))?.max;
}

/** @param {number | undefined} used @param {number | undefined} total */
function usedOfTotal(used, total) {
  if (used === undefined || total === undefined) {
    return 'in use';
  }
  const [usedBytes, totalBytes] = [bytes(used), bytes(total)];
  return usedBytes.unit === totalBytes.unit
    ? `${usedBytes.number} of ${formatQuantity(totalBytes)}`
    : `${formatQuantity(usedBytes)} of ${formatQuantity(totalBytes)}`;
}
