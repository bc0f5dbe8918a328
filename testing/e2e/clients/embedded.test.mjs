/**
 * Tests of every client against the servers embedded in containers, and of the examples with Micrometer. The command of each example's
 * README starts the server. No two of these commands may build at the same time, so they are in one file.
 */

import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { startServer } from '../server.mjs';
import { CLIENTS, connectWs } from './clients.mjs';
import { clientContract } from './contract.mjs';
import { javaClientContract } from './java-client-contract.mjs';
import { serverUrl } from './peer.mjs';

const commandOf = (example) => `make --silent --no-print-directory -C examples/${example} run`;

for (const example of ['embedded-tomcat', 'embedded-jetty', 'embedded-spring-boot']) {
  // The tests mostly wait for the next second, so they can run in parallel.
  describe(example, { timeout: 1_200_000, concurrency: true }, () => {
    /** One server for all clients, because the command builds before it starts. */
    let server;
    const start = async (options) => {
      server ??= startServer({ ...options, command: commandOf(example) });
      return { ...(await server), stop: async () => null };
    };
    after(async () => (await server)?.stop());

    for (const [name, connect] of Object.entries(CLIENTS)) {
      clientContract(`${name}, ${example}`, connect, start);
    }
    javaClientContract(example, start);
  });
}

/** The examples with Micrometer, and a timer of each. */
const TIMERS = { 'micrometer-main': 'orders.duration', 'spring-boot-shop': 'tasks.scheduled.execution' };

for (const [example, timer] of Object.entries(TIMERS)) {
  test(`${example} streams a timer with percentiles and its unit after one command`, { timeout: 600_000 }, async (t) => {
    const server = await startServer({ command: commandOf(example) });
    t.after(() => server.kill());
    const client = await connectWs(serverUrl(server));
    client.send({ type: 'subscribe', data: { channels: ['application.metrics'], metrics: [timer], metadata: true } });
    const [{ message }] = await client.metrics(timer, 1);
    assert.equal(message.type, 'histogram');
    assert.ok(message.p99 > 0, JSON.stringify(message));
    assert.equal((await client.next('metadata')).message.metrics[timer].unit, 'ms');
    await client.close();
  });
}
