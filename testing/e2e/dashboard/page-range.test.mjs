/** Tests of the time ranges: the resolution that fits, past ranges, and the requests for history. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkAccessibility } from './accessibility.mjs';
import { open, openRangePicker, recordLabels, selectOption, server, tab, useTab } from './page-fixture.mjs';
import { NOON, batch, metric } from './scripted-server.mjs';

const SECONDS = { '5s': 5, '1m': 60, '5m': 300, '1h': 3600, '1d': 86_400 };

/** The time of the latest value that the server returned. */
let latestTime;

/** Returns the windows, or the samples, of `cpu.percent` for a request. */
function history({ channel, start_time, end_time, aggregation_interval }) {
  const step = SECONDS[aggregation_interval] ?? 1;
  const [from, to] = [Math.floor(Date.parse(start_time) / 1000 / step) * step, end_time ? Date.parse(end_time) / 1000 : server.now - step]; // the last window has not ended
  const count = channel === 'system.metrics' ? Math.ceil((to - from) / step) : 0;
  const interval = aggregation_interval && { interval: aggregation_interval, min: 1, max: 99 };
  latestTime = count > 0 ? from + (count - 1) * step : latestTime;
  return Array.from({ length: count }, (_, i) => ({ ...metric('cpu.percent', 50, from + i * step), ...interval }));
}

describe('the ranges of the page', { timeout: 600_000 }, () => {
  useTab();

  const lastHistory = () => server.commands('get_history').at(-1).data;
  const lastSubscription = () => server.commands('subscribe').at(-1).data;
  /** Waits for a number of rows, within a tenth: the range moves while it is loaded. */
  const waitForAbout = (rows) => tab.page.waitForFunction((count) => Math.abs(document.querySelector('[data-chart=cpu]').dataset.rows - count) <= Math.max(1, count / 10), rows);

  test('history and live metrics have one resolution, which fits the range', async () => {
    await open({ history });
    await waitForAbout(300);
    assert.deepEqual([lastHistory().aggregation_interval, lastSubscription().aggregation_interval], [undefined, undefined]);
    for (const [range, interval, rows, live = interval] of [['1h', '1m', 61], ['24h', '5m', 289], ['7d', '1h', 169], ['30d', '1h', 721], ['365d', '1d', 366, '1h'], ['15m', '5s', 180]]) {
      await selectOption(range);
      await server.until(() => lastHistory().aggregation_interval === interval && lastSubscription().aggregation_interval === live);
      await waitForAbout(rows);
    }
    server.send(batch({ ...metric('cpu.percent', 7, latestTime + 5), interval: '5s', min: 1, max: 9 }));
    await tab.waitForValue('cpu.percent', 7);
    const times = (await tab.values('cpu.percent')).map(({ time }) => time);
    assert.ok(times.every((time, i) => i === 0 || times[i - 1] - time === 5), `steps of one length: ${times}`);
  });

  test('an interval that is too fine for the range cannot be chosen', async () => {
    await open({ history });
    const isDisabled = (interval) => tab.page.isDisabled(`input[name=interval][value="${interval}"]`);
    await selectOption('24h');
    await tab.page.waitForSelector('input[name=interval][value="1s"]:disabled');
    assert.deepEqual([await isDisabled('auto'), await isDisabled('5s'), await isDisabled('5m')], [false, true, false]);
  });

  for (const interval of ['1m', '5m', '1h']) {
    test(`the time axis has labels at the first draw of windows of ${interval}`, async () => {
      await recordLabels();
      await open({ history });
      await waitForAbout(300);
      await selectOption('6h');
      await tab.page.waitForFunction(() => document.querySelector('[data-chart=cpu]').dataset.rows > 300);
      await tab.page.evaluate(() => window.labels.clear());
      await tab.page.locator('#intervals .choice', { hasText: new RegExp(`^${interval}$`) }).click();
      await server.until(() => lastHistory().aggregation_interval === interval);
      await tab.page.waitForFunction(() => [...window.labels].filter((text) => /^\d\d:\d\d/.test(text)).length >= 2);
    });
  }

  for (const width of [1280, 960, 620, 390]) {
    test(`the form of a past range shows its fields in a window of ${width} pixels`, async () => {
      await tab.page.setViewportSize({ width, height: 844 });
      await open({ history });
      if (await tab.page.isVisible('#controls-toggle')) {
        await tab.page.click('#controls-toggle');
      }
      await openRangePicker();
      const form = await tab.page.locator('#range-form').boundingBox();
      const field = await tab.page.locator('#range-from').boundingBox();
      assert.ok(form.x >= 0 && form.x + form.width <= width, `the form is from ${form.x} to ${form.x + form.width}`);
      assert.ok(field.width >= 150, `the field is ${field.width} wide`);
    });
  }

  test('a past range shows its own data and no live values, and the page returns to live', async () => {
    await open({ history });
    await waitForAbout(300);
    await openRangePicker();
    await checkAccessibility(tab);
    const local = (seconds) => new Date(seconds * 1000 - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
    await tab.page.fill('#range-from', local(NOON - 7_200));
    await tab.page.fill('#range-to', local(NOON - 7_200));
    await tab.page.click('#range-form button');
    assert.equal(await tab.page.$eval('#range-to', (input) => input.validationMessage), 'The end must be after the start');
    await tab.page.fill('#range-to', local(NOON - 3_600));
    await tab.page.click('#range-form button');
    await tab.waitForVisible('[data-range-state=past]');
    await tab.waitForRows('cpu', 60);
    assert.equal(await tab.page.getAttribute('[data-chart=cpu]', 'data-range'), `${NOON - 7_200} ${NOON - 3_600}`);
    assert.deepEqual([lastHistory().start_time, lastHistory().end_time, lastHistory().aggregation_interval], [new Date(1000 * (NOON - 7_200)).toISOString(), new Date(1000 * (NOON - 3_600)).toISOString(), '1m']);
    server.send(batch(metric('cpu.percent', 1, server.now)));
    server.send(batch(metric('depth', 1, server.now, {}, 'agent.metrics')));
    await tab.waitForText('[data-chart="agent.metrics/depth"] .chart-empty', 'No values in this range');
    await tab.waitForRows('cpu', 60);
    await checkAccessibility(tab);
    await tab.page.click('#live');
    await tab.waitForVisible('[data-range-state=live]');
    await waitForAbout(300);
    server.send(batch(metric('cpu.percent', 2, server.now)));
    await tab.waitForValue('cpu.percent', 2);
  });

  test('the history of a chart is loaded when it comes on the screen, once', async () => {
    await open({ history });
    const names = Array.from({ length: 60 }, (_, i) => `m${String(i).padStart(2, '0')}`);
    server.send(batch(...names.map((name) => metric(name, 1, NOON + 119, {}, 'agent.metrics'))));
    await tab.waitForValue('m59', 1);
    const requested = () => server.commands('get_history').filter(({ data }) => data.channel === 'agent.metrics').flatMap(({ data }) => data.metrics);
    await server.until(() => requested().includes('m00'));
    assert.ok(!requested().includes('m59'), `${requested()}`);
    await tab.scrollTo('[data-chart="agent.metrics/m59"]');
    await server.until(() => requested().includes('m59'));
    await tab.page.evaluate(() => scrollTo(0, 0));
    server.send(batch(metric('m00', 2, NOON + 120, {}, 'agent.metrics')));
    await tab.waitForValue('m00', 2);
    assert.equal(new Set(requested()).size, requested().length, 'no name is requested twice');
  });

  test('history that is longer than an answer is loaded to its end, and the page says what is missing', async () => {
    const perTime = 9_999; // series of one time
    let until = NOON + 7;
    const long = ({ channel, start_time: start, limit = 50_000 }) => {
      const from = Math.ceil(Date.parse(start) / 1000);
      const count = channel === 'agent.metrics' ? Math.min(limit, Math.max(0, until - Math.max(from, NOON)) * perTime) : 0;
      return Array.from({ length: count }, (_, i) => metric('depth', i % perTime === 0 ? Math.floor(i / perTime) : 1, Math.max(from, NOON) + Math.floor(i / perTime), { n: String(i % perTime) }, 'agent.metrics'));
    };
    await open({ history: long });
    const lastTime = () => tab.page.waitForFunction((time) => document.querySelector('td[data-series=depth]')?.dataset.time === String(time), until - 1);
    server.send(batch(metric('depth', 5, NOON - 60, { n: '0' }, 'agent.metrics')));
    await tab.waitForVisible('[data-chart="agent.metrics/depth"]');
    await tab.scrollTo('[data-chart="agent.metrics/depth"]');
    await lastTime();
    assert.equal(await tab.page.locator('#error-banner').isVisible(), false);
    until = NOON + 60;
    await selectOption('15m');
    await tab.page.waitForFunction(() => /^The history of agent\.metrics is too long: the charts lack its values from 1 Jan, .* on\./.test(document.querySelector('#error-banner-text').textContent), null, { timeout: 600_000 });
    await checkAccessibility(tab);
    until = NOON;
    await selectOption('1m');
    await tab.page.waitForSelector('#error-banner', { state: 'hidden' });
  });

  test('live, paused and past are distinct states', async () => {
    await open({ history });
    await waitForAbout(300);
    await tab.waitForText('#range-state', 'Live');
    await tab.page.click('#pause');
    await tab.page.waitForFunction(() => /^Paused at .*\d\d:\d\d:\d\d$/.test(document.querySelector('#range-state').textContent));
    await checkAccessibility(tab);
    await tab.page.click('#live');
    await tab.waitForText('#range-state', 'Live');
  });
});
