/** The dashboard against the real server. What only a scripted peer can provoke is in page.test.mjs. */

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from '../server.mjs';
import { launch, openTab } from './browser.mjs';

const SCREENSHOT = fileURLToPath(new URL('../../docs/images/dashboard.png', import.meta.url));
const TAKE_PICTURE = process.env.UPDATE_SCREENSHOTS === '1';

describe('the dashboard and the real server', { timeout: 300_000 }, () => {
  let browser;
  let server;
  let tab;

  before(async () => {
    server = await startServer(TAKE_PICTURE ? { port: 8000 } : {}); // the picture shows the port
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

  test('shows the machine move within seconds, within its policy and without outside help', async () => {
    const response = await tab.page.goto(server.url);
    assert.match(response.headers()['content-security-policy'] ?? '', /default-src 'self'/);
    await tab.state('connected');
    await tab.moments('cpu.percent', 1);
    await tab.moments('cpu.percent', 3, { timeout: 4_500 });
    for (const series of ['memory.percent', 'disk.percent', 'network.bytes_recv.rate', 'network.bytes_sent.rate']) {
      await tab.moments(series, 1);
    }
    for (const { value } of await tab.values('cpu.percent')) {
      assert.ok(value >= 0 && value <= 100, `cpu.percent ${value}`);
    }
    assert.equal(await tab.page.locator('.chart canvas').count(), 4);
    assert.doesNotMatch(await tab.page.locator('#tiles').innerText(), /–/);
    assert.deepEqual(tab.violations, []);
    assert.deepEqual(tab.errors, []);
    const origin = new URL(server.url).origin;
    assert.deepEqual(tab.requests.filter((address) => new URL(address).origin !== origin), []);
    assert.ok(tab.requests.every((address) => !address.includes(server.token)), 'the token is in no request of the page');
  });

  test('tells of a lost server, counts down, and goes on when it is back', async () => {
    await tab.page.goto(server.url);
    await tab.state('connected');
    await tab.moments('cpu.percent', 2);

    await server.kill();
    await tab.state('reconnecting');
    await tab.text('#state-text', 'Disconnected');
    await tab.visible('#banner');
    await tab.visible('#retry');
    assert.match(await tab.page.locator('#countdown').innerText(), /^\d+$/);
    const [{ time: lastSeen }] = await tab.values('cpu.percent');

    server = await startServer({ port: server.port, secret: server.secret });
    await tab.state('connected', 40_000);
    await tab.moments('cpu.percent', 2, { since: lastSeen });
    await tab.page.waitForSelector('#banner', { state: 'hidden' });
  });

  test('asks for another token when it is refused, and does not hammer the server', async () => {
    const [head, payload, signature] = server.token.split('.');
    const forged = `${head}.${payload}.${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`;
    await tab.page.clock.install();
    await tab.page.goto(server.url.replace(server.token, forged));
    await tab.state('refused');
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

  // Of this machine as it is: whoever takes the picture gives it something to do meanwhile.
  test('has its picture taken', { skip: !TAKE_PICTURE }, async () => {
    await tab.page.goto(server.url);
    await tab.page.waitForFunction(() => Number(document.querySelector('[data-chart=cpu]').dataset.rows) >= 100, null, {
      timeout: 200_000,
    });
    await mkdir(dirname(SCREENSHOT), { recursive: true });
    await tab.page.screenshot({ path: SCREENSHOT });
  });
});
