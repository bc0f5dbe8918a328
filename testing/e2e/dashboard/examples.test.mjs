/**
 * Tests of the examples jvm-main and opentelemetry-main with the commands of their pages: they build and start the program, and the
 * dashboard shows its metrics. Not beside other builds, because each command compiles the modules of the example.
 */

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from '../server.mjs';
import { launch, openTab } from './browser.mjs';

const SCREENSHOT_DIR = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
const UPDATE_SCREENSHOTS = process.env.UPDATE_SCREENSHOTS === '1';
const ROWS = UPDATE_SCREENSHOTS ? 60 : 3; // seconds of a picture

/** A running example, and its dashboard in a tab. */
class Example {
  #command;
  #browser;
  #server;

  /** @param {string} command builds and starts it */
  constructor(command) {
    this.#command = command;
  }

  async start() {
    this.#server = await startServer({ command: this.#command, ...(UPDATE_SCREENSHOTS && { port: 8000 }) });
    this.#browser = await launch();
    this.tab = await openTab(this.#browser, { viewport: { width: 1280, height: 800 } });
    await this.tab.page.goto(this.#server.url);
  }

  async stop() {
    await this.#browser?.close();
    await this.#server?.kill();
  }

  /** Waits until a chart of a channel has rows. */
  async waitForChart(channel, name, rows) {
    await this.tab.page.waitForFunction(
      ([id, minimum]) => Number(document.querySelector(`[data-chart="${id}"]`)?.dataset.rows ?? 0) >= minimum,
      [`${channel}/${name}`, rows],
      { timeout: 120_000 },
    );
  }

  /** Waits until a text is among the title of a chart, its unit, and its series with their latest values. A chart has them on the screen. */
  async waitForText(channel, name, pattern) {
    const chart = `[data-chart="${channel}/${name}"]`;
    await this.tab.scrollTo(chart);
    await this.tab.page.waitForSelector(`${chart} canvas`);
    await this.tab.page.waitForFunction(([selector, source]) => new RegExp(source).test(document.querySelector(selector)?.innerText ?? ''), [chart, pattern.source]);
  }

  /** Takes a picture of the page from an element on, if pictures are to be renewed. */
  async takeScreenshot(name, selector, height) {
    if (UPDATE_SCREENSHOTS) {
      const { page } = this.tab;
      await page.setViewportSize({ width: 1280, height });
      await page.evaluate((target) => scrollBy(0, document.querySelector(target).getBoundingClientRect().top - 80), selector);
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      await mkdir(SCREENSHOT_DIR, { recursive: true });
      await page.screenshot({ path: `${SCREENSHOT_DIR}${name}.png` });
    }
  }
}

describe('make -C examples/jvm-main run', { timeout: 600_000 }, () => {
  const example = new Example('make -C examples/jvm-main run');
  before(() => example.start());
  after(() => example.stop());

  test('shows the attributes of its MBean', async () => {
    for (const name of ['orders.open', 'orders.served', 'pool.used']) {
      await example.waitForChart('jmx.metrics', name, ROWS);
    }
    assert.deepEqual(example.tab.errors, []);
    await example.takeScreenshot('jmx', '[data-channel="jmx.metrics"]', 430);
  });

  test('shows pauses by cause, allocation, and the lock for which its threads wait', async () => {
    await example.waitForChart('jvm.metrics', 'jfr.memory.allocated', ROWS);
    await example.waitForChart('jvm.metrics', 'jfr.gc.pause', 3);
    await example.waitForChart('jvm.metrics', 'jfr.locks.blocked', ROWS);
    await example.waitForText('jvm.metrics', 'jfr.locks.blocked', /Oven/);
    assert.deepEqual(example.tab.errors, []);
    await example.takeScreenshot('jfr', '[data-chart="jvm.metrics/jfr.gc.pause"]', 630);
  });
});

describe('make -C examples/opentelemetry-main run', { timeout: 600_000 }, () => {
  const example = new Example('make -C examples/opentelemetry-main run');
  before(() => example.start());
  after(() => example.stop());

  test('shows a histogram, a counter, a gauge and observable instruments of the SDK', async () => {
    for (const name of ['orders.duration', 'orders.placed', 'orders.open', 'jvm.memory.used']) {
      await example.waitForChart('application.metrics', name, ROWS);
    }
    await example.waitForText('application.metrics', 'orders.duration', /\d m?s\b/);
    await example.waitForText('application.metrics', 'orders.placed', /per second/);
    await example.waitForText('application.metrics', 'jvm.memory.used', /\d MiB/);
    assert.deepEqual(example.tab.errors, []);
  });
});
