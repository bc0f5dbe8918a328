import type { Clock, Timer } from './clock.js';

/** A timer that is later than this was throttled, or the machine slept. */
const LATE_MS = 2_000;

/** So many late timers in a row are excused. */
const MAX_EXCUSES = 3;

/**
 * Notices a peer that is frozen behind a socket that still looks open.
 *
 * A hidden tab's timers run up to a minute late, those of a sleeping machine not at all. Then our own silence says nothing
 * about the server, so a late timer is no verdict: the wait begins again. What was in the queue meanwhile comes in before
 * the next one.
 */
export class Heartbeat {
  #heardAt = 0;
  #excuses = 0;
  #timer: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly onSilence: () => void,
  ) {}

  start(timeoutMs: number): void {
    this.stop();
    this.heard();
    this.#watch(timeoutMs, this.#heardAt + timeoutMs);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  heard(): void {
    this.#heardAt = this.clock.now();
    this.#excuses = 0;
  }

  #watch(timeoutMs: number, due: number): void {
    this.#timer = this.clock.after(due - this.clock.now(), () => {
      const now = this.clock.now();
      if (now < this.#heardAt + timeoutMs) {
        this.#watch(timeoutMs, this.#heardAt + timeoutMs);
      } else if (now - due > LATE_MS && this.#excuses++ < MAX_EXCUSES) {
        this.#watch(timeoutMs, now + timeoutMs);
      } else {
        this.onSilence();
      }
    });
  }
}
