import { PartLoader } from './part-loader.js';

/**
 * The marks on the time axis, as the rest of the page sees them. Their code is in a separate file, which the page loads after its
 * first values.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 * @typedef {import('./annotations.js').AnnotationContext} AnnotationContext
 */

export class AnnotationLoader {
  /** The hooks with which a plot draws the marks. @type {import('uplot').Plugin} */
  plugin = { hooks: { draw: (plot) => this.#annotations?.draw(plot), setCursor: (plot) => this.#annotations?.showNote(plot) } };
  /** @type {import('./annotations.js').Annotations | null} null until it is loaded */
  #annotations = null;
  #part;

  /** @param {AnnotationContext} context */
  constructor(context) {
    this.#part = new PartLoader(() => import('./annotations.js'), ({ Annotations }) => (this.#annotations = new Annotations(context)));
  }

  /** Returns the texts of the marks at the cursor of a plot. @param {import('uplot')} plot */
  noteAt(plot) {
    return this.#annotations?.noteAt(plot) ?? '';
  }

  /** Adds events of the application. @param {Metric[]} metrics @param {boolean} isLive */
  async add(metrics, isLive) {
    (await this.#part.load())?.add(metrics, isLive);
  }

  /** Adds a time in which metrics may be missing. @param {import('./outage.js').Loss} loss */
  async addLoss(loss) {
    (await this.#part.load())?.addLoss(loss);
  }

  /** Removes the events of the application, also those that wait for the code: another query has others. */
  async clear() {
    (await this.#part.requested)?.clear();
  }

  /** @param {Parameters<import('./annotations.js').Annotations['render']>} data */
  render(...data) {
    if (this.#annotations) {
      this.#annotations.render(...data);
    } else if (data[0].latestTime !== undefined) {
      this.#part.load();
    }
  }
}
