/** Tests of the four TypeScript snippets on the product's API page, verbatim. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { build } from 'esbuild';
import { getMetricService, type Metric, type MetricService, resetMetricService } from '../src/index.js';
import { FakeSocket, fakeService, metric } from './fakes.js';

const URL = 'ws://localhost:8000/ws/metrics';
const globals = globalThis as Record<string, unknown>;

/** Runs a snippet with the globals that it expects. Returns its console output. */
async function run(name: string, snippetGlobals: Record<string, unknown>): Promise<{ consoleOutput: unknown[][]; exported: Record<string, unknown> }> {
  const consoleOutput: unknown[][] = [];
  Object.assign(globals, snippetGlobals);
  const bundle = await build({
    stdin: { contents: `${readFileSync(`test/snippets/${name}.ts`, 'utf8')}`, loader: 'ts', resolveDir: 'test/snippets' },
    bundle: true,
    write: false,
    format: 'iife',
    // A bundled copy of the client would have its own registry. The test inspects the shared one.
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
  new Function('console', bundle.outputFiles[0]!.text)({ log: (...args: unknown[]) => consoleOutput.push(args) });
  return { consoleOutput, exported: globals };
}

test('quickStart_verbatim_connectsSubscribesAndReceives', async () => {
  globals.WebSocket = FakeSocket;
  const { consoleOutput } = await run('quick-start', { userToken: 'a.b.c', client: { getMetricService } });
  assert.equal(FakeSocket.last.url, `${URL}?token=a.b.c`);
  FakeSocket.last.welcome();
  assert.deepEqual(FakeSocket.last.sent[0].data, {
    channels: ['system.metrics', 'workflow.metrics'],
    tags: { env: 'production' },
    aggregation_interval: '5s',
    compression: true,
    resume: true,
  });
  const cpu: Metric = metric('cpu.percent', 75.5, { tags: { host: 'server1', env: 'production' } });
  FakeSocket.last.receive(cpu);
  assert.deepEqual(consoleOutput, [['Connected:', true], ['Received metric:', cpu]]);
  resetMetricService();
  delete globals.WebSocket;
});

test('reconnection_verbatim_logsWhenDisconnected', async () => {
  const { service, clock } = fakeService();
  const { consoleOutput } = await run('reconnection', { service });
  FakeSocket.last.welcome();
  assert.deepEqual(consoleOutput, []);
  FakeSocket.last.drop();
  assert.deepEqual(consoleOutput, [['Disconnected, reconnecting...']]);
  clock.advance(1_000);
  assert.equal(FakeSocket.all.length, 2, 'reconnects automatically');
});

test('resubscribe_verbatim_subscribesOnEveryConnection_andShowsBanner', async () => {
  const { service } = fakeService();
  let banners = 0;
  await run('resubscribe', { service, showDisconnectedBanner: () => banners++ });
  service.connect();
  FakeSocket.last.welcome().confirm().drop();
  assert.equal(banners, 1);
  service.connect();
  FakeSocket.last.welcome();
  assert.deepEqual(FakeSocket.last.commands('subscribe').map(({ data }) => data.channels), [['system.metrics']]);
});

test('bufferedMetrics_verbatim_areAvailableOffline', async () => {
  const { service } = fakeService();
  service.connect();
  FakeSocket.last.welcome().receive(metric('cpu.percent', 1)).drop();
  const results: unknown[] = [];
  const offline = { getBufferedMetrics: () => results.push(service.getBufferedMetrics()) } as unknown as MetricService;
  await run('buffered-metrics', { service: offline });
  assert.deepEqual(results, [[metric('cpu.percent', 1)]]);
});
