/** Firefox, over WebDriver BiDi: playwright-core controls only a Firefox of its own. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';

const FIREFOX = process.env.FIREFOX_PATH || '/usr/bin/firefox-esr';

const TIMEOUT_MILLIS = 60_000;
const POLL_MILLIS = 50;

/** The code points of keys, as WebDriver defines them. */
export const KEYS = { Escape: '\uE00C' };

/** Records what the page's policy forbids. It runs before the scripts of each page. */
const RECORD_VIOLATIONS = `() => {
  window.policyViolations = [];
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => window.policyViolations.push(violatedDirective + ' ' + blockedURI));
}`;

export class FirefoxTab {
  /** Console errors and uncaught exceptions. */
  errors = [];
  #process;
  #profile;
  #socket;
  #context;
  #commands = 0;
  /** @type {Map<number, {resolve: Function, reject: Function}>} */
  #pending = new Map();

  /** Launches Firefox with an empty profile and opens a tab. */
  static async launch() {
    const tab = new FirefoxTab();
    await tab.#start();
    return tab;
  }

  async #start() {
    if (!existsSync(FIREFOX)) {
      throw new Error(`${FIREFOX} does not exist: run scripts/install-test-tools, or name a Firefox in FIREFOX_PATH`);
    }
    this.#profile = await mkdtemp(join(tmpdir(), 'firefox-'));
    this.#process = spawn(FIREFOX, ['--headless', '--no-remote', '--profile', this.#profile, '--remote-debugging-port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
    const address = new Promise((resolve) => {
      createInterface({ input: this.#process.stderr }).on('line', (line) => {
        const match = /WebDriver BiDi listening on (ws:\S+)/.exec(line);
        match && resolve(match[1]);
      });
    });
    this.#socket = new WebSocket(`${await address}/session`);
    await once(this.#socket, 'open');
    this.#socket.on('message', (data) => this.#onMessage(JSON.parse(String(data))));
    await this.#send('session.new', { capabilities: {} });
    await this.#send('session.subscribe', { events: ['log.entryAdded'] });
    await this.#send('script.addPreloadScript', { functionDeclaration: RECORD_VIOLATIONS });
    const { contexts } = await this.#send('browsingContext.getTree', {});
    this.#context = contexts[0].context;
  }

  /** Loads a page. */
  goto(url) {
    return this.#send('browsingContext.navigate', { context: this.#context, url, wait: 'complete' });
  }

  /** Evaluates an expression in the page, and returns its value: a text, a number or a boolean. */
  async evaluate(expression) {
    const answer = await this.#send('script.evaluate', { expression, target: { context: this.#context }, awaitPromise: true });
    if (answer.type === 'exception') {
      throw new Error(answer.exceptionDetails.text);
    }
    return answer.result.value;
  }

  /** Waits until an expression is true. */
  async waitFor(expression) {
    const end = performance.now() + TIMEOUT_MILLIS;
    while (!(await this.evaluate(`Boolean(${expression})`))) {
      if (performance.now() > end) {
        throw new Error(`not true within ${TIMEOUT_MILLIS / 1000} s: ${expression}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
    }
  }

  /** Returns what the page's policy forbade since the page was loaded. */
  violations() {
    return this.evaluate("window.policyViolations.join('\\n')");
  }

  /** Resizes the viewport, in CSS pixels. */
  resize(width, height) {
    return this.#send('browsingContext.setViewport', { context: this.#context, viewport: { width, height } });
  }

  /** Presses keys one after the other. A text is typed in the same way. */
  press(...keys) {
    const actions = keys.flatMap((key) => [...key]).flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]);
    return this.#perform({ type: 'key', id: 'keyboard', actions });
  }

  /** Clicks the middle of the first element that a selector finds and that has a size. Scrolls to it before. */
  async click(selector) {
    const [x, y] = await this.#pointIn(selector, 0.5);
    await this.#perform(mouse([move(x, y), DOWN, UP]));
  }

  /** Drags the mouse horizontally over an element, between two shares of its width. */
  async drag(selector, from, to) {
    const [start, y] = await this.#pointIn(selector, from);
    const [end] = await this.#pointIn(selector, to);
    await this.#perform(mouse([move(start, y), DOWN, move((start + end) / 2, y), move(end, y), UP]));
  }

  /** Waits for an element, and returns the point at a share of its width and half of its height, in the viewport. */
  async #pointIn(selector, share) {
    const element = `[...document.querySelectorAll(${JSON.stringify(selector)})].find((each) => each.getClientRects().length)`;
    await this.waitFor(element);
    const box = await this.evaluate(`(() => {
      const element = ${element};
      element.scrollIntoView({ block: 'center', behavior: 'instant' });
      const { left, top, width, height } = element.getBoundingClientRect();
      return [left + width * ${share}, top + height / 2].join();
    })()`);
    return box.split(',').map(Math.round);
  }

  #perform(source) {
    return this.#send('input.performActions', { context: this.#context, actions: [source] });
  }

  async close() {
    const exited = once(this.#process, 'exit');
    await this.#send('browser.close', {}).catch(() => this.#process.kill());
    await exited;
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #send(method, params) {
    const id = ++this.#commands;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
  }

  #onMessage({ id, type, method, params, result, error, message }) {
    if (type === 'event' && method === 'log.entryAdded' && params.level === 'error') {
      this.errors.push(params.text);
    }
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (type === 'error') {
      pending?.reject(new Error(`${error}: ${message}`));
    } else {
      pending?.resolve(result);
    }
  }
}

const DOWN = { type: 'pointerDown', button: 0 };
const UP = { type: 'pointerUp', button: 0 };
const move = (x, y) => ({ type: 'pointerMove', x: Math.round(x), y });
const mouse = (actions) => ({ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions });
