/** a. The four TypeScript snippets of the product's API page, to the letter. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { build } from 'esbuild';
import { getMetricService, type Metric, type MetricService, resetMetricService } from '../src/index.js';
import { FakeSocket, fake, metric } from './fakes.js';

const URL = 'ws://localhost:8000/ws/metrics';
const globals = globalThis as Record<string, unknown>;

/** Runs a snippet with what it takes for granted; yields what it said on the console. */
async function run(name: string, given: Record<string, unknown>): Promise<{ said: unknown[][]; exported: Record<string, unknown> }> {
  const said: unknown[][] = [];
  Object.assign(globals, given);
  const bundle = await build({
    stdin: { contents: `${readFileSync(`test/snippets/${name}.ts`, 'utf8')}`, loader: 'ts', resolveDir: 'test/snippets' },
    bundle: true,
    write: false,
    format: 'iife',
    // The snippet's own copy would have its own registry; this one is looked into by the test.
    plugins: [
      {
        name: 'shared',
        setup(setup) {
          setup.onResolve({ filter: /MetricService$/ }, () => ({ path: 'shared', namespace: 'shared' }));
          setup.onLoad({ filter: /.*/, namespace: 'shared' }, () => ({ contents: 'export const { getMetricService } = globalThis.client;' }));
        },
      },
    ],
  });
  new Function('console', bundle.outputFiles[0]!.text)({ log: (...args: unknown[]) => said.push(args) });
  return { said, exported: globals };
}

test('quickStart_verbatim_connectsSubscribesAndHears', async () => {
  globals.WebSocket = FakeSocket;
  const { said } = await run('quick-start', { userToken: 'a.b.c', client: { getMetricService } });
  assert.equal(FakeSocket.last.url, `${URL}?token=a.b.c`);
  FakeSocket.last.welcomes();
  assert.deepEqual(FakeSocket.last.sent[0].data, {
    channels: ['system.metrics', 'workflow.metrics'],
    tags: { env: 'production' },
    aggregation_interval: '5s',
    compression: true,
    resume: true,
  });
  const cpu: Metric = metric('cpu.percent', 75.5, { tags: { host: 'server1', env: 'production' } });
  FakeSocket.last.says(cpu);
  assert.deepEqual(said, [['Connected:', true], ['Received metric:', cpu]]);
  resetMetricService();
  delete globals.WebSocket;
});

test('reconnection_verbatim_saysSoWhenDisconnected', async () => {
  const { service, time } = fake();
  const { said } = await run('reconnection', { service });
  FakeSocket.last.welcomes();
  assert.deepEqual(said, []);
  FakeSocket.last.drops();
  assert.deepEqual(said, [['Disconnected, reconnecting...']]);
  time.tick(1_000);
  assert.equal(FakeSocket.all.length, 2, 'automatically');
});

test('resubscribe_verbatim_subscribesOnEveryConnection_andShowsTheBanner', async () => {
  const { service } = fake();
  let banners = 0;
  await run('resubscribe', { service, showDisconnectedBanner: () => banners++ });
  service.connect();
  FakeSocket.last.welcomes().confirms().drops();
  assert.equal(banners, 1);
  service.connect();
  FakeSocket.last.welcomes();
  assert.deepEqual(FakeSocket.last.commands('subscribe').map(({ data }) => data.channels), [['system.metrics']]);
});

test('bufferedMetrics_verbatim_areThereWhenOffline', async () => {
  const { service } = fake();
  service.connect();
  FakeSocket.last.welcomes().says(metric('cpu.percent', 1)).drops();
  const got: unknown[] = [];
  const offline = { getBufferedMetrics: () => got.push(service.getBufferedMetrics()) } as unknown as MetricService;
  await run('buffered-metrics', { service: offline });
  assert.deepEqual(got, [[metric('cpu.percent', 1)]]);
});
