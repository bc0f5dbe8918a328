/** Time and chance, so that tests can bring their own. Nothing global is touched before it is needed. */
export interface Clock {
  /** Milliseconds on a clock that is never set: a step of the wall clock must not end a connection. */
  now(): number;
  after(ms: number, action: () => void): Timer;
  /** From 0 up to 1. */
  random(): number;
}

export interface Timer {
  cancel(): void;
}

/** The longest delay that timers know; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, action) {
    const handle = setTimeout(action, Math.min(ms, LONGEST_MS));
    return { cancel: () => clearTimeout(handle) };
  },
  random: () => Math.random(),
};
