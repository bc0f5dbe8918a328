/** Tests of the page in Firefox: its main states, and the custom element. The tests of Chromium have the details. */

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { checkAccessibility } from './accessibility.mjs';
import { FirefoxTab, KEYS } from './firefox.mjs';
import { NOON, ScriptedServer, batch, metric } from './scripted-server.mjs';

const CHANNEL = 'agent.metrics';
const DASHBOARD = { name: 'Queue', charts: [{ title: 'Depth', channel: CHANNEL, metrics: ['depth'], thresholds: { warning: 50 } }] };
const FILES = {
  'dashboards/index.json': '["queue.json"]',
  'dashboards/queue.json': JSON.stringify(DASHBOARD),
  'page.html': `<!doctype html><html lang="en"><head><title>Charts</title><script src="greenlang-chart.js" defer></script><script src="page.js" defer></script></head><body><main><h1>Charts</h1>${`<greenlang-chart channel="${CHANNEL}" metrics="depth"></greenlang-chart>`.repeat(2)}</main></body></html>`,
  'page.js': "document.querySelectorAll('greenlang-chart').forEach((chart) => (chart.token = 'a.b.c'));",
};
const CPU = '[data-chart=cpu]';
const DEPTH = `[data-chart="${CHANNEL}/depth"]`;
const LATENCY = `[data-chart="${CHANNEL}/latency"]`;
const REGIONS = ['eu', 'us'];

/** Returns the values of two metrics. Those of a container with a limit would hide the live value of its host. */
const history = ({ channel, metrics }) => metrics.filter((name) => ['cpu.percent', 'depth'].includes(name)).flatMap((name) => Array.from({ length: 100 }, (_, i) => metric(name, i % 40, NOON + i, { host: 'web-1' }, channel)));
/** Returns a distribution of latencies. */
const latency = (region) => ({ ...metric('latency', 10, NOON + 119, { region }, CHANNEL), type: 'histogram', count: 9, sum: 90, min: 1, max: 90, p50: 9, p95: 20, p99: 40 });

describe('the page in Firefox', { timeout: 600_000 }, () => {
  let server;
  let tab;
  before(async () => (tab = await FirefoxTab.launch()));
  after(() => tab?.close());
  beforeEach(async () => {
    tab.errors.length = 0;
    server = await new ScriptedServer({ files: FILES, history }).listen();
  });
  afterEach(() => server.close());

  const has = (selector) => tab.waitFor(`document.querySelector(${JSON.stringify(selector)})`);
  const hasText = (selector, text) => tab.waitFor(`document.querySelector(${JSON.stringify(selector)})?.textContent.includes(${JSON.stringify(text)})`);
  const isVisible = (selector) => tab.waitFor(`document.querySelector(${JSON.stringify(selector)})?.checkVisibility()`);
  const checkFaults = async () => assert.deepEqual([await tab.violations(), tab.errors], ['', []]);

  /** Opens the page, and sends a value of each chart when the server has the subscription. */
  async function open() {
    await tab.goto(server.url());
    await has('#state[data-state=connected]');
    await server.until(() => ['system.metrics', CHANNEL].every((name) => server.commands('subscribe').some(({ data }) => data.channels.includes(name))));
    server.send(batch(metric('cpu.percent', 42, NOON + 119), ...REGIONS.map((region, i) => metric('depth', 7 + i, NOON + 119, { region }, CHANNEL)), ...REGIONS.map(latency)));
    await has('td[data-series="cpu.percent"][data-value="42"]');
    await has(`${DEPTH} canvas`);
  }

  test('shows history and live values, and the keyboard zooms', async () => {
    await open();
    await has(`${CPU} canvas`);
    await tab.waitFor(`Number(document.querySelector('${CPU}').dataset.rows) > 90`); // values of the history
    await tab.evaluate(`document.querySelector('${CPU} .chart-plot').focus()`);
    await tab.press('+');
    await has('#range-state[data-range-state=past]');
    await tab.press(KEYS.Escape);
    await has('#range-state[data-range-state=live]');
    await checkAccessibility({ page: tab });
    await checkFaults();
  });

  test('shows a past range by its form and by the mouse, and goes back', async () => {
    await open();
    await tab.click('#range-picker summary');
    await tab.waitFor("document.querySelector('#range-from').value");
    assert.ok(await tab.evaluate("document.querySelector('#range-from').offsetWidth >= 150"), 'the field has room for its text');
    await tab.evaluate("document.querySelector('#range-from').value = '2026-01-01T08:00:00'; document.querySelector('#range-to').value = '2026-01-01T09:00:00'");
    await tab.click('#range-form button');
    await has('#range-state[data-range-state=past]');
    assert.match(await tab.evaluate("document.querySelector('#range-state').textContent"), /08:00:00 – .*09:00:00/);
    await checkAccessibility({ page: tab });
    await tab.click('#live');
    await has('#range-state[data-range-state=live]');
    await has(`${CPU} canvas`);
    await tab.drag(`${CPU} .u-over`, 0.3, 0.7);
    await has('#range-state[data-range-state=past]');
    await tab.click('#back');
    await has('#range-state[data-range-state=live]');
    await tab.click('#pause');
    await has('#range-state[data-range-state=paused]');
    await checkFaults();
  });

  test('finds a metric by the keyboard', async () => {
    await open();
    await tab.evaluate('document.activeElement.blur()');
    await tab.press('/', 'latency');
    await tab.waitFor("[...document.querySelectorAll('.chart-title')].filter((each) => each.offsetParent).map((each) => each.textContent).join() === 'latency'");
    await tab.waitFor("location.hash.includes('search=latency')");
    await checkFaults();
  });

  test('chooses percentiles, isolates a line, and groups by a tag', async () => {
    await open();
    await hasText(`${LATENCY} .chart-legend`, 'eu · p95');
    await tab.click(`${LATENCY} .chart-menu-button`);
    await isVisible(`${LATENCY} .chart-menu`);
    await tab.evaluate("[...document.querySelectorAll('.chart-menu button')].find((each) => each.textContent === 'p99').click()");
    await hasText(`${LATENCY} .chart-legend`, 'eu · p99');
    await tab.press(KEYS.Escape);
    await tab.click(`${DEPTH} .chart-legend [data-line]`);
    await has(`${DEPTH} [data-line][aria-pressed=false]`);
    assert.equal(await tab.evaluate(`document.querySelectorAll('${DEPTH} [data-line][aria-pressed=true]').length`), 1);
    await tab.evaluate("const select = document.querySelector('#group-by'); select.value = [...select.options].find((each) => each.textContent === 'region').value; select.dispatchEvent(new Event('change', { bubbles: true }))");
    await server.until(() => server.commands('subscribe').some(({ data }) => String(data.group_by) === 'region'));
    await checkFaults();
  });

  test('reconnects after an outage, and continues', async () => {
    await open();
    server.dropClients();
    await server.until(() => server.commands('subscribe').some(({ data }) => data.since));
    await has('#state[data-state=connected]');
    server.send(batch(metric('cpu.percent', 55, NOON + 125)));
    await has('td[data-series="cpu.percent"][data-value="55"]');
    assert.equal(await tab.evaluate("document.querySelector('#connection-banner').checkVisibility()"), false);
    assert.equal(await tab.violations(), ''); // Firefox logs each connection that was cut
  });

  test('switches the theme by its first click, and fits a phone', async () => {
    await open();
    const before = await tab.evaluate('document.documentElement.dataset.theme');
    await tab.click('#theme');
    await tab.waitFor(`document.documentElement.dataset.theme !== '${before}'`);
    await tab.resize(390, 844);
    await tab.click('#controls-toggle');
    await isVisible('#windows');
    await tab.waitFor('document.documentElement.scrollWidth <= innerWidth'); // no horizontal scroll
    await checkAccessibility({ page: tab });
    await tab.resize(1280, 800);
    await checkFaults();
  });

  test('opens a custom dashboard, and shows its levels and mistakes', async () => {
    await tab.goto(server.url('?dashboard#token=a.b.c&dashboard=Queue')); // a query, so that the page is loaded again
    await has('[data-chart=own-0] canvas');
    server.send(batch(metric('depth', 77, server.now, { host: 'web-1' }, CHANNEL)));
    await has('[data-chart=own-0][data-level=warning]');
    await tab.waitFor("document.title === '▲ Warning – Queue – GreenLang Metrics'");
    await tab.click('#dashboard-edit');
    await has('#dashboard-editor[open]');
    await tab.evaluate("document.querySelector('#dashboard-json').value = '{\"name\": 7}'");
    await tab.click('#dashboard-save');
    await tab.waitFor("document.querySelector('#dashboard-error').textContent === 'name is 7. Use a text of 1 to 100 characters.'");
    await checkAccessibility({ page: tab });
    await checkFaults();
  });

  test('shows two custom elements over one connection, under a strict policy', async () => {
    await tab.goto(`http://127.0.0.1:${server.port}/page.html`);
    const legends = (text) => tab.waitFor(`[...document.querySelectorAll('greenlang-chart')].every(({ shadowRoot }) => shadowRoot?.querySelector('canvas') && shadowRoot.querySelector('.chart-legend').textContent.includes('${text}'))`);
    await legends('19'); // of the history
    server.send(batch(metric('depth', 78, server.now, { host: 'web-1' }, CHANNEL)));
    await legends('78');
    assert.equal(server.attempts.length, 1);
    await checkAccessibility({ page: tab });
    await checkFaults();
  });
});
