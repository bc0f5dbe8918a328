/** Tests of the TypeScript client without WebSockets, against the real server: it uses server-sent events. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { serverUrl } from '../clients/peer.mjs';
import { startServer } from '../server.mjs';
import { cutAndCompare } from './cuts.mjs';
import { FaultProxy } from './fault-proxy.mjs';
import { Recorder } from './recorder.mjs';

const ENV = { WS_HEARTBEAT_INTERVAL: '10', METRIC_COLLECTION_INTERVAL: '0.1', RATE_LIMIT_MAX_MESSAGES_PER_MINUTE: '0' };
/** The forms of metrics whose connection is cut. */
const FORMS = 2;
const DISCONNECTS = Number(process.env.CUTS ?? 60);
/** Half an hour, or six seconds per cut of a long run. */
const TIMEOUT_MILLIS = Math.max(1_800_000, 6_000 * DISCONNECTS * FORMS);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
/** The client opens another WebSocket after `maxMs` at the earliest. */
const STAY_ON_EVENTS = { backoff: { baseMs: 20, maxMs: 60_000 } };

describe('the client without WebSockets', { timeout: TIMEOUT_MILLIS }, () => {
  let server;
  before(async () => (server = await startServer({ env: ENV })));
  after(async () => {
    await server?.kill();
    // Node 20 can hang in its own clean-up of handles after aborted responses. An explicit exit does without it.
    setTimeout(() => process.exit(), 1_000);
  });

  function record(t, ...args) {
    const recorder = new Recorder(server, ...args);
    t.after(() => recorder.close());
    return recorder;
  }

  async function startProxy(t, webSockets = 'refuse') {
    const proxy = await new FaultProxy(server.port).listen();
    t.after(() => proxy.close());
    proxy.webSockets(webSockets);
    return proxy;
  }

  for (const webSockets of ['refuse', 'swallow']) {
    test(`handshakes that a proxy answers with ${webSockets} lead to server-sent events, and the client says so`, async (t) => {
      const proxy = await startProxy(t, webSockets);
      const warnings = [];
      const logger = { warn: (text) => warnings.push(text), error: assert.fail };
      const infos = [];
      const client = record(t, { channels: ['system.metrics'] }, { port: proxy.port, logger, connectTimeoutMs: 3_000, ...STAY_ON_EVENTS });
      client.service.onConnectionChange((_, info) => infos.push(info));
      assert.deepEqual(await client.subscribed, ['system.metrics']);
      await client.until(() => client.metricsNamed('cpu.percent').length >= 3, 'three values');
      assert.equal(client.service.transport, 'sse');
      assert.ok(proxy.blocked >= 2);
      assert.match(warnings.join(), /a WebSocket to ws:\/\/127\.0\.0\.1:\d+\/ws\/metrics cannot be opened; metrics arrive by server-sent events/);
      assert.match(infos.at(-2).reason, /trying server-sent events/);
      assert.deepEqual([infos.at(-1).state, infos.at(-1).transport], ['connected', 'sse']);
      assert.match(client.service.clientId, /127\.0\.0\.1/);
      assert.ok(Math.abs(client.service.serverNow() - Date.now()) < 30_000);
    });
  }

  test('a server that cannot be reached is not a blockage', async (t) => {
    const client = record(t, { channels: ['system.metrics'] }, { port: 9 }); // no listener
    await client.until(() => client.states.filter((state) => state === 'reconnecting').length >= 6, 'attempts');
    assert.equal(client.errors.filter(({ code }) => code !== 'CONNECTION').length, 0);
  });

  test('a rejected token is not a blockage', async (t) => {
    const client = record(t, undefined, { token: `${server.token.slice(0, -4)}AAAA` });
    await client.until(() => client.states.includes('failed'), 'failed');
    assert.equal(client.service.transport, 'websocket');
  });

  test('a rejected token fails the same way without WebSockets', async (t) => {
    let calls = 0;
    const forged = `${server.token.slice(0, -4)}AAAA`;
    const client = record(t, { channels: ['system.metrics'] }, { token: () => (calls++, forged), transport: 'sse' });
    await client.until(() => client.states.includes('failed'), 'failed');
    assert.equal(client.errors.at(-1).code, 'UNAUTHORIZED');
    assert.equal(calls, 2);
  });

  test('transport websocket never uses events', async (t) => {
    const proxy = await startProxy(t);
    const client = record(t, { channels: ['system.metrics'] }, { port: proxy.port, transport: 'websocket' });
    await client.until(() => client.states.filter((state) => state === 'reconnecting').length >= 5, 'attempts');
    assert.equal(proxy.connections, proxy.blocked);
  });

  test('transport sse opens no WebSocket, and needs none', async (t) => {
    const proxy = await startProxy(t);
    const client = record(t, { channels: ['system.metrics'], compression: true }, { port: proxy.port, transport: 'sse', WebSocket: undefined });
    await client.until(() => client.metrics.length >= 5, 'metrics');
    assert.equal(proxy.blocked, 0);
    assert.deepEqual(client.states, ['connected']);
  });

  test('subscriptions with equal options share a stream, and errors concern one subscription', async (t) => {
    const proxy = await startProxy(t);
    const client = record(t, { channels: ['system.metrics'] }, { port: proxy.port, transport: 'sse' });
    const workflow = client.service.subscribe({ channels: ['workflow.*'] });
    const unknown = client.service.subscribe({ channels: ['nonsense.metrics'] });
    const windows = client.service.subscribe({ channels: ['jvm.metrics'], aggregation_interval: '1s' });
    await assert.rejects(unknown, { code: 'UNKNOWN_CHANNEL' });
    assert.deepEqual(await workflow, ['workflow.metrics']);
    assert.deepEqual(await windows, ['jvm.metrics']);
    const channels = () => new Set(client.metrics.map(({ channel, interval }) => `${channel} ${interval ?? ''}`.trim()));
    await client.until(() => channels().size === 3, 'metrics of all channels');
    assert.deepEqual([...channels()].sort(), ['jvm.metrics 1s', 'system.metrics', 'workflow.metrics']);
    await assert.rejects(client.service.subscribe({ channels: ['system.metrics'], aggregation_interval: '2s' }), { code: 'BAD_SUBSCRIPTION' });
    assert.deepEqual(client.states, ['connected']);
  });

  test('a later subscription replaces an earlier one, and unsubscribing ends it', async (t) => {
    const client = record(t, { channels: ['system.metrics', 'workflow.metrics'] }, { transport: 'sse' });
    await client.subscribed;
    await client.service.subscribe({ channels: ['system.metrics'], metrics: ['cpu.percent'] });
    const replaced = client.metrics.length;
    await client.until(() => client.metrics.slice(replaced).filter(({ channel }) => channel === 'workflow.metrics').length > 0, 'the other channel');
    await client.until(() => client.metrics.slice(replaced).filter(({ name }) => name === 'cpu.percent').length > 2, 'the filtered metrics');
    const names = new Set(client.metrics.slice(replaced).filter(({ channel }) => channel === 'system.metrics').map(({ name }) => name));
    assert.deepEqual([...names], ['cpu.percent']);
    await client.service.unsubscribe(['system.metrics']);
    const unsubscribed = client.metrics.length;
    await client.until(() => client.metrics.length > unsubscribed + 3, 'the other channel');
    assert.deepEqual([...new Set(client.metrics.slice(unsubscribed).map(({ channel }) => channel))], ['workflow.metrics']);
  });

  test('more subscriptions than streams are merged without loss, or rejected', async (t) => {
    const client = record(t, { channels: ['system.metrics'] }, { transport: 'sse' });
    await client.subscribed;
    for (const channel of ['workflow.metrics', 'agent.metrics', 'jvm.metrics', 'distributed.metrics']) {
      await client.service.subscribe({ channels: [channel] });
    }
    assert.ok(client.states.includes('reconnecting'), 'the client merged its streams');
    assert.ok(client.gaps.every(({ recovered }) => recovered));
    const services = [1, 2, 3].map((count) => client.service.subscribe({ channels: ['system.metrics', 'workflow.metrics', 'agent.metrics'].slice(count - 1, count), quantiles: [count / 10] }));
    await Promise.all(services);
    await assert.rejects(client.service.subscribe({ channels: ['jvm.metrics'], quantiles: [0.77] }), { code: 'TOO_MANY_STREAMS' });
  });

  test('history says what it needs', async (t) => {
    const client = record(t, { channels: ['system.metrics'] }, { transport: 'sse' });
    await assert.rejects(client.service.getHistory({ channel: 'system.metrics', start_time: new Date(0) }), { code: 'NEEDS_WEBSOCKET' });
  });

  test('a client without subscriptions is connected', async (t) => {
    const client = record(t, undefined, { transport: 'sse' });
    await client.service.ready(60_000);
    assert.deepEqual(await client.service.subscribe({ channels: ['system.metrics'] }), ['system.metrics']);
    await client.until(() => client.metrics.length > 0, 'a metric');
    assert.ok(Math.abs(client.service.serverNow() - Date.now()) < 30_000);
  });

  test('another token opens other streams, and nothing is lost', async (t) => {
    const client = record(t, { channels: ['system.metrics'], metrics: ['cpu.percent'] }, { transport: 'sse' });
    await client.until(() => client.metrics.length > 3, 'metrics');
    client.service.setToken(server.token);
    await client.until(() => client.gaps.length > 0, 'the gap to be reported');
    assert.deepEqual(client.gaps, [{ channel: 'system.metrics', recovered: true }]);
  });

  test('a frozen stream is detected', async (t) => {
    const proxy = await startProxy(t);
    const client = record(t, { channels: ['system.metrics'] }, { port: proxy.port, transport: 'sse', heartbeatTimeoutMs: 1_500 });
    await client.until(() => client.metrics.length > 0, 'a metric');
    proxy.freeze();
    await client.until(() => client.states.includes('reconnecting'), 'the heartbeat timeout');
    proxy.thaw();
    await client.until(() => client.states.at(-1) === 'connected', 'a new connection');
  });

  test('the client returns to the WebSocket when it can be opened again', async (t) => {
    const proxy = await startProxy(t);
    const warnings = [];
    const logger = { warn: (text) => warnings.push(text), error: assert.fail };
    const client = await cutAndCompare(t, {
      server,
      proxy,
      startClient: () => record(t, { channels: ['system.metrics'] }, { port: proxy.port, logger }),
      cuts: 8,
      seed: SEED,
      beforeCut: (cut) => proxy.webSockets(cut % 4 < 2 ? 'refuse' : 'pass'),
    });
    proxy.webSockets('pass');
    await client.until(() => client.service.state === 'connected' && client.service.transport === 'websocket', 'the WebSocket');
    assert.match(warnings.join(), /can be opened again; the client returns to it/);
    assert.ok((await client.service.getHistory({ channel: 'system.metrics', start_time: client.metrics[0].timestamp, limit: 10 })).length > 0);
  });

  for (const batch of [false, true]) {
    test(`${DISCONNECTS} random cuts of events${batch ? ' in batches' : ''} (seed ${SEED}) lose nothing unreported and repeat nothing`, async (t) => {
      const proxy = await startProxy(t);
      const client = await cutAndCompare(t, {
        server,
        proxy,
        startClient: () => record(t, { channels: ['system.metrics'], batch }, { port: proxy.port }),
        cuts: DISCONNECTS,
        seed: SEED + Number(batch),
      });
      assert.equal(client.service.stats().reconnects, DISCONNECTS);
      assert.equal(client.service.transport, 'sse');
    });
  }

  for (const moment of ['connecting', 'open', 'backoff']) {
    test(`a process that disconnects exits (${moment})`, async () => {
      const script = fileURLToPath(new URL('process-exit.mjs', import.meta.url));
      const port = moment === 'backoff' ? 9 : server.port; // port 9 has no listener
      const { stdout } = await promisify(execFile)('node', [script, serverUrl({ port }, server.token), moment, 'sse'], { timeout: 60_000 });
      assert.equal(stdout.trim(), 'disconnected');
    });
  }
});
