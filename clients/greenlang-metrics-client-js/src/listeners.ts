import type { Logger, Unsubscribe } from './types.js';

/** Listeners of one kind. One that throws or rejects is reported and hurts nobody else; one may add or take off others while called. */
export class Listeners<A extends unknown[]> {
  /** Replaced and never changed, so that a call under way keeps to those that were there when it began. */
  #all: ReadonlyArray<(...args: A) => void> = [];

  constructor(
    private readonly what: string,
    private readonly logger: Logger,
  ) {}

  get size(): number {
    return this.#all.length;
  }

  /** A listener is there once, however often it is added. */
  add(listener: (...args: A) => void): Unsubscribe {
    if (typeof listener !== 'function') {
      throw new TypeError(`An ${this.what} listener must be a function; it is ${typeof listener}`);
    }
    this.#all = [...this.#all.filter((each) => each !== listener), listener];
    return () => this.remove(listener);
  }

  remove(listener: (...args: A) => void): void {
    this.#all = this.#all.filter((each) => each !== listener);
  }

  call(...args: A): void {
    for (const listener of this.#all) {
      try {
        const result: unknown = listener(...args);
        if (result instanceof Promise) {
          result.catch((error: unknown) => this.#failed(error)); // unhandled, it would end a Node process
        }
      } catch (error) {
        this.#failed(error);
      }
    }
  }

  #failed(error: unknown): void {
    this.logger.error(`An ${this.what} listener failed`, error);
  }
}
