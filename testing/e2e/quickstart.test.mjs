/** `java -jar quickstart.jar`, as an operator sees it: what it prints, what it heeds, how it ends. */

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { CHANNELS } from './channels.mjs';
import { address } from './clients/peer.mjs';
import { WsPeer } from './clients/ws-peer.mjs';
import { freePort, runServer, startServer } from './server.mjs';

const GOING_AWAY = 1001;
const REFUSED = 4401;
const SIGINT_EXIT = 130; // the JVM's code for it, as a shell's: 128 + 2
const SIGTERM_EXIT = 143;

describe('the quickstart', { timeout: 300_000 }, () => {
  test('prints the address of the dashboard and the token, and both work', async (t) => {
    const server = await start(t);
    const simulated = 'Simulated: workflows, agents and tasks (simulated-..., simulated=true). The host and the JVM are real.';
    const lines = [simulated, `Dashboard: http://localhost:${server.port}/#token=${server.token}`, `Token: ${server.token}`];
    assert.deepEqual(await server.printed(lines.length), lines);
    const page = await fetch(server.url);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<html/);
    await assertWelcome(server);
  });

  test('listens on WS_HOST and nowhere else, and says so', async (t) => {
    const server = await start(t, { env: { WS_HOST: '127.0.0.1' } });
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:/);
    await assertWelcome(server);
    await assert.rejects(fetch(`http://127.0.0.2:${server.port}/`), ({ cause }) => cause.code === 'ECONNREFUSED');
  });

  test('takes tokens that were made elsewhere with JWT_SECRET_KEY', async (t) => {
    const server = await start(t, { secret: 'a secret that an operator made up' });
    await assertWelcome(server, token(server.secret, 'HS256'));
    await assertRefused(server, token('a secret that somebody else made', 'HS256'));
  });

  test('signs and checks with JWT_ALGORITHM alone', async (t) => {
    const server = await start(t, { env: { JWT_ALGORITHM: 'HS512' } });
    assert.equal(JSON.parse(Buffer.from(server.token.split('.')[0], 'base64url')).alg, 'HS512');
    await assertWelcome(server);
    await assertWelcome(server, token(server.secret, 'HS512'));
    await assertRefused(server, token(server.secret, 'HS256'));
  });

  test('makes up another secret for each run when it is given none', async (t) => {
    const [one, other] = await Promise.all([start(t, { secret: null }), start(t, { secret: null })]);
    await assertWelcome(one);
    await assertRefused(other, one.token);
  });

  test('has no dashboard where its jar is left out, and does the rest', async (t) => {
    const target = 'examples/quickstart/target/';
    const jars = (await readdir(new URL(`../../${target}lib/`, import.meta.url))).filter((jar) => !jar.includes('dashboard'));
    const classPath = [`${target}classes`, ...jars.map((jar) => `${target}lib/${jar}`)].join(delimiter);
    const server = await start(t, { command: `java -cp ${classPath} io.greenlang.metrics.examples.Quickstart` });
    assert.equal((await fetch(server.url)).status, 404);
    await assertWelcome(server);
  });

  for (const [how, exitCode] of [['interrupt', SIGINT_EXIT], ['stop', SIGTERM_EXIT]]) {
    test(`says goodbye and frees the port on ${how}`, async (t) => {
      const server = await start(t);
      const client = await assertWelcome(server);
      const before = performance.now();
      assert.equal(await server[how](), exitCode);
      assert.ok(performance.now() - before < 5_000, 'it did not wait for clients that had gone');
      assert.equal(await client.closed(), GOING_AWAY);
      await listen(t, server.port);
    });
  }
});

describe('a minute of the quickstart', { timeout: 300_000 }, () => {
  const WATCHED_MILLIS = 60_000;
  let server;
  /** @type {any[]} */
  let metrics;

  before(async () => {
    server = await startServer();
    const client = await WsPeer.connect(address(server));
    // In batches, so that nothing is held back by the rate limit of a client.
    client.send({ type: 'subscribe', data: { channels: Object.keys(CHANNELS), batch: true } });
    await client.next('subscribed');
    await setTimeout(WATCHED_MILLIS);
    assert.equal(client.closeCode, null);
    assert.deepEqual(client.frames.filter(({ message }) => ['error', 'lagged'].includes(message.type)), []);
    metrics = client.frames.flatMap(({ message }) => (message.type === 'metrics' ? message.metrics : []));
    await client.close();
  });
  after(() => server?.kill());

  for (const [channel, names] of Object.entries(CHANNELS)) {
    test(`${channel}: every name is seen again and again, and every value can be`, () => {
      for (const [name, [least, most]] of Object.entries(names)) {
        const values = metrics.filter((metric) => metric.channel === channel && metric.name === name).map(({ value }) => value);
        assert.ok(values.length >= 8, `${channel} ${name} came ${values.length} times`);
        const odd = values.filter((value) => !(value >= least && value <= most));
        assert.deepEqual(odd, [], `${channel} ${name} from ${least} to ${most}`);
      }
    });
  }

  test('no counter ever falls, and those that must, grow', () => {
    const counters = new Map();
    for (const { channel, name, type, value, tags } of metrics) {
      if (type === 'counter') {
        const series = `${channel} ${name} ${JSON.stringify(tags)}`;
        const [first, before] = counters.get(series) ?? [value, value];
        assert.ok(value >= before, `${series} fell from ${before} to ${value}`);
        counters.set(series, [first, value]);
      }
    }
    for (const name of ['executions.total', 'calls.total', 'tasks.completed', 'network.interface.bytes_sent', 'process.cpu.seconds']) {
      const grown = [...counters].filter(([series, [first, last]]) => series.includes(` ${name} `) && last > first);
      assert.ok(grown.length > 0, `${name} grew`);
    }
  });

  test('the parts add up to the whole', () => {
    const newest = (channel, name) => {
      const bySeries = new Map();
      for (const metric of metrics.filter((each) => each.channel === channel && each.name === name)) {
        bySeries.set(JSON.stringify(metric.tags), metric.value);
      }
      return [...bySeries.values()].reduce((sum, value) => sum + value, 0);
    };
    for (const name of ['executions.total', 'executions.successful', 'executions.failed']) {
      assert.equal(newest('workflow.metrics', `workflow.${name}`), newest('workflow.metrics', name), name);
    }
    assert.equal(newest('agent.metrics', 'agent.calls.total'), newest('agent.metrics', 'calls.total'));
    assert.equal(newest('agent.metrics', 'errors.by_type'), newest('agent.metrics', 'errors.total'));
  });

  test('what is made up says so, and what is real does not', () => {
    for (const { channel, name, tags } of metrics) {
      assert.equal(typeof tags.host, 'string', `${channel} ${name} says of which host it is`);
      const isMadeUp = ['workflow.metrics', 'agent.metrics'].includes(channel);
      assert.equal(tags.simulated, isMadeUp ? 'true' : undefined, `${channel} ${name} ${JSON.stringify(tags)}`);
      for (const named of [tags.workflow, tags.agent, tags.queue].filter(Boolean)) {
        assert.match(named, /^simulated-/);
      }
    }
  });
});

describe('the quickstart says in one sentence what is wrong and what to do', { timeout: 300_000 }, () => {
  const cases = [
    ['WS_PORT', 'abc', /WS_PORT=abc must be a whole number from 0 to 65535/],
    ['WS_PORT', '99999', /WS_PORT=99999 must be a whole number from 0 to 65535/],
    ['WS_HEARTBEAT_INTERVAL', 'x', /WS_HEARTBEAT_INTERVAL=x must be a whole number from 1 to 3600/],
    ['JWT_SECRET_KEY', 'short', /secret \(JWT_SECRET_KEY\) has 5 bytes, but HS256 needs at least 32; make one with: openssl rand/],
    ['JWT_ALGORITHM', 'none', /algorithm "none" \(JWT_ALGORITHM\) is not known; use HS256, HS384 or HS512/],
    ['METRIC_COLLECTION_INTERVAL', 'fast', /METRIC_COLLECTION_INTERVAL is "fast"; it must be a number of seconds/],
  ];
  for (const [name, value, sentence] of cases) {
    test(`${name}=${value}`, async () => {
      const port = String(await freePort()); // if it starts after all, it must not disturb anybody
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

async function assertWelcome(server, by) {
  const client = await WsPeer.connect(address(server, by));
  await client.next('welcome');
  return client;
}

async function assertRefused(server, by) {
  const client = await WsPeer.connect(address(server, by));
  assert.equal(await client.closed(), REFUSED);
}

async function assertRefusesToStart(env, sentence) {
  const { code, stdout, stderr } = await runServer(env);
  assert.equal(code, 1, stderr);
  assert.equal(stdout, '');
  assert.match(stderr, sentence);
  assert.match(stderr, /^quickstart: .*\n$/, 'one line, and no stack trace');
}

/** Somebody else's server on a port of every address. */
async function listen(t, port) {
  const listener = createServer().listen(port, '0.0.0.0');
  t.after(() => listener.close());
  await once(listener, 'listening');
  return listener;
}

/** A token by RFC 7519, made without any of our code. */
function token(secret, alg) {
  const part = (fields) => Buffer.from(JSON.stringify(fields)).toString('base64url');
  const signed = `${part({ alg, typ: 'JWT' })}.${part({ sub: 'elsewhere', exp: Math.floor(Date.now() / 1000) + 600 })}`;
  return `${signed}.${createHmac(`sha${alg.slice(2)}`, secret).update(signed).digest('base64url')}`;
}
