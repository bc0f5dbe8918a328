/** Tests of the page in Firefox: charts, a custom dashboard, the zoom by keyboard, and the custom element. */

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { FirefoxTab, KEYS } from './firefox.mjs';
import { NOON, ScriptedServer, batch, metric } from './scripted-server.mjs';

const CHANNEL = 'agent.metrics';
const DASHBOARD = { name: 'Queue', charts: [{ title: 'Depth', channel: CHANNEL, metrics: ['depth'], thresholds: { warning: 50 } }] };
const FILES = {
  'dashboards/index.json': '["queue.json"]',
  'dashboards/queue.json': JSON.stringify(DASHBOARD),
  'page.html': `<!doctype html><html lang="en"><head><title>Charts</title><script src="greenlang-chart.js" defer></script><script src="page.js" defer></script></head><body><main><h1>Charts</h1><greenlang-chart channel="${CHANNEL}" metrics="depth"></greenlang-chart></main></body></html>`,
  'page.js': "document.querySelector('greenlang-chart').token = 'a.b.c';",
};
/** Returns the values of two metrics. Those of a container with a limit would hide the live value of its host. */
const history = ({ channel, metrics }) => metrics.filter((name) => ['cpu.percent', 'depth'].includes(name)).flatMap((name) => Array.from({ length: 100 }, (_, i) => metric(name, i % 40, NOON + i, { host: 'web-1' }, channel)));

describe('the page in Firefox', { timeout: 180_000 }, () => {
  let server;
  let tab;
  before(async () => (tab = await FirefoxTab.launch()));
  after(() => tab?.close());
  beforeEach(async () => (server = await new ScriptedServer({ files: FILES, history }).listen()));
  afterEach(() => server.close());

  const has = (selector) => tab.waitFor(`document.querySelector('${selector}')`);

  test('shows history and live values, and the keyboard zooms', async () => {
    await tab.goto(server.url());
    await has('#state[data-state=connected]');
    await server.until(() => ['system.metrics', CHANNEL].every((name) => server.commands('subscribe').some(({ data }) => data.channels.includes(name))));
    server.send(batch(metric('cpu.percent', 42, NOON + 119), metric('depth', 7, NOON + 119, {}, CHANNEL)));
    await has('td[data-series="cpu.percent"][data-value="42"]');
    await has('[data-chart=cpu] canvas');
    await tab.evaluate("document.querySelector('[data-chart=cpu] .chart-plot').focus()");
    await tab.press('+');
    await has('#range-state[data-range-state=past]');
    await tab.press(KEYS.Escape);
    await has('#range-state[data-range-state=live]');
    assert.deepEqual(tab.errors, []);
  });

  test('opens a custom dashboard, and shows its levels and mistakes', async () => {
    await tab.goto(server.url('?dashboard#token=a.b.c&dashboard=Queue')); // a query, so that the page is loaded again
    await has('[data-chart=own-0] canvas');
    server.send(batch(metric('depth', 77, server.now, { host: 'web-1' }, CHANNEL)));
    await has('[data-chart=own-0][data-level=warning]');
    assert.equal(await tab.evaluate('document.title'), '▲ Warning – Queue – GreenLang Metrics');
    await tab.evaluate("document.querySelector('#dashboard-edit').click()");
    await has('#dashboard-editor[open]');
    await tab.evaluate("document.querySelector('#dashboard-json').value = '{\"name\": 7}'; document.querySelector('#dashboard-save').click()");
    await tab.waitFor("document.querySelector('#dashboard-error').textContent === 'name is 7. Use a text of 1 to 100 characters.'");
    assert.deepEqual(tab.errors, []);
  });

  test('shows the custom element', async () => {
    await tab.goto(`http://127.0.0.1:${server.port}/page.html`);
    await tab.waitFor("document.querySelector('greenlang-chart').shadowRoot?.querySelector('canvas')");
    assert.deepEqual(tab.errors, []);
  });
});
