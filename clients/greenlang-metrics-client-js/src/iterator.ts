/** Makes an async iterator of pushed values: holds at most so many for a slow reader, who then loses the oldest. */
export class Pushed<T> implements AsyncIterableIterator<T> {
  #values: T[] = [];
  #waiting: Array<(result: IteratorResult<T>) => void> = [];
  #ended = false;

  /**
   * @param onDrop called for each value that the reader was too slow for
   * @param onEnd called once, when either side ends it
   */
  constructor(
    private readonly capacity: number,
    private readonly onDrop: () => void,
    private readonly onEnd: () => void,
  ) {}

  push(value: T): void {
    const reader = this.#waiting.shift();
    if (reader) {
      reader({ value, done: false });
    } else if (!this.#ended) {
      this.#values.push(value);
      if (this.#values.length > this.capacity) {
        this.#values.shift();
        this.onDrop();
      }
    }
  }

  /** What was pushed before can still be read. */
  end(): void {
    if (!this.#ended) {
      this.#ended = true;
      this.#waiting.splice(0).forEach((reader) => reader({ value: undefined, done: true }));
      this.onEnd();
    }
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#values.length > 0) {
      return Promise.resolve({ value: this.#values.shift() as T, done: false });
    }
    if (this.#ended) {
      return Promise.resolve({ value: undefined, done: true });
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<T>> {
    this.#values = [];
    this.end();
    return this.next();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
