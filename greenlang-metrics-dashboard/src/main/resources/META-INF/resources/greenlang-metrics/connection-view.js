import { find, setText } from './dom.js';

/**
 * Shows the connection's state in words and colour, and while it is lost a banner with the time until the next try.
 *
 * The words are in a live region. The countdown is not: a screen reader would read every second of it.
 */

/** @type {Record<import('./connection.js').ConnectionState['name'], string>} */
const WORDS = {
  connecting: 'Connecting',
  connected: 'Connected',
  reconnecting: 'Disconnected',
  refused: 'Not authorized',
  closed: 'Not connected',
};

const TICK_MILLIS = 200;

export class ConnectionView {
  #pill = find('#state');
  #words = find('#state-text');
  #banner = find('#banner');
  #title = find('#banner-title');
  #waiting = find('#banner-waiting');
  #countdown = find('#countdown');
  #lost = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticker;

  /** @param {() => void} onRetry */
  constructor(onRetry) {
    find('#retry').addEventListener('click', onRetry);
  }

  /** @param {import('./connection.js').ConnectionState} state */
  show(state) {
    clearInterval(this.#ticker);
    this.#pill.dataset.state = state.name;
    setText(this.#words, WORDS[state.name]);
    // The banner stays while a retry is under way, or the page would jump at every attempt.
    this.#lost = state.name === 'reconnecting' || (state.name === 'connecting' && this.#lost);
    this.#banner.hidden = !this.#lost;
    this.#waiting.hidden = state.name !== 'reconnecting';
    if (state.name === 'reconnecting') {
      setText(this.#title, state.attempts > 1 ? `The server cannot be reached (tried ${state.attempts} times).` : 'Connection lost.');
      this.#tick(state.retryAt);
      this.#ticker = setInterval(() => this.#tick(state.retryAt), TICK_MILLIS);
    }
  }

  /** @param {number} retryAt */
  #tick(retryAt) {
    setText(this.#countdown, String(Math.max(0, Math.ceil((retryAt - Date.now()) / 1000))));
  }
}
