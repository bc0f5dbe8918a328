/** A canvas knows no custom properties, so charts ask here. Asking costs a style lookup; the answers are kept per theme. */
export class Palette {
  /** @type {Map<string, string>} */
  #known = new Map();
  #style = getComputedStyle(document.documentElement);

  /** @param {() => void} onChange called when the reader's system turns dark or light */
  constructor(onChange) {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.#known.clear();
      onChange();
    });
  }

  /** @param {string} property such as `--cpu` */
  get(property) {
    let value = this.#known.get(property);
    if (value === undefined) {
      value = this.#style.getPropertyValue(property).trim();
      this.#known.set(property, value);
    }
    return value;
  }
}
