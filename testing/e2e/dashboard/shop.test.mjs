/** Test of the example spring-boot-shop: the dashboard about HTTP that it ships, with the requests of the shop. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { startServer } from '../server.mjs';
import { launch, openTab, waitForEqual } from './browser.mjs';

const EXAMPLE = 'java -Xmx256m -jar examples/spring-boot-shop/target/spring-boot-shop.jar';
const MAX_ARTICLE_LENGTH = 100; // of the column in the database
const LOAD_INTERVAL_MILLIS = 250;

describe('the example spring-boot-shop', { timeout: 600_000 }, () => {
  let browser;
  let server;
  let tab;
  let isLoading = false;
  /** The requests that load the shop, until `isLoading` is false. */
  let load;

  before(async () => {
    server = await startServer({ command: EXAMPLE });
    browser = await launch();
    tab = await openTab(browser);
  });
  after(async () => {
    isLoading = false;
    await load; // a request to a server that was killed would fail
    await browser?.close();
    await server?.kill();
  });

  /** Sends a request and returns the status of the answer. */
  async function send(method, path) {
    const response = await fetch(new URL(path, server.url), { method });
    await response.arrayBuffer();
    return response.status;
  }

  /** Sends good and bad requests again and again. */
  async function sendOrders(articles) {
    isLoading = true;
    while (isLoading) {
      await Promise.all(articles.map((article) => send('POST', `/orders?article=${article}`)));
      await setTimeout(LOAD_INTERVAL_MILLIS);
    }
  }

  /** Returns the labels of a chart's lines. Off the screen they are late. */
  const labels = (chart) => tab.page.locator(`[data-chart=${chart}] .chart-label`).allTextContents();

  test('ships a dashboard, each chart of which shows its series', async () => {
    const tooLong = 'x'.repeat(MAX_ARTICLE_LENGTH + 1);
    assert.deepEqual([await send('POST', '/orders?article=tea'), await send('POST', `/orders?article=${tooLong}`)], [200, 500]);
    load = sendOrders(['tea', tooLong]);
    await tab.page.goto(`${server.url}&dashboard=HTTP`);
    for (const chart of ['own-0', 'own-1', 'own-2', 'own-3']) {
      await tab.page.waitForFunction((id) => Number(document.querySelector(`[data-chart=${id}]`)?.dataset.rows ?? 0) >= 3, chart, { timeout: 60_000 });
    }
    await waitForEqual(() => labels('own-0'), ['p50', 'p95', 'p99']);
    await tab.page.locator('[data-chart=own-1] .chart-label', { hasText: /^\/orders · p95$/ }).waitFor({ state: 'attached' });
    assert.match(await tab.page.locator('[data-chart=own-2]').innerText(), /Errors of the server/);
    await waitForEqual(async () => (await labels('own-3')).sort(), ['active', 'pending']);
    assert.deepEqual([tab.violations, tab.errors], [[], []]);
  });
});
