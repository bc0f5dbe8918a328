/** The decoder of the format `columnar`. It is a part of the MessagePack module, so clients that use JSON do not load it. */

type Fields = Record<string, unknown>;

/** A number of a series that changes from message to message. */
interface Lane {
  number: number;
  /** The scale of a decimal, or `RAW`. */
  mode: number;
  mantissa: number;
}

/** A defined series. The first lane is the value; the others are the fields. */
interface Series {
  name: unknown;
  type: unknown;
  tags: unknown;
  fields: string[];
  lanes: Lane[];
}

/** The state of a channel after the messages so far. */
interface ChannelState {
  dictionary: Series[];
  time: number;
  step: number;
}

const RAW = 255;
const POWERS = Array.from({ length: 16 }, (_, scale) => Number(`1e${scale}`));

/** The columns of one connection, by channel. */
export class ColumnarDecoder {
  readonly #channels = new Map<unknown, ChannelState>();

  /**
   * Returns the batch with the same metrics. Throws if the message is malformed, or does not follow a key message; then all
   * messages up to the next key message throw.
   */
  toBatch(message: Fields): Fields {
    const { columns, series, key, interval, ...batch } = message;
    const state = key ? { dictionary: [], time: 0, step: 0 } : this.#channels.get(batch.channel);
    this.#channels.delete(batch.channel);
    check(state); // otherwise the message does not follow a key message
    for (const [name, type, tags, fields = []] of (series as [unknown, unknown, unknown, string[]?][] | undefined) ?? []) {
      state.dictionary.push({ name, type, tags, fields, lanes: ['value', ...fields].map(() => ({ number: 0, mode: 0, mantissa: 0 })) });
    }
    batch.metrics = readMetrics(columns as Uint8Array, state, batch.channel, interval);
    if (key) {
      state.step = 0;
    }
    this.#channels.set(batch.channel, state);
    return batch;
  }
}

/** Reads the bytes of one message. */
function readMetrics(bytes: Uint8Array, state: ChannelState, channel: unknown, interval: unknown): Fields[] {
  let position = 0;
  const readByte = (): number => {
    check(position < bytes.length); // otherwise they are too short
    return bytes[position++]!;
  };
  /** Reads an integer of at most 2⁵³, which is more than the 32 bits of the bitwise operators. */
  const readInteger = (): number => {
    let number = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = readByte();
      number += (byte % 128) * factor;
      if (byte < 128) {
        return number;
      }
    }
  };
  const readSigned = (): number => {
    const zigzag = readInteger();
    return zigzag % 2 ? -(zigzag + 1) / 2 : zigzag / 2;
  };
  /** Skips a bitmap and returns the function that tests its bits. */
  const readBitmap = (length: number): ((index: number) => number) => {
    const start = position;
    position += Math.ceil(length / 8);
    return (index) => (bytes[start + (index >> 3)]! >> (index & 7)) & 1;
  };
  const double = new DataView(new ArrayBuffer(8));
  const readNumber = (lane: Lane): void => {
    const isSwitch = bytes[position] === 0;
    if (isSwitch) {
      position++;
      lane.mode = readByte();
      lane.mantissa = lane.number = 0;
    }
    if (lane.mode === RAW) {
      const header = isSwitch ? 8 : readByte();
      double.setFloat64(0, lane.number);
      for (let i = header >> 4, end = i + (header & 15); i < end; i++) {
        double.setUint8(i, double.getUint8(i) ^ readByte()); // throws past the eighth byte
      }
      lane.number = double.getFloat64(0);
    } else {
      lane.mantissa += readSigned();
      lane.number = lane.mantissa / POWERS[lane.mode]!; // NaN, which the client rejects, if there is no such mode
    }
  };

  const count = readInteger();
  check(count <= 8 * bytes.length); // otherwise they claim more metrics than they contain
  const { dictionary } = state;
  const series: Series[] = [];
  const runs = readInteger();
  if (runs === 0) {
    const isPresent = readBitmap(dictionary.length);
    dictionary.forEach((each, id) => isPresent(id) && series.push(each));
  }
  for (let run = 0, id = 0; run < runs && series.length <= count; run++) {
    id += readSigned();
    for (const end = id + readInteger(); id <= end && series.length <= count; id++) {
      series.push(dictionary[id]!);
    }
  }
  check(series.length === count && !series.includes(undefined!)); // otherwise they name a series that is not defined

  state.step += readSigned();
  state.time += state.step;
  let { time } = state;
  const times = Array<string>(count).fill(formatTime(time));
  for (let changes = readInteger(), index = 0; changes > 0; changes--) {
    index += readInteger() + 1;
    time += readSigned();
    check(index < count); // otherwise they have a time without a metric
    times.fill(formatTime(time), index);
  }

  const hasChanged = readBitmap(series.reduce((sum, { lanes }) => sum + lanes.length, 0));
  let index = 0;
  const metrics = series.map(({ name, type, tags, fields, lanes }, i) => {
    for (const lane of lanes) {
      if (hasChanged(index++)) {
        readNumber(lane);
      }
    }
    // Without a spread, which takes twenty times as long here.
    const metric: Fields = { channel, name, type, value: lanes[0]!.number, timestamp: times[i], tags };
    if (interval !== undefined) {
      metric.interval = interval;
    }
    fields.forEach((field, lane) => (metric[field] = lanes[lane + 1]!.number));
    return metric;
  });
  check(position === bytes.length); // otherwise they have another length than their metrics
  return metrics;
}

/** Formats a time as the other messages of the server do: without milliseconds if they are zero. */
function formatTime(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}

/** Throws unless a condition holds. One text for all reasons keeps the decoder small. */
function check(condition: unknown): asserts condition {
  if (!condition) {
    throw new RangeError('the columns are malformed');
  }
}
