/** The time after which a connection has ended an outage that no channel reports. */
const STABLE_SECONDS = 10;

/**
 * The last outage of a connection. Each channel reports once after it that metrics may be missing. A connection that is lost again before
 * the first report has not ended the outage.
 *
 * @typedef {object} Loss metrics that did not arrive
 * @property {string} channel
 * @property {number} to the end in seconds since the epoch
 * @property {number} [from] the start of the outage that caused the loss
 * @property {number} [missed] the number of metrics, if it is known
 */
export class Outage {
  #isConnected = false;
  /** @type {number | undefined} */
  #from;
  #to = 0;
  /** The channels that have reported the outage. @type {Set<string>} */
  #reported = new Set();

  /** @param {import('@greenlang/metrics-client').State} state @param {number} now the server's time in seconds */
  onState(state, now) {
    if (state === 'connected') {
      this.#to = now;
    } else if (state === 'reconnecting' && this.#isConnected) {
      const isContinued = this.#from !== undefined && this.#reported.size === 0 && now - this.#to < STABLE_SECONDS;
      this.#from = isContinued ? this.#from : now;
      this.#reported.clear();
    }
    this.#isConnected = state === 'connected';
  }

  /** @param {import('@greenlang/metrics-client').Gap} gap @param {number} now the server's time in seconds @returns {Loss} */
  lossOf({ channel, missed }, now) {
    if (missed !== undefined) {
      return { channel, to: now, missed };
    }
    const isOutage = this.#from !== undefined && !this.#reported.has(channel);
    this.#reported.add(channel);
    return isOutage ? { channel, from: this.#from, to: this.#to } : { channel, to: now };
  }
}
