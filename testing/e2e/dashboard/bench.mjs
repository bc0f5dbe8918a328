/**
 * A measurement of the dashboard: `make bench-page`, or a part of it by `node dashboard/bench.mjs 500`.
 *
 * It opens the page of the quickstart after five minutes, each time in a new browser, and a page with 500 and with 5,000 series.
 * `QUICKSTART_URL` names a quickstart that has run for as long.
 * The figures are Chromium's own: the processor time of the page's process, its tasks, scripts and layouts (`Performance.getMetrics`),
 * and the payload of each frame (`Network.webSocketFrameReceived`).
 */

import assert from 'node:assert/strict';
import { startServer } from '../server.mjs';
import { launch, openTab } from './browser.mjs';
import { ScriptedServer, batch, metric } from './scripted-server.mjs';

const HISTORY_SECONDS = Number(process.env.HISTORY_SECONDS ?? 300);
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const OPENING_MILLIS = 3_000; // from the navigation; the charts on the screen have their history within the first two
const WARM_UP_MILLIS = 15_000;
const STEADY_MILLIS = 30_000;
const LINES_PER_NAME = 50;

const GOALS = { openingBytes: 1e6, openingCpuSeconds: 1, firstChartMillis: 1_500, coreShareOf500: 0.15, searchMillis: 1_000 };

const failures = [];
const parts = {
  opening: measureOpening,
  500: () => measureSeries(500, GOALS.coreShareOf500),
  5000: () => measureSeries(5_000),
};
for (const name of process.argv.length > 2 ? process.argv.slice(2) : ['opening', '500', '5000']) {
  await parts[name]();
}
if (failures.length > 0) {
  console.error(`Goals that were missed:\n${failures.join('\n')}`);
  process.exitCode = 1;
}

/** Opens the quickstart's page with a full window of history, in browsers with empty caches. */
async function measureOpening() {
  const server = process.env.QUICKSTART_URL ? undefined : await startServer();
  if (server) {
    console.log(`The quickstart collects ${HISTORY_SECONDS} s of history.`);
    await delay(HISTORY_SECONDS * 1000);
  }
  const rounds = [];
  for (let i = 0; i < ROUNDS; i++) {
    const url = server?.url ?? process.env.QUICKSTART_URL;
    rounds.push({ ...(await openPage(url, true)), ...(await openPage(url, false)) }); // watching each frame costs time of its own
  }
  await server?.kill();
  const medianOf = (name) => rounds.map((round) => round[name]).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  report('quickstart: bytes over the socket', medianOf('bytes'), 'B', GOALS.openingBytes);
  report('quickstart: renderer CPU', medianOf('cpuSeconds'), 's', GOALS.openingCpuSeconds);
  report('quickstart: first chart', medianOf('firstChartMillis'), 'ms', GOALS.firstChartMillis);
  report('quickstart: charts on the screen filled', medianOf('filledMillis'), 'ms');
  ['taskSeconds', 'scriptSeconds', 'layoutSeconds', 'styleSeconds'].forEach((name) => report(`quickstart: ${name}`, medianOf(name), 's'));
}

/** Opens the page, and returns the times at which charts are drawn or the counters. @param {string} url @param {boolean} isWatched */
async function openPage(url, isWatched) {
  const browser = await launch();
  const tab = await openTab(browser);
  const counters = await countersOf(tab);
  if (isWatched) {
    await tab.page.addInitScript(observeCharts, HISTORY_SECONDS);
  }
  const before = await counters.read();
  await tab.page.goto(url);
  await tab.page.evaluate((millis) => new Promise((resolve) => setTimeout(resolve, millis - performance.now())), OPENING_MILLIS); // polling would cause a frame 60 times per second
  const after = await counters.read();
  const times = await tab.page.evaluate(() => ({ firstChartMillis: window.firstChartMillis, filledMillis: window.filledMillis }));
  assert.deepEqual(tab.errors, []);
  await browser.close();
  return isWatched ? times : difference(before, after);
}

/** Notes when the first chart is drawn, and when each chart on the screen has its history. Runs in the page. @param {number} seconds */
function observeCharts(seconds) {
  const isOnScreen = (root) => {
    const { top, bottom, height } = root.getBoundingClientRect();
    return height > 0 && bottom > 0 && top < innerHeight;
  };
  const isFilled = ({ dataset }) => {
    const [from, to] = (dataset.range ?? '').split(' ').map(Number);
    return Number(dataset.rows) > 5 && to - from > seconds * 0.9;
  };
  const check = () => {
    const charts = [...document.querySelectorAll('[data-chart]')].filter(isOnScreen);
    const isDrawn = charts.some((chart) => chart.querySelector('canvas'));
    window.firstChartMillis ??= isDrawn ? Math.round(performance.now()) : undefined;
    window.filledMillis ??= isDrawn && charts.every(isFilled) ? Math.round(performance.now()) : undefined;
    window.filledMillis ?? requestAnimationFrame(check);
  };
  requestAnimationFrame(check);
}

/** Shows gauges in one channel, each with a sample per second. @param {number} count @param {number} [goal] the share of a core */
async function measureSeries(count, goal) {
  const server = await new ScriptedServer({ clock: () => Date.now() / 1000 }).listen();
  const browser = await launch();
  const tab = await openTab(browser);
  const counters = await countersOf(tab);
  await tab.page.goto(server.url());
  await tab.waitForState('connected');
  const timer = setInterval(() => server.send(samplesOf(count)), 1000);
  await delay(WARM_UP_MILLIS);
  await tab.page.evaluate(observeFrames);
  const before = await counters.read();
  await delay(STEADY_MILLIS);
  const after = await counters.read();
  const { cpuSeconds, heapBytes } = difference(before, after);
  report(`${count} series: share of a core`, cpuSeconds / (STEADY_MILLIS / 1000), '', goal);
  report(`${count} series: longest frame`, await tab.page.evaluate(() => Math.round(window.longestFrame)), 'ms');
  report(`${count} series: heap`, heapBytes, 'B');
  report(`${count} series: search`, await searchMillis(tab, 'load.7'), 'ms', GOALS.searchMillis);
  clearInterval(timer);
  assert.deepEqual(tab.errors, []);
  await browser.close();
  await server.close();
}

/** Returns a batch of one sample for each series. @param {number} count */
function samplesOf(count) {
  const now = Date.now() / 1000;
  return batch(...Array.from({ length: count }, (_, i) =>
    metric(`load.${Math.floor(i / LINES_PER_NAME)}`, 50 + 40 * Math.sin(now / 10 + i), now, { region: `r${i % LINES_PER_NAME}` }, 'workflow.metrics'),
  ));
}

/** Measures from the last key to the frame in which only the charts of the search are left. */
async function searchMillis({ page }, text) {
  await page.fill('#search', text.slice(0, -1));
  const start = page.evaluate(() => new Promise((resolve) => document.querySelector('#search').addEventListener('input', () => resolve(performance.now()), { once: true })));
  await page.focus('#search');
  await page.keyboard.press('End');
  await page.keyboard.type(text.at(-1));
  await page.waitForFunction((id) => {
    const shown = [...document.querySelectorAll('#sections [data-chart]')].filter(({ offsetParent }) => offsetParent !== null);
    return shown.length > 0 && shown.every(({ dataset }) => dataset.chart.includes(id));
  }, text);
  return Math.round((await page.evaluate(() => performance.now())) - (await start));
}

/** Notes the longest frame. Runs in the page. */
function observeFrames() {
  window.longestFrame = 0;
  let last = performance.now();
  const frame = (now) => {
    window.longestFrame = Math.max(window.longestFrame, now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** Returns a reader of the counters of a tab. */
async function countersOf({ page }) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await session.send('Network.enable');
  let bytes = 0;
  session.on('Network.webSocketFrameReceived', ({ response: { opcode, payloadData } }) => (bytes += Buffer.byteLength(payloadData, opcode === 1 ? 'utf8' : 'base64')));
  const read = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const valueOf = (name) => metrics.find((each) => each.name === name).value;
    return {
      bytes,
      cpuSeconds: valueOf('ProcessTime'), // of all threads; the browser has its own renderers, which do not count
      taskSeconds: valueOf('TaskDuration'),
      scriptSeconds: valueOf('ScriptDuration'),
      layoutSeconds: valueOf('LayoutDuration'),
      styleSeconds: valueOf('RecalcStyleDuration'),
      heapBytes: valueOf('JSHeapUsedSize'),
    };
  };
  return { read };
}

/** Returns the increase of each counter; the heap is the later one. */
function difference(before, after) {
  const added = Object.entries(after).map(([name, value]) => [name, value - before[name]]);
  return { ...Object.fromEntries(added), heapBytes: after.heapBytes };
}

/** Prints a figure, and notes it if it exceeds its goal. */
function report(name, value, unit, goal) {
  const text = Number.isInteger(value) ? String(value) : value?.toFixed(3);
  console.log(`${name.padEnd(42)} ${String(text).padStart(10)} ${unit}${goal === undefined ? '' : ` (goal ${goal})`}`);
  if (goal !== undefined && !(value <= goal)) {
    failures.push(`${name}: ${text} ${unit}, goal ${goal}`);
  }
}

function delay(millis) {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
