import { AnnotationList } from './annotation-list.js';
import { AnnotationMarks } from './annotation-marks.js';
import { EventStore, isNew } from './event-store.js';
import { textOf } from './annotation-text.js';
import { duration, formatCount, formatQuantity } from './format.js';
import { startsOf } from './process-starts.js';
import { lengthOf } from './resolution.js';

/**
 * Events as marks on the time axis of the charts, and as a list: the events of the application, the starts of processes and
 * hosts, and the times in which metrics may be missing.
 *
 * @typedef {object} Annotation
 * @property {number} time in seconds since the epoch
 * @property {string} text
 * @property {string} kind `deployment`, `start`, `gap`, or a word of the application
 * @property {string} [channel] the channel of an event of the application
 *
 * @typedef {object} AnnotationContext
 * @property {import('./palette.js').Palette} palette
 * @property {import('./time-range.js').TimeRange} timeRange
 * @property {(text: string) => void} announce
 * @property {(panel: import('./panels.js').Panel) => void} loadHistory loads the history of a panel, once per query
 * @property {() => number} now returns the server's time in seconds
 * @property {() => void} onChange called when the charts must be drawn
 */

const MAX_LOSSES = 100;

/** The time in which the connections of a page are lost by one outage. */
const SAME_OUTAGE_SECONDS = 2;

const UPDATE_MILLIS = 1_000;

export class Annotations {
  #context;
  #list;
  #marks;
  #events = new EventStore();
  /** @type {Annotation[]} */
  #losses = [];
  /** The starts of the outages among the losses. @type {number[]} */
  #outages = [];
  /** The events that arrived since the last announcement. @type {Annotation[]} */
  #arrived = [];
  #updatedAt = -Infinity;

  /** @param {AnnotationContext} context */
  constructor(context) {
    this.#context = context;
    this.#list = new AnnotationList(context.timeRange);
    this.#marks = new AnnotationMarks(context.palette);
  }

  /** Adds events of the application. @param {import('@greenlang/metrics-client').Metric[]} metrics @param {boolean} isLive */
  add(metrics, isLive) {
    const now = this.#context.now();
    const added = this.#events.add(metrics, now);
    isLive && this.#arrived.push(...added.filter((event) => isNew(event, now)));
    added.length > 0 && this.#update();
  }

  /** @param {import('./outage.js').Loss} loss */
  addLoss({ from, to, channel, missed }) {
    if (missed !== undefined) {
      this.#addLoss(to, `${formatCount(missed)} metrics of ${channel} were not received`);
    } else if (from === undefined) {
      this.#addLoss(to, `Some metrics of ${channel} were not received`);
    } else if (!this.#outages.some((start) => Math.abs(start - from) < SAME_OUTAGE_SECONDS)) { // each channel reports it
      this.#outages = [...this.#outages, from].slice(-MAX_LOSSES);
      this.#addLoss(from, `Connection interrupted for ${formatQuantity(duration(Math.max(1, Math.round(to - from))))}`);
    }
  }

  /** @param {number} time @param {string} text */
  #addLoss(time, text) {
    this.#losses.push({ time, kind: 'gap', text });
    this.#losses.splice(0, this.#losses.length - MAX_LOSSES);
    this.#update();
  }

  clear() {
    this.#events.clear();
    this.#update();
  }

  /**
   * Updates the marks and the list, at a limited rate.
   *
   * @param {import('./store.js').Store} store
   * @param {string[] | null} channels the visible channels; null for those of a custom dashboard, which receives no others
   * @param {import('./resolution.js').Resolution} resolution
   * @param {boolean} isGrouped true if the values are those of groups of series
   */
  render(store, channels, resolution, isGrouped) {
    if (performance.now() - this.#updatedAt < UPDATE_MILLIS) {
      return;
    }
    this.#updatedAt = performance.now();
    const [from] = this.#context.timeRange.range;
    const { starts, panels } = startsOf(store, channels ?? [], from, lengthOf(resolution), isGrouped);
    panels.forEach(this.#context.loadHistory);
    const events = this.#events.all.filter(({ channel = '' }) => channels?.includes(channel) ?? true);
    const all = [...events, ...starts, ...this.#losses].sort((a, b) => a.time - b.time);
    this.#list.render(all);
    this.#announce();
    if (this.#marks.setAll(all)) {
      this.#context.onChange();
    }
  }

  /** @param {import('uplot')} plot */
  draw(plot) {
    this.#marks.draw(plot);
  }

  /** @param {import('uplot')} plot */
  showNote(plot) {
    this.#marks.showNote(plot);
  }

  /** @param {import('uplot')} plot */
  noteAt(plot) {
    return this.#marks.noteAt(plot);
  }

  #update() {
    this.#updatedAt = -Infinity;
    this.#context.onChange();
  }

  /** Announces new events: the last one, and the number of those before it. */
  #announce() {
    const last = this.#arrived.pop();
    if (last) {
      const others = this.#arrived.splice(0).length;
      this.#context.announce(`Event: ${textOf(last)}${others > 0 ? `, and ${others} more` : ''}`);
    }
  }
}
