import { MetricError } from './errors.js';

/** The MessagePack decoder, which is not there before somebody needs it. */
export interface Decoder {
  readonly isLoaded: boolean;
  /** Loads it, once; after a failure again. */
  load(): Promise<void>;
}

let decode: ((bytes: Uint8Array) => unknown) | undefined;
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

/** Deeper than any message of the protocol; a metric's name of 64 characters can be 32 levels of a snapshot. */
const MAX_DEPTH = 40;

/** A text frame is JSON, a binary frame MessagePack, for which the decoder must be there. Throws `MALFORMED`. */
export function decodeFrame(data: unknown): unknown {
  try {
    if (typeof data === 'string') {
      return JSON.parse(data);
    }
    if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) {
      const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      checkMessagePack(bytes);
      return decode!(bytes);
    }
  } catch (error) {
    throw new MetricError('MALFORMED', `A frame cannot be read: ${(error as Error).message}`);
  }
  throw new MetricError('MALFORMED', 'A frame is neither text nor an ArrayBuffer');
}

/** From 0xc4 on: how many bytes tell the length, or as a negative number how many follow. */
const SIZES = [1, 2, 4, 1, 2, 4, -4, -8, -1, -2, -4, -8, -1, -2, -4, -8, -2, -3, -5, -9, -17, 1, 2, 4, 2, 4, 2, 4];
const BIN8 = 0xc4;
const EXT8 = 0xc7;
const EXT32 = 0xc9;
const ARRAY16 = 0xdc;
const MAP16 = 0xde;

/**
 * Walks over MessagePack without building anything, because the decoder allocates what a header claims: five bytes that
 * claim an array of millions, nested a few times, would take all memory before the missing elements are noticed.
 */
export function checkMessagePack(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const left = [1]; // values still to come, for each level
  let at = 0;
  while (left.length > 0) {
    if (left[left.length - 1]!-- === 0) {
      left.pop();
      continue;
    }
    const type = view.getUint8(at++); // throws beyond the end
    let skip = 0;
    let children = 0;
    if (type < 0x80 || type >= 0xe0 || (type >= 0xc0 && type < BIN8)) {
      // the byte is the value
    } else if (type < 0x90) {
      children = 2 * (type & 15);
    } else if (type < 0xa0) {
      children = type & 15;
    } else if (type < 0xc0) {
      skip = type & 31;
    } else {
      const size = SIZES[type - BIN8]!;
      const length = size < 0 ? -size : size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at) : view.getUint32(at);
      at += Math.max(0, size);
      if (type >= ARRAY16) {
        children = type < MAP16 ? length : 2 * length;
      } else {
        skip = type >= EXT8 && type <= EXT32 ? length + 1 : length;
      }
    }
    at += skip;
    if (children > bytes.length - at || at > bytes.length) {
      throw new RangeError('it claims more than it has');
    }
    if (children > 0 && left.push(children) > MAX_DEPTH) {
      throw new RangeError('it is too deep');
    }
  }
  if (at < bytes.length) {
    throw new RangeError('something follows its end');
  }
}
