/** Tests of the page without data: it says why there is nothing to see, and what to do. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkAccessibility } from './accessibility.mjs';
import { open, server, tab, useTab } from './page-fixture.mjs';
import { NOON, batch, metric, reply } from './scripted-server.mjs';

describe('the page without data', { timeout: 600_000 }, () => {
  useTab();

  const title = (text) => tab.waitForText('#empty-title', text);
  const button = (name) => tab.page.getByRole('button', { name }).click();

  test('says that the channels are empty, and shows the first metric', async () => {
    await open();
    await title('No metrics yet');
    await checkAccessibility(tab);
    server.send(batch(metric('depth', 3, NOON, {}, 'agent.metrics')));
    await tab.waitForValue('depth', 3);
    await tab.page.waitForSelector('#empty', { state: 'hidden' });
    assert.equal(await tab.page.locator('#system').isVisible(), false, 'an application without system.metrics has no panels of a machine');
  });

  test('says that the server has no channels', async () => {
    await open({ onMessage: (socket, message) => reply(socket, message, null, []) });
    await title('No channels');
  });

  test('says that all channels are off, and shows them again', async () => {
    await open();
    await tab.page.waitForFunction(() => document.querySelectorAll('#channels input').length === 4);
    for (const checkbox of await tab.page.locator('#channels input').all()) {
      await checkbox.uncheck();
    }
    await title('All channels are off');
    await button('Show all channels');
    await title('No metrics yet');
    assert.equal(await tab.page.locator('#channels input:checked').count(), 4);
  });

  test('says that no metric matches the filter, and removes it', async () => {
    await open();
    server.send(batch(metric('cpu.percent', 3, NOON)));
    await tab.waitForValue('cpu.percent', 3);
    await tab.page.fill('#tag-input', 'host=unknown');
    await tab.page.keyboard.press('Enter');
    await title('No metric matches the filter');
    await tab.waitForText('#empty-detail', 'The filter is host=unknown.');
    await button('Remove the filter');
    await server.until(() => server.commands('subscribe').at(-1).data.tags === undefined);
    server.send(batch(metric('cpu.percent', 4, NOON + 1)));
    await tab.waitForValue('cpu.percent', 4);
  });

  test('a tile without a value, and the part of a value that is not known, are not shown', async () => {
    await open();
    for (let i = 0; i < 3; i++) {
      server.send(batch(metric('network.bytes_sent', 1_000 * i, NOON + i)));
    }
    await tab.waitForText('[data-tile=network] .tile-detail', '↑ 1.0 kB/s out');
    assert.deepEqual(await tab.page.locator('.tile:visible').count(), 1);
  });
});
