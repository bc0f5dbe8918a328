import { type Decoder, decoder } from './codec.js';
import { MetricError } from './errors.js';

/** The maximum number of frames that wait for the decoder. If the queue exceeds it, loading has failed. */
const MAX_PENDING_FRAMES = 10_000;

/**
 * The frames of one connection, in the order of arrival.
 *
 * The first binary frame waits until the MessagePack decoder is loaded, and later frames wait too. A client that
 * uses JSON never downloads the decoder.
 */
export class FrameQueue {
  /** The waiting frames, oldest first; null if none has to wait. */
  #pending: unknown[] | null = null;
  #isClosed = false;

  /**
   * @param onFrame receives each frame as soon as the client can decode it
   * @param onFailure receives the reason if the decoder cannot be loaded; the queue reads no further frames
   */
  constructor(
    private readonly onFrame: (data: unknown) => void,
    private readonly onFailure: (error: MetricError) => void,
    private readonly messagePack: Decoder = decoder,
  ) {}

  add(data: unknown): void {
    if (this.#pending) {
      if (this.#pending.push(data) > MAX_PENDING_FRAMES) {
        this.#fail(`loading took longer than ${MAX_PENDING_FRAMES} frames`);
      }
    } else if (typeof data === 'string' || this.messagePack.isLoaded) {
      this.onFrame(data);
    } else {
      this.#pending = [data];
      this.messagePack.load().then(
        () => this.#drain(),
        (error: unknown) => this.#fail(error instanceof Error ? error.message : String(error)),
      );
    }
  }

  /** Discards the waiting frames. */
  close(): void {
    this.#isClosed = true;
    this.#pending = null;
  }

  #drain(): void {
    const frames = this.#pending ?? [];
    this.#pending = null;
    for (const frame of frames) {
      if (this.#isClosed) {
        return; // a listener of the previous frame closed the queue
      }
      this.onFrame(frame);
    }
  }

  #fail(reason: string): void {
    if (!this.#isClosed) {
      this.close();
      this.onFailure(new MetricError('DECODER', `Failed to load the MessagePack decoder: ${reason}. Without compression no decoder is needed`));
    }
  }
}
