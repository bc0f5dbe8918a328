/** The TypeScript client against the real server, in Node. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { hostname } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { address } from '../clients/peer.mjs';
import { WsPeer } from '../clients/ws-peer.mjs';
import { startServer } from '../server.mjs';
import { FaultProxy } from './fault-proxy.mjs';
import { Recorder, identity } from './recorder.mjs';

/** Whoever is compared with must not be taken for dead because the machine is busy. */
const ENV = { WS_HEARTBEAT_INTERVAL: '10', METRIC_COLLECTION_INTERVAL: '0.1', RATE_LIMIT_MAX_MESSAGES_PER_MINUTE: '0' };
const CUTS = Number(process.env.CUTS ?? 60);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

describe('the client and the real server', { timeout: 1_800_000 }, () => {
  let server;
  before(async () => (server = await startServer({ env: ENV })));
  after(() => server?.kill());

  function record(t, ...args) {
    const recorder = new Recorder(server, ...args);
    t.after(() => recorder.close());
    return recorder;
  }

  async function proxied(t) {
    const proxy = await new FaultProxy(server.port).listen();
    t.after(() => proxy.close());
    return proxy;
  }

  for (const wishes of [{}, { compression: true }, { batch: true }, { format: 'snapshot' }, { batch: true, compression: true }]) {
    test(`hears the machine with ${JSON.stringify(wishes)}`, async (t) => {
      const client = record(t, { channels: ['system.metrics'], ...wishes });
      assert.deepEqual(await client.subscribed, ['system.metrics']);
      await client.until(() => client.named('cpu.percent').length >= 3, 'three values');
      const [{ channel, type, value, tags }] = client.named('cpu.percent');
      assert.deepEqual([channel, type, tags.host], ['system.metrics', 'gauge', hostname()]);
      assert.ok(value >= 0 && value <= 100);
      assert.deepEqual(client.errors, []);
      assert.deepEqual(client.service.getBufferedMetrics(), client.metrics.slice(-1_000));
    });
  }

  test('gets windows with their least and greatest value', async (t) => {
    const client = record(t, { channels: ['system.metrics'], metrics: ['cpu.percent'], aggregation_interval: '1s' });
    await client.until(() => client.metrics.length >= 2, 'two windows');
    for (const { interval, min, value, max, count } of client.metrics) {
      assert.ok(interval === '1s' && min <= value && value <= max && count >= 1);
    }
  });

  test('is told what cannot be', async (t) => {
    const client = record(t, { channels: ['nonsense.metrics'] });
    await assert.rejects(client.subscribed, { code: 'UNKNOWN_CHANNEL', message: 'Invalid subscription: unknown channel' });
    await assert.rejects(client.service.subscribe({ channels: ['system.metrics'], aggregation_interval: '2s' }), { code: 'BAD_SUBSCRIPTION' });
    assert.deepEqual(client.service.subscriptions, []);
  });

  test('unsubscribes', async (t) => {
    const client = record(t, { channels: ['system.metrics'] });
    await client.until(() => client.metrics.length > 0, 'a metric');
    await client.service.unsubscribe(['system.metrics']);
    const count = client.metrics.length;
    await assert.rejects(client.service.subscribe({ channels: ['nonsense'] })); // an answer that comes after all that was on its way
    assert.equal(client.metrics.length, count);
  });

  test('f. a refused token is refreshed once, then the client has failed', async (t) => {
    let asked = 0;
    const forged = `${server.token.slice(0, -4)}AAAA`;
    const stubborn = record(t, undefined, { token: () => (asked++, forged) });
    await stubborn.until(() => stubborn.states.includes('failed'), 'failed');
    assert.deepEqual([asked, stubborn.states], [2, ['reconnecting', 'failed']]);
    const tokens = [forged, server.token];
    const refreshed = record(t, undefined, { token: () => tokens.shift() });
    await refreshed.service.ready(10_000);
    assert.equal(refreshed.service.state, 'connected');
  });

  test('tokenTransport subprotocol is understood', async (t) => {
    const client = record(t, undefined, { tokenTransport: 'subprotocol' });
    await client.service.ready(10_000);
  });

  test('e. a frozen peer is noticed, and left for a new connection', async (t) => {
    const proxy = await proxied(t);
    const client = record(t, { channels: ['system.metrics'] }, { port: proxy.port, heartbeatTimeoutMs: 1_500 });
    await client.until(() => client.metrics.length > 0, 'a metric');
    proxy.freeze();
    await client.until(() => client.states.includes('reconnecting'), 'the silence to be noticed');
    proxy.thaw();
    await client.until(() => client.states.at(-1) === 'connected', 'a new connection');
    assert.ok(proxy.connections >= 2);
  });

  test('a slow connection is no lost one', async (t) => {
    const proxy = await proxied(t);
    proxy.delay(300);
    const client = record(t, { channels: ['system.metrics'] }, { port: proxy.port });
    await client.until(() => client.metrics.length > 30, 'metrics');
    assert.deepEqual(client.states, ['connected']);
  });

  test('a cut connection is resumed: what was missed is played, once and in order', async (t) => {
    const proxy = await proxied(t);
    const client = record(t, { channels: ['system.metrics'], metrics: ['cpu.percent'] }, { port: proxy.port });
    await client.until(() => client.metrics.length >= 5, 'metrics');
    proxy.cut();
    await client.until(() => client.gaps.length > 0, 'the gap to be told');
    await client.until(() => client.metrics.length >= 20, 'metrics');
    assert.deepEqual(client.gaps, [{ channel: 'system.metrics', recovered: true }]);
    assertOrderedOnce(client.metrics);
  });

  for (const compression of [false, true]) {
    for (const batch of [false, true]) {
      const how = `${compression ? 'MessagePack' : 'JSON'}${batch ? ', in batches' : ''}`;
      test(`b. ${CUTS} random cuts (${how}, seed ${SEED}) lose nothing that is not told, and repeat nothing`, async (t) => {
        const proxy = await proxied(t);
        const control = await WsPeer.connect(address(server));
        t.after(() => control.close());
        control.send({ type: 'subscribe', data: { channels: ['system.metrics'] } });
        await control.next('subscribed');
        const client = record(t, { channels: ['system.metrics'], compression, batch }, { port: proxy.port });
        const random = mulberry(SEED + Number(compression) + 2 * Number(batch));
        for (let cut = 0; cut < CUTS; cut++) {
          const more = Math.floor(random() * 60); // in the middle of a publication, as often as not
          await control.matching(() => true, more, control.frames.length, 'frames');
          await client.service.ready();
          proxy.cut();
          await client.until(() => client.service.state !== 'connected', 'the cut to be noticed');
        }
        await client.service.ready();
        // On a busy machine the cuts leave it little, and it has yet to catch up.
        await client.until(() => client.metrics.length >= 10 * CUTS, 'enough to compare');
        const last = await controlled(control, client);
        const seen = client.metrics.map(identity);
        const [from, to] = [last.indexOf(seen[0]), last.indexOf(seen.at(-1))];
        const known = new Set(seen);
        const lost = last.slice(from, to + 1).filter((each) => !known.has(each));
        const told = client.gaps.filter(({ recovered }) => !recovered);
        t.diagnostic(`${CUTS} cuts, ${seen.length} metrics, ${client.service.stats().duplicates} duplicates left out, ${lost.length} lost, ${told.length} gaps told`);
        assert.equal(known.size, seen.length, 'nothing comes twice');
        if (told.length === 0) {
          assert.deepEqual(seen, last.slice(from, to + 1), 'what an uninterrupted client saw');
        }
        assert.equal(client.service.stats().reconnects, CUTS);
      });
    }
  }

  test('b. a server that is killed and restarted is found again: tags, interval and encoding as before', async (t) => {
    const own = await startServer({ env: ENV });
    const wishes = { channels: ['system.metrics'], tags: { host: hostname() }, aggregation_interval: '1s', compression: true, metrics: ['cpu.*'] };
    const client = new Recorder(own, wishes);
    t.after(() => client.close());
    await client.until(() => client.metrics.length > 0, 'a window');
    await own.kill();
    await client.until(() => client.states.includes('reconnecting'), 'the loss');
    const next = await startServer({ port: own.port, secret: own.secret, env: ENV });
    t.after(() => next.kill());
    await client.until(() => client.gaps.length > 0, 'the gap to be told');
    const before = client.metrics.length;
    await client.until(() => client.named('cpu.percent').length >= 2 && client.metrics.length >= before + 2, 'windows of the new server');
    assert.deepEqual(client.gaps, [{ channel: 'system.metrics', recovered: false }]);
    for (const { name, interval, tags } of client.metrics) {
      assert.ok(name.startsWith('cpu.') && interval === '1s' && tags.host === hostname());
    }
    assert.deepEqual(client.service.subscriptions, [wishes]);
    assert.equal(new Set(client.metrics.map(identity)).size, client.metrics.length);
  });

  test('history is there, and joins what is live', async (t) => {
    const client = record(t, { channels: ['system.metrics'], metrics: ['cpu.percent'] });
    await client.until(() => client.metrics.length >= 10, 'metrics');
    const [{ timestamp: first }, { timestamp: last }] = [client.metrics[0], client.metrics.at(-1)];
    const past = await client.service.getHistory({ channel: 'system.metrics', start_time: first, end_time: new Date(Date.parse(last) + 1), tags: { host: hostname() } });
    const cpu = past.filter(({ name }) => name === 'cpu.percent').map(({ timestamp }) => timestamp);
    const live = client.metrics.map(({ timestamp }) => timestamp).filter((timestamp) => timestamp <= last);
    assert.deepEqual(live.filter((timestamp) => !cpu.includes(timestamp)), []);
    assert.deepEqual(cpu, [...cpu].sort());
  });

  for (const when of ['connecting', 'open', 'backoff']) {
    test(`c. a process that disconnects while ${when} exits by itself`, async () => {
      const script = fileURLToPath(new URL('exits.mjs', import.meta.url));
      const port = when === 'backoff' ? 9 : server.port; // nobody listens on 9
      const { stdout } = await promisify(execFile)('node', [script, address({ port }, server.token), when], { timeout: 30_000 });
      assert.equal(stdout.trim(), 'disconnected');
    });
  }

  /** The control's metrics up to one that both have. */
  async function controlled(control, client) {
    const before = client.metrics.length;
    await client.until(() => client.metrics.length > before + 40, 'metrics after the last cut');
    const wanted = client.metrics.at(-1);
    // The cheap comparison first: this is asked of every frame at each new one, and the control must keep up.
    const seen = ({ message }) => message.timestamp === wanted.timestamp && message.name === wanted.name && identity(message) === identity(wanted);
    const isLagged = ({ message }) => message.type === 'lagged';
    await control.matching((frame) => seen(frame) || isLagged(frame), 1, 0, 'the same metric');
    assert.deepEqual(control.frames.filter(isLagged), [], 'who is compared with was late itself: the machine is too busy');
    return control.frames.filter(({ message }) => message.name).map(({ message }) => identity(message));
  }
});

function assertOrderedOnce(metrics) {
  const times = metrics.map(({ timestamp }) => Date.parse(timestamp));
  assert.ok(times.every((time, i) => i === 0 || time > times[i - 1]), `in order, and each once: ${times}`);
}

/** Random numbers that can be had again. */
function mulberry(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
