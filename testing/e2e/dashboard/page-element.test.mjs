/** Tests of the custom element `<greenlang-chart>` in a page with a strict policy, on a server that follows the script of a test. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { checkAccessibility } from './accessibility.mjs';
import { recordLabels, serve, server, tab, useTab } from './page-fixture.mjs';
import { NOON, batch, metric, reply } from './scripted-server.mjs';

const EXAMPLE = new URL('../../../examples/chart-element/', import.meta.url);
const CHANNEL = 'agent.metrics';

/** Returns a page with some elements. Its script gives them the token. */
function page(...elements) {
  return {
    'page.html': `<!doctype html><html lang="en"><head><title>Charts</title><script src="greenlang-chart.js" defer></script><script src="page.js" defer></script></head><body><main><h1>Charts</h1>${elements.join('')}</main></body></html>`,
    'page.js': "document.querySelectorAll('greenlang-chart').forEach((chart) => (chart.token = 'a.b.c'));",
  };
}

describe('the element greenlang-chart', { timeout: 600_000 }, () => {
  useTab();

  async function open(files, script = {}) {
    await serve({ ...script, files });
    await tab.page.goto(server.url('page.html'));
  }

  const subscriptions = () => server.commands('subscribe').map(({ data }) => data);
  /** Waits until a chart of the page has a text in its legend. */
  const waitForLegend = (text, index = 0) =>
    tab.page.waitForFunction(
      ([expected, i]) => document.querySelectorAll('greenlang-chart')[i].shadowRoot.querySelector('.chart-legend')?.textContent.includes(expected),
      [text, index],
    );

  test('shows history and live values under a strict policy, and is accessible', async () => {
    const history = ({ channel, metrics }) => Array.from({ length: 60 }, (_, i) => metric(metrics[0], i, NOON + i, { region: 'eu' }, channel));
    await open(page(`<greenlang-chart channel="${CHANNEL}" metrics="depth"></greenlang-chart>`), { history });
    await waitForLegend('59');
    server.send(batch(metric('depth', 77, NOON + 118, { region: 'eu' }, CHANNEL), metric('other', 1, NOON + 118, {}, CHANNEL)));
    await waitForLegend('77');
    const chart = tab.page.locator('greenlang-chart');
    assert.equal(await chart.locator('canvas').count(), 1);
    assert.deepEqual(await chart.locator('.chart-title').allInnerTexts(), ['depth']);
    assert.deepEqual([subscriptions()[0].channels, subscriptions()[0].metrics], [[CHANNEL], ['depth']]);
    assert.match(server.attempts[0], /^\/ws\/metrics/);
    await checkAccessibility(tab);
    assert.deepEqual([tab.violations, tab.errors.filter((each) => !/favicon|404/.test(each))], [[], []]);
  });

  test('scales values by the unit that the server sends', async () => {
    await open(page(`<greenlang-chart channel="${CHANNEL}" metrics="depth"></greenlang-chart>`));
    await server.until(() => subscriptions().length === 1);
    assert.equal(subscriptions()[0].metadata, true);
    server.send({ type: 'metadata', channel: CHANNEL, metrics: { depth: { unit: 'By' } } });
    server.send(batch(metric('depth', 2048, NOON + 118, {}, CHANNEL)));
    await waitForLegend('2.0 KiB');
  });

  test('several elements share a connection, and a subscription of a channel', async () => {
    await open(page(`<greenlang-chart channel="${CHANNEL}" metrics="depth"></greenlang-chart>`, `<greenlang-chart channel="${CHANNEL}" metrics="cost"></greenlang-chart>`, '<greenlang-chart channel="system.metrics" metrics="cpu.*"></greenlang-chart>'));
    await server.until(() => subscriptions().length >= 2);
    server.send(batch(metric('depth', 1, NOON + 118, {}, CHANNEL), metric('cost', 2, NOON + 118, {}, CHANNEL)));
    server.send(batch(metric('cpu.percent', 33, NOON + 118)));
    await waitForLegend('1', 0);
    await waitForLegend('2', 1);
    await waitForLegend('33', 2);
    assert.equal(server.attempts.length, 1, 'one connection');
    assert.deepEqual(subscriptions().find(({ channels }) => channels[0] === CHANNEL).metrics, ['cost', 'depth']);
    await tab.page.evaluate(() => document.querySelectorAll('greenlang-chart')[2].remove());
    await server.until(() => server.commands('unsubscribe').length === 1);
    await tab.page.evaluate(() => document.querySelectorAll('greenlang-chart')[1].remove());
    await server.until(() => String(subscriptions().findLast(({ channels }) => channels[0] === CHANNEL).metrics) === 'depth');
  });

  test('twelve charts of names that are silent give their places to new ones', async () => {
    await open(page(`<greenlang-chart channel="${CHANNEL}"></greenlang-chart>`));
    await server.until(() => subscriptions().length === 1);
    const values = (prefix, count, age) => batch(...Array.from({ length: count }, (_, i) => metric(`${prefix}-${i}`, 1, server.now - age, {}, CHANNEL)));
    const titles = () => tab.page.locator('greenlang-chart .chart-title').allInnerTexts();
    server.send(values('silent', 10, 400));
    server.send(values('live', 2, 100));
    await tab.page.locator('greenlang-chart .chart').nth(11).waitFor();
    server.send(values('new', 1, 0));
    await tab.page.locator('greenlang-chart .chart-title', { hasText: 'new-0' }).waitFor();
    assert.deepEqual(await titles(), ['live-0', 'live-1', 'new-0']);
  });

  test('the band of a chart with one line shows the extremes of its windows', async () => {
    await recordLabels();
    const history = ({ aggregation_interval: interval }) => Array.from({ length: 10 }, (_, i) => ({ ...metric('depth', 90, NOON - 600 + 60 * i, {}, CHANNEL), interval, count: 60, min: 80, max: i === 5 ? 1000 : 99 }));
    await open(page(`<greenlang-chart channel="${CHANNEL}" metrics="depth" range="1h"></greenlang-chart>`), { history });
    await waitForLegend('90');
    await tab.page.waitForFunction(() => window.labels.has('1 k'));
  });

  test('a move into the past loads history, a zoom finer windows, and a button returns to live', async () => {
    const history = ({ start_time: start, end_time: end, aggregation_interval: interval }) => {
      const step = { '5s': 5, '1m': 60 }[interval];
      const from = Math.ceil(Date.parse(start) / 1000 / step) * step;
      const count = Math.ceil(((end ? Date.parse(end) / 1000 : server.now) - from) / step);
      return Array.from({ length: count }, (_, i) => ({ ...metric('depth', end ? 5 : 9, from + i * step, {}, CHANNEL), interval, min: 1, max: 9 }));
    };
    await open(page(`<greenlang-chart channel="${CHANNEL}" metrics="depth" range="1h"></greenlang-chart>`), { history });
    await waitForLegend('9');
    const chart = tab.page.locator('greenlang-chart');
    assert.equal(await chart.locator('.chart-live').isVisible(), false);
    await chart.locator('.chart-plot').focus();
    await tab.page.keyboard.press('Shift+ArrowLeft');
    await waitForLegend('5');
    const requests = () => server.commands('get_history').map(({ data }) => data);
    assert.ok(Math.abs(Date.parse(requests().at(-1).start_time) / 1000 - (NOON + 120 - 1.25 * 3_600)) < 200, requests().at(-1).start_time);
    await checkAccessibility(tab);
    for (let i = 0; i < 3; i++) {
      await chart.locator('.chart-plot').press('+');
    }
    await server.until(() => requests().at(-1).aggregation_interval === '5s');
    await waitForLegend('5');
    server.send(batch({ ...metric('depth', 77, NOON + 60, {}, CHANNEL), interval: '1m' }));
    await chart.locator('.chart-live').click();
    await server.until(() => requests().at(-1).end_time === undefined);
    await waitForLegend('9');
    assert.equal(await chart.locator('.chart-live').isVisible(), false);
    assert.equal(server.attempts.length, 1, 'the subscription stays');
    assert.deepEqual([tab.violations, tab.errors.filter((each) => !/favicon|404/.test(each))], [[], []]);
  });

  test('groups are those of the server, also in history', async () => {
    const window = (value, time, host, extra) => ({ ...metric('depth', value, time, { host, region: 'eu' }, CHANNEL), interval: '1s', count: 1, min: value, max: value, ...extra });
    const history = () => [window(10, NOON + 100, 'a'), window(30, NOON + 100, 'b', { count: 3 })];
    await open(page(`<greenlang-chart channel="${CHANNEL}" metrics="depth" group-by="region" tags="env=test env=live"></greenlang-chart>`), { history });
    await waitForLegend('25');
    assert.deepEqual([subscriptions()[0].group_by, subscriptions()[0].aggregation_interval, subscriptions()[0].tags], [['region'], '1s', { env: ['test', 'live'] }]);
    assert.equal(server.commands('get_history')[0].data.buckets, true);
  });

  test('an attribute changes the view, and a wrong one says what is allowed', async () => {
    await open(page(`<greenlang-chart channel="${CHANNEL}" metrics="depth" range="1h"></greenlang-chart>`));
    await server.until(() => subscriptions().length === 1);
    assert.equal(subscriptions()[0].aggregation_interval, '1m');
    await tab.page.evaluate(() => document.querySelector('greenlang-chart').setAttribute('range', '5m'));
    await server.until(() => subscriptions().length === 2);
    assert.equal(subscriptions()[1].aggregation_interval, undefined);
    await tab.page.evaluate(() => document.querySelector('greenlang-chart').setAttribute('range', '2m'));
    const status = tab.page.locator('greenlang-chart .status');
    await status.filter({ hasText: 'The range "2m" is unknown. Use one of 1m, 5m, 15m, 1h, 6h, 24h, 7d, 30d, 365d' }).waitFor();
    await tab.page.evaluate(() => document.querySelector('greenlang-chart').removeAttribute('channel'));
    await status.filter({ hasText: 'The attribute channel is missing' }).waitFor();
  });

  test('marks the events of its channel, and reads them', async () => {
    const event = (second, text) => metric('annotation', 1, NOON + second, { text, kind: 'deployment' }, CHANNEL);
    const history = () => [...Array.from({ length: 60 }, (_, i) => metric('depth', i, NOON + 60 + i, {}, CHANNEL)), event(119, 'Release 1.4.1')];
    await open(page(`<greenlang-chart channel="${CHANNEL}" metrics="depth" events></greenlang-chart>`), { history });
    await waitForLegend('59');
    assert.deepEqual(subscriptions()[0].metrics, ['annotation', 'depth']);
    const chart = tab.page.locator('greenlang-chart');
    const announcement = (text) => chart.locator('.off-screen[role=status]', { hasText: text }).waitFor({ state: 'attached' });
    await chart.locator('.chart-plot').focus();
    await tab.page.keyboard.press('ArrowLeft');
    await announcement(/59.*Deployment: Release 1\.4\.1/);
    await chart.locator('.chart-note', { hasText: 'Deployment: Release 1.4.1' }).waitFor();
    assert.deepEqual(await chart.locator('.chart-title').allInnerTexts(), ['depth'], 'an event has no chart');
    server.send(batch(event(120, 'Release 1.4.2')));
    await announcement('Event: Deployment: Release 1.4.2');
    server.send({ type: 'lagged', channel: CHANNEL, missed: 7, reason: 'series_limit' });
    await chart.locator('.status', { hasText: `${CHANNEL} has reached the server's limit of series` }).waitFor();
    await checkAccessibility(tab);
  });

  test('a wrong choice or address is an error in place of the chart, until it is right', async () => {
    await open(page(`<greenlang-chart channel="${CHANNEL}" metrics="depth" theme="night"></greenlang-chart>`));
    const status = tab.page.locator('greenlang-chart .status');
    const set = (name, value) => tab.page.evaluate(([attribute, text]) => document.querySelector('greenlang-chart').setAttribute(attribute, text), [name, value]);
    await status.filter({ hasText: 'The theme "night" is unknown. Use light or dark, or leave it out' }).waitFor();
    await set('url', 'http://[');
    await set('theme', 'dark');
    await status.filter({ hasText: 'The url "http://[" is invalid. Use the address of the WebSocket' }).waitFor();
    await set('url', '/ws/metrics');
    await server.until(() => subscriptions().length === 1);
    await set('theme', 'light');
    await set('axis', 'log');
    await status.filter({ hasText: 'The axis "log" is unknown. Use snug, or leave it out' }).waitFor();
    assert.equal(subscriptions().length, 1, 'another theme needs no other values');
    assert.deepEqual(tab.errors.filter((each) => !/favicon|404/.test(each)), []);
  });

  test('an element that a script adds starts at once, also beside an image that never arrives', async () => {
    await tab.page.route('**/endless.png', () => {});
    await serve({ files: page('<img src="endless.png" alt="">') });
    await tab.page.goto(server.url('page.html'), { waitUntil: 'domcontentloaded' });
    await tab.page.evaluate((channel) => {
      const chart = document.createElement('greenlang-chart');
      chart.setAttribute('channel', channel);
      chart.token = 'a.b.c';
      document.querySelector('main').append(chart);
    }, CHANNEL);
    await server.until(() => subscriptions().length === 1);
    assert.equal(await tab.page.evaluate(() => document.readyState), 'interactive');
    assert.match(server.attempts[0], /token=a\.b\.c/);
  });

  test('a wrong attribute is an error also while a subscription is pending', async () => {
    const onMessage = (socket, message) => message.type === 'subscribe' || reply(socket, message);
    await open(page(`<greenlang-chart channel="${CHANNEL}"></greenlang-chart>`), { onMessage });
    await server.until(() => subscriptions().length === 1);
    await tab.page.evaluate(() => document.querySelector('greenlang-chart').setAttribute('range', '2m'));
    await tab.page.locator('greenlang-chart .status').filter({ hasText: 'The range "2m" is unknown' }).waitFor();
  });

  test('a property of CSS sets a color, in any notation, and the attribute theme the theme', async () => {
    await open({ ...page(`<greenlang-chart channel="${CHANNEL}" metrics="depth" theme="dark"></greenlang-chart>`), 'page.css': '' });
    await tab.page.evaluate(() => document.querySelector('greenlang-chart').style.setProperty('--greenlang-card', 'rebeccapurple'));
    await server.until(() => subscriptions().length === 1);
    server.send(batch(metric('depth', 1, NOON + 110, {}, CHANNEL), metric('depth', 5, NOON + 118, {}, CHANNEL)));
    await waitForLegend('5');
    const card = tab.page.locator('greenlang-chart .card');
    assert.equal(await card.evaluate((element) => getComputedStyle(element).backgroundColor), 'rgb(102, 51, 153)');
    assert.equal(await card.evaluate((element) => getComputedStyle(element).color), 'rgb(236, 239, 240)');
  });

  test('the example shows three charts', async () => {
    const [html, script, styles] = await Promise.all(['index.html', 'page.js', 'page.css'].map((name) => readFile(new URL(name, EXAMPLE), 'utf8')));
    await serve({ files: { 'page.html': html.replace('http://localhost:8000/', ''), 'page.js': script, 'page.css': styles } });
    await tab.page.goto(server.url(`page.html?server=ws://127.0.0.1:${server.port}/ws/metrics#token=a.b.c`));
    await server.until(() => subscriptions().length >= 2);
    server.send(batch(metric('cpu.percent', 11, NOON + 110), metric('memory.percent', 22, NOON + 110)));
    await waitForLegend('11', 0);
    await waitForLegend('22', 1);
    assert.deepEqual([tab.violations, tab.errors.filter((each) => !/favicon|404/.test(each))], [[], []]);
  });

  test('a zoom on a server without history shows the part of the loaded values', async () => {
    await open(page(`<greenlang-chart channel="${CHANNEL}" metrics="depth" range="15m"></greenlang-chart>`));
    await server.until(() => server.commands('get_history').length > 0); // its answer precedes the values
    for (let i = 0; i < 20; i++) {
      server.send(batch({ ...metric('depth', 50 + i, NOON + 5 * i, {}, CHANNEL), interval: '5s', min: 1, max: 99 }));
    }
    await waitForLegend('69');
    const chart = tab.page.locator('greenlang-chart .chart');
    const before = await chart.getAttribute('data-range');
    await chart.locator('.chart-plot').press('+');
    await tab.page.waitForFunction((range) => {
      const [from, to] = document.querySelector('greenlang-chart').shadowRoot.querySelector('.chart').dataset.range.split(' ');
      return to - from < 0.6 * range;
    }, before.split(' ').reduce((from, to) => to - from));
    assert.equal(await chart.getAttribute('data-rows'), '20');
    assert.equal(server.commands('get_history').length, 1);
  });

  test('an empty theme is the one of the system, and needs no other values', async () => {
    await open(page(`<greenlang-chart channel="${CHANNEL}" metrics="depth" theme="dark"></greenlang-chart>`));
    await server.until(() => subscriptions().length === 1);
    const set = (name, value) => tab.page.evaluate(([attribute, text]) => document.querySelector('greenlang-chart').setAttribute(attribute, text), [name, value]);
    await set('theme', '');
    await tab.page.locator('greenlang-chart [data-theme=light]').waitFor({ state: 'attached' });
    await set('metrics', 'depth cost');
    await server.until(() => subscriptions().at(-1).metrics.length === 2);
    assert.deepEqual([subscriptions().length, server.attempts.length], [2, 2], 'only the change of the metrics connects again');
  });

  test('a return to live keeps the lines whose history has not arrived, also if another series needs one', async () => {
    const pods = ({ start_time: start }) => [2, 200].flatMap((second) => Array.from({ length: 50 }, (_, i) => metric('depth', i, Date.parse(start) / 1000 + second, { pod: `pod-${i}` }, CHANNEL)));
    let isHeld = false;
    let release = null;
    const onMessage = (socket, message) => {
      if (isHeld && message.type === 'get_history') {
        release = () => reply(socket, message, pods);
      } else {
        reply(socket, message, pods);
      }
    };
    await open(page(`<greenlang-chart channel="${CHANNEL}" metrics="depth"></greenlang-chart>`), { onMessage });
    const chart = tab.page.locator('greenlang-chart .chart');
    const hasRows = () => tab.page.locator('greenlang-chart .chart[data-rows="2"]').waitFor({ state: 'attached' });
    await hasRows();
    await chart.locator('.chart-plot').press('Shift+ArrowLeft');
    await server.until(() => server.commands('get_history').length === 2);
    await hasRows();
    isHeld = true;
    await chart.locator('.chart-live').click();
    await server.until(() => release !== null);
    server.send(batch(metric('depth', 7, server.now, { pod: 'fifty-first' }, CHANNEL)));
    release();
    await hasRows();
    const lines = await chart.locator('thead th').allTextContents();
    assert.ok(lines.some((text) => text.includes('pod-49')) && !lines.some((text) => text.includes('fifty-first')), lines.join());
  });

  test('a message that history is missing ends with a query that has it', async () => {
    const history = ({ start_time: start }) => [2, 200].map((second) => metric('depth', second, Date.parse(start) / 1000 + second, {}, CHANNEL));
    const onMessage = (socket, message) => {
      if (message.type === 'get_history' && message.data.end_time) {
        socket.send(JSON.stringify({ type: 'error', id: message.id, code: 'BAD_HISTORY', message: 'History error: broken' }));
      } else {
        reply(socket, message, history);
      }
    };
    await open(page(`<greenlang-chart channel="${CHANNEL}" metrics="depth"></greenlang-chart>`), { onMessage });
    await waitForLegend('200');
    const chart = tab.page.locator('greenlang-chart');
    await chart.locator('.chart-plot').press('Shift+ArrowLeft');
    await chart.locator('.status', { hasText: 'History error: broken' }).waitFor();
    await chart.locator('.chart-live').click();
    await chart.locator('.status').waitFor({ state: 'hidden' });
    await waitForLegend('200');
  });
});
