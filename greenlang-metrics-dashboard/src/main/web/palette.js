/**
 * The colours of the current theme for the charts. A canvas cannot resolve custom properties. Reading one costs a style lookup,
 * so the palette caches the values until the theme changes.
 */
export class Palette {
  /** @type {Map<string, string>} */
  #cache = new Map();
  #style = getComputedStyle(document.documentElement);

  /** @param {string} property such as `--cpu` */
  get(property) {
    let value = this.#cache.get(property);
    if (value === undefined) {
      value = this.#style.getPropertyValue(property).trim();
      this.#cache.set(property, value);
    }
    return value;
  }

  /** Clears the cache after a change of theme. */
  invalidate() {
    this.#cache.clear();
  }
}
