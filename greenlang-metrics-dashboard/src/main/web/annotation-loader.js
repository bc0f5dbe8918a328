/**
 * The marks on the time axis, as the rest of the page sees them. Their code is in a file of its own, which the page loads after its
 * first values.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 * @typedef {import('./annotations.js').AnnotationContext} AnnotationContext
 */

/** The time after a failed load in which the page does not try again: each frame asks for the code. */
const RETRY_MILLIS = 5_000;

export class AnnotationLoader {
  /** The hooks with which a plot draws the marks. @type {import('uplot').Plugin} */
  plugin = { hooks: { draw: (plot) => this.#annotations?.draw(plot), setCursor: (plot) => this.#annotations?.showNote(plot) } };
  #context;
  /** @type {import('./annotations.js').Annotations | null} null until it is loaded */
  #annotations = null;
  /** Its result is null after a failure. @type {Promise<import('./annotations.js').Annotations | null> | undefined} */
  #loading;

  /** @param {AnnotationContext} context */
  constructor(context) {
    this.#context = context;
  }

  /** Returns the texts of the marks at the cursor of a plot. @param {import('uplot')} plot */
  noteAt(plot) {
    return this.#annotations?.noteAt(plot) ?? '';
  }

  /** Adds events of the application. @param {Metric[]} metrics @param {boolean} isLive */
  async add(metrics, isLive) {
    (await this.#load())?.add(metrics, isLive);
  }

  /** Adds a time in which metrics may be missing. @param {import('./annotations.js').Loss} loss */
  async addLoss(loss) {
    (await this.#load())?.addLoss(loss);
  }

  /** Removes the events of the application, also those that wait for the code: another query has others. */
  async clear() {
    (await this.#loading)?.clear();
  }

  /** @param {Parameters<import('./annotations.js').Annotations['render']>} data */
  render(...data) {
    if (this.#annotations) {
      this.#annotations.render(...data);
    } else if (data[0].latestTime !== undefined) {
      this.#load();
    }
  }

  #load() {
    this.#loading ??= import('./annotations.js').then(
      ({ Annotations }) => (this.#annotations = new Annotations(this.#context)),
      () => { // the browser's console has the reason
        setTimeout(() => (this.#loading = undefined), RETRY_MILLIS);
        return null;
      },
    );
    return this.#loading;
  }
}
