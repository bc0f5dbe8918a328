/** Tests of the dashboard against the real server. The files page-*.test.mjs cover the cases that need a scripted server. */

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from '../server.mjs';
import { launch, openTab, waitForEqual } from './browser.mjs';

const SCREENSHOT_DIR = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
const UPDATE_SCREENSHOTS = process.env.UPDATE_SCREENSHOTS === '1';

describe('the dashboard and the real server', { timeout: 600_000 }, () => {
  let browser;
  let server;
  let tab;

  before(async () => {
    server = await startServer(UPDATE_SCREENSHOTS ? { port: 8000 } : {}); // the screenshots show the port
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await server?.kill();
  });
  beforeEach(async () => {
    tab = await openTab(browser);
  });
  afterEach(() => tab.close());

  test('needs no external resource, violates no policy and does not leak the token', async () => {
    const response = await tab.page.goto(server.url);
    assert.match(response.headers()['content-security-policy'] ?? '', /default-src 'self'/);
    await tab.waitForState('connected');
    await tab.waitForValues('cpu.percent', 3);
    for (const series of ['memory.percent', 'network.bytes_recv.rate', 'network.bytes_sent.rate', 'disk.bytes_read.rate', 'disk.bytes_written.rate']) {
      await tab.waitForValues(series, 1);
    }
    for (const { value } of await tab.values('cpu.percent', '[data-chart=cpu]')) {
      assert.ok(value >= 0 && value <= 100, `cpu.percent ${value}`);
    }
    await tab.page.click('#inspector summary');
    await tab.page.waitForSelector('.frame code >> text="columns":');
    await tab.page.mouse.wheel(0, -5_000);
    await waitForEqual(() => tab.page.locator('#charts canvas').count(), 4);
    await tab.page.waitForFunction(() => !document.querySelector('#tiles').innerText.includes('–'));
    assert.equal(await tab.page.locator('#error-banner').isVisible(), false, await tab.page.locator('#error-banner-text').innerText());
    assert.deepEqual(tab.violations, []);
    assert.deepEqual(tab.errors, []);
    const origin = new URL(server.url).origin;
    assert.deepEqual(tab.requests.filter((url) => new URL(url).origin !== origin), []);
    assert.ok(tab.requests.every((url) => !url.includes(server.token)), 'no request of the page contains the token');
    assert.ok(!(await tab.page.content()).includes(server.token), 'the page does not contain the token');
  });

  test('fills the charts from history after a reload', async () => {
    await tab.page.goto(server.url);
    await tab.waitForValues('cpu.percent', 4);
    const before = Number(await tab.page.getAttribute('[data-chart=cpu]', 'data-rows'));
    await tab.page.reload();
    await tab.page.waitForFunction((rows) => Number(document.querySelector('[data-chart=cpu]').dataset.rows) >= rows, before);
  });

  test('shows history and live metrics on a browser whose clock is two hours ahead', async () => {
    await tab.page.clock.install({ time: Date.now() + 7_200_000 });
    await tab.page.goto(server.url);
    await tab.waitForValues('cpu.percent', 6);
    const [from, to] = (await tab.page.getAttribute('[data-chart=cpu]', 'data-range')).split(' ').map(Number);
    assert.ok(Math.abs(to - Date.now() / 1000) < 60 && from < to, `${from} to ${to}`);
    await tab.page.waitForFunction(() => /^\d+$/.test(document.querySelector('#delay').textContent));
    await tab.page.locator('#intervals .choice', { hasText: '1s' }).click();
    await tab.waitForValues('cpu.percent', 2, { since: from });
  });

  test('shows each statistic of workflows and agents once', async () => {
    await tab.page.goto(server.url);
    const titles = (channel) => tab.page.locator(`[data-channel="${channel}"] .chart-title`).allTextContents();
    for (const [channel, histogram] of [['workflow.metrics', 'duration'], ['agent.metrics', 'latency']]) {
      await tab.waitForValues(`${histogram}.p99`, 1);
      const shown = await titles(channel);
      for (const statistic of ['min', 'max', 'avg', 'p50', 'p95', 'p99']) {
        assert.ok(shown.includes(`${histogram}.${statistic}`), `${statistic} among ${shown}`);
      }
      assert.ok(!shown.includes(histogram), `${shown}`);
    }
  });

  test('opens the dashboards that the application ships', async () => {
    await tab.page.goto(`${server.url}&dashboard=JVM`);
    await tab.page.waitForSelector('[data-chart=own-0] canvas');
    const labels = (chart) => tab.page.locator(`[data-chart=${chart}] .chart-label`).allInnerTexts();
    await waitForEqual(async () => (await labels('own-0')).sort(), ['committed', 'used']);
    await tab.page.locator('[data-chart=own-1] .chart-value', { hasText: /%$/ }).waitFor();
    await tab.page.selectOption('#dashboard-select', { label: 'Queue' });
    await tab.page.waitForSelector('[data-chart=own-3] canvas');
    await waitForEqual(() => labels('own-3'), ['p50', 'p95', 'p99']);
    assert.deepEqual([tab.violations, tab.errors], [[], []]);
  });

  test('shows windows with their band, filters by tags, and lists all channels', async () => {
    await tab.page.goto(server.url);
    await tab.waitForValues('cpu.percent', 1);
    await waitForEqual(() => tab.page.locator('#channels .chip').allInnerTexts(), ['agent', 'distributed', 'jvm', 'system', 'workflow']);
    await tab.page.locator('#intervals .choice', { hasText: '1s' }).click();
    // Windows are aligned to the clock, and the samples that were shown before are gone.
    await tab.page.waitForFunction(() => {
      const cells = [...document.querySelectorAll('[data-chart=cpu] td[data-series="cpu.percent"]')].filter((cell) => cell.dataset.value !== '');
      return cells.length >= 2 && cells.every((cell) => Number(cell.dataset.time) % 1 === 0);
    });
    await tab.page.fill('#tag-input', 'host=unknown');
    await tab.page.keyboard.press('Enter');
    await tab.waitForRows('cpu', 0);
    await tab.waitForText('#empty-title', 'No metric matches the filter');
    await tab.page.click('.tag button');
    await tab.waitForValues('cpu.percent', 2);
    assert.deepEqual(tab.errors, []);
  });

  test('reports a lost server, counts down, shades the gap, and continues after the restart', async () => {
    await tab.page.goto(server.url);
    await tab.waitForState('connected');
    await tab.waitForValues('cpu.percent', 2);
    if (UPDATE_SCREENSHOTS) {
      await tab.page.waitForFunction(() => Number(document.querySelector('[data-chart=cpu]').dataset.rows) >= 60, null, { timeout: 100_000 });
    }

    await server.kill();
    await tab.waitForState('reconnecting');
    await tab.waitForText('#state-text', 'Disconnected');
    await tab.waitForVisible('#connection-banner');
    await tab.waitForVisible('#retry');
    assert.match(await tab.page.locator('#countdown').innerText(), /^\d+$/);
    await tab.page.waitForSelector('[data-chart=cpu][data-gaps="1"]');
    const [{ time: lastSeen }] = await tab.values('cpu.percent');
    // A server that restarts immediately leaves no gap: several samples must be missing.
    await tab.page.waitForFunction(
      ([start, seconds]) => Number(document.querySelector('[data-chart=cpu]').dataset.range.split(' ')[1]) > start + seconds,
      [lastSeen, UPDATE_SCREENSHOTS ? 15 : 5],
    );
    if (UPDATE_SCREENSHOTS) {
      await takeScreenshot('dashboard-disconnected');
    }

    server = await startServer({ port: server.port, secret: server.secret });
    await tab.waitForState('connected', 120_000);
    await tab.waitForValues('cpu.percent', 2, { since: lastSeen });
    await tab.page.waitForSelector('#connection-banner', { state: 'hidden' });
    assert.equal(await tab.page.getAttribute('[data-chart=cpu]', 'data-gaps'), '1', 'the gap remains, because no server has its history');
  });

  test('asks for another token after a rejection, and does not reconnect meanwhile', async () => {
    const [head, payload, signature] = server.token.split('.');
    const forged = `${head}.${payload}.${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`;
    await tab.page.clock.install();
    await tab.page.goto(server.url.replace(server.token, forged));
    await tab.waitForState('failed');
    await tab.waitForVisible('#token-input');
    await tab.page.clock.runFor(120_000);
    assert.equal(tab.sockets.length, 1, 'connection attempts within two minutes');
    await tab.page.clock.resume();

    await tab.page.fill('#token-input', server.token);
    await tab.page.click('#token-form button[type=submit]');
    await tab.waitForState('connected');
    await tab.page.waitForSelector('#token-panel', { state: 'hidden' });
  });

  test('fits the screen of a phone', async () => {
    await tab.page.setViewportSize({ width: 360, height: 740 });
    await tab.page.goto(server.url);
    await tab.waitForValues('cpu.percent', 1);
    await tab.page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth); // no horizontal scroll
  });

  // The screenshots show the load of this machine. Run something on it meanwhile.
  test('takes the screenshots', { skip: !UPDATE_SCREENSHOTS }, async () => {
    await tab.page.goto(server.url);
    await tab.page.waitForFunction(() => Number(document.querySelector('[data-chart=cpu]').dataset.rows) >= 100, null, { timeout: 200_000 });
    await takeScreenshot('dashboard');
    await tab.scrollTo('[data-channel="agent.metrics"] summary');
    await tab.page.evaluate(() => scrollBy(0, document.querySelector('[data-channel="agent.metrics"]').getBoundingClientRect().top - 80));
    await takeScreenshot('dashboard-channels');
    await tab.page.click('[data-chart="agent.metrics/agent.latency.p95"] .chart-menu-button');
    await tab.page.click('.chart-menu >> text=Table of values');
    await tab.page.click('[data-chart="agent.metrics/agent.latency.p99"] .chart-menu-button');
    await tab.page.evaluate(() => scrollBy(0, document.querySelector('[data-chart="agent.metrics/agent.latency.p95"]').getBoundingClientRect().top - 75));
    await takeScreenshot('dashboard-options');
    await tab.page.keyboard.press('Escape');
    await tab.page.evaluate(() => scrollTo(0, 0));
    await tab.page.emulateMedia({ colorScheme: 'dark' });
    await tab.page.waitForSelector('html[data-theme=dark]');
    await takeScreenshot('dashboard-dark');
    await tab.page.emulateMedia({ colorScheme: 'light' });
    await tab.page.waitForSelector('html[data-theme=light]');
    await tab.page.setViewportSize({ width: 390, height: 844 });
    await tab.page.waitForFunction(() => document.querySelector('[data-chart=cpu] canvas').getBoundingClientRect().width < innerWidth);
    await takeScreenshot('dashboard-phone');
  });

  /** Takes a screenshot after pending changes are drawn: after the next sample and two animation frames. */
  async function takeScreenshot(name) {
    const rows = () => tab.page.evaluate(() => Number(document.querySelector('[data-chart=cpu]').dataset.rows));
    if ((await tab.page.getAttribute('#state', 'data-state')) === 'connected') {
      await tab.page.waitForFunction((before) => Number(document.querySelector('[data-chart=cpu]').dataset.rows) > before, await rows());
    }
    await tab.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await mkdir(SCREENSHOT_DIR, { recursive: true });
    await tab.page.screenshot({ path: `${SCREENSHOT_DIR}${name}.png` });
  }
});
