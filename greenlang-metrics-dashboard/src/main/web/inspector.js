import { decode } from '@msgpack/msgpack';
import { element, find, setText } from './dom.js';
import { clock } from './format.js';

/** The last frames as they came, and the code that asks for them. Costs nothing while it is closed. */

const FRAMES = 50;
const MAX_TEXT = 600;
const PAINT_MILLIS = 500;

/** @typedef {{time: number, isSent: boolean, data: unknown}} Frame */

export class Inspector {
  #root = /** @type {HTMLDetailsElement} */ (find('#inspector'));
  #list = find('#frames');
  #code = find('#snippet');
  #copied = find('#copied');
  /** @type {Frame[]} oldest first */
  #frames = [];
  #isStale = false;

  constructor() {
    this.#root.addEventListener('toggle', () => this.#paint());
    find('#copy').addEventListener('click', () => this.#copy());
    setInterval(() => this.#paint(), PAINT_MILLIS);
  }

  /** @param {unknown} data @param {boolean} isSent */
  add(data, isSent) {
    this.#frames.push({ time: Date.now(), isSent, data });
    if (this.#frames.length > FRAMES) {
      this.#frames.shift();
    }
    this.#isStale = true;
  }

  /** @param {import('@greenlang/metrics-client').MetricSubscription} subscription */
  showSnippet(subscription) {
    const fields = Object.entries(subscription).map(([key, value]) => `  ${key}: ${JSON.stringify(value)},`);
    setText(this.#code, ['service.subscribe({', ...fields, '});'].join('\n'));
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.#code.textContent ?? '');
      setText(this.#copied, 'Copied');
    } catch {
      // Without https: there is no clipboard; so it is marked, and one key copies it.
      getSelection()?.selectAllChildren(this.#code);
      setText(this.#copied, 'Marked: copy it with Ctrl+C');
    }
  }

  #paint() {
    if (!this.#root.open || !this.#isStale) {
      return;
    }
    this.#isStale = false;
    this.#list.replaceChildren(...this.#frames.map(row).reverse());
  }
}

/** @param {Frame} frame */
function row({ time, isSent, data }) {
  const isText = typeof data === 'string';
  const size = isText ? data.length : /** @type {ArrayBuffer} */ (data).byteLength;
  const item = element('li', { class: 'frame', 'data-direction': isSent ? 'sent' : 'received' });
  item.append(
    element('span', { class: 'frame-time number' }, clock(time / 1000)),
    element('span', { class: 'frame-kind' }, `${isSent ? '→' : '←'} ${isText ? 'JSON' : 'MessagePack'}`),
    element('span', { class: 'frame-size number' }, `${size} B`),
    element('code', {}, words(data)),
  );
  return item;
}

/** @param {unknown} data */
function words(data) {
  let text;
  try {
    text = typeof data === 'string' ? hideToken(data) : JSON.stringify(decode(/** @type {ArrayBuffer} */ (data)));
  } catch (error) {
    text = `cannot be read: ${error}`;
  }
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)} …` : text;
}

/** It may be seen on a shared screen. @param {string} text */
function hideToken(text) {
  return text.replace(/("token":)"[^"]*"/, '$1"…"');
}
