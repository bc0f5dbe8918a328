/** The time after a failed load in which a part is not loaded again: each frame may ask for it. */
const RETRY_MILLIS = 5_000;

/**
 * A part of the page whose code is in a separate file, which the page loads when it needs it. After a failure, a later request loads
 * it again.
 *
 * @template M, T
 */
export class PartLoader {
  #importModule;
  #create;
  #onFailure;
  /** Its result is null after a failure. @type {Promise<T | null> | undefined} */
  #loading;

  /**
   * @param {() => Promise<M>} importModule
   * @param {(module: M) => T | Promise<T>} create creates the part, once
   * @param {() => void} [onFailure] called if the code could not be loaded; the browser's console has the reason
   */
  constructor(importModule, create, onFailure = () => {}) {
    this.#importModule = importModule;
    this.#create = create;
    this.#onFailure = onFailure;
  }

  /** @returns {Promise<T | null>} null after a failure */
  load() {
    this.#loading ??= this.#importModule().then(this.#create, () => {
      setTimeout(() => (this.#loading = undefined), RETRY_MILLIS);
      this.#onFailure();
      return null;
    });
    return this.#loading;
  }

  /** The part, if it was requested before. */
  get requested() {
    return this.#loading;
  }
}
