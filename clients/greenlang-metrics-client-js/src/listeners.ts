import type { ListenOptions, Logger, Unsubscribe } from './types.js';

/**
 * The listeners of one event.
 *
 * A listener that throws or rejects is logged and does not affect the others. A listener may add or remove listeners while the
 * event is being dispatched.
 */
export class Listeners<A extends unknown[]> {
  /** An immutable list. Changes replace it, so a running dispatch uses the listeners that existed at its start. */
  #listeners: ReadonlyArray<(...args: A) => void> = [];

  constructor(
    private readonly event: string,
    private readonly logger: Logger,
  ) {}

  get size(): number {
    return this.#listeners.length;
  }

  /** Adds a listener. Adding it again does not register it twice. */
  add(listener: (...args: A) => void, { signal }: ListenOptions = {}): Unsubscribe {
    if (typeof listener !== 'function') {
      throw new TypeError(`An ${this.event} listener must be a function; it is ${typeof listener}`);
    }
    this.#listeners = [...this.#listeners.filter((each) => each !== listener), listener];
    return untilAborted(signal, () => this.remove(listener));
  }

  remove(listener: (...args: A) => void): void {
    this.#listeners = this.#listeners.filter((each) => each !== listener);
  }

  notify(...args: A): void {
    for (const listener of this.#listeners) {
      try {
        const result: unknown = listener(...args);
        if (result instanceof Promise) {
          result.catch((error: unknown) => this.#logFailure(error)); // an unhandled rejection would end a Node process
        }
      } catch (error) {
        this.#logFailure(error);
      }
    }
  }

  #logFailure(error: unknown): void {
    this.logger.error(`An ${this.event} listener failed`, error);
  }
}

/** Returns a function that removes a listener, and calls it on abort. */
export function untilAborted(signal: AbortSignal | undefined, remove: () => void): Unsubscribe {
  const unsubscribe = (): void => {
    signal?.removeEventListener('abort', unsubscribe);
    remove();
  };
  signal?.addEventListener('abort', unsubscribe);
  if (signal?.aborted) {
    unsubscribe();
  }
  return unsubscribe;
}
