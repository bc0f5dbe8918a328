import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { startServer } from '../server.mjs';
import { isMetric, serverUrl } from './peer.mjs';

/** A short interval, so that pings are frequent. The pings also show a test that time has passed without other frames. */
const HEARTBEAT_SECONDS = 3; // on a busy machine, starting a client can take longer than two intervals of one second

const METRIC_FIELDS = ['channel', 'name', 'tags', 'timestamp', 'type', 'value'];
/** The quickstart publishes its histograms as distributions. */
const DISTRIBUTION_FIELDS = [...METRIC_FIELDS, 'count', 'max', 'min', 'p50', 'p95', 'p99', 'sum'].sort();

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

/** The counters of the channel `system.metrics`; all its other metrics are gauges. */
const SYSTEM_COUNTERS = /\.(bytes_\w+|reads|writes|busy_ms|packets_\w+|errors_\w+|drops_recv|seconds)$/;

/** The tests mostly wait for the next second, so they can run in parallel. */
const CONCURRENCY = 4;

/**
 * The guarantees for any client that was written from the product's API page alone. The tests use the messages of that page.
 *
 * @param {string} name of the client
 * @param {(url: string) => Promise<import('./peer.mjs').Peer>} connectClient
 * @param {(options: import('../server.mjs').Options) => Promise<import('../server.mjs').Server>} [start] starts a server
 *     with the environment of the options
 */
export function clientContract(name, connectClient, start = startServer) {
  describe(name, { timeout: 600_000, concurrency: CONCURRENCY }, () => {
    let server;

    before(async () => {
      server = await start({ env: { WS_HEARTBEAT_INTERVAL: String(HEARTBEAT_SECONDS) } });
    });
    after(() => server?.stop());

    /** Connects a client that is closed after the test. */
    async function connect(t, token) {
      const client = await connectClient(serverUrl(server, token));
      t.after(() => client.close());
      return client;
    }

    test('receives a welcome', async (t) => {
      const client = await connect(t);
      const { encoding, message } = await client.next('welcome');
      assert.deepEqual(client.frames[0], { encoding, message }, 'the welcome is the first frame');
      assert.equal(encoding, 'json');
      assert.match(message.client_id, /^127\.0\.0\.1:\d+$/);
      assert.ok(Math.abs(message.timestamp - Date.now() / 1000) < 60, `timestamp ${message.timestamp}`);
    });

    test('receives cpu.percent once per second, in the documented form', async (t) => {
      const client = await connect(t);
      client.send({
        type: 'subscribe',
        data: { channels: ['system.metrics', 'workflow.metrics'], tags: { host: hostname() }, compression: false },
      });
      const { message: subscribed } = await client.next('subscribed');
      assert.deepEqual(subscribed, { type: 'subscribed', channels: ['system.metrics', 'workflow.metrics'] });

      for (const { type, value } of await valuesOncePerSecond(client)) {
        assert.equal(type, 'gauge');
        assert.ok(value >= 0 && value <= 100, `cpu.percent ${value}`);
      }

      const metrics = client.frames.filter(isMetric);
      for (const { encoding, message } of metrics) {
        assert.equal(encoding, 'json');
        assertMetric(message, subscribed.channels);
      }
      const names = new Set(metrics.map(({ message }) => message.name));
      assert.deepEqual(SYSTEM_METRICS.filter((each) => !names.has(each)), [], 'documented names that did not arrive');
    });

    test('receives only metrics with all requested tags', async (t) => {
      const [filtered, unfiltered] = await Promise.all([connect(t), connect(t)]);
      filtered.send({
        type: 'subscribe',
        data: { channels: ['system.metrics'], tags: { host: hostname(), env: 'production' } },
      });
      await filtered.next('subscribed');
      unfiltered.send({ type: 'subscribe', data: { channels: ['system.metrics'] } });
      await unfiltered.metrics('cpu.percent', 2);
      filtered.send({ type: 'unsubscribe', channels: ['system.metrics'] });
      await filtered.next('unsubscribed');
      assert.deepEqual(filtered.frames.filter(isMetric), []);
    });

    test('stays connected by answering pings', async (t) => {
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

    test('receives one aggregate per window', async (t) => {
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

    test('receives no metrics after unsubscribing', async (t) => {
      const client = await connect(t);
      client.send({ type: 'subscribe', data: { channels: ['system.metrics'] } });
      await client.metrics('cpu.percent', 1);
      client.send({ type: 'unsubscribe', channels: ['system.metrics'] });
      const unsubscribed = await client.next('unsubscribed');
      assert.deepEqual(unsubscribed.message, { type: 'unsubscribed', channels: ['system.metrics'] });
      await assertNoMetrics(client, client.frames.indexOf(unsubscribed) + 1);
    });

    test('receives the same metrics in MessagePack with compression', async (t) => {
      const [plain, compressed] = await Promise.all([connect(t), connect(t)]);
      plain.send({ type: 'subscribe', data: { channels: ['system.metrics'] } });
      compressed.send({ type: 'subscribe', data: { channels: ['system.metrics'], compression: true } });
      await plain.metrics('cpu.percent', 3);
      await compressed.metrics('cpu.percent', 3);

      const messagePackFrames = compressed.frames.filter(isMetric);
      assert.deepEqual(new Set(messagePackFrames.map(({ encoding }) => encoding)), new Set(['messagepack']));
      messagePackFrames.forEach(({ message }) => assertMetric(message));
      const identity = ({ message }) => JSON.stringify([message.name, message.timestamp, Object.entries(message.tags).sort()]);
      const inJson = new Map(plain.frames.filter(isMetric).map((frame) => [identity(frame), frame.message]));
      const inBoth = messagePackFrames.filter((frame) => inJson.has(identity(frame)));
      assert.ok(inBoth.length >= SYSTEM_METRICS.length, `${inBoth.length} metrics arrived in both encodings`);
      for (const frame of inBoth) {
        assert.deepEqual(frame.message, inJson.get(identity(frame)));
      }
      assert.equal((await compressed.next('ping', compressed.frames.indexOf(messagePackFrames[0]))).encoding, 'messagepack');
    });

    test('receives replies in MessagePack to commands in MessagePack', async (t) => {
      const client = await connect(t);
      client.sendMessagePack({ type: 'subscribe', data: { channels: ['system.metrics'], compression: true } });
      const reply = { type: 'subscribed', channels: ['system.metrics'] };
      assert.deepEqual(await client.next('subscribed'), { encoding: 'messagepack', message: reply });
    });

    test('receives an error for an invalid command and stays connected', async (t) => {
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
      await assertNoMetrics(client, client.frames.length);
      client.send(subscribe({ channels: ['system.metrics'] }));
      await client.metrics('cpu.percent', 1);
    });

    for (const [description, token] of [
      ['no token', null],
      ['a token of another issuer', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4IiwiZXhwIjo5OTk5OTk5OTk5fQ.AAAA'],
    ]) {
      test(`is rejected with ${description} and receives only the error`, async (t) => {
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
  assert.deepEqual(Object.keys(message).sort(), message.type === 'histogram' ? DISTRIBUTION_FIELDS : METRIC_FIELDS);
  assert.ok(channels.includes(message.channel), `${message.name} of ${message.channel}`);
  if (message.channel === 'system.metrics') {
    assert.equal(message.type, SYSTEM_COUNTERS.test(message.name) ? 'counter' : 'gauge', message.name);
  }
  assert.ok(Number.isFinite(message.value), `${message.name} ${message.value}`);
  assert.match(message.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/);
  assert.equal(message.tags.host, hostname());
}

/** The steps of which the median counts: on a busy machine a collection may be delayed, or skipped after a delay of a second. */
const STEPS = 5;

/** The most values to wait for. With more, the client would exceed its rate limit. */
const MAX_VALUES = 12;

/** Returns the values of cpu.percent, as many as it takes until the median of the last steps is a second. */
async function valuesOncePerSecond(client) {
  for (let count = STEPS + 1; ; count++) {
    const values = (await client.metrics('cpu.percent', count)).map(({ message }) => message);
    const times = values.map(({ timestamp }) => Date.parse(timestamp));
    const steps = times.slice(1).map((time, i) => time - times[i]);
    assert.ok(steps.every((step) => step > 0), `in order: ${times}`);
    const median = steps.slice(-STEPS).sort((a, b) => a - b)[Math.floor(STEPS / 2)];
    if (Math.abs(median - 1000) < 200) {
      return values;
    }
    assert.ok(count < MAX_VALUES, `one second apart: ${steps} ms`);
  }
}

/** Asserts that no metric arrives for two heartbeats, which is the time of two collections. */
async function assertNoMetrics(client, firstFrame) {
  const [, , last] = await client.matching(({ message }) => message.type === 'ping', 3, firstFrame, 'ping');
  assert.deepEqual(client.frames.slice(firstFrame, client.frames.indexOf(last)).filter(isMetric), []);
}
