/** Tests of `examples/cluster`: three instances behind nginx. A client of a killed instance resumes on another. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import WebSocket from 'ws';
import { createMetricService } from '../../clients/greenlang-metrics-client-js/dist/esm/index.js';
import { freePort, startServer } from './server.mjs';

const RUN = `examples/cluster/run ${process.env.CLUSTER_JAR ?? 'examples/cluster/target/cluster.jar'}`;
const TIMEOUT_MILLIS = 30_000;

describe('the cluster example', { timeout: 300_000 }, () => {
  test('a client of a killed instance resumes on another and misses nothing', async (t) => {
    const ports = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    const cluster = await startServer({ command: RUN, env: { PORTS: ports.join(' ') } });
    t.after(() => cluster.interrupt());
    const instances = new Map(
      [...(await outputWithLines(cluster, /^Instance/, 3)).matchAll(/Instance (\w): http:\/\/127\.0\.0\.1:(\d+)\/health, process (\d+)/g)].map(
        ([, name, port, pid]) => [name, { port: Number(port), pid: Number(pid) }],
      ),
    );
    assert.deepEqual([...instances.keys()].sort(), ['a', 'b', 'c']);

    const url = `ws://127.0.0.1:${cluster.port}/ws/metrics`;
    const service = createMetricService(url, cluster.token, { WebSocket, backoff: { baseMs: 200 } });
    t.after(() => service.disconnect());
    const gaps = [];
    const times = new Map();
    service.onGap((gap) => gaps.push(gap));
    service.onMetric('system.metrics', ({ name, timestamp, tags }) => {
      if (name === 'cpu.percent') {
        times.set(tags.instance, [...(times.get(tags.instance) ?? []), Date.parse(timestamp)]);
      }
    });
    service.connect();
    await service.ready(TIMEOUT_MILLIS);
    await service.subscribe({ channels: ['system.metrics'], metrics: ['cpu.percent'] });
    await until(() => ['a', 'b', 'c'].every((name) => (times.get(name)?.length ?? 0) >= 3), 'metrics of all three instances arrive');

    const [killed, { pid }] = await instanceWithClient(instances);
    process.kill(pid, 'SIGKILL');
    await until(() => gaps.length > 0, 'the client reconnects');
    const others = [...instances.keys()].filter((name) => name !== killed);
    const before = new Map(others.map((name) => [name, times.get(name).length]));
    await until(() => others.every((name) => times.get(name).length >= before.get(name) + 3), 'metrics of the other instances arrive');

    assert.ok(gaps.every(({ recovered }) => recovered), JSON.stringify(gaps));
    assert.equal(service.stats().reconnects, 1);
    assert.notEqual((await instanceWithClient(new Map(others.map((name) => [name, instances.get(name)]))))[0], killed);
    for (const name of others) {
      const steps = times.get(name).slice(1).map((time, i) => time - times.get(name)[i]);
      assert.ok(steps.every((step) => step > 0 && step < 2_500), `cpu.percent of ${name} arrived at intervals of ${steps} ms`);
    }
  });
});

/** Returns the server's output once it contains enough lines that match a pattern. */
async function outputWithLines(server, pattern, matchCount) {
  for (let count = matchCount; ; count++) {
    const lines = await server.printedLines(count);
    if (lines.filter((line) => pattern.test(line)).length >= matchCount) {
      return lines.join('\n');
    }
  }
}

/** Returns the instance that the client is connected to. */
async function instanceWithClient(instances) {
  for (;;) {
    for (const [name, instance] of instances) {
      const health = await (await fetch(`http://127.0.0.1:${instance.port}/health`)).json();
      if (health.connected_clients > 0) {
        assert.equal(health.status, 'UP');
        return [name, instance];
      }
    }
  }
}

async function until(condition, description) {
  const deadline = performance.now() + TIMEOUT_MILLIS;
  while (!condition()) {
    assert.ok(performance.now() < deadline, `${description} within ${TIMEOUT_MILLIS / 1000} s`);
    await setTimeout(20);
  }
}
