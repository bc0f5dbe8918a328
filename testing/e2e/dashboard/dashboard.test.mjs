/** The dashboard against the real server. What only a scripted peer can provoke is in page.test.mjs. */

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from '../server.mjs';
import { launch, openTab } from './browser.mjs';

const PICTURES = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
const TAKE_PICTURES = process.env.UPDATE_SCREENSHOTS === '1';

describe('the dashboard and the real server', { timeout: 400_000 }, () => {
  let browser;
  let server;
  let tab;

  before(async () => {
    server = await startServer(TAKE_PICTURES ? { port: 8000 } : {}); // the picture shows the port
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await server?.kill();
  });
  beforeEach(async () => {
    tab = await openTab(browser);
  });
  afterEach(() => tab.close());

  test('j. needs nothing from outside, violates no policy, and keeps the token to itself', async () => {
    const response = await tab.page.goto(server.url);
    assert.match(response.headers()['content-security-policy'] ?? '', /default-src 'self'/);
    await tab.state('connected');
    await tab.moments('cpu.percent', 3, { timeout: 20_000 });
    for (const series of ['memory.percent', 'network.bytes_recv.rate', 'network.bytes_sent.rate', 'disk.bytes_read.rate', 'disk.bytes_written.rate']) {
      await tab.moments(series, 1);
    }
    for (const { value } of await tab.values('cpu.percent')) {
      assert.ok(value >= 0 && value <= 100, `cpu.percent ${value}`);
    }
    await tab.page.click('#inspector summary');
    await tab.page.waitForSelector('.frame');
    await tab.page.mouse.wheel(0, -5_000);
    assert.equal(await tab.page.locator('#charts canvas').count(), 4);
    assert.doesNotMatch(await tab.page.locator('#tiles').innerText(), /–/);
    assert.equal(await tab.page.locator('#notice').isVisible(), false, await tab.page.locator('#notice-text').innerText());
    assert.deepEqual(tab.violations, []);
    assert.deepEqual(tab.errors, []);
    const origin = new URL(server.url).origin;
    assert.deepEqual(tab.requests.filter((address) => new URL(address).origin !== origin), []);
    assert.ok(tab.requests.every((address) => !address.includes(server.token)), 'the token is in no request of the page');
    assert.ok(!(await tab.page.content()).includes(server.token), 'nor in the page');
  });

  test('the first paint is back-filled from history', async () => {
    await tab.page.goto(server.url);
    await tab.moments('cpu.percent', 4, { timeout: 20_000 });
    const before = Number(await tab.page.getAttribute('[data-chart=cpu]', 'data-rows'));
    await tab.page.reload();
    await tab.page.waitForFunction((rows) => Number(document.querySelector('[data-chart=cpu]').dataset.rows) >= rows, before);
  });

  test('shows windows with their band, other tags, and the channels that there are', async () => {
    await tab.page.goto(server.url);
    await tab.moments('cpu.percent', 1);
    assert.deepEqual(await tab.page.locator('#channels .chip').allInnerTexts(), ['agent', 'distributed', 'jvm', 'system', 'workflow']);
    await tab.page.locator('#intervals .choice', { hasText: '1s' }).click();
    // Windows are aligned to the clock, and none of the readings is left that were shown before.
    await tab.page.waitForFunction(
      () => {
        const cells = [...document.querySelectorAll('td[data-series="cpu.percent"]')].filter((cell) => cell.dataset.value !== '');
        return cells.length >= 2 && cells.every((cell) => Number(cell.dataset.time) % 1 === 0);
      },
      null,
      { timeout: 20_000 },
    );
    await tab.page.fill('#tag-input', 'host=of-nobody');
    await tab.page.keyboard.press('Enter');
    await tab.page.waitForSelector('[data-chart=cpu][data-rows="0"]');
    await tab.page.click('.tag button');
    await tab.moments('cpu.percent', 2, { timeout: 20_000 });
    assert.deepEqual(tab.errors, []);
  });

  test('tells of a lost server, counts down, shades the gap, and goes on when it is back', async () => {
    await tab.page.goto(server.url);
    await tab.state('connected');
    await tab.moments('cpu.percent', 2);
    if (TAKE_PICTURES) {
      await tab.page.waitForFunction(() => Number(document.querySelector('[data-chart=cpu]').dataset.rows) >= 60, null, { timeout: 100_000 });
    }

    await server.kill();
    await tab.state('reconnecting');
    await tab.text('#state-text', 'Disconnected');
    await tab.visible('#banner');
    await tab.visible('#retry');
    assert.match(await tab.page.locator('#countdown').innerText(), /^\d+$/);
    await tab.page.waitForSelector('[data-chart=cpu][data-gaps="1"]');
    const [{ time: lastSeen }] = await tab.values('cpu.percent');
    // A server that is back at once leaves no gap: several readings have to be missing.
    await tab.page.waitForFunction(
      ([from, seconds]) => Number(document.querySelector('[data-chart=cpu]').dataset.range.split(' ')[1]) > from + seconds,
      [lastSeen, TAKE_PICTURES ? 15 : 5],
    );
    if (TAKE_PICTURES) {
      await picture('dashboard-disconnected');
    }

    server = await startServer({ port: server.port, secret: server.secret });
    await tab.state('connected', 40_000);
    await tab.moments('cpu.percent', 2, { since: lastSeen, timeout: 20_000 });
    await tab.page.waitForSelector('#banner', { state: 'hidden' });
    assert.equal(await tab.page.getAttribute('[data-chart=cpu]', 'data-gaps'), '1', 'nobody knows what was then');
  });

  test('asks for another token when it is refused, and does not hammer the server', async () => {
    const [head, payload, signature] = server.token.split('.');
    const forged = `${head}.${payload}.${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`;
    await tab.page.clock.install();
    await tab.page.goto(server.url.replace(server.token, forged));
    await tab.state('failed');
    await tab.visible('#token-input');
    await tab.page.clock.runFor(120_000);
    assert.equal(tab.sockets.length, 1, 'connection attempts within two minutes of the page');
    await tab.page.clock.resume();

    await tab.page.fill('#token-input', server.token);
    await tab.page.click('#token-form button[type=submit]');
    await tab.state('connected');
    await tab.page.waitForSelector('#token-panel', { state: 'hidden' });
  });

  test('fits a phone', async () => {
    await tab.page.setViewportSize({ width: 360, height: 740 });
    await tab.page.goto(server.url);
    await tab.moments('cpu.percent', 1);
    assert.ok(await tab.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'no horizontal scroll');
  });

  // Of this machine as it is: whoever takes the pictures gives it something to do meanwhile.
  test('has its pictures taken', { skip: !TAKE_PICTURES }, async () => {
    await tab.page.goto(server.url);
    await tab.page.waitForFunction(() => Number(document.querySelector('[data-chart=cpu]').dataset.rows) >= 100, null, { timeout: 200_000 });
    await picture('dashboard');
    await tab.page.locator('[data-channel="agent.metrics"] summary').scrollIntoViewIfNeeded();
    await tab.page.evaluate(() => scrollBy(0, document.querySelector('[data-channel="agent.metrics"]').getBoundingClientRect().top - 80));
    await picture('dashboard-channels');
    await tab.page.evaluate(() => scrollTo(0, 0));
    await tab.page.emulateMedia({ colorScheme: 'dark' });
    await tab.page.waitForSelector('html[data-theme=dark]');
    await picture('dashboard-dark');
    await tab.page.emulateMedia({ colorScheme: 'light' });
    await tab.page.waitForSelector('html[data-theme=light]');
    await tab.page.setViewportSize({ width: 390, height: 844 });
    await tab.page.waitForFunction(() => document.querySelector('[data-chart=cpu] canvas').getBoundingClientRect().width < innerWidth);
    await picture('dashboard-phone');
  });

  /** What was asked for last has been drawn: two frames later at the latest, and a reading after that. */
  async function picture(name) {
    const rows = () => tab.page.evaluate(() => Number(document.querySelector('[data-chart=cpu]').dataset.rows));
    if ((await tab.page.getAttribute('#state', 'data-state')) === 'connected') {
      await tab.page.waitForFunction((before) => Number(document.querySelector('[data-chart=cpu]').dataset.rows) > before, await rows());
    }
    await tab.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    await mkdir(PICTURES, { recursive: true });
    await tab.page.screenshot({ path: `${PICTURES}${name}.png` });
  }
});
