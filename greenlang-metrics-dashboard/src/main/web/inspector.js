import { decode } from '@msgpack/msgpack';
import { createElement, find, setText } from './dom.js';
import { formatTime } from './format.js';

/** The last raw frames, and the code of the current subscription. While the inspector is closed, it renders nothing. */

const MAX_FRAMES = 50;
const MAX_TEXT_LENGTH = 600;
const RENDER_INTERVAL_MILLIS = 500;

/** @typedef {{arrival: number, isSent: boolean, data: unknown}} Frame `arrival` on the monotonic clock */

export class Inspector {
  #root = /** @type {HTMLDetailsElement} */ (find('#inspector'));
  #list = find('#frames');
  #snippet = find('#snippet');
  #copyStatus = find('#copied');
  /** @type {Frame[]} oldest first */
  #frames = [];
  #isStale = false;

  #serverTime;

  /** @param {(arrival: number) => number} serverTime converts milliseconds on the monotonic clock to the server's time in seconds */
  constructor(serverTime) {
    this.#serverTime = serverTime;
    this.#root.addEventListener('toggle', () => this.#render());
    find('#copy').addEventListener('click', () => this.#copySnippet());
    setInterval(() => this.#render(), RENDER_INTERVAL_MILLIS);
  }

  /** @param {unknown} data @param {boolean} isSent */
  add(data, isSent) {
    this.#frames.push({ arrival: performance.now(), isSent, data });
    if (this.#frames.length > MAX_FRAMES) {
      this.#frames.shift();
    }
    this.#isStale = true;
  }

  /** @param {import('@greenlang/metrics-client').MetricSubscription} subscription */
  showSnippet(subscription) {
    const fields = Object.entries(subscription).map(([key, value]) => `  ${key}: ${JSON.stringify(value)},`);
    setText(this.#snippet, ['service.subscribe({', ...fields, '});'].join('\n'));
  }

  async #copySnippet() {
    try {
      await navigator.clipboard.writeText(this.#snippet.textContent ?? '');
      setText(this.#copyStatus, 'Copied');
    } catch {
      // Without https: the page has no clipboard. The selected text can be copied with one key.
      getSelection()?.selectAllChildren(this.#snippet);
      setText(this.#copyStatus, 'Selected: press Ctrl+C to copy');
    }
  }

  #render() {
    if (!this.#root.open || !this.#isStale) {
      return;
    }
    this.#isStale = false;
    this.#list.replaceChildren(...this.#frames.map((frame) => createRow(frame, this.#serverTime(frame.arrival))).reverse());
  }
}

/** @param {Frame} frame @param {number} time in seconds */
function createRow({ isSent, data }, time) {
  const isText = typeof data === 'string';
  const size = isText ? data.length : /** @type {ArrayBuffer} */ (data).byteLength;
  const row = createElement('li', { class: 'frame', 'data-direction': isSent ? 'sent' : 'received' });
  row.append(
    createElement('span', { class: 'frame-time number' }, formatTime(time)),
    createElement('span', { class: 'frame-kind' }, `${isSent ? '→' : '←'} ${isText ? 'JSON' : 'MessagePack'}`),
    createElement('span', { class: 'frame-size number' }, `${size} B`),
    createElement('code', {}, frameText(data)),
  );
  return row;
}

/** @param {unknown} data */
function frameText(data) {
  let text;
  try {
    text = typeof data === 'string' ? maskToken(data) : JSON.stringify(decode(/** @type {ArrayBuffer} */ (data)), showColumns);
  } catch (error) {
    text = `Failed to decode: ${error}`;
  }
  return text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)} …` : text;
}

/** Shows the bytes of columns by their number. @param {string} _name @param {unknown} value */
function showColumns(_name, value) {
  return value instanceof Uint8Array ? `${value.length} B` : value;
}

/** Masks the token, because the page may be on a shared screen. @param {string} text */
function maskToken(text) {
  return text.replace(/("token":)"[^"]*"/, '$1"…"');
}
