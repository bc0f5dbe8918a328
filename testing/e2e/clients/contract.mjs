import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { startServer } from '../server.mjs';
import { address, isMetric } from './peer.mjs';

/** Short, so that pings come often. They also tell a test that time has gone by in which nothing else came. */
const HEARTBEAT_SECONDS = 3; // a busy machine starts a client more slowly than two of one second

const METRIC_FIELDS = ['channel', 'name', 'tags', 'timestamp', 'type', 'value'];

const SYSTEM_METRICS = [
  'cpu.percent',
  'cpu.count',
  'memory.total',
  'memory.used',
  'memory.percent',
  'disk.percent',
  'network.bytes_sent',
  'network.bytes_recv',
];

/** Of the channel `system.metrics`; all others in it are gauges. */
const SYSTEM_TOTALS = /\.(bytes_\w+|reads|writes|busy_ms|packets_\w+|errors_\w+|drops_recv|seconds)$/;

/** The tests mostly wait for the next second, and can do so side by side. */
const CONCURRENCY = 4;

/**
 * What any client may rely on that was written from the product's API page alone. The messages are those of that page.
 *
 * @param {string} name the client's
 * @param {(address: string) => Promise<import('./peer.mjs').Peer>} open
 * @param {(options: import('../server.mjs').Options) => Promise<import('../server.mjs').Server>} [start] a server that
 *     heeds the options' environment
 */
export function clientContract(name, open, start = startServer) {
  describe(name, { timeout: 300_000, concurrency: CONCURRENCY }, () => {
    let server;

    before(async () => {
      server = await start({ env: { WS_HEARTBEAT_INTERVAL: String(HEARTBEAT_SECONDS) } });
    });
    after(() => server?.stop());

    /** A client that is closed when the test is over. */
    async function connect(t, token) {
      const client = await open(address(server, token));
      t.after(() => client.close());
      return client;
    }

    test('is welcomed', async (t) => {
      const client = await connect(t);
      const { encoding, message } = await client.next('welcome');
      assert.deepEqual(client.frames[0], { encoding, message }, 'the welcome comes first');
      assert.equal(encoding, 'json');
      assert.match(message.client_id, /^127\.0\.0\.1:\d+$/);
      assert.ok(Math.abs(message.timestamp - Date.now() / 1000) < 10, `timestamp ${message.timestamp}`);
    });

    test('receives cpu.percent once a second, in the shape that the page shows', async (t) => {
      const client = await connect(t);
      client.send({
        type: 'subscribe',
        data: { channels: ['system.metrics', 'workflow.metrics'], tags: { host: hostname() }, compression: false },
      });
      const { message: subscribed } = await client.next('subscribed');
      assert.deepEqual(subscribed, { type: 'subscribed', channels: ['system.metrics', 'workflow.metrics'] });

      const values = (await client.metrics('cpu.percent', 6)).map(({ message }) => message);
      for (const { type, value } of values) {
        assert.equal(type, 'gauge');
        assert.ok(value >= 0 && value <= 100, `cpu.percent ${value}`);
      }
      assertOnceASecond(values.map(({ timestamp }) => timestamp));

      const metrics = client.frames.filter(isMetric);
      for (const { encoding, message } of metrics) {
        assert.equal(encoding, 'json');
        assertMetric(message, subscribed.channels);
      }
      const names = new Set(metrics.map(({ message }) => message.name));
      assert.deepEqual(SYSTEM_METRICS.filter((each) => !names.has(each)), [], 'names of the page that did not come');
    });

    test('gets only what has all of its tags', async (t) => {
      const [picky, open] = await Promise.all([connect(t), connect(t)]);
      picky.send({
        type: 'subscribe',
        data: { channels: ['system.metrics'], tags: { host: hostname(), env: 'production' } },
      });
      await picky.next('subscribed');
      open.send({ type: 'subscribe', data: { channels: ['system.metrics'] } });
      await open.metrics('cpu.percent', 2);
      picky.send({ type: 'unsubscribe', channels: ['system.metrics'] });
      await picky.next('unsubscribed');
      assert.deepEqual(picky.frames.filter(isMetric), []);
    });

    test('answers pings, and stays', async (t) => {
      const client = await connect(t);
      for (let seen = 0, pings = 0; pings < 4; pings++) {
        const ping = await client.next('ping', seen);
        seen = client.frames.indexOf(ping) + 1;
        assert.deepEqual(Object.keys(ping.message).sort(), ['timestamp', 'type']);
        client.send({ type: 'pong', timestamp: ping.message.timestamp });
      }
      assert.deepEqual(new Set(client.frames.map(({ message }) => message.type)), new Set(['welcome', 'ping']));
      assert.equal(client.closeCode, null);
    });

    test('gets one aggregate a window, as the API page asks for it', async (t) => {
      const client = await connect(t);
      client.send({ type: 'subscribe', data: { channels: ['system.metrics'], aggregation_interval: '1s' } });
      const windows = await client.metrics('cpu.percent', 2);
      for (const { message } of windows) {
        assert.deepEqual(
          Object.keys(message).sort(),
          ['channel', 'count', 'interval', 'max', 'min', 'name', 'tags', 'timestamp', 'type', 'value'],
        );
        assert.equal(message.interval, '1s');
        assert.equal(Date.parse(message.timestamp) % 1000, 0, 'windows are aligned to the clock');
        assert.ok(message.count >= 1 && message.min <= message.value && message.value <= message.max);
      }
    });

    test('hears no more of what it has unsubscribed from', async (t) => {
      const client = await connect(t);
      client.send({ type: 'subscribe', data: { channels: ['system.metrics'] } });
      await client.metrics('cpu.percent', 1);
      client.send({ type: 'unsubscribe', channels: ['system.metrics'] });
      const unsubscribed = await client.next('unsubscribed');
      assert.deepEqual(unsubscribed.message, { type: 'unsubscribed', channels: ['system.metrics'] });
      await assertNothingComes(client, client.frames.indexOf(unsubscribed) + 1);
    });

    test('gets the same in MessagePack when it asks for compression', async (t) => {
      const [plain, compressed] = await Promise.all([connect(t), connect(t)]);
      plain.send({ type: 'subscribe', data: { channels: ['system.metrics'] } });
      compressed.send({ type: 'subscribe', data: { channels: ['system.metrics'], compression: true } });
      await plain.metrics('cpu.percent', 3);
      await compressed.metrics('cpu.percent', 3);

      const packed = compressed.frames.filter(isMetric);
      assert.deepEqual(new Set(packed.map(({ encoding }) => encoding)), new Set(['messagepack']));
      packed.forEach(({ message }) => assertMetric(message));
      const identity = ({ message }) => JSON.stringify([message.name, message.timestamp, Object.entries(message.tags).sort()]);
      const inJson = new Map(plain.frames.filter(isMetric).map((frame) => [identity(frame), frame.message]));
      const inBoth = packed.filter((frame) => inJson.has(identity(frame)));
      assert.ok(inBoth.length >= SYSTEM_METRICS.length, `${inBoth.length} metrics came both ways`);
      for (const frame of inBoth) {
        assert.deepEqual(frame.message, inJson.get(identity(frame)));
      }
      assert.equal((await compressed.next('ping', compressed.frames.indexOf(packed[0]))).encoding, 'messagepack');
    });

    test('is answered in MessagePack when it asks in MessagePack', async (t) => {
      const client = await connect(t);
      client.sendMessagePack({ type: 'subscribe', data: { channels: ['system.metrics'], compression: true } });
      const answer = { type: 'subscribed', channels: ['system.metrics'] };
      assert.deepEqual(await client.next('subscribed'), { encoding: 'messagepack', message: answer });
    });

    test('is told what cannot be, loses nothing by it, and stays', async (t) => {
      const client = await connect(t);
      const cases = [
        [/^Invalid subscription: unknown channel$/, subscribe({ channels: ['system.metrics', 'nonsense.metrics'] })],
        [
          /^Subscription error: aggregation_interval must be 1s, 5s, 1m, 5m or 1h$/,
          subscribe({ channels: ['system.metrics'], aggregation_interval: '2s' }),
        ],
        [
          /^History error: end_time must not be before start_time$/,
          {
            type: 'get_history',
            data: {
              channel: 'system.metrics',
              start_time: '2025-11-08T01:00:00Z',
              end_time: '2025-11-08T00:00:00Z',
            },
          },
        ],
        [/^Unknown message type: greet$/, { type: 'greet' }],
      ];
      for (const [expected, command] of cases) {
        const seen = client.frames.length;
        client.send(command);
        assert.match((await client.next('error', seen)).message.message, expected);
      }
      await assertNothingComes(client, client.frames.length);
      client.send(subscribe({ channels: ['system.metrics'] }));
      await client.metrics('cpu.percent', 1);
    });

    for (const [what, token] of [
      ['no token', null],
      ['a token of somebody else', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4IiwiZXhwIjo5OTk5OTk5OTk5fQ.AAAA'],
    ]) {
      test(`is told nothing with ${what}, except why`, async (t) => {
        const client = await connect(t, token);
        assert.equal(await client.closed(), 4401);
        assert.deepEqual(client.frames.map(({ message }) => [message.type, message.message]), [
          ['error', 'Invalid authentication token'],
        ]);
      });
    }
  });
}

const subscribe = (data) => ({ type: 'subscribe', data });

function assertMetric(message, channels = ['system.metrics']) {
  assert.deepEqual(Object.keys(message).sort(), METRIC_FIELDS);
  assert.ok(channels.includes(message.channel), `${message.name} of ${message.channel}`);
  if (message.channel === 'system.metrics') {
    assert.equal(message.type, SYSTEM_TOTALS.test(message.name) ? 'counter' : 'gauge', message.name);
  }
  assert.ok(Number.isFinite(message.value), `${message.name} ${message.value}`);
  assert.match(message.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/);
  assert.equal(message.tags.host, hostname());
}

/** By the median: a busy machine may be late once, and a collector that is late by a second leaves one out. */
function assertOnceASecond(timestamps) {
  const times = timestamps.map((timestamp) => Date.parse(timestamp));
  const steps = times.slice(1).map((time, i) => time - times[i]);
  assert.ok(steps.every((step) => step > 0), `in order: ${timestamps}`);
  const median = steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)];
  assert.ok(Math.abs(median - 1000) < 200, `a second apart: ${steps} ms`);
}

/** No metric for two heartbeats, the time of two collections. */
async function assertNothingComes(client, from) {
  const [, , last] = await client.matching(({ message }) => message.type === 'ping', 3, from, 'ping');
  assert.deepEqual(client.frames.slice(from, client.frames.indexOf(last)).filter(isMetric), []);
}
