/** A promise that outside code settles. It handles its own rejection, so an unobserved rejection does not end the process. */
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
