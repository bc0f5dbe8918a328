import { AnnotationMarks } from '../annotation-marks.js';
import { textOf } from '../annotation-text.js';
import { EventStore, isNew } from '../event-store.js';

/**
 * The events of the application in the charts of an element.
 *
 * @typedef {object} EventContext
 * @property {import('../palette.js').Palette} palette
 * @property {(text: string) => void} announce
 * @property {() => number} now returns the server's time in seconds
 * @property {() => void} onChange called when the charts must be drawn
 */
export class ChartEvents {
  /** False if the page wants no marks: an element of all metrics receives the events, too. */
  isEnabled = false;
  /** The hooks with which a plot draws the marks. @type {import('uplot').Plugin} */
  plugin = { hooks: { draw: (plot) => this.#marks.draw(plot), setCursor: (plot) => this.#marks.showNote(plot) } };
  #context;
  #events = new EventStore();
  #marks;

  /** @param {EventContext} context */
  constructor(context) {
    this.#context = context;
    this.#marks = new AnnotationMarks(context.palette);
  }

  /** @param {import('@greenlang/metrics-client').Metric[]} metrics @param {boolean} isLive */
  add(metrics, isLive) {
    const now = this.#context.now();
    const added = this.isEnabled ? this.#events.add(metrics, now) : [];
    const last = added.at(-1);
    if (last) {
      this.#update();
      isLive && isNew(last, now) && this.#context.announce(`Event: ${textOf(last)}`);
    }
  }

  /** Returns the texts of the marks at the cursor of a plot. @param {import('uplot')} plot */
  noteAt(plot) {
    return this.#marks.noteAt(plot);
  }

  /** Removes the events: another query has others. */
  clear() {
    this.#events.clear();
    this.#update();
  }

  #update() {
    this.#marks.setAll(this.#events.all.sort((a, b) => a.time - b.time));
    this.#context.onChange();
  }
}
