/** Tests of reading frames in both encodings: the golden files of the server, and hostile input. */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { encode } from '@msgpack/msgpack';
import { decodeFrame } from '../src/codec.js';
import { checkMessagePack } from '../src/messagepack.js';
import { type Message, readMessage } from '../src/messages.js';
import { FakeSocket, fakeService, metric } from './fakes.js';

const GOLDEN = '../../greenlang-metrics-websocket/src/test/resources/golden/';
const goldenNames = readdirSync(GOLDEN)
  .filter((name) => name.endsWith('.json') && !name.startsWith('command-'))
  .map((name) => name.slice(0, -5));

describe('golden files of the server', () => {
  assert.ok(goldenNames.length >= 20, `${goldenNames.length} golden files`);
  for (const name of goldenNames) {
    test(`${name}_readsTheSameInBothEncodings`, () => {
      const json = readMessage(decodeFrame(readFileSync(`${GOLDEN}${name}.json`, 'utf8'), {}));
      assert.deepEqual(readMessage(decodeFrame(readFileSync(`${GOLDEN}${name}.msgpack`), {})), json);
      assert.notEqual(json.kind, 'other');
      assert.equal(json.kind === 'tokenRefreshed', name.startsWith('token-refreshed'));
    });
  }

  for (const name of ['metric-gauge', 'metric-distribution', 'metric-distribution-buckets', 'aggregate-histogram', 'aggregate-counter']) {
    test(`${name}_readsExactlyItsFields`, () => {
      const frame = JSON.parse(readFileSync(`${GOLDEN}${name}.json`, 'utf8'));
      const { metrics } = readMessage(frame) as Extract<Message, { kind: 'metrics' }>;
      assert.deepEqual(metrics, [frame]);
    });
  }

  test('snapshot_becomesMetricsNamedByDottedPath', () => {
    const { metrics } = readMessage(JSON.parse(readFileSync(`${GOLDEN}snapshot-tags.json`, 'utf8'))) as Extract<Message, { kind: 'metrics' }>;
    assert.deepEqual(metrics.map(({ name, value }) => [name, value]), [['cpu.percent', 75.5], ['cpu', 1], ['tags', 2]]);
    assert.deepEqual(metrics[0]?.tags, { env: 'production', host: 'server1' });
  });
});

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

/** Input that would make the decoder allocate gigabytes or nest deeply, and other malformed frames. */
const HOSTILE: Record<string, Uint8Array> = {
  '__proto__ as a key': encode({ type: 'metrics', ['__proto__x'.slice(0, 9)]: { polluted: true } }),
  '__proto__ as a tag': withProtoTag(),
  'nesting of 60,000': new Uint8Array(60_000).fill(0x91),
  'nesting of maps': bytes('81 a1 61'.repeat(20_000)),
  'an array of 2³²-1': bytes('dd ffffffff'),
  'a map of 2³⁰': bytes('df 40000000'),
  'an array of 16 million, nested': bytes('dd 00ffffff'.repeat(1_000)),
  'an ext of 2 GB': bytes('c9 7fffffff 01'),
  'a string of 4 GB': bytes('db ffffffff 61'),
  'a bin of 4 GB': bytes('c6 ffffffff 61'),
  'keys that are not strings': bytes('81 90 01'),
  'truncated': encode(metric('cpu.percent', 1)).slice(0, -1),
  'trailing bytes': Uint8Array.from([...encode(metric('cpu.percent', 1)), 0xc0]),
  'a reserved byte': bytes('c1'),
  'no bytes': bytes(''),
  'JSON': new TextEncoder().encode('{"type":"ping"}'),
  'an offset of 2⁶⁴-1': Uint8Array.from([0x87, ...encodedFields(), ...encode('offset'), ...bytes('cf ffffffffffffffff')]),
  'NaN': encode(metric('cpu.percent', NaN)),
  'an invalid timestamp': encode(metric('cpu.percent', 1, { timestamp: 'yesterday' })),
  'an empty timestamp': encode(metric('cpu.percent', 1, { timestamp: '' })),
};

describe('hostile MessagePack', () => {
  for (const [description, frame] of Object.entries(HOSTILE)) {
    test(`${description}_isReported_andConnectionStaysOpen`, () => {
      const { service } = fakeService();
      const errors: string[] = [];
      service.onError(({ code }) => errors.push(code));
      service.connect();
      FakeSocket.last.welcome().receive(frame);
      assert.deepEqual(errors, ['MALFORMED']);
      FakeSocket.last.receive(encode(metric('cpu.percent', 7)));
      assert.deepEqual([service.state, service.stats().metrics, service.stats().malformed], ['connected', 1, 1]);
      assert.equal(({} as { polluted?: boolean }).polluted, undefined);
    });
  }

  test('u64_value_readsAsInJson', () => {
    const frame = Uint8Array.from([0x86, ...encodedFields(false), ...encode('value'), ...bytes('cf ffffffffffffffff')]);
    const message = readMessage(decodeFrame(frame, {})) as Extract<Message, { kind: 'metrics' }>;
    assert.equal(message.metrics[0]?.value, JSON.parse('18446744073709551615'));
  });

  test('everyValueType_passesStructureCheck', () => {
    const values = [
      0, 127, 128, 255, 256, 65_536, 2 ** 40, -1, -32, -33, -129, -40_000, -(2 ** 40), 1.5, true, false, null, '',
      'x'.repeat(31), 'x'.repeat(200), 'x'.repeat(300), 'x'.repeat(70_000), new Uint8Array(5), new Uint8Array(300), new Uint8Array(70_000),
      [], Array(15).fill(1), Array(16).fill(1), Array(70_000).fill(1), {}, Object.fromEntries(Array(20).fill(0).map((_, i) => [i, i])),
      Object.fromEntries(Array(66_000).fill(0).map((_, i) => [i, i])), new Date(1), new Date(1.5e12), new Date(-1),
    ];
    for (const value of values) {
      assert.doesNotThrow(() => checkMessagePack(encode({ a: [value] })), String(value).slice(0, 20));
    }
    for (const ext of ['d4 01 00', 'd5 01 0000', 'd6 01 00000000', 'd7 01 0000000000000000', `d8 01 ${'00'.repeat(16)}`, 'c7 01 01 00', 'c8 0001 01 00', 'ca 00000000']) {
      assert.doesNotThrow(() => checkMessagePack(bytes(ext)), ext);
    }
  });
});

describe('hostile JSON', () => {
  const frames = ['', '{', 'null', '1', '[]', '{}', '"x"', '{"type":7}', '{"type":"metrics","channel":"c"}', '{"type":"lagged","channel":"c"}',
    '{"type":"lagged","channel":"c","missed":null,"reason":"series_limit"}', '{"channel":"c","name":"n","type":"histogram","value":1,"timestamp":"2025-11-08T12:00:00Z","buckets":{"positive":[[1,"x"]]}}',
    '{"type":"lagged","channel":"c","missed":null,"epoch":"e"}', '{"type":"lagged","channel":"c","missed":null,"epoch":{},"offset":1}',
    '{"type":"subscribed"}', '{"type":"subscribed","channels":["c"],"positions":{"c":{}}}', '{"type":"error"}', '{"channel":"c","name":"n"}',
    '{"type":"subscribed","channels":["c"],"positions":{"c":{"epoch":"e","offset":1e300}}}',
    '{"channel":"c","name":"n","type":"gauge","value":"1","timestamp":"2025-11-08T12:00:00Z"}',
    '{"channel":"c","name":"n","type":7,"value":1,"timestamp":"2025-11-08T12:00:00Z"}',
    '{"channel":"c","name":"n","type":"gauge","value":1,"timestamp":"2025-11-08T12:00:00Z","tags":{"__proto__":"x"}}',
    `${'['.repeat(100_000)}`, `${'{"a":'.repeat(100_000)}`];
  for (const frame of frames) {
    test(`${frame.slice(0, 80)}_isReported_andConnectionStaysOpen`, () => {
      const { service, loggedErrors } = fakeService();
      service.connect();
      FakeSocket.last.welcome().receive(frame);
      assert.deepEqual([service.state, service.stats().malformed, loggedErrors.length], ['connected', 1, 1]);
    });
  }

  test('batch_metricOfOwnTypeAndNullValue_deliversAllButTheNull', async () => {
    const metrics = [metric('a', 1), metric('trend', 2, { type: 'trend' }), metric('failed', 0, { value: null }), metric('b', 3)];
    const { service } = fakeService();
    const received: unknown[] = [];
    service.onMetric('system.metrics', ({ name, type }) => received.push([name, type]));
    service.connect();
    FakeSocket.last.welcome().receive({ type: 'metrics', channel: 'system.metrics', metrics }).receive(metric('failed', 0, { value: null }));
    const expected = [['a', 'gauge'], ['trend', 'trend'], ['b', 'gauge']];
    assert.deepEqual([received, service.stats().malformed], [expected, 0]);
    const history = service.getHistory({ channel: 'system.metrics', start_time: new Date(0) });
    const { id } = FakeSocket.last.commands('get_history')[0];
    FakeSocket.last.receive({ type: 'history', id, channel: 'system.metrics', metrics, complete: true });
    assert.deepEqual((await history).map(({ name, type }) => [name, type]), expected);
  });

  test('metric_withoutTags_hasEmptyTags', () => {
    const { tags: _tags, ...untagged } = metric('n', 1);
    assert.deepEqual((readMessage(untagged) as Extract<Message, { kind: 'metrics' }>).metrics[0]?.tags, {});
  });

  test('unknownMessage_ofNewerServer_isIgnored', () => {
    const { service, loggedErrors } = fakeService();
    service.connect();
    FakeSocket.last.welcome().receive({ type: 'novelty', x: 1 }).receive({ ...metric('n', 1), novelty: [1] });
    assert.deepEqual([service.stats().malformed, service.stats().metrics, loggedErrors], [0, 1, []]);
  });

  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    test(`metric_named_${name}_isDelivered`, () => {
      const { service } = fakeService();
      const names: string[] = [];
      service.onMetric(name, (each) => names.push(each.name));
      service.connect();
      FakeSocket.last.welcome().receive(metric(name, 1, { channel: name, tags: { constructor: 'x' } }));
      assert.deepEqual(names, [name]);
      assert.equal(service.getBufferedMetrics({ name, tags: { constructor: 'x' } }).length, 1);
      assert.equal(service.getBufferedMetrics({ tags: { toString: 'x' } }).length, 0);
    });
  }
});

/** The server rejects only `__proto__`, so every other name of the language is a tag in both encodings. */
describe('names of the language as tags', () => {
  const tags = { constructor: 'a', prototype: 'b', toString: 'c', hasOwnProperty: 'd' };
  for (const [encoding, frame] of [['JSON', JSON.stringify(metric('n', 1, { tags }))], ['MessagePack', encode(metric('n', 1, { tags }))]] as const) {
    test(`tags_namedLikeMembersOfObjects_areDeliveredIn${encoding}`, () => {
      const { service } = fakeService();
      const received: unknown[] = [];
      service.onMetric('system.metrics', (each) => received.push(each.tags));
      service.connect();
      FakeSocket.last.welcome().receive(frame);
      assert.deepEqual(received, [tags]);
    });
  }
});

test('metric_onAPageThatExtendsObjects_hasNoInheritedFields', () => {
  const { service } = fakeService();
  const received: unknown[] = [];
  service.onMetric('system.metrics', (each) => received.push({ ...each }));
  service.connect();
  const prototype = Object.prototype as Record<string, unknown>;
  prototype.p99 = 1;
  try {
    FakeSocket.last.welcome().receive(JSON.stringify(metric('n', 1, { tags: { host: 'a' } })));
  } finally {
    delete prototype.p99;
  }
  assert.deepEqual(received, [metric('n', 1, { tags: { host: 'a' } })]);
});

/** Returns the encoded fields of a metric without the header of the map. */
function encodedFields(withValue = true): number[] {
  const { value, ...rest } = metric('n', 1);
  return [...encode(withValue ? { ...rest, value } : rest)].slice(1);
}

function withProtoTag(): Uint8Array {
  const { tags: _tags, ...rest } = metric('n', 1);
  return Uint8Array.from([0x86, ...[...encode(rest)].slice(1), ...encode('tags'), 0x81, ...encode('__proto__'), ...encode('x')]);
}
