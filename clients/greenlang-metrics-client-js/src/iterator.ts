/** An async iterator over pushed values. It buffers up to `capacity` values for a slow reader and discards the oldest beyond that. */
export class PushIterator<T> implements AsyncIterableIterator<T> {
  #buffered: T[] = [];
  #pendingReads: Array<(result: IteratorResult<T>) => void> = [];
  #isEnded = false;

  /**
   * @param onDrop called for each discarded value
   * @param onEnd called once, when either side ends the iteration
   */
  constructor(
    private readonly capacity: number,
    private readonly onDrop: () => void,
    private readonly onEnd: () => void,
  ) {}

  push(value: T): void {
    const read = this.#pendingReads.shift();
    if (read) {
      read({ value, done: false });
    } else if (!this.#isEnded) {
      this.#buffered.push(value);
      if (this.#buffered.length > this.capacity) {
        this.#buffered.shift();
        this.onDrop();
      }
    }
  }

  /** Ends the iteration. The reader can still read the buffered values. */
  end(): void {
    if (!this.#isEnded) {
      this.#isEnded = true;
      this.#pendingReads.splice(0).forEach((read) => read({ value: undefined, done: true }));
      this.onEnd();
    }
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#buffered.length > 0) {
      return Promise.resolve({ value: this.#buffered.shift() as T, done: false });
    }
    if (this.#isEnded) {
      return Promise.resolve({ value: undefined, done: true });
    }
    return new Promise((resolve) => this.#pendingReads.push(resolve));
  }

  return(): Promise<IteratorResult<T>> {
    this.#buffered = [];
    this.end();
    return this.next();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
