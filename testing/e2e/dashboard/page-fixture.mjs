/** The page in a browser, on a server that follows the script of a test. */

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import { launch, openTab } from './browser.mjs';
import { ScriptedServer } from './scripted-server.mjs';

/** The server of the running test; undefined before `serve`. */
export let server;
/** The tab of the running test. */
export let tab;

const CPU = '[data-chart=cpu]';

let browser;

/** Gives each test of the enclosing suite a new tab, and closes it and the server afterwards. */
export function useTab() {
  before(async () => (browser = await launch()));
  after(() => browser?.close());
  beforeEach(async () => {
    server = undefined;
    tab = await openTab(browser);
  });
  afterEach(async () => {
    await tab.close();
    await server?.close();
  });
}

/** Replaces the tab by one with other options. */
export async function reopenTab(options) {
  await tab.close();
  tab = await openTab(browser, options);
}

/** Starts a server that follows a script. */
export async function serve(script) {
  server = await new ScriptedServer(script).listen();
}

/** Opens the page on a server that follows a script, and delays for a state, by default `connected`. */
export async function open({ fragment, state = 'connected', ...script } = {}) {
  await serve(script);
  await tab.page.goto(server.url(fragment));
  await tab.waitForState(state);
}

/** Playwright's error if the time to pause at has passed. It has paused the clock before. */
const PAUSED_LATER = /Cannot fast-forward to the past/;

/**
 * Pauses the page's clock. From then on only the test advances it, so no retry happens unobserved. On a busy machine a second can pass
 * before Playwright pauses the clock. The second call then finds a clock that stands still.
 */
export async function pauseClock() {
  const pause = async () => tab.page.clock.pauseAt(await tab.page.evaluate(() => Date.now() + 1_000));
  await pause().catch((error) => {
    assert.match(String(error), PAUSED_LATER);
    return pause();
  });
}

/** Keeps the page from its searches for new channels, for a test that compares the list of connections. Each search has a separate connection. */
export async function stopSearches() {
  await tab.page.addInitScript(() => {
    const original = window.setInterval;
    window.setInterval = (action, millis, ...rest) => (millis < 10_000 ? original(action, millis, ...rest) : 0);
  });
}

/** Records the texts that the page draws on its charts, in `window.labels`. Called before the page is opened. */
export function recordLabels() {
  return tab.page.addInitScript(() => {
    window.labels = new Set();
    const original = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
      window.labels.add(text);
      return original.call(this, text, ...rest);
    };
  });
}

/** Selects an interval or a window. */
export async function selectOption(label) {
  await tab.page.locator('.choice', { hasText: new RegExp(`^${label}$`) }).last().click();
}

/** Chooses an option of a chart, which a selector names. */
export async function chooseOption(chart, option) {
  await tab.page.click(`${chart} .chart-menu-button`);
  await tab.page.getByRole('group', { name: 'Options of the chart' }).getByRole('button', { name: option, exact: true }).click();
}

/** Returns the range that a chart shows: its start and end in seconds. */
export async function rangeOf(chart = CPU) {
  return (await tab.page.getAttribute(chart, 'data-range')).split(' ').map(Number);
}

/**
 * Performs an action that changes the range, to one that is not live. Returns the new range when a chart shows it: its start and end in
 * seconds. The address changes only with the action, and at once. A chart changes in a later frame, and while live with each second.
 */
export async function changedRange(action, chart = CPU) {
  const before = await tab.page.evaluate(() => location.hash);
  await action();
  const shown = await tab.page.waitForFunction(
    ([selector, previous]) => {
      const [linked, old] = [location.hash, previous].map((hash) => ['from', 'to'].map((name) => Date.parse(new URLSearchParams(hash.slice(1)).get(name)) / 1000));
      const range = document.querySelector(selector).dataset.range.split(' ').map(Number);
      return String(linked) !== String(old) && linked.every((time, i) => Math.abs(time - range[i]) <= 0.001) && range; // an address has milliseconds
    },
    [chart, before],
  );
  return shown.jsonValue();
}

/** Opens the form of a past range. The page fills it in the `toggle` event, which follows the click later. */
export async function openRangePicker() {
  const opened = tab.page.evaluate(() => new Promise((resolve) => document.querySelector('#range-picker').addEventListener('toggle', () => resolve(true), { once: true })));
  await tab.page.click('#range-picker summary');
  await opened;
}

/** Shows a past range, by its start and end in seconds. */
export async function showPast(from, to) {
  const local = (seconds) => new Date(seconds * 1000 - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
  await openRangePicker();
  await tab.page.fill('#range-from', local(from));
  await tab.page.fill('#range-to', local(to));
  await tab.page.click('#range-form button');
  await tab.waitForVisible('[data-range-state=past]');
}

export const statSelector = (name) => `[data-stat="${name}"]`;
