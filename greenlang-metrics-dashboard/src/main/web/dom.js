/**
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {T}
 */
export function find(selector, root = document) {
  const element = root.querySelector(selector);
  if (!element) {
    throw new Error(`The page has no ${selector}`); // index.html and the scripts have come apart
  }
  return /** @type {T} */ (element);
}

/**
 * @param {string} template its selector
 * @returns {HTMLElement} a copy of the template's only element
 */
export function stamp(template) {
  const { content } = /** @type {HTMLTemplateElement} */ (find(template));
  return /** @type {HTMLElement} */ (document.importNode(content, true).firstElementChild);
}

/**
 * The only way that text from outside gets into the page: never as markup. Leaves an unchanged text alone, so that
 * selections and screen readers are not disturbed at every tick.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/**
 * @param {keyof HTMLElementTagNameMap} tag
 * @param {Record<string, string>} [attributes]
 * @param {string} [text]
 */
export function element(tag, attributes = {}, text = '') {
  const created = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    created.setAttribute(name, value);
  }
  created.textContent = text;
  return created;
}
