/** Tests of custom dashboards with a server without history, failed loads, entries of other versions, and several tabs. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { open, selectOption, server, tab, useTab } from './page-fixture.mjs';
import { NOON, batch, metric, reply } from './scripted-server.mjs';

const CHANNEL = 'agent.metrics';
const SAVED_KEY = 'greenlang-metrics.dashboards';
const ORDERS = { name: 'Orders', charts: [{ title: 'Depth and age', channel: CHANNEL, metrics: ['queue.depth', 'queue.age'] }] };
const FILES = { 'dashboards/index.json': '["orders.json"]', 'dashboards/orders.json': JSON.stringify(ORDERS) };
const ADDRESS = '#token=a.b.c&dashboard=Orders';

const history = ({ channel, metrics }) => metrics.flatMap((name, i) => Array.from({ length: 20 }, (_, second) => metric(name, 10 * i + second, NOON + 100 + second, {}, channel)));
const requests = (name) => server.commands('get_history').filter(({ data }) => data.metrics.includes(name));
const choose = (name) => tab.page.selectOption('#dashboard-select', { label: name });

/** Writes a dashboard into the editor, and saves it. */
async function save(dashboard) {
  await tab.page.click('#dashboard-edit');
  await tab.page.fill('#dashboard-json', JSON.stringify(dashboard));
  await tab.page.click('#dashboard-save');
}

describe('a custom dashboard', { timeout: 600_000 }, () => {
  useTab();

  test('shows a part of the loaded values on a server without history', async () => {
    await open({ files: FILES, fragment: `${ADDRESS}&window=15m` });
    await server.until(() => requests('queue.age').length > 0); // its answer precedes the values
    for (let i = 0; i < 20; i++) {
      server.send(batch({ ...metric('queue.depth', 50 + i, NOON + 5 * i, {}, CHANNEL), interval: '5s', min: 1, max: 99 }));
    }
    await tab.waitForValue('queue.depth', 69);
    await tab.page.focus('[data-chart=own-0] .chart-plot');
    await tab.page.keyboard.press('+');
    await tab.page.waitForFunction(() => {
      const [from, to] = document.querySelector('[data-chart=own-0]').dataset.range.split(' ');
      return to - from < 90;
    });
    assert.equal(await tab.page.getAttribute('[data-chart=own-0]', 'data-rows'), '20');
    assert.equal(requests('queue.age').length, 1);
  });

  test('whose history is missing says so, until another query has it or another dashboard is open', async () => {
    let isBroken = true;
    const onMessage = (socket, message) => {
      if (isBroken && message.type === 'get_history' && message.data.metrics.includes('queue.age')) {
        socket.send(JSON.stringify({ type: 'error', id: message.id, code: 'BAD_HISTORY', message: 'History error: broken' }));
      } else {
        reply(socket, message, history);
      }
    };
    const isShown = () => tab.waitForText('#error-banner-text', 'History error: broken');
    const isHidden = () => tab.page.waitForSelector('#error-banner', { state: 'hidden' });
    await open({ files: FILES, onMessage, fragment: ADDRESS });
    await isShown();
    isBroken = false;
    await selectOption('15m');
    await isHidden();
    isBroken = true;
    await selectOption('5m');
    await isShown();
    await choose('All metrics');
    await isHidden();
  });

  test('whose code could not be loaded says so once, and leaves other errors', async () => {
    let isDown = true;
    await tab.page.route('**/dashboards.js', (route) => (isDown ? route.abort() : route.continue()));
    await open({ files: FILES, history, fragment: ADDRESS });
    await tab.waitForText('#error-banner-text', 'The dashboards could not be loaded. The page tries again. Reload it if this message stays.');
    await tab.page.click('#error-banner-close');
    await tab.page.waitForEvent('requestfailed', (request) => request.url().endsWith('/dashboards.js'));
    server.send({ type: 'error', code: 'RATE_LIMITED', message: 'Rate limit exceeded' });
    await tab.waitForText('#error-banner-text', 'Rate limit exceeded');
    isDown = false;
    await tab.page.waitForSelector('[data-chart=own-0] canvas');
    assert.equal(await tab.page.innerText('#error-banner-text'), 'Rate limit exceeded');
  });

  test('whose list could not be loaded says so, and opens when the list arrives', async () => {
    let isDown = true;
    await tab.page.clock.install();
    await tab.page.route('**/dashboards/index.json', (route) => (isDown ? route.abort() : route.continue()));
    await open({ files: FILES, history, fragment: ADDRESS });
    await tab.waitForText('#error-banner-text', 'The dashboards could not be loaded. The page tries again. Reload it if this message stays.');
    isDown = false;
    await tab.page.clock.runFor(5_000);
    await tab.waitForText('#own-title', 'Orders');
    await tab.page.waitForSelector('#error-banner', { state: 'hidden' });
  });

  test('whose channel is at its limit of series says so', async () => {
    await open({ files: FILES, history, fragment: ADDRESS });
    await tab.page.waitForSelector('[data-chart=own-0] canvas');
    server.send({ type: 'lagged', channel: CHANNEL, missed: 1300, reason: 'series_limit' });
    await tab.waitForText('#error-banner-text', `${CHANNEL} has reached the server's limit of series. The server dropped 1,300 metrics of new series.`);
  });

  test('loads only the history of the chart that moves, whose button has its name', async () => {
    const charts = ['queue.depth', 'queue.age'].map((name) => ({ title: name, channel: CHANNEL, metrics: [name], range: '1h' }));
    await open({ files: { ...FILES, 'dashboards/orders.json': JSON.stringify({ ...ORDERS, charts }) }, history, fragment: ADDRESS });
    await tab.page.waitForFunction(() => document.querySelectorAll('#own-charts canvas').length === 2);
    const subscriptions = () => server.commands('subscribe').filter(({ data }) => data.metrics.includes('queue.age'));
    for (const [chart, name] of [['own-0', 'queue.depth'], ['own-1', 'queue.age']]) {
      await tab.page.focus(`[data-chart=${chart}] .chart-plot`);
      await tab.page.keyboard.press('Shift+ArrowLeft');
      await server.until(() => requests(name).length === 2);
    }
    assert.deepEqual(['queue.depth', 'queue.age'].map((name) => requests(name).length), [2, 2]);
    await tab.page.getByRole('button', { name: 'Go live: queue.age' }).click();
    await server.until(() => requests('queue.age').length === 3);
    assert.deepEqual([requests('queue.depth').length, subscriptions().length], [2, 1]);
  });

  test('that only another version of the page understands is replaced only after a second click', async () => {
    const saved = () => tab.page.evaluate((key) => JSON.parse(localStorage.getItem(key)), SAVED_KEY);
    const later = { name: 'My dashboard', charts: [{ ...ORDERS.charts[0], form: 'of a later version' }] };
    await open();
    await tab.page.evaluate(([key, entries]) => localStorage.setItem(key, JSON.stringify(entries)), [SAVED_KEY, [later]]);
    await save({ ...ORDERS, name: 'My dashboard' });
    await tab.waitForText('#dashboard-error', 'This browser has another dashboard “My dashboard”. Save again to replace it, or change the name.');
    assert.deepEqual(await saved(), [later]);
    await tab.page.click('#dashboard-save');
    await tab.waitForText('#own-title', 'My dashboard');
    assert.deepEqual(await saved(), [{ ...ORDERS, name: 'My dashboard' }]);
  });

  test('leaves no listener after it, and the list follows a tab that clears the storage', async () => {
    await tab.page.addInitScript(() => {
      window.listeners = 0;
      const original = EventTarget.prototype.addEventListener;
      EventTarget.prototype.addEventListener = function (type, ...rest) {
        window.listeners += this === document && type === 'pointerdown' ? 1 : 0;
        return original.call(this, type, ...rest);
      };
    });
    await open({ history });
    await save({ ...ORDERS, name: 'Mine' });
    await tab.waitForText('#own-title', 'Mine');
    const before = await tab.page.evaluate(() => window.listeners);
    await choose('All metrics');
    await choose('Mine');
    await tab.page.waitForFunction(() => document.querySelectorAll('#own-charts canvas').length === 1);
    assert.equal(await tab.page.evaluate(() => window.listeners), before);
    await choose('All metrics');
    const other = await tab.page.context().newPage();
    await other.goto(server.url());
    await other.evaluate(() => localStorage.clear());
    await tab.page.waitForSelector('#dashboard-select', { state: 'hidden' });
    assert.deepEqual(tab.errors, []);
  });
});
