/** Test of the example spring-boot-shop: the dashboard about HTTP that it ships, with the requests of the shop. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startServer } from '../server.mjs';
import { launch, openTab } from './browser.mjs';

const EXAMPLE = 'java -Xmx256m -jar examples/spring-boot-shop/target/spring-boot-shop.jar';
const MAX_ARTICLE_LENGTH = 100; // of the column in the database
const LOAD_INTERVAL_MILLIS = 250;

describe('the example spring-boot-shop', { timeout: 180_000 }, () => {
  let browser;
  let server;
  let tab;
  let load;

  before(async () => {
    server = await startServer({ command: EXAMPLE });
    browser = await launch();
    tab = await openTab(browser);
  });
  after(async () => {
    clearInterval(load);
    await browser?.close();
    await server?.kill();
  });

  /** Sends a request and returns the status of the answer. */
  async function send(method, path) {
    const response = await fetch(new URL(path, server.url), { method });
    await response.arrayBuffer();
    return response.status;
  }

  /** Returns the labels of a chart's lines. Off the screen they are late. */
  async function labels(chart) {
    await tab.page.waitForSelector(`[data-chart=${chart}] .chart-label`, { state: 'attached' });
    return tab.page.locator(`[data-chart=${chart}] .chart-label`).allTextContents();
  }

  test('ships a dashboard, each chart of which shows its series', async () => {
    const tooLong = 'x'.repeat(MAX_ARTICLE_LENGTH + 1);
    assert.deepEqual([await send('POST', '/orders?article=tea'), await send('POST', `/orders?article=${tooLong}`)], [200, 500]);
    load = setInterval(() => ['tea', tooLong].forEach((article) => send('POST', `/orders?article=${article}`)), LOAD_INTERVAL_MILLIS);
    await tab.page.goto(`${server.url}&dashboard=HTTP`);
    for (const chart of ['own-0', 'own-1', 'own-2', 'own-3']) {
      await tab.page.waitForFunction((id) => Number(document.querySelector(`[data-chart=${id}]`)?.dataset.rows ?? 0) >= 3, chart, { timeout: 60_000 });
    }
    assert.deepEqual(await labels('own-0'), ['p50', 'p95', 'p99']);
    assert.ok((await labels('own-1')).includes('/orders · p95'), `${await labels('own-1')}`);
    assert.match(await tab.page.locator('[data-chart=own-2]').innerText(), /Errors of the server/);
    assert.deepEqual((await labels('own-3')).sort(), ['active', 'pending']);
    assert.deepEqual([tab.violations, tab.errors], [[], []]);
  });
});
