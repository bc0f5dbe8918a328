/** The charts that the user pinned to the top of the page, by the identifiers of their panels. */

/** The maximum number of pinned charts. Each is drawn twice. */
export const MAX_PINS = 24;

export class Pins {
  #preferences;
  #onChange;

  /**
   * @param {import('./preferences.js').Preferences} preferences
   * @param {(pinned: string[]) => void} onChange
   */
  constructor(preferences, onChange) {
    this.#preferences = preferences;
    this.#onChange = onChange;
  }

  get all() {
    return this.#preferences.pinned;
  }

  /** @param {string} id */
  has(id) {
    return this.all.includes(id);
  }

  /** Pins a chart, or unpins it. Beyond the limit, the oldest pin is removed. @param {string} id */
  toggle(id) {
    this.#onChange(this.has(id) ? this.all.filter((each) => each !== id) : [...this.all, id].slice(-MAX_PINS));
  }
}
