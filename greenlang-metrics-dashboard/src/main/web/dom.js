/**
 * Returns the element for a selector. Throws if there is none.
 *
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {T}
 */
export function find(selector, root = document) {
  const element = root.querySelector(selector);
  if (!element) {
    throw new Error(`The page has no ${selector}`); // index.html and the scripts do not match
  }
  return /** @type {T} */ (element);
}

/**
 * Returns a copy of a template's only element.
 *
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function cloneTemplate(selector) {
  const { content } = /** @type {HTMLTemplateElement} */ (find(selector));
  return /** @type {HTMLElement} */ (document.importNode(content, true).firstElementChild);
}

/**
 * Sets the text of an element. External text enters the page only through this function, never as markup. An unchanged text is
 * not written, because each write disturbs selections and screen readers.
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
 * Creates an element.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string>} [attributes]
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function createElement(tag, attributes = {}, text = '') {
  const created = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    created.setAttribute(name, value);
  }
  created.textContent = text;
  return created;
}

/**
 * Offers a file to the user.
 *
 * @param {Blob} content
 * @param {string} name
 */
export function download(content, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name.replaceAll(/[^\w.-]+/g, '-');
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // the browser reads the content after the click
}
