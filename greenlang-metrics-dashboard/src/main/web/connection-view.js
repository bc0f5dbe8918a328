import { find, setText } from './dom.js';

/**
 * The connection state in words and color. While the connection is lost, a banner counts down to the next attempt.
 *
 * The words are in a live region. The countdown is not, because a screen reader would read every second.
 */

/** @type {Record<import('@greenlang/metrics-client').State, string>} */
const STATE_LABELS = {
  idle: 'Not connected',
  connecting: 'Connecting',
  connected: 'Connected',
  reconnecting: 'Disconnected',
  failed: 'Rejected',
  closed: 'Not connected',
};

const TICK_MILLIS = 200;

export class ConnectionView {
  #pill = find('#state');
  #stateText = find('#state-text');
  #banner = find('#connection-banner');
  #title = find('#connection-banner-title');
  #countdownLabel = find('#countdown-label');
  #countdownValue = find('#countdown-value');
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
   * @param {string} [errorCode] the code of the last error
   */
  show(state, { attempts = 0, retryInMs = null, code } = {}, errorCode) {
    clearInterval(this.#ticker);
    this.#pill.dataset.state = state;
    setText(this.#stateText, state === 'failed' ? failureLabel(code, errorCode) : STATE_LABELS[state]);
    this.#banner.hidden = state !== 'reconnecting';
    if (state === 'reconnecting') {
      setText(this.#title, attempts > 1 ? `The server cannot be reached (${attempts} attempts).` : 'Connection lost.');
      const retryAt = performance.now() + (retryInMs ?? 0);
      this.#tick(retryAt);
      this.#ticker = setInterval(() => this.#tick(retryAt), TICK_MILLIS);
    }
  }

  /** @param {number} retryAt */
  #tick(retryAt) {
    const seconds = Math.max(0, Math.ceil((retryAt - performance.now()) / 1000));
    setText(this.#countdown, String(seconds));
    setText(this.#countdownLabel, seconds > 0 ? 'Next attempt in' : 'Connecting …');
    this.#countdownValue.hidden = seconds === 0;
  }
}

/** @param {number | undefined} code the close code @param {string | undefined} errorCode */
function failureLabel(code, errorCode) {
  if (errorCode === 'TOKEN_EXPIRED') {
    return 'Token expired';
  }
  return code === 4401 || code === undefined ? 'Not authorized' : STATE_LABELS.failed;
}
