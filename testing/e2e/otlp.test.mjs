/**
 * Tests of the quickstart with `OTLP=on` and the exporters that OpenTelemetry publishes on npm. OtlpQuickstartTest of the quickstart
 * does the same with OpenTelemetry's Java SDK.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { serverUrl } from './clients/peer.mjs';
import { WsPeer } from './clients/ws-peer.mjs';
import { Sender, measureUntilBelow, printedVariables } from './otlp.mjs';
import { startServer } from './server.mjs';

const OBSERVATIONS = 100;
const SUM = (OBSERVATIONS * (OBSERVATIONS + 1)) / 2;
const MAX_MILLIS = 1_000;
const MAX_ROUNDS = 30;

describe('the quickstart with OTLP=on', { timeout: 600_000 }, () => {
  let server;
  let printed;

  before(async () => {
    server = await startServer({ env: { OTLP: 'on' } });
    printed = await printedVariables(server);
  });
  after(() => server?.kill());

  async function start(t, exporter, instance, env = {}) {
    const sender = new Sender(exporter, {
      ...printed,
      OTEL_SERVICE_NAME: 'shop',
      OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=${instance}`,
      ...env,
    });
    t.after(() => sender.kill());
    return sender;
  }

  async function subscribe(t, instance, options = {}) {
    const client = await WsPeer.connect(serverUrl(server));
    t.after(() => client.close());
    client.send({ type: 'subscribe', data: { channels: ['application.metrics'], tags: { 'service.instance.id': instance }, ...options } });
    await client.next('subscribed');
    return client;
  }

  test('prints the variables of metrics only, and no simulated metrics', async () => {
    assert.deepEqual(Object.keys(printed), [
      'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
      'OTEL_EXPORTER_OTLP_METRICS_HEADERS',
      'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL',
      'OTEL_METRIC_EXPORT_INTERVAL',
    ]);
    assert.equal(printed.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT, `http://localhost:${server.port}/v1/metrics`);
    assert.match((await server.printedLines(1))[0], /^Dashboard: /);
  });

  test('is off by default', async (t) => {
    const other = await startServer();
    t.after(() => other.kill());
    const headers = { authorization: `Bearer ${other.token}`, 'content-type': 'application/x-protobuf' };
    const answer = await fetch(`http://localhost:${other.port}/v1/metrics`, { method: 'POST', headers, body: '' });
    assert.equal(answer.status, 405); // as for any path
  });

  test('rejects a sender without the token for publishing', async () => {
    const send = (token) =>
      fetch(printed.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf', ...(token && { authorization: `Bearer ${token}` }) },
        body: '',
      });
    assert.equal((await send(null)).status, 401);
    assert.equal((await send(server.token)).status, 403);
    assert.equal((await send(/Bearer%20(.*)/.exec(printed.OTEL_EXPORTER_OTLP_METRICS_HEADERS)[1])).status, 200);
  });

  for (const exporter of /** @type {const} */ (['proto', 'http'])) {
    for (const temporality of ['cumulative', 'delta']) {
      test(`receives ${temporality} metrics of exporter-metrics-otlp-${exporter}, also after a restart`, async (t) => {
        const instance = `${exporter}-${temporality}`;
        const client = await subscribe(t, instance);
        const windows = await subscribe(t, instance, { metrics: ['orders'], aggregation_interval: '1s' });
        const env = { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: temporality };
        const sender = await start(t, exporter, instance, env);
        for (const round of [1, 2]) {
          const seen = client.frames.length;
          await sender.round();
          await assertRound(client, seen, round * OBSERVATIONS);
        }
        await sender.close();
        const restarted = await start(t, exporter, instance, env);
        const seen = client.frames.length;
        await restarted.round();
        await assertRound(client, seen, temporality === 'delta' ? 3 * OBSERVATIONS : OBSERVATIONS);
        await assertGrowth(windows, 3 * OBSERVATIONS);
      });
    }
  }

  test('receives the program of docs/how-to/otlp.md, unchanged', async (t) => {
    const page = await readFile(new URL('../../docs/how-to/otlp.md', import.meta.url), 'utf8');
    const folder = await mkdtemp(join(tmpdir(), 'otlp-'));
    t.after(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'kettles.cjs'), /```js\n(.*?)```/s.exec(page)[1]);
    const client = await WsPeer.connect(serverUrl(server));
    t.after(() => client.close());
    client.send({ type: 'subscribe', data: { channels: ['application.metrics'], tags: { 'service.name': 'kitchen' } } });
    await client.next('subscribed');
    const env = { ...process.env, ...printed, OTEL_SERVICE_NAME: 'kitchen', NODE_PATH: fileURLToPath(new URL('node_modules', import.meta.url)) };
    const program = spawn(process.execPath, [join(folder, 'kettles.cjs')], { env, stdio: ['ignore', 'inherit', 'inherit'] });
    t.after(() => program.kill('SIGKILL'));
    const [, { message }] = await client.metrics('kettles.boiled', 2);
    assert.equal(message.type, 'counter');
    assert.deepEqual(message.tags, { 'service.name': 'kitchen', stove: 'left' });
  });

  test('receives compressed requests', async (t) => {
    const client = await subscribe(t, 'gzip');
    const sender = await start(t, 'proto', 'gzip', { OTEL_EXPORTER_OTLP_METRICS_COMPRESSION: 'gzip' });
    await sender.round();
    await assertRound(client, 0, OBSERVATIONS);
  });

  test(`shows a value within ${MAX_MILLIS} ms of its export`, async (t) => {
    const client = await subscribe(t, 'measured');
    const sender = await start(t, 'proto', 'measured');
    const durations = await measureUntilBelow(MAX_MILLIS, MAX_ROUNDS, async (round) => {
      const total = round * OBSERVATIONS;
      const began = await sender.round();
      await client.matching(({ message }) => message.name === 'orders' && message.value === total, 1, 0, `orders = ${total}`);
      return Date.now() - began;
    });
    t.diagnostic(`${durations.join(', ')} ms`);
    assert.ok(durations.at(-1) < MAX_MILLIS, `${durations} ms until the value was seen`);
  });

  /** Waits for the counter and the histograms of a round in the frames after the first `skip`. */
  async function assertRound(client, skip, total) {
    // A sender that ends exports its totals once more.
    const isTotal = ({ message }) => message.name === 'orders' && message.value === total;
    const [{ message: orders }] = await client.matching(isTotal, 1, skip, `orders = ${total}`);
    assert.equal(orders.type, 'counter');
    assert.deepEqual(orders.tags, { ...orders.tags, region: 'eu', 'service.name': 'shop' });
    for (const [name, p99Range] of [['explicit.size', [75, 100]], ['exponential.size', [95.8, 102.2]]]) {
      const [{ message: size }] = await client.metrics(name, 1, skip);
      assert.equal(size.type, 'histogram');
      assert.equal(size.count, OBSERVATIONS);
      assert.equal(size.sum, SUM);
      assert.ok(size.p99 >= p99Range[0] && size.p99 <= p99Range[1], `the p99 of ${name} is ${size.p99}`);
    }
  }

  /** Waits until the windows of the counter add up to a growth, and checks that they do not exceed it. */
  async function assertGrowth(windows, growth) {
    const deltas = () => windows.frames.filter(({ message }) => message.name === 'orders').map(({ message }) => message.delta);
    const sum = () => deltas().reduce((total, delta) => total + delta, 0);
    for (let count = 1; sum() < growth; count++) {
      await windows.metrics('orders', count);
    }
    assert.equal(sum(), growth);
  }
});
