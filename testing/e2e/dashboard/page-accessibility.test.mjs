/** Tests that axe finds no violation in the states that other tests pass through quickly, in the light and in the dark theme. */

import { describe, test } from 'node:test';
import { checkAccessibility } from './accessibility.mjs';
import { open, server, tab, useTab } from './page-fixture.mjs';
import { CHANNELS, NOON, batch, metric, reply, sendWelcome } from './scripted-server.mjs';

describe('the page is accessible in both themes', { timeout: 600_000 }, () => {
  useTab();

  async function checkBothThemes() {
    for (const colorScheme of ['light', 'dark']) {
      await tab.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await tab.page.waitForSelector(`html[data-theme=${colorScheme}]`);
      await checkAccessibility(tab);
    }
  }

  /** Opens the page and waits until the server knows its subscription and the page has a value. */
  async function openWithValue(script) {
    await open(script);
    await server.until(() => server.commands('subscribe').length === 2);
    server.send(batch(metric('cpu.percent', 10, NOON), metric('memory.percent', 20, NOON), metric('depth', 3, NOON, {}, 'agent.metrics')));
    await tab.waitForValue('depth', 3);
  }

  test('while it asks for a token', async () => {
    await open({ fragment: '', state: 'closed' });
    await tab.waitForVisible('#token-panel');
    await checkBothThemes();
  });

  test('after the token was rejected', async () => {
    await open({ onConnect: (socket) => socket.close(4401), state: 'failed' });
    await tab.waitForVisible('#token-panel');
    await checkBothThemes();
  });

  test('after the token expired, with the charts', async () => {
    await openWithValue();
    server.send({ type: 'error', message: 'Invalid authentication token', code: 'TOKEN_EXPIRED' });
    server.closeClients(4401);
    await tab.waitForState('failed');
    await checkBothThemes();
  });

  test('while it connects', async () => {
    await open({ state: 'connecting', onConnect: () => {} });
    await checkBothThemes();
  });

  test('while the server is away, with the charts', async () => {
    await openWithValue({ onConnect: (socket) => (server.attempts.length === 1 ? sendWelcome(socket, server) : socket.close(1013)) });
    server.closeClients(1013);
    await tab.waitForVisible('#connection-banner');
    await checkBothThemes();
  });

  test('with an error of the server and the raw frames', async () => {
    await openWithValue();
    await tab.page.click('#inspector summary');
    await tab.page.waitForSelector('.frame');
    server.send({ type: 'error', message: 'Rate limit exceeded', code: 'RATE_LIMITED' });
    await tab.waitForVisible('#error-banner');
    await checkBothThemes();
  });

  test('without channels', async () => {
    await open({ onMessage: (socket, message) => reply(socket, message, null, []) });
    await tab.waitForText('#empty-title', 'No channels');
    await checkBothThemes();
  });

  test('with all channels off', async () => {
    await open();
    await tab.page.waitForFunction(() => document.querySelectorAll('#channels input').length === 4);
    for (const checkbox of await tab.page.locator('#channels input').all()) {
      await checkbox.uncheck();
    }
    await tab.waitForText('#empty-title', 'All channels are off');
    await checkBothThemes();
  });

  test('with a filter that no metric matches', async () => {
    await openWithValue();
    await tab.page.fill('#tag-input', 'host=unknown');
    await tab.page.keyboard.press('Enter');
    await tab.waitForText('#empty-title', 'No metric matches the filter');
    await checkBothThemes();
  });

  test('with more series than it draws, and many hosts', async () => {
    await open({ onMessage: (socket, message) => reply(socket, message, null, CHANNELS) });
    await server.until(() => server.commands('subscribe').length === 2);
    server.send(batch(...Array.from({ length: 400 }, (_, i) => metric(`m${i % 10}`, i, NOON, { n: String(i) }, 'agent.metrics'))));
    server.send(batch(...Array.from({ length: 100 }, (_, i) => metric('cpu.percent', i, NOON, { host: `h${i}` }))));
    await tab.waitForVisible('[data-channel="agent.metrics"] .more');
    await tab.waitForVisible('#host-select');
    await checkBothThemes();
    await tab.page.selectOption('#host-select', '*');
    await tab.waitForVisible('#host-columns-more');
    await checkBothThemes();
  });
});
