import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { chromium } from 'playwright-core';

/**
 * Features that no page needs. Chromium reads only the last list of such features, so this one repeats Playwright's. The last
 * three start a spare process, and two for the address bar, with each window: a tenth of the time of these tests.
 */
const DISABLED_FEATURES = [
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
  'SpareRendererForSitePerProcess',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxPopup',
];

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  `--disable-features=${DISABLED_FEATURES.join(',')}`,
];

/** The limit of each wait. On a busy machine, Playwright's default of 30 s is too short for the start of a browser. */
export const WAIT_MILLIS = 60_000;
const POLL_MILLIS = 20;

/** A rule that blocks the browser's own requests for updates, models and start-up look-ups. */
const BLOCK_EXTERNAL = 'MAP * ~NOTFOUND, EXCLUDE 127.0.0.1';
const KEEP_LOCALHOST = 'EXCLUDE localhost'; // would take precedence over a MAP rule for localhost

/** @param {{rules?: string[], args?: string[]}} [options] `rules` redirect addresses, such as `MAP localhost:8000 127.0.0.1:1234` */
export function launch({ rules = [], args = [] } = {}) {
  return chromium.launch({
    timeout: WAIT_MILLIS,
    executablePath: process.env.CHROMIUM_PATH || '/usr/bin/chromium',
    args: [...ARGS, ...args, `--host-resolver-rules=${[...(rules.length ? rules : [KEEP_LOCALHOST]), BLOCK_EXTERNAL].join(', ')}`],
  });
}

/**
 * Waits until a value is the expected one. After the limit it fails with the last value.
 *
 * @param {() => Promise<unknown>} read
 * @param {unknown} expected
 * @param {string} [message]
 */
export async function waitForEqual(read, expected, message) {
  const deadline = performance.now() + WAIT_MILLIS;
  let value = await read();
  while (!isDeepStrictEqual(value, expected) && performance.now() < deadline) {
    await setTimeout(POLL_MILLIS);
    value = await read();
  }
  assert.deepEqual(value, expected, message);
}

/**
 * Opens an empty page in a context of its own.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function openPage(browser, options) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(WAIT_MILLIS);
  return context.newPage();
}

/**
 * Opens a tab with empty storage. The tab records everything that a page must not do.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function openTab(browser, options = {}) {
  const page = await openPage(browser, { viewport: { width: 1280, height: 800 }, ...options });
  const tab = new Tab(page);
  // Chromium also logs violations on the console, but only this event is reliable.
  await page.exposeFunction('reportViolation', (text) => tab.violations.push(text));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      window.reportViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`),
    );
  });
  return tab;
}

class Tab {
  violations = [];
  /** Console errors and uncaught exceptions. */
  errors = [];
  /** Every URL that the page requested. */
  requests = [];
  /** Every WebSocket URL that the page opened. */
  sockets = [];

  constructor(page) {
    this.page = page;
    page.on('console', (message) => message.type() === 'error' && this.errors.push(message.text()));
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('request', (request) => this.requests.push(request.url()));
    page.on('websocket', (socket) => this.sockets.push(socket.url()));
  }

  close() {
    return this.page.context().close();
  }

  /** Waits for a connection state: connecting, connected, reconnecting, failed, closed. */
  async waitForState(name, timeout) {
    await this.page.waitForSelector(`#state[data-state="${name}"]`, { timeout });
  }

  /**
   * Returns the latest values of a series from the off-screen tables, latest first. Two channels may have a metric of one name;
   * `within` is the selector of the part of the page that is read.
   */
  values(series, within = 'body') {
    return this.page.$$eval(`${within} td[data-series="${series}"]`, (cells) =>
      cells.map((cell) => ({
        time: Number(cell.dataset.time),
        value: cell.dataset.value === '' ? null : Number(cell.dataset.value),
        text: cell.textContent,
      })),
    );
  }

  /** Waits for the latest value of a series. */
  async waitForValue(series, value) {
    await this.page.waitForFunction(
      ([key, expected]) => document.querySelector(`td[data-series="${key}"]`)?.dataset.value === expected,
      [series, String(value)],
    );
  }

  /** Waits until a chart has a number of rows. A chart may be updated a little later than its table. */
  async waitForRows(chart, count) {
    await this.page.waitForSelector(`[data-chart="${chart}"][data-rows="${count}"]`, { state: 'attached' }); // a panel without data is hidden
  }

  /** Waits until a series has values at `count` distinct times after `since`, in seconds. */
  async waitForValues(series, count, { since = 0, timeout } = {}) {
    await this.page.waitForFunction(
      ([key, minimum, start]) => {
        const cells = [...document.querySelectorAll(`td[data-series="${key}"]`)];
        const times = cells.filter((cell) => cell.dataset.value !== '').map((cell) => Number(cell.dataset.time));
        return new Set(times.filter((time) => time > start)).size >= minimum;
      },
      [series, count, since],
      { timeout },
    );
  }

  /** Waits until an element has a text. */
  async waitForText(selector, text) {
    await this.page.waitForFunction(([target, expected]) => document.querySelector(target)?.textContent?.trim() === expected, [selector, text]);
  }

  /** Waits until an element is visible. */
  async waitForVisible(selector) {
    await this.page.waitForSelector(selector, { state: 'visible' });
  }

  /** Scrolls until an element is in the middle of the screen. Finds it again for each attempt, because the page may replace it. */
  async scrollTo(selector) {
    await this.page.waitForFunction((target) => {
      const element = document.querySelector(target);
      element?.scrollIntoView({ block: 'center', behavior: 'instant' });
      return element?.checkVisibility();
    }, selector);
  }
}
