/** The number of latest messages that determine the estimate. At the default heartbeat they span four minutes. */
const MAX_SAMPLES = 8;

/**
 * An estimate of the server's clock. The local wall clock plays no part, so it may be wrong or change.
 *
 * Each message that carries the server's time gives one sample of the offset between the server's clock and the local monotonic
 * clock. A delay makes a sample too small and never too great. The greatest of the latest samples is therefore the best one: the
 * estimate is late by the smallest delay among them. Old samples expire, so the estimate follows a server whose clock is adjusted.
 */
export class ServerClock {
  /** Milliseconds to add to the monotonic clock, oldest first. */
  #offsets: number[] = [];

  constructor(private readonly monotonicNow: () => number) {}

  /** Returns the server's time in milliseconds since 1970; null before the first sample. */
  now(): number | null {
    return this.#offsets.length > 0 ? this.monotonicNow() + Math.max(...this.#offsets) : null;
  }

  /** Records a message that was sent at a time of the server. */
  record(serverTime: number): void {
    this.#offsets = [...this.#offsets, serverTime - this.monotonicNow()].slice(-MAX_SAMPLES);
  }

  /**
   * Records the first message of a new connection.
   *
   * The connection may lead to another server, or the machine may have slept while the monotonic clock stood still. The server sent
   * the message after the attempt began, so the delay is at most the age of the attempt. The previous estimate counts only as far as
   * it agrees with that.
   *
   * @param attemptStart the start of the connection attempt on the monotonic clock
   */
  restart(serverTime: number, attemptStart: number): void {
    const previous = Math.max(...this.#offsets);
    const lowest = serverTime - this.monotonicNow();
    const highest = serverTime - attemptStart;
    this.#offsets = [previous > lowest && previous <= highest ? previous : lowest];
  }
}
