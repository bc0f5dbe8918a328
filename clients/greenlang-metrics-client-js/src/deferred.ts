/** A promise that is settled from outside. Nobody has to await it: a rejection that nobody sees is no crash. */
export class Deferred<T> {
  resolve!: (value: T) => void;
  reject!: (error: Error) => void;
  settled = false;
  readonly promise = new Promise<T>((resolve, reject) => {
    this.resolve = (value) => ((this.settled = true), resolve(value));
    this.reject = (error) => ((this.settled = true), reject(error));
  });

  constructor() {
    this.promise.catch(() => {});
  }
}
