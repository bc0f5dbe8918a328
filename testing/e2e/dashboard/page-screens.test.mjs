/** Tests of unusual screens and names: a zoom of 200 %, a wall of 4K, and names that are written from right to left. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkAccessibility } from './accessibility.mjs';
import { open, reopenTab, server, tab, useTab } from './page-fixture.mjs';
import { NOON, batch, metric } from './scripted-server.mjs';

const CHANNEL = 'agent.metrics';
const RIGHT_TO_LEFT = 'זמן.תגובה';
const SCREENS = {
  'at 200 %, as half of the pixels': { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
  'on a wall of 4K': { viewport: { width: 3840, height: 2160 } },
};

async function openWithNames() {
  await open();
  server.send(batch(...['cpu.percent', 'memory.percent'].map((name) => metric(name, 42, NOON + 118))));
  server.send(batch(metric('depth', 7, NOON + 118, { queue: 'orders' }, CHANNEL), ...['חיפה', 'eu'].map((region) => metric(RIGHT_TO_LEFT, 3, NOON + 118, { region }, CHANNEL))));
  await tab.waitForValue('depth', 7);
}

describe('the page', { timeout: 600_000 }, () => {
  useTab();

  for (const [name, options] of Object.entries(SCREENS)) {
    test(`fits ${name}`, async () => {
      await reopenTab(options);
      await openWithNames();
      const { width } = options.viewport;
      await tab.page.waitForSelector('[data-chart=cpu] canvas');
      await tab.page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth); // no horizontal scroll
      const canvas = await tab.page.locator('[data-chart=cpu] canvas').boundingBox();
      assert.ok(canvas.width > 200 && canvas.width < width, `the chart is ${canvas.width} wide`);
      await checkAccessibility(tab);
      assert.deepEqual([tab.violations, tab.errors], [[], []]);
    });
  }

  test('keeps a name from right to left apart from the texts around it', async () => {
    await openWithNames();
    const chart = tab.page.locator(`[data-chart="${CHANNEL}/${RIGHT_TO_LEFT}"]`);
    assert.equal(await chart.locator('.chart-title').textContent(), RIGHT_TO_LEFT);
    assert.deepEqual(await chart.locator('.chart-label').allTextContents(), ['חיפה', 'eu']);
    assert.equal(await chart.locator('.chart-label').first().evaluate((element) => getComputedStyle(element).unicodeBidi), 'isolate');
    await tab.page.fill('#search', 'תגובה');
    await tab.page.waitForFunction(() => [...document.querySelectorAll('.chart-title')].filter((each) => each.offsetParent).length === 1);
  });
});
