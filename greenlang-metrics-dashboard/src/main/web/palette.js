/** A canvas knows no custom properties, so charts ask here. Asking costs a style lookup; the answers are kept per theme. */
export class Palette {
  /** @type {Map<string, string>} */
  #known = new Map();
  #style = getComputedStyle(document.documentElement);

  /** @param {string} property such as `--cpu` */
  get(property) {
    let value = this.#known.get(property);
    if (value === undefined) {
      value = this.#style.getPropertyValue(property).trim();
      this.#known.set(property, value);
    }
    return value;
  }

  /** After the theme has changed. */
  forget() {
    this.#known.clear();
  }
}
