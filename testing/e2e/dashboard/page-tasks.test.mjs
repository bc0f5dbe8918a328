/**
 * The tasks of a new user, by what the page shows: each is scripted, and its time is printed. A script has no thoughts, so the time is
 * that of the page. The limit applies only if TIME_LIMITS is set, as the first part of `npm test` does: beside other tests, the time would
 * be that of the machine.
 */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { measureUntilBelow } from '../otlp.mjs';
import { chooseOption, open, reopenTab, selectOption, serve, server, showPast, tab, useTab } from './page-fixture.mjs';
import { NOON, batch, metric } from './scripted-server.mjs';

const MAX_MILLIS = process.env.TIME_LIMITS ? 5_000 : Infinity;
const MAX_ATTEMPTS = 5;
const CHANNEL = 'workflow.metrics';
const HOSTS = ['web-1', 'web-2'];
const REQUESTS = `[data-chart="${CHANNEL}/requests"]`;
const DEPTH = `[data-chart="${CHANNEL}/depth"]`;

const button = (name) => tab.page.getByRole('button', { name, exact: true });
const sendMetrics = (second) => {
  server.send(batch(...HOSTS.map((host, i) => metric('cpu.percent', 10 * (i + 1), NOON + second, { host }))));
  server.send(batch(metric('depth', 7, NOON + second, { queue: 'orders' }, CHANNEL), metric('errors', 0, NOON + second, {}, CHANNEL), requests('/orders', 10, NOON + second), requests('/users', 20, NOON + second)));
};

/** Returns the distribution of an endpoint's requests around a number of milliseconds. */
function requests(endpoint, millis, time) {
  return { ...metric('requests', millis, time, { endpoint }, CHANNEL), type: 'histogram', count: 9, sum: 9 * millis, min: 1, max: 9 * millis, p50: millis, p95: 2 * millis, p99: 3 * millis };
}

/** Returns windows of the asked resolution. The CPU has a short peak of 93.5 % and a mean of at most 21 %. */
function history({ channel, metrics, start_time: start, end_time: end, aggregation_interval: interval }) {
  const step = { '5s': 5, '5m': 300 }[interval] ?? 1;
  const [from, to] = [Date.parse(start) / 1000, end ? Date.parse(end) / 1000 : server.now];
  const times = Array.from({ length: Math.floor((to - from) / step) }, (_, i) => (Math.floor(from / step) + 1 + i) * step);
  const cpu = (time, i) => ({ ...metric('cpu.percent', 20 + (i % 2), time), interval, count: step, min: 5, max: i === 7 ? 93.5 : 30 });
  const create = channel === 'system.metrics' ? cpu : (time) => ({ ...requests('/orders', 40, time), interval });
  return metrics.some((name) => ['cpu.percent', 'requests'].includes(name)) ? times.map(create) : [];
}

/** Opens the page with metrics. */
async function openWithMetrics() {
  await open({ history });
  sendMetrics(118);
  await tab.waitForValue('depth', 7);
}

/** Opens the page, runs a task, and prints its time. If the machine was busy, it does so again in a new tab: the fastest time counts. */
async function perform(t, task) {
  const durations = await measureUntilBelow(MAX_MILLIS, MAX_ATTEMPTS, async (attempt) => {
    if (attempt > 1) {
      await server.close();
      await reopenTab();
    }
    await openWithMetrics();
    const start = performance.now();
    await task();
    return performance.now() - start;
  });
  t.diagnostic(`${durations.join(', ')} ms`);
  assert.ok(durations.at(-1) < MAX_MILLIS, `the task took ${durations} ms`);
  assert.deepEqual([tab.violations, tab.errors.filter((each) => !/404/.test(each))], [[], []]);
}

/** Waits until a download starts, and returns its text. */
async function download(action) {
  const [started] = await Promise.all([tab.page.waitForEvent('download'), action()]);
  return readFile(await started.path(), 'utf8');
}

describe('a new user', { timeout: 600_000 }, () => {
  useTab();

  test('reads the exact peak of the CPU in the last ten minutes', async (t) => {
    await perform(t, async () => {
      await showPast(NOON - 480, NOON + 120);
      await tab.waitForText('[data-tile=cpu] .tile-detail', 'peak 93.5 %');
      await chooseOption('[data-chart=cpu]', 'Table of values');
      await tab.waitForText('[data-chart=cpu] [data-figure=max]', '93.5 %');
    });
  });

  test('compares two hosts', async (t) => {
    await perform(t, async () => {
      await tab.page.selectOption('#host-select', { label: 'all, side by side' });
      await tab.page.waitForFunction(() => document.querySelectorAll('.host-column [data-chart=cpu] canvas').length === 2);
      await tab.page.waitForFunction(() => /^2[01]\.0 %$/.test(document.querySelector('.host-column [data-chart=cpu] .chart-value').textContent)); // of its history
    });
    const values = await tab.page.$$eval('.host-column [data-chart=cpu] .chart-value', (elements) => elements.map((each) => each.textContent));
    assert.deepEqual([values.length, values[1]], [2, '20.0 %']);
  });

  test('reads p99 of one endpoint over 24 hours', async (t) => {
    await perform(t, async () => {
      await selectOption('24h');
      await tab.page.keyboard.press('/');
      await tab.page.keyboard.type('/orders requests');
      await tab.page.locator(`${REQUESTS} .chart-menu-button`).click();
      const statistics = tab.page.getByRole('group', { name: 'Statistics' });
      await statistics.getByRole('button', { name: 'p99' }).click();
      await statistics.getByRole('button', { name: 'p95' }).click();
      await tab.page.keyboard.press('Escape');
      await tab.page.locator(`${REQUESTS} .chart-legend [data-line]`, { hasText: '/orders' }).click();
      await tab.page.waitForFunction((chart) => document.querySelector(`${chart} .chart-legend [aria-pressed=true] .chart-value`)?.textContent === '120', REQUESTS);
    });
    assert.ok(Number(await tab.page.getAttribute(REQUESTS, 'data-rows')) >= 280, 'windows of 5 minutes over 24 hours');
  });

  test('finds a metric by its name', async (t) => {
    await perform(t, async () => {
      await tab.page.keyboard.press('/');
      await tab.page.keyboard.type('depth');
      await tab.page.waitForFunction(() => [...document.querySelectorAll('.chart-title')].filter((each) => each.offsetParent).map((each) => each.textContent).join() === 'depth');
    });
  });

  test('shares the view, and the recipient sees the same', async (t) => {
    await perform(t, async () => {
      await tab.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await tab.page.selectOption('#host-select', 'web-2');
      await selectOption('15m');
      await tab.page.click('#copy-link');
      await tab.waitForText('#copy-link', 'Copied');
    });
    const link = await tab.page.evaluate(() => navigator.clipboard.readText());
    assert.doesNotMatch(link, /token|a\.b\.c/);
    await tab.page.evaluate(() => localStorage.clear());
    await tab.page.goto('about:blank');
    const before = server.commands('subscribe').length;
    await tab.page.goto(link);
    await tab.waitForState('connected');
    await server.until(() => server.commands('subscribe').slice(before).at(-1)?.data.aggregation_interval === '5s');
    sendMetrics(119);
    await tab.page.waitForFunction(() => document.querySelector('#host-select').value === 'web-2');
  });

  test('exports a chart as CSV', async (t) => {
    let csv;
    await perform(t, async () => {
      csv = await download(() => chooseOption(DEPTH, 'Download CSV'));
    });
    assert.deepEqual(csv.trim().split('\r\n'), ['time,depth orders', '2026-01-01T12:01:58.000Z,7']);
  });

  test('builds a dashboard from a chart, and the application ships it', async (t) => {
    let json;
    await perform(t, async () => {
      await chooseOption(DEPTH, 'Pin to the top');
      await tab.waitForVisible(`#pinned ${DEPTH}`);
      await button('New dashboard').click();
      json = await download(() => tab.page.click('#dashboard-export'));
      await tab.page.click('#dashboard-save');
      await tab.waitForText('#own-title', 'My dashboard');
    });
    const shipped = { ...JSON.parse(json), name: 'Depths' };
    await server.close();
    await serve({ history, files: { 'dashboards/index.json': '["depths.json"]', 'dashboards/depths.json': JSON.stringify(shipped) } });
    await tab.page.goto(server.url());
    await tab.page.selectOption('#dashboard-select', { label: 'Depths' });
    await server.until(() => server.commands('subscribe').some(({ data }) => data.metrics?.includes('depth')));
    server.send(batch(metric('depth', 9, NOON + 119, { queue: 'orders' }, CHANNEL)));
    await tab.waitForValue('depth', 9);
    await tab.waitForText('#own-title', 'Depths');
  });
});
