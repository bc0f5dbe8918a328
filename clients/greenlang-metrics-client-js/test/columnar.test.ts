/** Tests of the format `columnar`. The golden files are those of the server; the stream has the batches that are expected. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { decode } from '@msgpack/msgpack';
import { ColumnarDecoder } from '../src/columnar.js';
import { connectedService } from './connected-service.js';
import { FakeSocket } from './fakes.js';

type Message = Record<string, unknown>;
const GOLDEN = '../../greenlang-metrics-websocket/src/test/resources/golden-columnar/';
const bytes = (name: string): Uint8Array => new Uint8Array(readFileSync(`${GOLDEN}${name}.msgpack`));
const golden = (name: string): Message => decode(bytes(name)) as Message;
const stream = (): [Message, Message][] => decode(bytes('stream')) as [Message, Message][];
/** Copies a message with other columns. */
const withColumns = (message: Message, change: (columns: Uint8Array) => Uint8Array): Message => ({ ...message, columns: change(new Uint8Array(message.columns as Uint8Array)) });

describe('columnar', () => {
  test('goldenFiles_areTheMetricsOfThePage', () => {
    const decoder = new ColumnarDecoder();
    const metrics = ['key', 'next', 'unchanged'].flatMap((name) => decoder.toBatch(golden(name)).metrics as Message[]);
    assert.deepEqual(
      metrics.map(({ name, value, timestamp }) => [name, value, timestamp]),
      [
        ['cpu.percent', 75.5, '2025-11-08T12:00:00Z'],
        ['net.bytes', 16_777_216_000, '2025-11-08T12:00:00.250Z'],
        ['ratio', 1 / 3, '2025-11-08T12:00:00Z'],
        ['cpu.percent', 75.4, '2025-11-08T12:00:01.002Z'],
        ['net.bytes', 16_777_217_500, '2025-11-08T12:00:01.002Z'],
        ['ratio', 0.5, '2025-11-08T12:00:01.002Z'],
        ['ratio', 0.5, '2025-11-08T12:00:02.001Z'],
      ],
    );
    assert.deepEqual(decoder.toBatch(golden('window')).metrics, [
      { channel: 'system.metrics', interval: '5s', name: 'cpu.percent', type: 'gauge', value: 20.166666666666668, timestamp: '2025-11-08T12:00:00Z', tags: { host: 'server1' }, count: 3, min: 10, max: 30 },
    ]);
  });

  test('randomPublications_areTheBatchesBitByBit', () => {
    const decoder = new ColumnarDecoder();
    const pairs = stream();
    assert.ok(pairs.length >= 40);
    for (const [columns, batch] of pairs) {
      assert.deepStrictEqual(decoder.toBatch(columns), batch); // distinguishes -0 from 0
    }
  });

  test('messageWithoutKey_throwsUntilTheNextKey', () => {
    const decoder = new ColumnarDecoder();
    assert.throws(() => decoder.toBatch(golden('next')), RangeError);
    decoder.toBatch(golden('key'));
    assert.throws(() => decoder.toBatch(withColumns(golden('next'), (columns) => columns.subarray(0, 5))), RangeError);
    assert.throws(() => decoder.toBatch(golden('unchanged')), RangeError);
    assert.equal((decoder.toBatch(golden('key')).metrics as unknown[]).length, 3);
  });

  test('columns_truncatedOrChangedAnywhere_throwOrDecode_withoutHarm', () => {
    const key = golden('key');
    const length = (key.columns as Uint8Array).length;
    for (let i = 0; i < length; i++) {
      assert.throws(() => new ColumnarDecoder().toBatch(withColumns(key, (columns) => columns.subarray(0, i))), RangeError, `${i} bytes`);
      for (const byte of [0, 1, 0x7f, 0x80, 0xff]) {
        const changed = withColumns(key, (columns) => columns.fill(byte, i, i + 1));
        try {
          assert.ok((new ColumnarDecoder().toBatch(changed).metrics as unknown[]).length <= 3);
        } catch (error) {
          assert.ok(error instanceof RangeError, String(error));
        }
      }
    }
  });

  test('subscription_receivesMetrics_andBeginsAgainAfterReconnect', () => {
    const { received, reconnect, service } = connectedService({ channels: ['system.metrics'], format: 'columnar', compression: true });
    FakeSocket.last.confirm({});
    for (const name of ['key', 'next']) {
      FakeSocket.last.receive(bytes(name));
    }
    assert.deepEqual(received, [75.5, 16_777_216_000, 1 / 3, 75.4, 16_777_217_500, 0.5]);
    reconnect();
    FakeSocket.last.confirm({});
    FakeSocket.last.receive(bytes('unchanged'));
    assert.equal(service.stats().malformed, 1); // the state of the previous connection is gone
    FakeSocket.last.receive(bytes('key'));
    assert.equal(received.length, 9);
  });
});
