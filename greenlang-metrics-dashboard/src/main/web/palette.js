/**
 * The colors of the current theme for the charts. A canvas cannot resolve custom properties. Reading one costs a style lookup,
 * so the palette caches the values until the theme changes.
 */
export class Palette {
  /** @type {Map<string, string>} */
  #cache = new Map();
  #style;

  /** @param {HTMLElement} [root] the element that has the colors */
  constructor(root = document.documentElement) {
    this.#style = getComputedStyle(root);
  }

  /** @param {string} property such as `--cpu` */
  get(property) {
    let value = this.#cache.get(property);
    if (value === undefined) {
      value = withSixDigits(this.#style.getPropertyValue(property).trim());
      this.#cache.set(property, value);
    }
    return value;
  }

  /** Clears the cache after a change of theme. */
  invalidate() {
    this.#cache.clear();
  }
}

/**
 * Returns a color as six hexadecimal digits, because charts append the opacity. A text that is not an opaque color stays.
 *
 * @param {string} value
 */
function withSixDigits(value) {
  if (/^#[0-9a-f]{6}$/i.test(value) || !CSS.supports('color', value)) {
    return value;
  }
  const context = /** @type {CanvasRenderingContext2D} */ (document.createElement('canvas').getContext('2d'));
  context.fillStyle = value;
  return String(context.fillStyle);
}
