import { find, setText } from './dom.js';

/**
 * Shows the connection's state in words and colour, and while it is lost a banner with the time until the next try.
 *
 * The words are in a live region. The countdown is not: a screen reader would read every second of it.
 */

/** @type {Record<import('@greenlang/metrics-client').State, string>} */
const WORDS = {
  idle: 'Not connected',
  connecting: 'Connecting',
  connected: 'Connected',
  reconnecting: 'Disconnected',
  failed: 'Not authorized',
  closed: 'Not connected',
};

const TICK_MILLIS = 200;

export class ConnectionView {
  #pill = find('#state');
  #words = find('#state-text');
  #banner = find('#banner');
  #title = find('#banner-title');
  #waiting = find('#banner-waiting');
  #unit = find('#banner-unit');
  #countdown = find('#countdown');
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticker;

  /** @param {() => void} onRetry */
  constructor(onRetry) {
    find('#retry').addEventListener('click', onRetry);
  }

  /**
   * @param {import('@greenlang/metrics-client').State} state
   * @param {{attempts?: number, retryInMs?: number | null, code?: number}} [info]
   */
  show(state, { attempts = 0, retryInMs = null, code } = {}) {
    clearInterval(this.#ticker);
    this.#pill.dataset.state = state;
    setText(this.#words, state === 'failed' && code !== 4401 && code !== undefined ? 'Refused' : WORDS[state]);
    this.#banner.hidden = state !== 'reconnecting';
    if (state === 'reconnecting') {
      setText(this.#title, attempts > 1 ? `The server cannot be reached (tried ${attempts} times).` : 'Connection lost.');
      const retryAt = Date.now() + (retryInMs ?? 0);
      this.#tick(retryAt);
      this.#ticker = setInterval(() => this.#tick(retryAt), TICK_MILLIS);
    }
  }

  /** @param {number} retryAt */
  #tick(retryAt) {
    const left = Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
    setText(this.#countdown, String(left));
    setText(this.#waiting, left > 0 ? 'Next try in' : 'Trying …');
    this.#unit.hidden = left === 0;
  }
}
