/** `java -jar quickstart.jar`, as an operator sees it: what it prints, what it heeds, how it ends. */

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
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
    const lines = [`Dashboard: http://localhost:${server.port}/#token=${server.token}`, `Token: ${server.token}`];
    assert.deepEqual(server.output.trimEnd().split('\n'), lines);
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

describe('the quickstart says in one sentence what is wrong and what to do', { timeout: 300_000 }, () => {
  const cases = [
    ['WS_PORT', 'abc', /WS_PORT=abc must be a whole number from 0 to 65535/],
    ['WS_PORT', '99999', /WS_PORT=99999 must be a whole number from 0 to 65535/],
    ['WS_HEARTBEAT_INTERVAL', 'x', /WS_HEARTBEAT_INTERVAL=x must be a whole number from 1 to 3600/],
    ['JWT_SECRET_KEY', 'short', /secret has 5 bytes, but HS256 needs at least 32; make one with: openssl rand/],
    ['JWT_ALGORITHM', 'none', /algorithm "none" is not known; use HS256, HS384 or HS512/],
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
