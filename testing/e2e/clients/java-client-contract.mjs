import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { FaultProxy } from '../client-js/fault-proxy.mjs';
import { startServer } from '../server.mjs';
import { connectJavaClient, connectWs } from './clients.mjs';
import { isMetric, serverUrl } from './peer.mjs';

const HEARTBEAT_SECONDS = 3;

/** Gauges and a counter. Their number keeps a client that receives single metrics below its rate limit. */
const NAMES = ['cpu.*', 'memory.*', 'disk.bytes_read'];

/** The port of the discard protocol, on which nothing listens. */
const CLOSED_PORT = 9;

/** Each JVM needs a processor for a second, and the tests mostly wait for metrics. */
const CONCURRENCY = 2;

/**
 * The guarantees of the Java client as an application sees them. It runs as a Java module that requires nothing but the client.
 *
 * @param {string} name of the server
 * @param {(options: import('../server.mjs').Options) => Promise<import('../server.mjs').Server>} [start] starts a server
 *     with the environment of the options
 */
export function javaClientContract(name, start = startServer) {
  describe(`the Java client, ${name}`, { timeout: 600_000, concurrency: CONCURRENCY }, () => {
    let server;

    before(async () => {
      server = await start({ env: { WS_HEARTBEAT_INTERVAL: String(HEARTBEAT_SECONDS) } });
    });
    after(() => server?.stop());

    /** Connects a client that is closed after the test, and waits until it is connected or has failed. */
    async function connect(t, { port = server.port, token = server.token } = {}) {
      const client = await connectJavaClient(serverUrl({ port }, null), token);
      t.after(() => client.close());
      await client.next('state');
      return client;
    }

    /** Connects a client that records what the server sends. */
    async function connectReference(t) {
      const client = await connectWs(serverUrl(server));
      t.after(() => client.close());
      client.send({ type: 'subscribe', data: { channels: ['system.metrics'], metrics: NAMES } });
      await client.next('subscribed');
      return client;
    }

    for (const options of ['', ' batch', ' messagePack', ' messagePack batch']) {
      test(`receives what the server sends${options && `, with${options}`}`, async (t) => {
        const reference = await connectReference(t);
        const client = await connect(t);
        client.command(`subscribe system.metrics metrics=${NAMES}${options}`);
        assert.deepEqual((await client.next('subscribed')).message.channels, ['system.metrics']);
        await client.metrics('cpu.percent', 3);
        await reference.metrics('cpu.percent', 3, reference.frames.length);

        const sent = new Map(reference.frames.filter(isMetric).map(({ message }) => [identity(message), comparable(message)]));
        const received = client.frames.filter(isMetric).filter(({ message }) => sent.has(identity(message)));
        assert.ok(received.length >= 20, `${received.length} metrics arrived at both clients`);
        for (const { message } of received) {
          assert.deepEqual(comparable(message), sent.get(identity(message)));
        }
      });
    }

    test('receives only metrics with all requested tags', async (t) => {
      const reference = await connectReference(t);
      const client = await connect(t);
      client.command(`subscribe system.metrics tag=host=${hostname()} tag=env=production`);
      await client.next('subscribed');
      await reference.metrics('cpu.percent', 2, reference.frames.length);
      client.command('unsubscribe system.metrics');
      await client.next('unsubscribed');
      assert.deepEqual(client.frames.filter(isMetric), []);
    });

    test('receives windows, and stays connected for four heartbeats', async (t) => {
      const client = await connect(t);
      client.command('subscribe system.metrics metrics=cpu.percent interval=ONE_SECOND');
      for (let count = 1; count < 4 * HEARTBEAT_SECONDS; count++) {
        await client.metrics('cpu.percent', count);
      }
      for (const { message } of client.frames.filter(isMetric)) {
        assert.equal(message.interval, '1s');
        assert.ok(message.count >= 1 && message.min <= message.value && message.value <= message.max, JSON.stringify(message));
      }
      assert.deepEqual(states(client), ['connected']);
    });

    test('receives units, and history that continues in live metrics', async (t) => {
      const client = await connect(t);
      client.command('subscribe system.metrics metrics=cpu.percent metadata');
      const { message: metadata } = await client.next('metadata');
      assert.deepEqual([metadata.metric, metadata.unit], ['cpu.percent', '%']);
      const live = (await client.metrics('cpu.percent', 3)).map(({ message }) => Date.parse(message.timestamp));
      client.command(`history system.metrics cpu.percent ${new Date(live[0]).toISOString()} ${new Date(live[2] + 1).toISOString()}`);
      await client.matching(({ message }) => message.type === 'metadata', 1, client.frames.length, 'the units of the history');
      const { message: history } = await client.next('history');
      assert.deepEqual(history.metrics.map(({ timestamp }) => Date.parse(timestamp)), live);
    });

    test('reports a rejected subscription and stays connected', async (t) => {
      const client = await connect(t);
      client.command('subscribe nonsense.metrics');
      const { message: error } = await client.next('error');
      assert.deepEqual([error.code, error.message], ['UNKNOWN_CHANNEL', 'Invalid subscription: unknown channel']);
      client.command('subscribe system.metrics');
      await client.metrics('cpu.percent', 1);
      assert.deepEqual(states(client), ['connected']);
    });

    test('fails with a token of another issuer', async (t) => {
      const client = await connect(t, { token: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4IiwiZXhwIjo5OTk5OTk5OTk5fQ.AAAA' });
      assert.equal((await client.next('error')).message.code, 'UNAUTHORIZED');
      assert.deepEqual(states(client), ['failed']);
    });

    test('resumes after a lost connection, misses nothing and repeats nothing', async (t) => {
      const proxy = await new FaultProxy(server.port).listen();
      t.after(() => proxy.close());
      const reference = await connectReference(t);
      const client = await connect(t, { port: proxy.port });
      client.command(`subscribe system.metrics metrics=${NAMES}`);
      await client.metrics('cpu.percent', 2);
      proxy.cut();
      const { message: gap } = await client.next('gap');
      assert.deepEqual(gap, { type: 'gap', channel: 'system.metrics', recovered: true });
      await client.metrics('cpu.percent', 2, client.frames.length);
      await reference.metrics('cpu.percent', 2, reference.frames.length);

      const sent = reference.frames.filter(isMetric).map(({ message }) => identity(message));
      const received = client.frames.filter(isMetric).map(({ message }) => identity(message));
      const last = received.findLast((each) => sent.includes(each));
      assert.deepEqual(received.slice(0, received.indexOf(last) + 1), sent.slice(sent.indexOf(received[0]), sent.indexOf(last) + 1));
    });

    for (const moment of ['connecting', 'backoff']) {
      test(`a program that closes the client exits (${moment})`, async (t) => {
        const proxy = await new FaultProxy(server.port).listen();
        t.after(() => proxy.close());
        proxy.freeze(); // connects, and never answers
        const port = moment === 'backoff' ? CLOSED_PORT : proxy.port;
        const client = await connectJavaClient(serverUrl({ port }, null), server.token);
        if (moment === 'backoff') {
          assert.equal((await client.next('state')).message.state, 'reconnecting');
        }
        assert.equal(await client.close(), 0);
        assert.equal(states(client).at(-1), 'closed');
        assert.ok(!states(client).includes('connected'));
      });
    }

    test('a program that closes the client exits', async () => {
      const client = await connectJavaClient(serverUrl(server, null), server.token);
      await client.next('state');
      assert.equal(await client.close(), 0);
      assert.deepEqual(states(client), ['connected', 'closed']);
    });
  });
}

const states = (client) => client.frames.filter(({ message }) => message.type === 'state').map(({ message }) => message.state);

/** Returns a text that identifies a metric, whatever form its timestamp has. */
const identity = ({ name, timestamp, tags }) => JSON.stringify([name, Date.parse(timestamp), Object.entries(tags).sort()]);

const comparable = (metric) => ({ ...metric, timestamp: Date.parse(metric.timestamp) });
