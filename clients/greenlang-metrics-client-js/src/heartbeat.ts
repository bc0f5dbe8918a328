import type { Clock, Timer } from './clock.js';

/** The delay from which a timer counts as late: the browser throttled it, or the machine slept. */
const LATE_MS = 2_000;

/** The number of consecutive late timers that are tolerated. */
const MAX_LATE_TIMERS = 3;

/**
 * A watchdog for a server that is frozen while its socket still looks open.
 *
 * A hidden tab runs timers up to a minute late, and a sleeping machine runs none. The client's own pause says nothing about the
 * server. A late timer therefore restarts the wait. The event loop delivers queued frames before the next timer fires.
 */
export class Heartbeat {
  #lastActivity = 0;
  #lateTimers = 0;
  #timer: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly onTimeout: () => void,
  ) {}

  start(timeoutMs: number): void {
    this.stop();
    this.recordActivity();
    this.#schedule(timeoutMs, this.#lastActivity + timeoutMs);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  recordActivity(): void {
    this.#lastActivity = this.clock.now();
    this.#lateTimers = 0;
  }

  #schedule(timeoutMs: number, deadline: number): void {
    this.#timer = this.clock.schedule(deadline - this.clock.now(), () => {
      const now = this.clock.now();
      if (now < this.#lastActivity + timeoutMs) {
        this.#schedule(timeoutMs, this.#lastActivity + timeoutMs);
      } else if (now - deadline > LATE_MS && this.#lateTimers++ < MAX_LATE_TIMERS) {
        this.#schedule(timeoutMs, now + timeoutMs);
      } else {
        this.onTimeout();
      }
    });
  }
}
