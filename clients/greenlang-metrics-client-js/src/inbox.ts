import { type Decoder, decoder } from './codec.js';
import { MetricError } from './errors.js';

/** While the decoder is on its way so many frames may wait for it. Beyond that it is not coming. */
const MAX_WAITING = 10_000;

/**
 * One connection's frames, in the order in which they came. The first binary one waits until the MessagePack decoder has been
 * loaded, and everything behind it waits, too; so who asks for JSON never downloads a decoder.
 */
export class Inbox {
  /** Oldest first; null while nothing has to wait. */
  #waiting: unknown[] | null = null;
  #closed = false;

  /**
   * @param onFrame gets each frame as soon as it can be read
   * @param onFailure is told that the decoder cannot be had; nothing more can be read then
   */
  constructor(
    private readonly onFrame: (data: unknown) => void,
    private readonly onFailure: (error: MetricError) => void,
    private readonly messagePack: Decoder = decoder,
  ) {}

  add(data: unknown): void {
    if (this.#waiting) {
      if (this.#waiting.push(data) > MAX_WAITING) {
        this.#fail(`it has not come while ${MAX_WAITING} frames did`);
      }
    } else if (typeof data === 'string' || this.messagePack.isLoaded) {
      this.onFrame(data);
    } else {
      this.#waiting = [data];
      this.messagePack.load().then(
        () => this.#readOn(),
        (error: unknown) => this.#fail(error instanceof Error ? error.message : String(error)),
      );
    }
  }

  /** Nothing that still waits will be read. */
  close(): void {
    this.#closed = true;
    this.#waiting = null;
  }

  #readOn(): void {
    const frames = this.#waiting ?? [];
    this.#waiting = null;
    for (const frame of frames) {
      if (this.#closed) {
        return; // by a listener of the frame before
      }
      this.onFrame(frame);
    }
  }

  #fail(why: string): void {
    if (!this.#closed) {
      this.close();
      this.onFailure(new MetricError('DECODER', `The MessagePack decoder cannot be loaded: ${why}. Without compression none is needed`));
    }
  }
}
