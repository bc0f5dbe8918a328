/** Tests of custom dashboards: shipped, saved, exported, imported, deleted, and opened by their address. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { checkAccessibility } from './accessibility.mjs';
import { waitForEqual } from './browser.mjs';
import { open, selectOption, server, showPast, tab, useTab } from './page-fixture.mjs';
import { NOON, batch, metric, reply, sendWelcome } from './scripted-server.mjs';

const CHANNEL = 'agent.metrics';
const ORDERS = {
  name: 'Orders',
  description: 'All about orders',
  charts: [
    { title: 'Depth and age', channel: CHANNEL, metrics: ['queue.depth', 'queue.age'] },
    { title: 'By region', channel: CHANNEL, metrics: ['queue.depth'], tags: { env: 'x' }, group_by: ['region'], range: '1h' },
  ],
};
const FILES = { 'dashboards/index.json': '["orders.json"]', 'dashboards/orders.json': JSON.stringify(ORDERS) };
const ADDRESS = '#token=a.b.c&dashboard=Orders';

const history = ({ channel, metrics }) => metrics.flatMap((name, i) => Array.from({ length: 20 }, (_, second) => metric(name, 10 * i + second, NOON + 100 + second, {}, channel)));
const titles = () => tab.page.locator('#own-charts .chart-title').allInnerTexts();
const subscriptions = (name) => server.commands('subscribe').map(({ data }) => data).filter(({ metrics }) => metrics?.includes(name));
const choose = (name) => tab.page.selectOption('#dashboard-select', { label: name });

/** Replaces the JSON in the editor. */
async function edit(dashboard) {
  await tab.page.click('#dashboard-edit');
  await tab.page.fill('#dashboard-json', typeof dashboard === 'string' ? dashboard : JSON.stringify(dashboard));
}

describe('a custom dashboard', { timeout: 600_000 }, () => {
  useTab();

  test('that the application ships is in the list, and its charts have their own data', async () => {
    await open({ files: FILES, history });
    await server.until(() => server.commands('subscribe').some(({ data }) => data.channels.includes(CHANNEL)));
    await choose('Orders');
    await tab.page.waitForFunction(() => document.querySelectorAll('#own-charts canvas').length === 2);
    assert.deepEqual(await titles(), ['Depth and age', 'By region']);
    assert.deepEqual(await tab.page.locator('[data-chart=own-0] .chart-label').allInnerTexts(), ['depth', 'age']);
    await tab.waitForText('#own-title', 'Orders');
    await tab.waitForText('#own-description', 'All about orders');
    assert.equal(await tab.page.locator('#channel-control, #search, #system, #sections').filter({ visible: true }).count(), 0);
    await server.until(() => server.commands('unsubscribe').length === 1); // the page needs no other metrics
    const [[first], [second]] = [false, true].map((isGrouped) => subscriptions('queue.depth').filter(({ group_by: groupBy }) => isGrouped === (groupBy !== undefined)));
    assert.deepEqual([first.metrics, first.aggregation_interval, first.tags], [['annotation', 'queue.age', 'queue.depth'], undefined, undefined]);
    assert.deepEqual([second.tags, second.group_by, second.aggregation_interval], [{ env: 'x' }, ['region'], '1m']);
    await checkAccessibility(tab);
    assert.match(tab.page.url(), /dashboard=Orders/);
    assert.deepEqual([tab.violations, tab.errors], [[], []]);
    const ofChannel = () => server.commands('subscribe').filter(({ data }) => data.channels.includes(CHANNEL)).length;
    const before = ofChannel();
    await choose('All metrics');
    await server.until(() => ofChannel() > before); // earlier metrics would not be of a subscription
    server.send(batch(metric('queue.depth', 7, NOON + 119, {}, CHANNEL)));
    await tab.waitForVisible(`[data-chart="${CHANNEL}/queue.depth"]`);
    assert.doesNotMatch(tab.page.url(), /dashboard/);
  });

  test('opens by its address, shows live values, and follows the range of the page', async () => {
    await open({ files: FILES, history, fragment: ADDRESS });
    await tab.page.waitForSelector('[data-chart=own-0] canvas');
    server.send(batch(metric('queue.depth', 77, NOON + 121, {}, CHANNEL)));
    await tab.waitForValue('queue.depth', 77);
    assert.equal(subscriptions('queue.age').length, 1);
    await selectOption('15m');
    await server.until(() => subscriptions('queue.age').length === 2);
    assert.equal(subscriptions('queue.age')[1].aggregation_interval, '5s');
    assert.equal(subscriptions('queue.depth').filter(({ group_by: groupBy }) => groupBy).length, 1, 'a chart with its own range stays');
    await tab.page.focus('[data-chart=own-0] .chart-plot');
    await tab.page.keyboard.press('-');
    await showPast(NOON - 7_200, NOON - 3_600);
    await server.until(() => server.commands('get_history').some(({ data }) => data.end_time && data.metrics.includes('queue.age')));
    const { data } = server.commands('get_history').findLast((command) => command.data.end_time);
    assert.deepEqual([data.start_time, data.aggregation_interval], [new Date((NOON - 7_200) * 1000).toISOString(), '1m']);
    await tab.page.click('#live');
    await server.until(() => subscriptions('queue.age').length === 4);
  });

  test('shows each chart in the unit of its first metric, whatever else the channel has', async () => {
    const charts = [['queue.fill', 'queue.age'], ['queue.age']].map((metrics) => ({ title: metrics.join(' and '), channel: CHANNEL, metrics }));
    await open({ files: { ...FILES, 'dashboards/orders.json': JSON.stringify({ name: 'Orders', charts }) }, fragment: ADDRESS });
    await server.until(() => subscriptions('queue.fill').length === 1);
    server.send(batch(metric('queue.fill', 50, NOON + 121, {}, CHANNEL), metric('queue.age', 3, NOON + 121, {}, CHANNEL)));
    await tab.waitForText('[data-chart=own-1] .chart-value', '3');
    server.send({ type: 'metadata', channel: CHANNEL, metrics: { 'queue.fill': { unit: '%' }, 'queue.age': { unit: 's' }, 'queue.depth': { unit: 'By' } } });
    await tab.waitForText('[data-chart=own-1] .chart-value', '3 s');
    await tab.waitForText('[data-chart=own-0] .chart-value', '50.0 %');
  });

  test('gives the lines of series that are silent for longer than its range to new ones', async () => {
    await open({ files: FILES, fragment: ADDRESS });
    await server.until(() => subscriptions('queue.age').length === 1);
    const depths = (count, age, pod) => batch(...Array.from({ length: count }, (_, i) => metric('queue.depth', i, server.now - age, { pod: `${pod}-${i}` }, CHANNEL)));
    const waitForMore = (text) => tab.waitForText('[data-chart=own-0] .chart-more', text);
    server.send(depths(20, 400, 'deleted'));
    server.send(depths(30, 100, 'running'));
    await waitForMore('and 44 more');
    server.send(depths(1, 0, 'new'));
    await waitForMore('and 25 more');
    await waitForEqual(() => tab.page.locator('[data-chart=own-0] th:visible', { hasText: 'new-0' }).count(), 1); // tables are updated later
  });

  test('has a chart with its own range, which moves alone into the past, and back', async () => {
    const windows = ({ channel, metrics, start_time: start, aggregation_interval: interval }) =>
      Array.from({ length: interval === '1m' ? 58 : 0 }, (_, i) => ({ ...metric(metrics[0], i, Math.ceil(Date.parse(start) / 60_000 + i) * 60, {}, channel), interval, min: i, max: i }));
    await open({ files: FILES, history: windows, fragment: ADDRESS });
    await tab.page.waitForSelector('[data-chart=own-1][data-rows="58"] canvas');
    const requests = () => server.commands('get_history').filter(({ data }) => data.tags?.env && data.end_time);
    await tab.page.focus('[data-chart=own-1] .chart-plot');
    await tab.page.keyboard.press('Shift+ArrowLeft');
    await server.until(() => requests().length === 1);
    const { data } = requests()[0];
    assert.ok(Math.abs(Date.parse(data.end_time) - Date.parse(data.start_time) - 3_600_000) < 400_000 && data.aggregation_interval === '1m', JSON.stringify(data));
    await tab.page.waitForSelector('[data-chart=own-1][data-rows="58"]');
    await tab.page.waitForFunction(([from, to]) => document.querySelector('[data-chart=own-1]').dataset.range === `${from} ${to}`, [data.start_time, data.end_time].map((time) => Date.parse(time) / 1000));
    await tab.waitForText('#range-state', 'Live');
    await checkAccessibility(tab);
    await tab.page.click('[data-chart=own-1] .chart-live');
    await server.until(() => server.commands('get_history').at(-1).data.end_time === undefined);
    await tab.page.waitForSelector('[data-chart=own-1] .chart-live', { state: 'hidden' });
    await tab.page.waitForSelector('[data-chart=own-1][data-rows="58"] canvas');
  });

  test('is saved in the browser, exported, imported and deleted', async () => {
    await open({ history });
    await tab.waitForText('#dashboard-edit', 'New dashboard');
    await edit({ ...ORDERS, name: 'Mine' });
    await checkAccessibility(tab);
    await tab.page.click('#dashboard-save');
    await tab.waitForText('#own-title', 'Mine');
    await tab.page.reload();
    await tab.waitForText('#own-title', 'Mine');
    await tab.page.click('#dashboard-edit');
    const downloading = tab.page.waitForEvent('download');
    await tab.page.click('#dashboard-export');
    const exported = await downloading;
    const content = await readFile(await exported.path(), 'utf8');
    assert.deepEqual([exported.suggestedFilename(), JSON.parse(content)], ['Mine.json', { ...ORDERS, name: 'Mine' }]);
    await tab.page.click('#dashboard-delete');
    await tab.page.waitForSelector('#own', { state: 'hidden' });
    assert.equal(await tab.page.locator('#dashboard-select').isVisible(), false);
    await tab.page.click('#dashboard-edit');
    await tab.page.setInputFiles('#dashboard-file', { name: 'Mine.json', mimeType: 'application/json', buffer: Buffer.from(content) });
    await tab.page.waitForFunction(() => document.querySelector('#dashboard-json').value.includes('Mine'));
    await tab.page.click('#dashboard-save');
    await tab.waitForText('#own-title', 'Mine');
    assert.deepEqual([tab.violations, tab.errors], [[], []]);
  });

  test('that is new has the pinned charts, and the keyboard closes the editor', async () => {
    await open({ fragment: `#token=a.b.c&pin=${CHANNEL}/queue.depth&tag=env=x` });
    await tab.page.click('#dashboard-edit');
    await tab.waitForVisible('#dashboard-editor');
    const dashboard = JSON.parse(await tab.page.inputValue('#dashboard-json'));
    assert.deepEqual(dashboard.charts, [{ channel: CHANNEL, metrics: ['queue.depth'], tags: { env: 'x' } }]);
    await tab.page.keyboard.press('Escape');
    await tab.page.waitForSelector('#dashboard-editor', { state: 'hidden' });
    assert.equal(await tab.page.evaluate(() => document.activeElement.id), 'dashboard-edit', 'the focus returns');
  });

  test('takes the place of another one only after a second click, also of one that another tab saved', async () => {
    const names = () => tab.page.$$eval('#dashboard-select option', (options) => options.map(({ textContent }) => textContent));
    const proposed = async () => {
      await tab.page.click('#dashboard-edit');
      await tab.waitForVisible('#dashboard-editor');
      return JSON.parse(await tab.page.inputValue('#dashboard-json')).name;
    };
    await open();
    const other = await tab.page.context().newPage();
    await other.goto(server.url());
    await other.click('#dashboard-edit');
    await other.click('#dashboard-save');
    await other.waitForSelector('#own-title:text("My dashboard")');
    await tab.page.waitForFunction(() => localStorage.getItem('greenlang-metrics.dashboards') !== null); // another tab may be another process
    assert.equal(await proposed(), 'My dashboard 2');
    await other.click('#dashboard-edit');
    await other.fill('#dashboard-json', JSON.stringify({ ...ORDERS, name: 'Theirs' }));
    await other.click('#dashboard-save');
    await tab.page.waitForFunction(() => document.querySelectorAll('#dashboard-select option').length === 3);
    await tab.page.fill('#dashboard-json', JSON.stringify({ ...ORDERS, name: 'Theirs', charts: ORDERS.charts.slice(1) }));
    await tab.page.click('#dashboard-save');
    await tab.waitForText('#dashboard-error', 'This browser has another dashboard “Theirs”. Save again to replace it, or change the name.');
    await tab.page.click('#dashboard-save');
    await tab.waitForText('#own-title', 'Theirs');
    await tab.page.waitForFunction(() => !document.querySelector('#dashboard-editor').open);
    assert.equal(await tab.page.locator('.own-part').count(), 1);
    assert.deepEqual(await names(), ['All metrics', 'My dashboard', 'Theirs']);
    await choose('All metrics');
    assert.equal(await proposed(), 'My dashboard 2');
    assert.deepEqual(tab.errors, []);
  });

  test('with a mistake is not saved, and the error names the field and the value', async () => {
    await open();
    await edit({ name: 'Bad', charts: [{ ...ORDERS.charts[0], range: '2h' }] });
    await tab.page.click('#dashboard-save');
    await tab.page.waitForFunction(() => document.querySelector('#dashboard-error').textContent.startsWith('charts[0].range is "2h". Use one of 1m'));
    assert.equal(await tab.page.getAttribute('#dashboard-json', 'aria-invalid'), 'true');
    await checkAccessibility(tab);
    await tab.page.fill('#dashboard-json', '{');
    await tab.page.click('#dashboard-save');
    await tab.page.waitForFunction(() => document.querySelector('#dashboard-error').textContent.startsWith('The text is not JSON'));
    await tab.page.setInputFiles('#dashboard-file', { name: 'big.json', mimeType: 'application/json', buffer: Buffer.alloc(70_000, ' ') });
    await tab.waitForText('#dashboard-error', 'big.json has 70,000 bytes. At most 65,536 are allowed.');
    await tab.page.click('#dashboard-cancel');
    assert.equal(await tab.page.evaluate(() => localStorage.getItem('greenlang-metrics.dashboards')), null);
  });

  test('that is shipped with a mistake, or that does not exist, is an error and not an empty page', async () => {
    await open({ files: { 'dashboards/index.json': '["bad.json"]', 'dashboards/bad.json': '{"name": "Bad", "charts": [{"channel": 7}]}' }, fragment: '#token=a.b.c&dashboard=Gone' });
    await tab.waitForVisible('#error-banner');
    assert.match(await tab.page.innerText('#error-banner-text'), /^dashboards\/bad\.json: charts\[0\]\.channel is 7\. .* There is no dashboard “Gone”\./);
    server.send(batch(metric('queue.depth', 7, NOON + 119, {}, CHANNEL)));
    await tab.waitForVisible(`[data-chart="${CHANNEL}/queue.depth"]`);
    assert.doesNotMatch(tab.page.url(), /Gone/);
  });

  test('whose code could not be loaded says so, and opens when it arrives', async () => {
    let isDown = true;
    await tab.page.route('**/dashboards.js', (route) => (isDown ? route.abort() : route.continue()));
    await open({ files: FILES, history, fragment: ADDRESS });
    await tab.waitForText('#error-banner-text', 'The dashboards could not be loaded. The page tries again. Reload it if this message stays.');
    isDown = false;
    await tab.page.waitForSelector('[data-chart=own-0] canvas');
    await tab.page.waitForSelector('#error-banner', { state: 'hidden' });
  });

  test('whose history the server limits loads it at the time that the server names', async () => {
    const onMessage = (socket, message) => {
      if (message.type === 'get_history' && server.commands('get_history').length <= 2) {
        socket.send(JSON.stringify({ type: 'error', id: message.id, code: 'RATE_LIMITED', message: 'Rate limit exceeded', retry_after: 0.1 }));
      } else {
        reply(socket, message, history);
      }
    };
    await open({ files: FILES, onMessage, fragment: ADDRESS });
    await tab.page.waitForFunction(() => document.querySelectorAll('#own-charts canvas').length === 2);
    assert.equal(await tab.page.locator('#error-banner').isVisible(), false);
  });

  test('has one live region for the states of its charts', async () => {
    await open({ files: FILES, fragment: ADDRESS });
    await tab.waitForText('#own > [role=status]', 'Waiting for the first values…');
    assert.equal(await tab.page.locator('#own [role=status]').count(), 1);
    assert.deepEqual(await tab.page.locator('.own-status').allInnerTexts(), ['Depth and age: Waiting for the first values…', 'By region: Waiting for the first values…']);
    server.send(batch(metric('queue.depth', 1, server.now, { region: 'eu' }, CHANNEL)));
    await tab.waitForText('#own > [role=status]', '');
  });

  test('shades an outage, and continues after it', async () => {
    let isDown = false; // the delay of a retry is random and may be too short to draw the outage
    await open({ files: FILES, history, fragment: ADDRESS, onConnect: (socket) => (isDown ? socket.terminate() : sendWelcome(socket, server)) });
    await tab.page.waitForSelector('[data-chart=own-0][data-rows="20"] canvas');
    isDown = true;
    server.dropClients();
    await tab.waitForState('reconnecting');
    await tab.page.waitForSelector('[data-chart=own-0][data-gaps="1"]');
    isDown = false;
    await tab.waitForState('connected');
    await server.until(() => subscriptions('queue.age').length >= 2, 60); // its connection has its own delay, at most 30 s
    server.send(batch(metric('queue.depth', 5, server.now, {}, CHANNEL)));
    await tab.waitForValue('queue.depth', 5);
  });
});
