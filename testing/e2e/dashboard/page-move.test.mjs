/** Tests of moving through time, of steps back, of the time zone, and of groups. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkAccessibility } from './accessibility.mjs';
import { changedRange, open, openRangePicker, rangeOf, reopenTab, server, tab, useTab } from './page-fixture.mjs';
import { NOON, batch, metric } from './scripted-server.mjs';

const CHANNEL = 'agent.metrics';

/** Returns a sample per second of `cpu.percent`, or the windows of two hosts. */
function history({ channel, start_time, end_time, aggregation_interval }) {
  const from = Math.floor(Date.parse(start_time) / 1000);
  const count = Math.min(600, Math.ceil((end_time ? Date.parse(end_time) / 1000 : server.now) - from));
  if (channel === 'system.metrics') {
    return Array.from({ length: count }, (_, i) => metric('cpu.percent', 50, from + i));
  }
  const window = (value, host) => ({ ...metric('depth', value, NOON + 100, { host, region: 'eu' }, CHANNEL), interval: aggregation_interval, count: 1, min: value, max: value });
  return channel === CHANNEL && aggregation_interval ? [window(10, 'a'), window(30, 'b')] : [];
}

const lastHistory = (channel) => server.commands('get_history').filter(({ data }) => data.channel === channel).at(-1).data;
const press = (key) => tab.page.keyboard.press(key);
const widthOf = ([from, to]) => to - from;
/** Asserts that a range is another one, moved by a share of its width. */
const assertMoved = (range, [from, to], share, slack = 0.01) =>
  [from, to].forEach((time, i) => assert.ok(Math.abs(time + share * (to - from) - range[i]) < slack, `${range} is not ${from} ${to}, moved by ${share} of its width`));
/** Asserts that the end of a range is that of the live one, moved by a number of seconds. The live one has moved on since it was read. */
const assertMovedFromLive = ([, end], [, liveEnd], seconds, slack = 1) =>
  assert.ok(end - seconds > liveEnd - slack && end - seconds < server.now + slack, `${end} is not from ${liveEnd} to ${server.now}, moved by ${seconds} s`);

async function openHistory(fragment) {
  await open({ history, fragment });
  await tab.page.waitForFunction(() => document.querySelector('[data-chart=cpu]').dataset.rows > 200);
}

describe('moving through time', { timeout: 600_000 }, () => {
  useTab();

  test('a zoom by the mouse is a single step back, however many charts show it', async () => {
    await open();
    await server.until(() => server.commands('subscribe').length === 2);
    for (let i = 0; i < 20; i++) {
      server.send(batch(...['cpu.percent', 'memory.percent'].map((name) => metric(name, i, NOON + 60 + 3 * i)), metric('depth', i, NOON + 60 + 3 * i, {}, 'agent.metrics')));
    }
    await tab.waitForValue('depth', 19);
    for (const chart of ['memory', 'agent.metrics/depth']) {
      await tab.page.waitForSelector(`[data-chart="${chart}"] canvas`);
    }
    const { x, y, width } = await tab.page.locator('[data-chart=cpu] .u-over').boundingBox();
    await tab.page.mouse.move(x + 0.3 * width, y + 30);
    await tab.page.mouse.down();
    await tab.page.mouse.move(x + 0.6 * width, y + 30, { steps: 4 });
    await tab.page.mouse.up();
    await tab.waitForVisible('[data-range-state=past]');
    await tab.page.click('#back');
    await tab.waitForVisible('[data-range-state=live]');
    await tab.page.waitForSelector('#back:disabled');
  });

  test('the keyboard moves the range into the past, loads it, and steps back', async () => {
    await openHistory();
    const live = await rangeOf();
    await tab.page.focus('[data-chart=cpu] .chart-plot');
    const first = await changedRange(() => press('Shift+ArrowLeft'));
    await tab.waitForVisible('[data-range-state=past]');
    assertMovedFromLive(first, live, -75);
    assert.ok(Math.abs(widthOf(first) - 300) < 1, `${first}`);
    await server.until(() => lastHistory('system.metrics').end_time !== undefined);
    await tab.page.waitForFunction(() => document.querySelector('[data-chart=cpu]').dataset.rows > 200);
    const second = await changedRange(() => press('Shift+ArrowLeft'));
    assertMoved(second, first, -0.25);
    assertMoved(await changedRange(() => press('Shift+ArrowRight')), first, 0);
    await checkAccessibility(tab);
    await tab.page.focus('[data-chart=cpu] .chart-plot');
    assertMoved(await changedRange(() => press('Backspace')), second, 0);
    assertMoved(await changedRange(() => tab.page.click('#back')), first, 0);
    await tab.page.click('#back');
    await tab.waitForVisible('[data-range-state=live]');
    await tab.page.waitForSelector('#back:disabled');
    await tab.page.waitForFunction(() => document.querySelector('[data-chart=cpu]').dataset.rows > 200);
  });

  test('a drag with Shift moves the range of all charts, and a move to the right returns to live', async () => {
    await openHistory();
    const drag = async (from, to) => {
      await tab.page.waitForFunction(() => document.querySelector('[data-chart=cpu]').dataset.rows > 200); // the plot is drawn again
      const box = await tab.page.locator('[data-chart=cpu] .u-over').boundingBox();
      await tab.page.keyboard.down('Shift');
      await tab.page.mouse.move(box.x + box.width * from, box.y + 20);
      await tab.page.mouse.down();
      await tab.page.mouse.move(box.x + box.width * to, box.y + 20, { steps: 5 });
      await tab.page.mouse.up();
      await tab.page.keyboard.up('Shift');
    };
    const live = await rangeOf();
    const past = await changedRange(() => drag(0.2, 0.7));
    await tab.waitForVisible('[data-range-state=past]');
    assertMovedFromLive(past, live, -150, 5);
    assert.deepEqual(await rangeOf('[data-chart=memory]'), past, 'the range of all charts');
    await drag(0.9, 0.1);
    await tab.waitForVisible('[data-range-state=live]');
    assertMoved(await changedRange(() => tab.page.click('#back')), past, 0);
  });

  test('a zoom is a step, too', async () => {
    await openHistory();
    await tab.page.focus('[data-chart=cpu] .chart-plot');
    const first = await changedRange(() => press('+'));
    await tab.page.waitForSelector('#back:enabled');
    assert.ok(Math.abs(widthOf(first) - 150) < 1, `${first}`);
    const second = await changedRange(() => press('+'));
    assert.ok(Math.abs(widthOf(second) - 75) < 1, `${second}`);
    assertMoved(await changedRange(() => press('Backspace')), first, 0);
  });

  test('a zoom loads the finer windows of its range, and the step back returns', async () => {
    const windows = ({ channel, start_time: start, end_time: end, aggregation_interval: interval }) => {
      const step = { '1m': 60, '5m': 300 }[interval];
      const from = Math.ceil(Date.parse(start) / 1000 / step) * step;
      const count = channel === 'system.metrics' && step ? Math.ceil(((end ? Date.parse(end) / 1000 : server.now) - from) / step) : 0;
      return Array.from({ length: count }, (_, i) => ({ ...metric('cpu.percent', 50, from + i * step), interval, min: 1, max: 99 }));
    };
    await open({ history: windows, fragment: '#token=a.b.c&window=24h' });
    await tab.page.waitForFunction(() => document.querySelector('[data-chart=cpu]').dataset.rows > 280);
    const box = await tab.page.locator('[data-chart=cpu] .u-over').boundingBox();
    await tab.page.evaluate(() => {
      window.hidden = 0;
      const onChange = (changes) => changes.forEach(({ target }) => (window.hidden += target.matches('#system [data-chart=cpu], #system, #tiles [data-tile=cpu]') && target.hidden ? 1 : 0));
      new MutationObserver(onChange).observe(document.querySelector('#dashboard'), { subtree: true, attributeFilter: ['hidden'] });
    });
    const [from, to] = await changedRange(async () => {
      await tab.page.mouse.move(box.x + box.width * 0.5, box.y + 20);
      await tab.page.mouse.down();
      await tab.page.mouse.move(box.x + box.width * 0.52, box.y + 20, { steps: 5 });
      await tab.page.mouse.up();
    });
    await server.until(() => lastHistory('system.metrics').aggregation_interval === '1m');
    await tab.page.waitForFunction((count) => Math.abs(document.querySelector('[data-chart=cpu]').dataset.rows - count) <= 2, (to - from) / 60);
    assert.equal(await tab.page.evaluate(() => window.hidden), 0, 'the charts of the machine keep their places');
    assert.ok(to - from > 600 && to - from < 3_600, `${to - from} s`);
    const linked = new URLSearchParams(new URL(tab.page.url()).hash.slice(1));
    assert.deepEqual([Date.parse(linked.get('from')), Date.parse(linked.get('to'))], [lastHistory('system.metrics').start_time, lastHistory('system.metrics').end_time].map(Date.parse), 'the link shows the same windows');
    await tab.page.click('#back');
    await tab.waitForVisible('[data-range-state=live]');
    await server.until(() => lastHistory('system.metrics').aggregation_interval === '5m');
    await tab.page.waitForFunction(() => document.querySelector('[data-chart=cpu]').dataset.rows > 280);
  });

  test('a zoom on a server without history shows the part of the loaded values', async () => {
    await open({ fragment: '#token=a.b.c&window=15m' });
    await server.until(() => server.commands('get_history').length > 0); // its reply precedes the values
    for (let i = 0; i < 20; i++) {
      server.send(batch({ ...metric('cpu.percent', 50 + i, NOON + 5 * i), interval: '5s', min: 1, max: 99 }));
    }
    await tab.waitForValue('cpu.percent', 69);
    await tab.page.focus('[data-chart=cpu] .chart-plot');
    await changedRange(() => press('+'));
    await tab.waitForRows('cpu', 20);
    assert.match(await tab.page.innerText('[data-chart=cpu] .chart-legend'), /\d/);
  });

  test('times are in the zone of the browser or in UTC, and the address keeps the choice', async () => {
    await reopenTab({ timezoneId: 'America/New_York' });
    await openHistory();
    const firstTime = () => tab.page.locator('[data-chart=cpu] tbody th').first().textContent();
    assert.match(await firstTime(), /^07:/);
    await openRangePicker();
    await tab.page.waitForFunction(() => document.querySelector('#range-to').value.startsWith('2026-01-01T07:0'));
    await tab.page.check('#utc');
    await tab.page.waitForFunction(() => document.querySelector('[data-chart=cpu] tbody th').textContent.startsWith('12:'));
    assert.match(tab.page.url(), /zone=utc/);
    assert.match(await tab.page.inputValue('#range-to'), /^2026-01-01T12:0/);
    await checkAccessibility(tab);
  });

  test('groups are those of the server, also in history, and the panels of the machine keep each host', async () => {
    await openHistory();
    server.send(batch(metric('depth', 1, NOON + 119, { host: 'a', region: 'eu' }, CHANNEL)));
    await tab.waitForValue('depth', 1);
    await tab.page.selectOption('#group-by', 'region');
    const subscriptionOf = (channel) => server.commands('subscribe').map(({ data }) => data).findLast(({ channels }) => channels.includes(channel));
    await server.until(() => subscriptionOf(CHANNEL).group_by);
    assert.deepEqual([subscriptionOf(CHANNEL).group_by, subscriptionOf(CHANNEL).aggregation_interval], [['region'], '1s']);
    assert.equal(subscriptionOf('system.metrics').group_by, undefined);
    server.send(batch({ ...metric('depth', 40, NOON + 118, { region: 'eu' }, CHANNEL), interval: '1s', count: 2, min: 1, max: 90 }));
    await tab.waitForValue('depth', 40);
    await tab.page.waitForFunction(() => [...document.querySelectorAll('td[data-series=depth]')].some((cell) => cell.dataset.value === '20'));
    assert.equal(lastHistory(CHANNEL).buckets, true);
    await checkAccessibility(tab);
    assert.match(tab.page.url(), /group=region/);
    await tab.page.selectOption('#group-by', { label: 'all merged' });
    await server.until(() => subscriptionOf(CHANNEL).group_by?.length === 0);
    await tab.page.selectOption('#group-by', { label: 'each series' });
    await server.until(() => subscriptionOf(CHANNEL).group_by === undefined);
  });
});
