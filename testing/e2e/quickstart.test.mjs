/** Tests of `java -jar quickstart.jar` from an operator's view: its output, its environment variables and its exit codes. */

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { CHANNELS } from './channels.mjs';
import { serverUrl } from './clients/peer.mjs';
import { WsPeer } from './clients/ws-peer.mjs';
import { startRedis } from './redis.mjs';
import { freePort, runServer, startServer } from './server.mjs';

const NEWER_JAVA = '/usr/lib/jvm/temurin-25-jdk-amd64/bin/java';
const GOING_AWAY = 1001;
const UNAUTHORIZED = 4401;
const SIGINT_EXIT = 130; // 128 + the signal number, for the JVM as for a shell
const SIGTERM_EXIT = 143;
/** The time for which the server would wait for a client that does not answer its close frame. */
const MAX_SHUTDOWN_MILLIS = 5_000;
const MAX_SHUTDOWNS = 3; // the fastest counts, because the machine may be busy during one of them

describe('the quickstart', { timeout: 600_000 }, () => {
  test('prints a working dashboard URL and token', async (t) => {
    const server = await start(t);
    const simulated = 'Simulated: workflows, agents and tasks (simulated-..., simulated=true). The host and the JVM are real.';
    const lines = [simulated, `Dashboard: http://localhost:${server.port}/#token=${server.token}`, `Token: ${server.token}`];
    assert.deepEqual(await server.printedLines(lines.length), lines);
    const page = await fetch(server.url);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<html/);
    await assertWelcome(server);
  });

  test('listens only on WS_HOST and prints it', async (t) => {
    const server = await start(t, { env: { WS_HOST: '127.0.0.1' } });
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:/);
    await assertWelcome(server);
    await assert.rejects(fetch(`http://127.0.0.2:${server.port}/`), ({ cause }) => cause.code === 'ECONNREFUSED');
  });

  test('accepts tokens that another program signed with JWT_SECRET_KEY', async (t) => {
    const server = await start(t, { secret: 'a secret that the operator chose' });
    await assertWelcome(server, createToken(server.secret, 'HS256'));
    await assertRejected(server, createToken('the secret of another operator', 'HS256'));
  });

  test('signs and verifies only with JWT_ALGORITHM', async (t) => {
    const server = await start(t, { env: { JWT_ALGORITHM: 'HS512' } });
    assert.equal(JSON.parse(Buffer.from(server.token.split('.')[0], 'base64url')).alg, 'HS512');
    await assertWelcome(server);
    await assertWelcome(server, createToken(server.secret, 'HS512'));
    await assertRejected(server, createToken(server.secret, 'HS256'));
  });

  test('generates a new secret for each run without JWT_SECRET_KEY', async (t) => {
    const [first, second] = await Promise.all([start(t, { secret: null }), start(t, { secret: null })]);
    await assertWelcome(first);
    await assertRejected(second, first.token);
  });

  test('shares the Redis of REDIS_URL with other instances and says so, without the password', async (t) => {
    const password = 'the-password-of-redis';
    const redis = await startRedis(password);
    t.after(() => redis.close());
    await start(t, { env: { REDIS_URL: redis.url } });
    // It collects only once, so that its client receives the metrics of the other instance.
    const server = await start(t, { env: { REDIS_URL: redis.url, METRIC_COLLECTION_INTERVAL: '86400' } });
    const lines = await server.printedLines(4);
    assert.equal(lines[3], 'Redis: REDIS_URL is set. All instances on it share their metrics.');
    assert.ok(!lines.join('\n').includes(password));
    const client = await assertWelcome(server);
    client.send({ type: 'subscribe', data: { channels: ['system.metrics'], metrics: ['cpu.percent'] } });
    await client.metrics('cpu.percent', 3);
    await client.close();
  });

  test('works without the dashboard jar, except for the dashboard', async (t) => {
    const target = 'examples/quickstart/target/';
    const jars = (await readdir(new URL(`../../${target}lib/`, import.meta.url))).filter((jar) => !jar.includes('dashboard'));
    const classPath = [`${target}classes`, ...jars.map((jar) => `${target}lib/${jar}`)].join(delimiter);
    const server = await start(t, { command: `java -cp ${classPath} io.greenlang.metrics.examples.Quickstart` });
    assert.equal((await fetch(server.url)).status, 404);
    await assertWelcome(server);
  });

  test('prints no warning on JDK 25, whose JVM warns of native access', { skip: process.env.NEWER_JDK === 'none' }, async (t) => {
    const server = await start(t, { command: `${NEWER_JAVA} -jar examples/quickstart/target/quickstart.jar` });
    await assertWelcome(server);
    assert.deepEqual(server.errorLines().filter((line) => line.includes('WARN')), []);
  });

  for (const [signal, exitCode] of [['interrupt', SIGINT_EXIT], ['stop', SIGTERM_EXIT]]) {
    test(`closes connections and frees the port on ${signal}`, async (t) => {
      const durations = [];
      while (durations.length < MAX_SHUTDOWNS && (durations.at(-1) ?? MAX_SHUTDOWN_MILLIS) >= MAX_SHUTDOWN_MILLIS) {
        const server = await start(t);
        const client = await assertWelcome(server);
        const signalledAt = performance.now();
        assert.equal(await server[signal](), exitCode);
        durations.push(Math.round(performance.now() - signalledAt));
        assert.equal(await client.closed(), GOING_AWAY);
        await listen(t, server.port);
      }
      assert.ok(durations.at(-1) < MAX_SHUTDOWN_MILLIS, `the server did not wait for disconnected clients: ${durations} ms`);
    });
  }
});

describe('one minute of the quickstart', { timeout: 600_000 }, () => {
  const RECORDING_MILLIS = 60_000;
  let server;
  /** @type {any[]} */
  let metrics;

  before(async () => {
    server = await startServer();
    const client = await WsPeer.connect(serverUrl(server));
    // Batches keep the client below its rate limit.
    client.send({ type: 'subscribe', data: { channels: Object.keys(CHANNELS), batch: true } });
    await client.next('subscribed');
    await setTimeout(RECORDING_MILLIS);
    assert.equal(client.closeCode, null);
    assert.deepEqual(client.frames.filter(({ message }) => ['error', 'lagged'].includes(message.type)), []);
    metrics = client.frames.flatMap(({ message }) => (message.type === 'metrics' ? message.metrics : []));
    await client.close();
  });
  after(() => server?.kill());

  for (const [channel, names] of Object.entries(CHANNELS)) {
    test(`${channel}: every name repeats, and every value is in its range`, () => {
      for (const [name, [min, max]] of Object.entries(names)) {
        const values = metrics.filter((metric) => metric.channel === channel && metric.name === name).map(({ value }) => value);
        assert.ok(values.length >= 8, `${channel} ${name} arrived ${values.length} times`);
        const outOfRange = values.filter((value) => !(value >= min && value <= max));
        assert.deepEqual(outOfRange, [], `${channel} ${name} from ${min} to ${max}`);
      }
    });
  }

  test('no counter decreases, and active counters grow', () => {
    const counters = new Map();
    for (const { channel, name, type, value, tags } of metrics) {
      if (type === 'counter') {
        const series = `${channel} ${name} ${JSON.stringify(tags)}`;
        const [first, previous] = counters.get(series) ?? [value, value];
        assert.ok(value >= previous, `${series} decreased from ${previous} to ${value}`);
        counters.set(series, [first, value]);
      }
    }
    for (const name of ['executions.total', 'calls.total', 'tasks.completed', 'network.interface.bytes_sent', 'process.cpu.seconds']) {
      const growing = [...counters].filter(([series, [first, last]]) => series.includes(` ${name} `) && last > first);
      assert.ok(growing.length > 0, `${name} grew`);
    }
  });

  test('the parts add up to the total', () => {
    const latestTotal = (channel, name) => {
      const bySeries = new Map();
      for (const metric of metrics.filter((each) => each.channel === channel && each.name === name)) {
        bySeries.set(JSON.stringify(metric.tags), metric.value);
      }
      return [...bySeries.values()].reduce((sum, value) => sum + value, 0);
    };
    for (const name of ['executions.total', 'executions.successful', 'executions.failed']) {
      assert.equal(latestTotal('workflow.metrics', `workflow.${name}`), latestTotal('workflow.metrics', name), name);
    }
    assert.equal(latestTotal('agent.metrics', 'agent.calls.total'), latestTotal('agent.metrics', 'calls.total'));
    assert.equal(latestTotal('agent.metrics', 'errors.by_type'), latestTotal('agent.metrics', 'errors.total'));
  });

  test('simulated metrics are tagged as such, and real ones are not', () => {
    for (const { channel, name, tags } of metrics) {
      assert.equal(typeof tags.host, 'string', `${channel} ${name} has a host tag`);
      const isSimulated = ['workflow.metrics', 'agent.metrics'].includes(channel);
      assert.equal(tags.simulated, isSimulated ? 'true' : undefined, `${channel} ${name} ${JSON.stringify(tags)}`);
      for (const name of [tags.workflow, tags.agent, tags.queue].filter(Boolean)) {
        assert.match(name, /^simulated-/);
      }
    }
  });
});

describe('the quickstart reports an invalid setting in one sentence', { timeout: 600_000 }, () => {
  const cases = [
    ['WS_PORT', 'abc', /WS_PORT=abc must be a whole number from 0 to 65535/],
    ['WS_PORT', '99999', /WS_PORT=99999 must be a whole number from 0 to 65535/],
    ['WS_HEARTBEAT_INTERVAL', 'x', /WS_HEARTBEAT_INTERVAL=x must be a whole number of seconds from 1 to 3600/],
    ['JWT_SECRET_KEY', 'short', /secret \(JWT_SECRET_KEY\) has 5 bytes, but HS256 needs at least 32; make one with: openssl rand/],
    ['JWT_ALGORITHM', 'none', /\(JWT_ALGORITHM\) must be HS256, HS384 or HS512/],
    ['METRIC_COLLECTION_INTERVAL', 'fast', /METRIC_COLLECTION_INTERVAL=fast must be a number of seconds/],
  ];
  for (const [name, value, sentence] of cases) {
    test(`${name}=${value}`, async () => {
      const port = String(await freePort()); // a free port, in case the server starts anyway
      await assertRefusesToStart({ WS_PORT: port, [name]: value }, sentence);
    });
  }

  test('a port in use', async (t) => {
    const { port } = (await listen(t, 0)).address();
    await assertRefusesToStart(
      { WS_PORT: String(port) },
      new RegExp(`cannot listen on \\S+:${port} .*: stop what uses the port, or choose another with WS_PORT`),
    );
  });
});

async function start(t, options) {
  const server = await startServer(options);
  t.after(() => server.kill());
  return server;
}

async function assertWelcome(server, jwt) {
  const client = await WsPeer.connect(serverUrl(server, jwt));
  await client.next('welcome');
  return client;
}

async function assertRejected(server, jwt) {
  const client = await WsPeer.connect(serverUrl(server, jwt));
  assert.equal(await client.closed(), UNAUTHORIZED);
}

async function assertRefusesToStart(env, sentence) {
  const { code, stdout, stderr } = await runServer(env);
  assert.equal(code, 1, stderr);
  assert.equal(stdout, '');
  assert.match(stderr, sentence);
  assert.match(stderr, /^quickstart: .*\n$/, 'one line, and no stack trace');
}

/** Opens an unrelated listener on a port of all interfaces. */
async function listen(t, port) {
  const listener = createServer().listen(port, '0.0.0.0');
  t.after(() => listener.close());
  await once(listener, 'listening');
  return listener;
}

/** Creates a token according to RFC 7519, independently of the library. */
function createToken(secret, alg) {
  const part = (fields) => Buffer.from(JSON.stringify(fields)).toString('base64url');
  const signed = `${part({ alg, typ: 'JWT' })}.${part({ sub: 'elsewhere', exp: Math.floor(Date.now() / 1000) + 600 })}`;
  return `${signed}.${createHmac(`sha${alg.slice(2)}`, secret).update(signed).digest('base64url')}`;
}
