/** Tests of the example jvm-main on the dashboard: a custom MBean, and the JVM's garbage collector, allocation and locks. */

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from '../server.mjs';
import { launch, openTab } from './browser.mjs';

const EXAMPLE = 'java -Xmx128m -jar examples/jvm-main/target/jvm-main.jar';
const SCREENSHOT_DIR = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
const UPDATE_SCREENSHOTS = process.env.UPDATE_SCREENSHOTS === '1';
const ROWS = UPDATE_SCREENSHOTS ? 60 : 3; // seconds of a picture

describe('the example jvm-main', { timeout: 300_000 }, () => {
  let browser;
  let server;
  let tab;

  before(async () => {
    server = await startServer({ command: EXAMPLE, ...(UPDATE_SCREENSHOTS && { port: 8000 }) });
    browser = await launch();
    tab = await openTab(browser, { viewport: { width: 1280, height: 800 } });
    await tab.page.goto(server.url);
  });
  after(async () => {
    await browser?.close();
    await server?.kill();
  });

  /** Waits until a chart of a channel has rows. */
  async function waitForChart(channel, name, rows) {
    await tab.page.waitForFunction(
      ([id, minimum]) => Number(document.querySelector(`[data-chart="${id}"]`)?.dataset.rows ?? 0) >= minimum,
      [`${channel}/${name}`, rows],
      { timeout: 120_000 },
    );
  }

  test('shows the attributes of its MBean', async () => {
    for (const name of ['orders.open', 'orders.served', 'pool.used']) {
      await waitForChart('jmx.metrics', name, ROWS);
    }
    assert.deepEqual(tab.errors, []);
    await takeScreenshot('jmx', '[data-channel="jmx.metrics"]', 370);
  });

  test('shows pauses by cause, allocation, and the lock for which its threads wait', async () => {
    await waitForChart('jvm.metrics', 'jfr.memory.allocated', ROWS);
    await waitForChart('jvm.metrics', 'jfr.gc.pause', 3);
    await waitForChart('jvm.metrics', 'jfr.locks.blocked', ROWS);
    assert.match(await tab.page.locator('[data-chart="jvm.metrics/jfr.locks.blocked"]').innerText(), /Oven/);
    assert.deepEqual(tab.errors, []);
    await takeScreenshot('jfr', '[data-chart="jvm.metrics/jfr.gc.pause"]', 630);
  });

  /** Takes a picture of the page from an element on, if pictures are to be renewed. */
  async function takeScreenshot(name, selector, height) {
    if (UPDATE_SCREENSHOTS) {
      await tab.page.setViewportSize({ width: 1280, height });
      await tab.page.evaluate((target) => scrollBy(0, document.querySelector(target).getBoundingClientRect().top - 80), selector);
      await tab.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      await mkdir(SCREENSHOT_DIR, { recursive: true });
      await tab.page.screenshot({ path: `${SCREENSHOT_DIR}${name}.png` });
    }
  }
});
