/** Tests of `examples/cluster`: three instances behind nginx. A client of a killed instance resumes on another. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import WebSocket from 'ws';
import { createMetricService } from '../../clients/greenlang-metrics-client-js/dist/esm/index.js';
import { connectJavaClient } from './clients/clients.mjs';
import { freePort, startServer } from './server.mjs';

const RUN = `examples/cluster/run ${process.env.CLUSTER_JAR ?? 'examples/cluster/target/cluster.jar'}`;
const TIMEOUT_MILLIS = 60_000;

describe('the cluster example', { timeout: 600_000 }, () => {
  for (const [name, connect] of Object.entries({ TypeScript: connectTypeScript, Java: connectJava })) {
    test(`a ${name} client of a killed instance resumes on another and misses nothing`, async (t) => {
      const ports = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
      const cluster = await startServer({ command: RUN, env: { PORTS: ports.join(' ') } });
      t.after(() => cluster.interrupt());
      const instances = new Map(
        [...(await outputWithLines(cluster, /^Instance/, 3)).matchAll(/Instance (\w): http:\/\/127\.0\.0\.1:(\d+)\/health, process (\d+)/g)].map(
          ([, instance, port, pid]) => [instance, { port: Number(port), pid: Number(pid) }],
        ),
      );
      assert.deepEqual([...instances.keys()].sort(), ['a', 'b', 'c']);

      const client = await connect(`ws://127.0.0.1:${cluster.port}/ws/metrics`, cluster.token);
      t.after(() => client.close());
      const times = (instance) => client.metrics().filter(({ tags }) => tags.instance === instance).map(({ timestamp }) => Date.parse(timestamp));
      await until(() => ['a', 'b', 'c'].every((each) => times(each).length >= 3), 'metrics of all three instances arrive');

      const [killed, { pid }] = await instanceWithClient(instances);
      process.kill(pid, 'SIGKILL');
      await until(() => client.gaps().length > 0, 'the client reconnects');
      const others = [...instances.keys()].filter((each) => each !== killed);
      const before = new Map(others.map((each) => [each, times(each).length]));
      await until(() => others.every((each) => times(each).length >= before.get(each) + 3), 'metrics of the other instances arrive');

      assert.ok(client.gaps().every(({ recovered }) => recovered), JSON.stringify(client.gaps()));
      assert.equal(client.connections(), 2);
      const [serving] = await instanceWithClient(new Map(others.map((each) => [each, instances.get(each)])));
      for (const each of others) {
        const received = times(each);
        assert.deepEqual(received, await historyOf(each, instances.get(serving).port, cluster.token, received[0], received.at(-1)), `cpu.percent of ${each}`);
      }
    });
  }
});

/**
 * A subscriber to cpu.percent, with its record.
 *
 * @typedef {object} Subscriber
 * @property {() => any[]} metrics
 * @property {() => any[]} gaps
 * @property {() => number} connections how often it connected
 * @property {() => unknown} close
 */

/** @returns {Promise<Subscriber>} */
async function connectTypeScript(url, token) {
  const service = createMetricService(url, token, { WebSocket, backoff: { baseMs: 200 } });
  const [metrics, gaps] = [[], []];
  service.onGap((gap) => gaps.push(gap));
  service.onMetric('system.metrics', (metric) => metrics.push(metric));
  service.connect();
  await service.ready(TIMEOUT_MILLIS);
  await service.subscribe({ channels: ['system.metrics'], metrics: ['cpu.percent'] });
  const connections = () => service.stats().reconnects + 1;
  return { metrics: () => metrics, gaps: () => gaps, connections, close: () => service.disconnect() };
}

/** @returns {Promise<Subscriber>} */
async function connectJava(url, token) {
  const peer = await connectJavaClient(url, token);
  peer.command('subscribe system.metrics metrics=cpu.percent');
  const events = (predicate) => peer.frames.map(({ message }) => message).filter(predicate);
  return {
    metrics: () => events(({ name }) => name === 'cpu.percent'),
    gaps: () => events(({ type }) => type === 'gap'),
    connections: () => events(({ type, state }) => type === 'state' && state === 'connected').length,
    close: () => peer.close(),
  };
}

/** Returns the server's output once it contains enough lines that match a pattern. */
async function outputWithLines(server, pattern, matchCount) {
  for (let count = matchCount; ; count++) {
    const lines = await server.printedLines(count);
    if (lines.filter((line) => pattern.test(line)).length >= matchCount) {
      return lines.join('\n');
    }
  }
}

/** Returns the instance that the client is connected to, once it is healthy. On a busy machine, Redis can be late for a moment. */
async function instanceWithClient(instances) {
  const deadline = performance.now() + TIMEOUT_MILLIS;
  const states = {};
  while (performance.now() < deadline) {
    for (const [name, instance] of instances) {
      states[name] = await (await fetch(`http://127.0.0.1:${instance.port}/health`)).json();
      if (states[name].connected_clients > 0 && states[name].status === 'UP') {
        return [name, instance];
      }
    }
    await setTimeout(20);
  }
  throw new Error(`no healthy instance has the client: ${JSON.stringify(states)}`);
}

/** Returns the times of cpu.percent of an instance between two times, from the history that the instance on a port has. */
async function historyOf(instance, port, token, from, to) {
  const service = createMetricService(`ws://127.0.0.1:${port}/ws/metrics`, token, { WebSocket });
  try {
    service.connect();
    await service.ready(TIMEOUT_MILLIS);
    const request = { channel: 'system.metrics', start_time: new Date(from), end_time: new Date(to + 1), metrics: ['cpu.percent'], tags: { instance } };
    return (await service.getHistory(request)).map(({ timestamp }) => Date.parse(timestamp));
  } finally {
    service.disconnect();
  }
}

async function until(condition, description) {
  const deadline = performance.now() + TIMEOUT_MILLIS;
  while (!condition()) {
    assert.ok(performance.now() < deadline, `${description} within ${TIMEOUT_MILLIS / 1000} s`);
    await setTimeout(20);
  }
}
