/** Tests of the options of single charts: statistics, lines, figures, axis, export and pins. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { checkAccessibility } from './accessibility.mjs';
import { chooseOption, open, recordLabels, reopenTab, server, tab, useTab } from './page-fixture.mjs';
import { NOON, batch, metric } from './scripted-server.mjs';

const CHANNEL = 'agent.metrics';
const LATENCY = `[data-chart="${CHANNEL}/latency"]`;
const DEPTH = `[data-chart="${CHANNEL}/depth"]`;

/** Returns a distribution of latencies around a number of milliseconds. */
function distribution(millis, time, tags) {
  return { ...metric('latency', millis, time, tags, CHANNEL), type: 'histogram', count: 10, sum: 10 * millis, min: millis / 2, max: millis * 4, p50: millis, p95: millis * 2, p99: millis * 3 };
}

/** Opens the page with a distribution of one series, and a gauge of three. */
async function openCharts(fragment) {
  await open({ fragment });
  for (let i = 0; i < 10; i++) {
    server.send(batch(distribution(100 + i, NOON + 100 + i, {}), ...['eu', 'us', 'asia'].map((region, k) => metric('depth', 10 * (k + 1) + i, NOON + 100 + i, { region }, CHANNEL))));
  }
  await tab.waitForValue('depth', 19);
  await tab.scrollTo(DEPTH);
}

/** Returns the legend of a chart: the label of each line, in brackets if it is hidden. */
function legend(chart) {
  return tab.page.$$eval(`${chart} .chart-legend [data-line]`, (entries) =>
    entries.map((entry) => {
      const label = entry.querySelector('.chart-label').textContent;
      return entry.getAttribute('aria-pressed') === 'true' ? label : `(${label})`;
    }),
  );
}

/** Waits until a download starts, and returns its name and bytes. */
async function download(action) {
  const [started] = await Promise.all([tab.page.waitForEvent('download'), action()]);
  return { name: started.suggestedFilename(), content: await readFile(await started.path()) };
}

describe('the options of a chart', { timeout: 600_000 }, () => {
  useTab();

  test('a distribution has a line for each percentile, and the user chooses others', async () => {
    await openCharts();
    assert.deepEqual(await legend(LATENCY), ['p50', 'p95', 'p99']);
    assert.match(await tab.page.innerText(`${LATENCY} .chart-legend`), /p50\s+109\s+p95\s+218\s+p99\s+327/);
    await tab.page.click(`${LATENCY} .chart-menu-button`);
    await checkAccessibility(tab);
    await tab.page.getByRole('group', { name: 'Statistics' }).getByRole('button', { name: 'p50' }).click();
    await tab.page.getByRole('group', { name: 'Statistics' }).getByRole('button', { name: 'max' }).click();
    assert.deepEqual(await legend(LATENCY), ['p95', 'p99', 'max']);
    await tab.page.keyboard.press('Escape');
    assert.equal(await tab.page.evaluate(() => document.activeElement.className), 'chart-menu-button', 'the focus returns to the button');
    server.send(batch(distribution(50, NOON + 115, { region: 'eu' })));
    await tab.page.waitForFunction((chart) => document.querySelectorAll(`${chart} .chart-legend [data-line]`).length === 6, LATENCY);
    assert.deepEqual(await legend(LATENCY), ['all · p95', 'all · p99', 'all · max', 'eu · p95', 'eu · p99', 'eu · max']);
  });

  test('a click on the legend isolates a line, and a click with Shift or Ctrl hides one, also by keyboard', async () => {
    await openCharts();
    const entry = (label) => tab.page.locator(`${DEPTH} .chart-legend [data-line]`, { hasText: label });
    await entry('us').click();
    assert.deepEqual(await legend(DEPTH), ['(eu)', 'us', '(asia)']);
    server.send(batch(metric('depth', 5, NOON + 112, { region: 'africa' }, CHANNEL)));
    await tab.page.waitForFunction((chart) => document.querySelectorAll(`${chart} .chart-legend [data-line]`).length === 4, DEPTH);
    assert.deepEqual(await legend(DEPTH), ['(eu)', 'us', '(asia)', '(africa)'], 'an isolated line stays alone');
    await checkAccessibility(tab);
    await entry('us').click();
    await entry('eu').click({ modifiers: ['Shift'] });
    await entry('asia').click({ modifiers: ['Control'] });
    assert.deepEqual(await legend(DEPTH), ['(eu)', 'us', '(asia)', 'africa']);
    await entry('us').focus();
    await tab.page.keyboard.press('Shift+Enter');
    assert.deepEqual(await legend(DEPTH), ['(eu)', '(us)', '(asia)', 'africa']);
    await tab.page.keyboard.press('Enter');
    assert.deepEqual(await legend(DEPTH), ['(eu)', 'us', '(asia)', '(africa)']);
    assert.equal(await tab.page.evaluate(() => document.activeElement.dataset.line), 'region=us', 'the entry keeps the focus');
    await tab.page.reload();
    await tab.waitForState('connected');
    server.send(batch(...['eu', 'us'].map((region) => metric('depth', 1, NOON + 119, { region }, CHANNEL))));
    await tab.waitForVisible(DEPTH);
    assert.deepEqual(await legend(DEPTH), ['(eu)', 'us'], 'the address keeps the choice');
  });

  test('a long name of a class loses its package first, so that classes of one package differ', async () => {
    await open();
    const locks = ['ReentrantLock$FairSync', 'ReentrantLock$NonfairSync'].map((each) => `java.util.concurrent.locks.${each}`);
    server.send(batch(...locks.map((blocker, i) => metric('depth', 19_000 + i, NOON, { blocker }, CHANNEL)), metric('depth', 7, NOON, { blocker: 'Latch' }, CHANNEL)));
    await tab.waitForVisible(DEPTH);
    await tab.scrollTo(DEPTH);
    assert.deepEqual(await legend(DEPTH), [...locks, 'Latch']);
    const hides = await tab.page.$$eval(`${DEPTH} .chart-label`, (labels) => labels.map((label) => [...label.children].map((part) => part.scrollWidth > part.clientWidth)));
    assert.deepEqual(hides, [[true, false], [true, false], [false]]);
    await checkAccessibility(tab);
  });

  test('the table shows the figures and the values of the visible range', async () => {
    await openCharts();
    await chooseOption(DEPTH, 'Table of values');
    await tab.page.waitForSelector(`${DEPTH} .figures tbody tr:nth-child(3)`);
    const figures = () => tab.page.$$eval(`${DEPTH} .figures tbody tr`, (rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim()).join(' ')));
    await tab.page.waitForFunction((chart) => document.querySelector(`${chart} .figures td`).textContent !== '–', DEPTH);
    assert.deepEqual(await figures(), ['eu 19 10 14.5 19', 'us 29 20 24.5 29', 'asia 39 30 34.5 39']);
    assert.equal(await tab.page.locator(`${DEPTH} .chart-values tbody tr`).count(), 10);
    await checkAccessibility(tab);
    await tab.page.focus(`${DEPTH} .chart-plot`);
    await tab.page.keyboard.press('ArrowLeft');
    await tab.page.keyboard.press('+');
    await tab.page.waitForFunction((chart) => document.querySelectorAll(`${chart} .chart-values tbody tr`).length < 200, DEPTH);
    await chooseOption(DEPTH, 'Table of values');
    assert.equal(await tab.page.locator(`${DEPTH} .figures`).count(), 0);
  });

  test('Min and Max of windows are those of their samples, also in a custom dashboard and in a chart with a band', async () => {
    const peaks = ({ channel, metrics, aggregation_interval: interval }) => {
      const windows = channel === CHANNEL && metrics.includes('depth') && interval ? Array.from({ length: 10 }, (_, i) => ({ ...metric('depth', 90, NOON - 600 + 60 * i, {}, CHANNEL), interval, count: 60, min: i === 4 ? 1 : 80, max: i === 5 ? 1000 : 99 })) : [];
      return windows;
    };
    const dashboard = { name: 'Peaks', charts: [{ channel: CHANNEL, metrics: ['depth'], range: '1h' }] };
    const files = { 'dashboards/index.json': '["peaks.json"]', 'dashboards/peaks.json': JSON.stringify(dashboard) };
    await open({ history: peaks, files, fragment: '#token=a.b.c&window=1h' });
    server.send(batch({ ...metric('depth', 90, NOON, {}, CHANNEL), interval: '1m', count: 60, min: 80, max: 99 }));
    const figures = (chart) => tab.page.waitForFunction((selector) => /90 1 90 1\.0 k/.test([...document.querySelectorAll(`${selector} .figures td`)].map((cell) => cell.textContent).join(' ')), chart);
    await tab.waitForVisible(DEPTH);
    await tab.scrollTo(DEPTH);
    await chooseOption(DEPTH, 'Table of values');
    await figures(DEPTH);
    await tab.page.selectOption('#dashboard-select', { label: 'Peaks' });
    await tab.page.waitForSelector('[data-chart=own-0] canvas');
    await chooseOption('[data-chart=own-0]', 'Table of values');
    await figures('[data-chart=own-0]');
    assert.deepEqual([tab.violations, tab.errors], [[], []]);
  });

  test('times of other days have their date, in the table and for a screen reader', async () => {
    const hours = ({ channel, metrics, aggregation_interval: interval }) => (channel === CHANNEL && metrics.includes('depth') && interval === '1h' ? Array.from({ length: 48 }, (_, i) => ({ ...metric('depth', i, NOON - 3_600 * (48 - i), {}, CHANNEL), interval, min: i, max: i })) : []);
    await reopenTab({ timezoneId: 'UTC' });
    await open({ history: hours, fragment: '#token=a.b.c&window=7d' });
    server.send(batch({ ...metric('depth', 48, NOON, {}, CHANNEL), interval: '1h', min: 48, max: 48 }));
    await tab.waitForVisible(DEPTH);
    await tab.scrollTo(DEPTH);
    await chooseOption(DEPTH, 'Table of values');
    await tab.page.waitForFunction((chart) => document.querySelectorAll(`${chart} .chart-values tbody tr`).length >= 48, DEPTH);
    const times = await tab.page.locator(`${DEPTH} .chart-values tbody th`).allInnerTexts();
    assert.deepEqual([times[0], times.at(-1)], ['12:00:00', '30 Dec, 12:00:00']);
    await tab.page.mouse.move(0, 0); // the menu was over the plot
    await tab.page.focus(`${DEPTH} .chart-plot`);
    for (let i = 0; i < 14; i++) {
      await tab.page.keyboard.press('ArrowLeft');
    }
    await tab.page.waitForFunction(() => /^31 Dec, 2\d:00:00: /.test(document.querySelector('#announcement').textContent));
  });

  test('an axis can fit the lines', async () => {
    await recordLabels();
    await open();
    for (let i = 0; i < 10; i++) {
      server.send(batch(metric('depth', 1000 + i, NOON + 100 + i, {}, CHANNEL)));
    }
    await tab.waitForValue('depth', 1009);
    await tab.page.waitForFunction(() => window.labels.has('0') && window.labels.has('1 k'));
    await chooseOption(DEPTH, 'Fit the axis to the lines');
    await tab.page.evaluate(() => window.labels.clear());
    server.send(batch(metric('depth', 1010, NOON + 110, {}, CHANNEL)));
    await tab.page.waitForFunction(() => window.labels.size > 2);
    assert.equal(await tab.page.evaluate(() => window.labels.has('0')), false);
  });

  test('a chart is exported as values and as a picture', async () => {
    await openCharts();
    await tab.page.locator(`${DEPTH} .chart-legend [data-line]`, { hasText: 'us' }).click({ modifiers: ['Shift'] });
    const csv = await download(() => chooseOption(DEPTH, 'Download CSV'));
    assert.equal(csv.name, 'depth.csv');
    const lines = csv.content.toString().split('\r\n');
    assert.deepEqual([lines[0], lines[1], lines.length], ['time,depth eu,depth asia', '2026-01-01T12:01:40.000Z,10,30', 12]);
    const picture = await download(() => chooseOption(DEPTH, 'Download PNG'));
    assert.equal(picture.name, 'depth.png');
    assert.equal(picture.content.subarray(1, 4).toString(), 'PNG');
    assert.ok(picture.content.length > 2_000, `${picture.content.length} bytes`);
    assert.deepEqual([tab.violations, tab.errors], [[], []]);
  });

  test('the picture of a chart names each line, and an axis of bytes has binary steps', async () => {
    await recordLabels();
    await open();
    await server.until(() => server.commands('subscribe').length === 2);
    const queues = ['orders', 'invoices', 'returns'].map((name) => `${name} of the warehouse in the north`);
    server.send({ type: 'metadata', channel: CHANNEL, metrics: { depth: { unit: 'By' } } });
    server.send(batch(...queues.map((queue) => metric('depth', 400 * 2 ** 20, NOON + 100, { queue }, CHANNEL))));
    await tab.scrollTo(DEPTH);
    await tab.page.waitForFunction(() => window.labels.has('256 MiB'));
    assert.equal(await tab.page.evaluate(() => [...window.labels].some((text) => /\.\d MiB$/.test(text))), false);
    await download(() => chooseOption(DEPTH, 'Download PNG'));
    const drawn = await tab.page.evaluate(() => [...window.labels]);
    assert.deepEqual(queues.filter((queue) => !drawn.includes(`${queue}  400.0 MiB`)), []);
  });

  test('the menu whose code could not be loaded says so, and opens later', async () => {
    let isDown = true;
    await tab.page.clock.install();
    await tab.page.route('**/chart-menu.js', (route) => (isDown ? route.abort() : route.continue()));
    await openCharts();
    assert.ok(tab.requests.every((url) => !url.endsWith('/chart-menu.js')), 'its code is loaded with the first use');
    await tab.page.click(`${DEPTH} .chart-menu-button`);
    await tab.waitForText('#error-banner-text', 'The options of the charts could not be loaded. Try again after a few seconds, or reload the page.');
    isDown = false;
    await tab.page.clock.runFor(5_000);
    await chooseOption(DEPTH, 'Table of values');
    await tab.waitForVisible(`${DEPTH} .figures`);
  });

  test('a pinned chart is at the top, also after a reload, until it is unpinned', async () => {
    await openCharts();
    await chooseOption(DEPTH, 'Pin to the top');
    await tab.waitForVisible(`#pinned ${DEPTH}`);
    await checkAccessibility(tab);
    assert.match(tab.page.url(), /pin=agent\.metrics%2Fdepth/);
    await tab.page.goto('about:blank'); // an address that differs only in its fragment would not load the page again
    await tab.page.goto(server.url());
    await tab.waitForState('connected');
    server.send(batch(metric('depth', 7, NOON + 118, {}, CHANNEL)));
    await tab.waitForVisible(`#pinned ${DEPTH}`);
    await chooseOption(`#pinned ${DEPTH}`, 'Unpin');
    await tab.page.waitForSelector('#pinned', { state: 'hidden' });
    assert.equal(await tab.page.locator(DEPTH).count(), 1);
  });
});
