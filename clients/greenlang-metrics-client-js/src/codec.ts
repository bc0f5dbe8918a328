import { MetricError } from './errors.js';

/** A MessagePack decoder that is loaded on first use. */
export interface Decoder {
  readonly isLoaded: boolean;
  /** Loads the decoder once. After a failure, the next call retries. */
  load(): Promise<void>;
}

let decode: ((bytes: Uint8Array, connection: object) => unknown) | undefined;
let loading: Promise<void> | undefined;

export const decoder: Decoder = {
  get isLoaded() {
    return decode !== undefined;
  },
  load: () =>
    (loading ??= import('./messagepack.js').then(
      (module) => void (decode = module.decode),
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    )),
};

/**
 * Decodes a frame: text as JSON, binary as MessagePack. The decoder must be loaded for binary frames. Throws `MALFORMED`.
 *
 * @param connection identifies the connection: a frame can depend on earlier ones of the same connection
 */
export function decodeFrame(data: unknown, connection: object): unknown {
  try {
    if (typeof data === 'string') {
      return JSON.parse(data);
    }
    if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) {
      const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      return decode!(bytes, connection);
    }
  } catch (error) {
    throw new MetricError('MALFORMED', `Failed to decode a frame: ${(error as Error).message}`);
  }
  throw new MetricError('MALFORMED', 'A frame is neither text nor an ArrayBuffer');
}
