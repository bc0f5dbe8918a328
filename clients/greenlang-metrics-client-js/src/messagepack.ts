/**
 * The MessagePack decoder as a separate module. Bundlers can load it on demand, without the encoder. Clients that use JSON load
 * neither the decoder nor its check.
 */

import { decode as decodeValue } from '@msgpack/msgpack';
import { ColumnarDecoder } from './columnar.js';

/** A limit above the depth of any protocol message. A metric name of 64 characters can produce 32 levels in a snapshot. */
const MAX_DEPTH = 40;

/** The columns of each connection. */
const decoders = new WeakMap<object, ColumnarDecoder>();

/**
 * Decodes a frame after its structure was checked. Columns become a batch. Throws if the frame is malformed.
 *
 * @param connection identifies the connection, on which columns depend on earlier ones
 */
export function decode(bytes: Uint8Array, connection: object): unknown {
  checkMessagePack(bytes);
  const value = decodeValue(bytes);
  if (!(value instanceof Object && 'columns' in value && value.columns instanceof Uint8Array)) {
    return value;
  }
  let decoder = decoders.get(connection);
  if (!decoder) {
    decoders.set(connection, (decoder = new ColumnarDecoder()));
  }
  return decoder.toBatch(value as Record<string, unknown>);
}

/**
 * The size of each type from 0xc4 on. A positive number is the width of the length field in bytes. A negative number is the
 * fixed length of the payload.
 */
const SIZES = [1, 2, 4, 1, 2, 4, -4, -8, -1, -2, -4, -8, -1, -2, -4, -8, -2, -3, -5, -9, -17, 1, 2, 4, 2, 4, 2, 4];
const BIN8 = 0xc4;
const EXT8 = 0xc7;
const EXT32 = 0xc9;
const ARRAY16 = 0xdc;
const MAP16 = 0xde;

/**
 * Validates the structure of MessagePack data without allocating values.
 *
 * The decoder allocates as much as a header claims. Five bytes can claim an array of millions of elements. A few such headers,
 * nested, would exhaust memory before the decoder notices the missing elements.
 */
export function checkMessagePack(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const remaining = [1]; // the number of values left to read at each level
  let position = 0;
  while (remaining.length > 0) {
    if (remaining[remaining.length - 1]!-- === 0) {
      remaining.pop();
      continue;
    }
    const type = view.getUint8(position++); // throws past the end
    let payload = 0;
    let children = 0;
    if (type < 0x80 || type >= 0xe0 || (type >= 0xc0 && type < BIN8)) {
      // The type byte is the value.
    } else if (type < 0x90) {
      children = 2 * (type & 15);
    } else if (type < 0xa0) {
      children = type & 15;
    } else if (type < 0xc0) {
      payload = type & 31;
    } else {
      const size = SIZES[type - BIN8]!;
      const length = size < 0 ? -size : size === 1 ? view.getUint8(position) : size === 2 ? view.getUint16(position) : view.getUint32(position);
      position += Math.max(0, size);
      if (type >= ARRAY16) {
        children = type < MAP16 ? length : 2 * length;
      } else {
        payload = type >= EXT8 && type <= EXT32 ? length + 1 : length;
      }
    }
    position += payload;
    if (children > bytes.length - position || position > bytes.length) {
      throw new RangeError('a header claims more data than the frame contains');
    }
    if (children > 0 && remaining.push(children) > MAX_DEPTH) {
      throw new RangeError('the nesting is too deep');
    }
  }
  if (position < bytes.length) {
    throw new RangeError('the frame has trailing bytes');
  }
}
