/** Tests of the TypeScript client against the real server, in Node. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { hostname } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { serverUrl } from '../clients/peer.mjs';
import { startServer } from '../server.mjs';
import { cutAndCompare } from './cuts.mjs';
import { FaultProxy } from './fault-proxy.mjs';
import { Recorder, identity } from './recorder.mjs';

/** The long heartbeat interval keeps the reference client connected on a busy machine. */
const ENV = { WS_HEARTBEAT_INTERVAL: '10', METRIC_COLLECTION_INTERVAL: '0.1', RATE_LIMIT_MAX_MESSAGES_PER_MINUTE: '0' };
/** The forms of metrics whose connection is cut. */
const FORMS = 4;
const DISCONNECTS = Number(process.env.CUTS ?? 60);
/** Half an hour, or six seconds per cut of a long run. */
const TIMEOUT_MILLIS = Math.max(1_800_000, 6_000 * DISCONNECTS * FORMS);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

describe('the client and the real server', { timeout: TIMEOUT_MILLIS }, () => {
  let server;
  before(async () => (server = await startServer({ env: ENV })));
  after(() => server?.kill());

  function record(t, ...args) {
    const recorder = new Recorder(server, ...args);
    t.after(() => recorder.close());
    return recorder;
  }

  async function startProxy(t) {
    const proxy = await new FaultProxy(server.port).listen();
    t.after(() => proxy.close());
    return proxy;
  }

  for (const options of [{}, { compression: true }, { batch: true }, { format: 'snapshot' }, { batch: true, compression: true }]) {
    test(`receives system metrics with ${JSON.stringify(options)}`, async (t) => {
      const client = record(t, { channels: ['system.metrics'], ...options });
      assert.deepEqual(await client.subscribed, ['system.metrics']);
      await client.until(() => client.metricsNamed('cpu.percent').length >= 3, 'three values');
      const [{ channel, type, value, tags }] = client.metricsNamed('cpu.percent');
      assert.deepEqual([channel, type, tags.host], ['system.metrics', 'gauge', hostname()]);
      assert.ok(value >= 0 && value <= 100);
      assert.deepEqual(client.errors, []);
      assert.deepEqual(client.service.getBufferedMetrics(), client.metrics.slice(-1_000));
    });
  }

  test('receives windows with their minimum and maximum', async (t) => {
    const client = record(t, { channels: ['system.metrics'], metrics: ['cpu.percent'], aggregation_interval: '1s' });
    await client.until(() => client.metrics.length >= 2, 'two windows');
    for (const { interval, min, value, max, count } of client.metrics) {
      assert.ok(interval === '1s' && min <= value && value <= max && count >= 1);
    }
  });

  test('receives the errors of invalid subscriptions', async (t) => {
    const client = record(t, { channels: ['nonsense.metrics'] });
    await assert.rejects(client.subscribed, { code: 'UNKNOWN_CHANNEL', message: 'Invalid subscription: unknown channel' });
    await assert.rejects(client.service.subscribe({ channels: ['system.metrics'], aggregation_interval: '2s' }), { code: 'BAD_SUBSCRIPTION' });
    assert.deepEqual(client.service.subscriptions, []);
  });

  test('receives nothing after unsubscribing', async (t) => {
    const client = record(t, { channels: ['system.metrics'] });
    await client.until(() => client.metrics.length > 0, 'a metric');
    await client.service.unsubscribe(['system.metrics']);
    const count = client.metrics.length;
    await assert.rejects(client.service.subscribe({ channels: ['nonsense'] })); // its reply follows all frames in flight
    assert.equal(client.metrics.length, count);
  });

  test('a rejected token is refreshed once, then the client fails', async (t) => {
    let tokenCalls = 0;
    const forged = `${server.token.slice(0, -4)}AAAA`;
    const stubborn = record(t, undefined, { token: () => (tokenCalls++, forged) });
    await stubborn.until(() => stubborn.states.includes('failed'), 'failed');
    assert.deepEqual([tokenCalls, stubborn.states], [2, ['reconnecting', 'failed']]);
    const tokens = [forged, server.token];
    const refreshed = record(t, undefined, { token: () => tokens.shift() });
    await refreshed.service.ready(60_000);
    assert.equal(refreshed.service.state, 'connected');
  });

  test('the server accepts tokenTransport subprotocol', async (t) => {
    const client = record(t, undefined, { tokenTransport: 'subprotocol' });
    await client.service.ready(60_000);
  });

  test('a frozen server is detected and replaced by a new connection', async (t) => {
    const proxy = await startProxy(t);
    const client = record(t, { channels: ['system.metrics'] }, { port: proxy.port, heartbeatTimeoutMs: 1_500 });
    await client.until(() => client.metrics.length > 0, 'a metric');
    proxy.freeze();
    await client.until(() => client.states.includes('reconnecting'), 'the heartbeat timeout');
    proxy.thaw();
    await client.until(() => client.states.at(-1) === 'connected', 'a new connection');
    assert.ok(proxy.connections >= 2);
  });

  test('a slow connection is not treated as lost', async (t) => {
    const proxy = await startProxy(t);
    proxy.delay(300);
    const client = record(t, { channels: ['system.metrics'] }, { port: proxy.port });
    await client.until(() => client.metrics.length > 30, 'metrics');
    assert.deepEqual(client.states, ['connected']);
  });

  test('a lost connection is resumed, and missed metrics are replayed once and in order', async (t) => {
    const proxy = await startProxy(t);
    const client = record(t, { channels: ['system.metrics'], metrics: ['cpu.percent'] }, { port: proxy.port });
    await client.until(() => client.metrics.length >= 5, 'metrics');
    proxy.cut();
    await client.until(() => client.gaps.length > 0, 'the gap to be reported');
    await client.until(() => client.metrics.length >= 20, 'metrics');
    assert.deepEqual(client.gaps, [{ channel: 'system.metrics', recovered: true }]);
    assertOrderedWithoutDuplicates(client.metrics);
  });

  for (const compression of [false, true]) {
    for (const batch of [false, true]) {
      const form = `${compression ? 'MessagePack' : 'JSON'}${batch ? ', in batches' : ''}`;
      test(`${DISCONNECTS} random disconnects (${form}, seed ${SEED}) lose nothing unreported and repeat nothing`, async (t) => {
        const proxy = await startProxy(t);
        const client = await cutAndCompare(t, {
          server,
          proxy,
          startClient: () => record(t, { channels: ['system.metrics'], compression, batch }, { port: proxy.port }),
          cuts: DISCONNECTS,
          seed: SEED + Number(compression) + 2 * Number(batch),
        });
        assert.equal(client.service.stats().reconnects, DISCONNECTS);
      });
    }
  }

  test('the client reconnects to a restarted server with the same tags, interval and encoding', async (t) => {
    const killedServer = await startServer({ env: ENV });
    const subscription = { channels: ['system.metrics'], tags: { host: hostname() }, aggregation_interval: '1s', compression: true, metrics: ['cpu.*'] };
    const client = new Recorder(killedServer, subscription);
    t.after(() => client.close());
    await client.until(() => client.metrics.length > 0, 'a window');
    await killedServer.kill();
    await client.until(() => client.states.includes('reconnecting'), 'the disconnect');
    const restartedServer = await startServer({ port: killedServer.port, secret: killedServer.secret, env: ENV });
    t.after(() => restartedServer.kill());
    await client.until(() => client.gaps.length > 0, 'the gap to be reported');
    const before = client.metrics.length;
    await client.until(() => client.metricsNamed('cpu.percent').length >= 2 && client.metrics.length >= before + 2, 'windows of the new server');
    assert.deepEqual(client.gaps, [{ channel: 'system.metrics', recovered: false }]);
    for (const { name, interval, tags } of client.metrics) {
      assert.ok(name.startsWith('cpu.') && interval === '1s' && tags.host === hostname());
    }
    assert.deepEqual(client.service.subscriptions, [subscription]);
    assert.equal(new Set(client.metrics.map(identity)).size, client.metrics.length);
  });

  test('history is available and continuous with live metrics', async (t) => {
    const client = record(t, { channels: ['system.metrics'], metrics: ['cpu.percent'] });
    await client.until(() => client.metrics.length >= 10, 'metrics');
    const [{ timestamp: first }, { timestamp: last }] = [client.metrics[0], client.metrics.at(-1)];
    const history = await client.service.getHistory({ channel: 'system.metrics', start_time: first, end_time: new Date(Date.parse(last) + 1), tags: { host: hostname() } });
    const timesOf = (metrics) => metrics.map(({ timestamp }) => Date.parse(timestamp)); // texts with and without milliseconds sort otherwise
    const cpu = timesOf(history.filter(({ name }) => name === 'cpu.percent'));
    const live = timesOf(client.metrics).filter((time) => time <= Date.parse(last));
    assert.deepEqual(live.filter((time) => !cpu.includes(time)), []);
    assert.deepEqual(cpu, [...cpu].sort((a, b) => a - b));
  });

  test('history reports the units of its metrics before its result', async (t) => {
    const client = record(t, { channels: ['system.metrics'], metrics: ['cpu.percent'] });
    const units = new Map();
    client.service.onMetadata(({ name, unit }) => units.set(name, unit));
    await client.until(() => client.metrics.length >= 2, 'metrics');
    const request = { channel: 'system.metrics', start_time: client.metrics[0].timestamp, metrics: ['cpu.percent'], metadata: true };
    assert.ok((await client.service.getHistory(request)).length > 0);
    assert.deepEqual([...units], [['cpu.percent', '%']]);
  });

  for (const moment of ['connecting', 'open', 'backoff']) {
    test(`a process that disconnects exits (${moment})`, async () => {
      const script = fileURLToPath(new URL('process-exit.mjs', import.meta.url));
      const port = moment === 'backoff' ? 9 : server.port; // port 9 has no listener
      const { stdout } = await promisify(execFile)('node', [script, serverUrl({ port }, server.token), moment], { timeout: 60_000 });
      assert.equal(stdout.trim(), 'disconnected');
    });
  }

});

function assertOrderedWithoutDuplicates(metrics) {
  const times = metrics.map(({ timestamp }) => Date.parse(timestamp));
  assert.ok(times.every((time, i) => i === 0 || time > times[i - 1]), `in order and without duplicates: ${times}`);
}
