import { chromium } from 'playwright-core';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** The browser's own errands: updates, models, start-up look-ups. Whatever is left of them finds nobody. */
const NOBODY = 'MAP * ~NOTFOUND, EXCLUDE 127.0.0.1';
const AS_IT_IS = 'EXCLUDE localhost'; // which would win over a rule for it

/** @param {{rules?: string[], args?: string[]}} [options] where other addresses lead, such as `MAP localhost:8000 127.0.0.1:1234` */
export function launch({ rules = [], args = [] } = {}) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH || '/usr/bin/chromium',
    args: [...ARGS, ...args, `--host-resolver-rules=${[...(rules.length ? rules : [AS_IT_IS]), NOBODY].join(', ')}`],
  });
}

/**
 * A fresh tab with nothing remembered, that keeps a record of everything a page must not do.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function openTab(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const tab = new Tab(page);
  // Chromium tells of violations on the console too, but only this event is there to be relied on.
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
  /** Every address that the page asked for. */
  requests = [];
  /** Every WebSocket address that the page opened. */
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

  /** Waits for the connection's state: connecting, connected, reconnecting, refused, closed. */
  async state(name, timeout = 10_000) {
    await this.page.waitForSelector(`#state[data-state="${name}"]`, { timeout });
  }

  /** The newest values of a series as the off-screen table tells them, newest first. */
  values(series) {
    return this.page.$$eval(`td[data-series="${series}"]`, (cells) =>
      cells.map((cell) => ({
        time: Number(cell.dataset.time),
        value: cell.dataset.value === '' ? null : Number(cell.dataset.value),
        text: cell.textContent,
      })),
    );
  }

  /** Waits until a series' newest value is this one. */
  async value(series, value) {
    await this.page.waitForFunction(
      ([key, expected]) => document.querySelector(`td[data-series="${key}"]`)?.dataset.value === expected,
      [series, String(value)],
    );
  }

  /** Waits until a chart has been drawn with so many rows: a little later than its table, at times. */
  async rows(chart, count) {
    await this.page.waitForSelector(`[data-chart="${chart}"][data-rows="${count}"]`, { timeout: 10_000 });
  }

  /** Waits until a series has been drawn at this many distinct moments after `since`, in seconds. */
  async moments(series, count, { since = 0, timeout = 10_000 } = {}) {
    await this.page.waitForFunction(
      ([key, least, from]) => {
        const cells = [...document.querySelectorAll(`td[data-series="${key}"]`)];
        const times = cells.filter((cell) => cell.dataset.value !== '').map((cell) => Number(cell.dataset.time));
        return new Set(times.filter((time) => time > from)).size >= least;
      },
      [series, count, since],
      { timeout },
    );
  }

  /** Waits until an element has this text. */
  async text(selector, text, timeout = 10_000) {
    await this.page.waitForFunction(
      ([where, expected]) => document.querySelector(where)?.textContent?.trim() === expected,
      [selector, text],
      { timeout },
    );
  }

  /** Waits until an element can be seen. */
  async visible(selector) {
    await this.page.waitForSelector(selector, { state: 'visible', timeout: 10_000 });
  }
}
