import type { Clock, Timer } from './clock.js';

/** The timers of one attempt to connect, which are cancelled together. */
export class TimerGroup {
  #timers: Timer[] = [];

  constructor(private readonly clock: Clock) {}

  /** Runs the action once after the delay, unless the group is cancelled before. */
  schedule(delayMs: number, action: () => void): void {
    this.#timers.push(this.clock.schedule(delayMs, action));
  }

  /** Cancels all timers. Later ones can be scheduled. */
  cancel(): void {
    this.#timers.forEach((timer) => timer.cancel());
    this.#timers = [];
  }
}
