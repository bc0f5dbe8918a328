/** The source of time and randomness. Tests replace it. It accesses no global before first use. */
export interface Clock {
  /** Returns milliseconds on a monotonic clock. A step of the wall clock must not end a connection. */
  now(): number;
  /** Runs the action once after the delay. */
  schedule(delayMs: number, action: () => void): Timer;
  /** Returns a random number from 0 (inclusive) to 1 (exclusive). */
  random(): number;
}

export interface Timer {
  cancel(): void;
}

/** The longest delay that `setTimeout` supports. A longer delay would fire immediately. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  schedule(delayMs, action) {
    const handle = setTimeout(action, Math.min(delayMs, MAX_DELAY_MS));
    return { cancel: () => clearTimeout(handle) };
  },
  random: () => Math.random(),
};
