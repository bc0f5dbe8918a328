/** The TypeScript client in Chromium, against the real server: the spec's snippets to the letter, and a cut. */

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch } from '../dashboard/browser.mjs';
import { startServer } from '../server.mjs';
import { FaultProxy } from './fault-proxy.mjs';

const built = (name) => fileURLToPath(new URL(`../../../clients/greenlang-metrics-client-js/.build/browser/${name}.js`, import.meta.url));

describe('the client in Chromium', { timeout: 300_000 }, () => {
  let browser;
  let server;
  let proxy;
  let page;

  before(async () => {
    server = await startServer({ env: { METRIC_COLLECTION_INTERVAL: '0.2' } });
    proxy = await new FaultProxy(server.port).listen();
    // The snippet speaks to localhost:8000, and that may be somebody else's.
    browser = await launch({ rules: [`MAP localhost:8000 127.0.0.1:${proxy.port}`] });
  });
  after(async () => {
    await browser?.close();
    await proxy?.close();
    await server?.kill();
  });
  beforeEach(async () => {
    const context = await browser.newContext({ bypassCSP: true }); // or no snippet could be put into somebody's page
    page = await context.newPage();
    await page.addInitScript(() => {
      window.said = [];
      console.log = (...words) => said.push(words);
      addEventListener('error', ({ message }) => said.push(['uncaught', message]));
      addEventListener('unhandledrejection', ({ reason }) => said.push(['uncaught', String(reason)]));
    });
    await page.goto('http://localhost:8000/health');
    await page.evaluate((token) => (window.userToken = token), server.token);
  });
  afterEach(() => page.context().close());

  const run = (name) => page.addScriptTag({ path: built(name) });
  const says = (what) => page.waitForFunction((first) => said.some(([word]) => word === first), what);

  test('a. the quick start runs verbatim', async () => {
    await run('quick-start');
    await says('Connected:');
    assert.deepEqual(await page.evaluate(() => said), [['Connected:', true]], 'and no metric: none has the tag env=production');
  });

  test('a. reconnection, resubscription and buffered metrics run verbatim', async () => {
    await run('index');
    await page.evaluate(() => {
      window.banners = 0;
      window.showDisconnectedBanner = () => window.banners++;
      window.service = greenlang.createMetricService('ws://localhost:8000/ws/metrics', userToken, { backoff: { baseMs: 50 } });
      window.seen = [];
      service.onMetric('system.metrics', (metric) => seen.push(metric));
    });
    await run('resubscribe');
    await run('reconnection');
    await page.waitForFunction(() => seen.length >= 5);
    proxy.cut();
    await says('Disconnected, reconnecting...');
    const before = await page.evaluate(() => seen.length);
    await page.waitForFunction((count) => seen.length > count + 5 && service.state === 'connected', before);
    assert.ok((await page.evaluate(() => banners)) >= 1);
    await page.evaluate(() => service.disconnect());
    const buffered = await page.evaluate(() => service.getBufferedMetrics().length);
    assert.equal(buffered, await page.evaluate(() => Math.min(1_000, seen.length)));
    await run('buffered-metrics');
    const identities = await page.evaluate(() => seen.map(({ name, timestamp, tags }) => JSON.stringify([name, timestamp, tags])));
    assert.equal(new Set(identities).size, identities.length, 'nothing comes twice');
    assert.deepEqual(await page.evaluate(() => said.filter(([first]) => first === 'uncaught')), []);
  });
});
