/** The server's time. A browser's clock that is wrong or changes has no effect on it. */
export class ServerClock {
  /** Milliseconds from the monotonic clock to the server's time. Before the first connection the page assumes its own time. */
  #offset = performance.timeOrigin;

  /** Returns the server's time in seconds. @param {number | null} [serverNow] the server's time by the connection, in milliseconds */
  now(serverNow = null) {
    if (serverNow !== null) {
      this.#offset = serverNow - performance.now();
    }
    return this.at(performance.now());
  }

  /** Returns the server's time in seconds at a moment. @param {number} moment milliseconds on the monotonic clock */
  at(moment) {
    return (moment + this.#offset) / 1000;
  }
}
