/** Tests of the TypeScript client in Chromium against the real server: the snippets of the specification, and a lost connection. */

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch, openPage } from '../dashboard/browser.mjs';
import { startServer } from '../server.mjs';
import { FaultProxy } from './fault-proxy.mjs';

const bundlePath = (name) => fileURLToPath(new URL(`../../../clients/greenlang-metrics-client-js/.build/browser/${name}.js`, import.meta.url));

describe('the client in Chromium', { timeout: 600_000 }, () => {
  let browser;
  let server;
  let proxy;
  let page;

  before(async () => {
    // Without a rate limit, because a client that receives single metrics for some seconds would exceed it, and miss metrics.
    server = await startServer({ env: { METRIC_COLLECTION_INTERVAL: '0.2', RATE_LIMIT_MAX_MESSAGES_PER_MINUTE: '0' } });
    proxy = await new FaultProxy(server.port).listen();
    // The snippet connects to localhost:8000, where another server may be running.
    browser = await launch({ rules: [`MAP localhost:8000 127.0.0.1:${proxy.port}`] });
  });
  after(async () => {
    await browser?.close();
    await proxy?.close();
    await server?.kill();
  });
  beforeEach(async () => {
    page = await openPage(browser, { bypassCSP: true }); // otherwise the policy would block the snippet
    await page.addInitScript(() => {
      window.consoleOutput = [];
      console.log = (...args) => consoleOutput.push(args);
      addEventListener('error', ({ message }) => consoleOutput.push(['uncaught', message]));
      addEventListener('unhandledrejection', ({ reason }) => consoleOutput.push(['uncaught', String(reason)]));
    });
    await page.goto('http://localhost:8000/health');
    await page.evaluate((token) => (window.userToken = token), server.token);
  });
  afterEach(() => page.context().close());

  const run = (name) => page.addScriptTag({ path: bundlePath(name) });
  const waitForLog = (text) => page.waitForFunction((expected) => consoleOutput.some(([first]) => first === expected), text);

  test('the quick start runs verbatim', async () => {
    await run('quick-start');
    await waitForLog('Connected:');
    assert.deepEqual(await page.evaluate(() => consoleOutput), [['Connected:', true]], 'no metric arrives, because none has the tag env=production');
  });

  test('reconnection, resubscription and buffered metrics run verbatim', async () => {
    await run('index');
    await page.evaluate(() => {
      window.banners = 0;
      window.showDisconnectedBanner = () => window.banners++;
      window.service = greenlang.createMetricService('ws://localhost:8000/ws/metrics', userToken, { backoff: { baseMs: 50 } });
      window.received = [];
      service.onMetric('system.metrics', (metric) => received.push(metric));
    });
    await run('resubscribe');
    await run('reconnection');
    await page.waitForFunction(() => received.length >= 5);
    proxy.cut();
    await waitForLog('Disconnected, reconnecting...');
    const before = await page.evaluate(() => received.length);
    await page.waitForFunction((count) => received.length > count + 5 && service.state === 'connected', before);
    assert.ok((await page.evaluate(() => banners)) >= 1);
    await page.evaluate(() => service.disconnect());
    const buffered = await page.evaluate(() => service.getBufferedMetrics().length);
    assert.equal(buffered, await page.evaluate(() => Math.min(1_000, received.length)));
    await run('buffered-metrics');
    const identities = await page.evaluate(() => received.map(({ name, timestamp, tags }) => JSON.stringify([name, timestamp, tags])));
    assert.equal(new Set(identities).size, identities.length, 'no metric arrives twice');
    assert.deepEqual(await page.evaluate(() => consoleOutput.filter(([first]) => first === 'uncaught')), []);
  });

  test('metrics arrive while WebSockets are blocked, and the client returns to the WebSocket', async () => {
    await run('index');
    proxy.webSockets('refuse');
    try {
      await page.evaluate(() => {
        window.service = greenlang.createMetricService('ws://localhost:8000/ws/metrics', userToken, { backoff: { baseMs: 50, maxMs: 500 }, logger: false });
        window.received = [];
        window.gaps = [];
        service.onMetric('system.metrics', (metric) => received.push(metric));
        service.onGap((gap) => gaps.push(gap));
        service.subscribe({ channels: ['system.metrics'] });
        service.connect();
      });
      await page.waitForFunction(() => received.length > 5);
      assert.equal(await page.evaluate(() => service.transport), 'sse');
      proxy.cut();
      await page.waitForFunction(() => gaps.length === 1 && service.transport === 'sse' && service.state === 'connected');
    } finally {
      proxy.webSockets('pass');
    }
    const before = await page.evaluate(() => received.length);
    await page.waitForFunction((count) => service.transport === 'websocket' && gaps.length >= 2 && received.length > count + 20, before);
    assert.ok(await page.evaluate(() => gaps.every(({ recovered }) => recovered)));
    const identities = await page.evaluate(() => received.map(({ name, timestamp, tags }) => JSON.stringify([name, timestamp, tags])));
    assert.equal(new Set(identities).size, identities.length, 'no metric arrives twice');
    await page.evaluate(() => service.disconnect());
  });
});
