/** Tests of the page with more series than it draws, and of values near the greatest number. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { open, recordLabels, server, tab, useTab } from './page-fixture.mjs';
import { NOON, batch, metric } from './scripted-server.mjs';

describe('the limits of the page', { timeout: 600_000 }, () => {
  useTab();

  test('every name of a channel has a chart, however many series the first names have', async () => {
    await open();
    for (let name = 0; name < 10; name++) {
      server.send(batch(...Array.from({ length: 50 }, (_, i) => metric(`m${name}`, i, NOON, { n: String(i) }, 'agent.metrics'))));
    }
    await tab.waitForValue('m9', 0);
    await tab.page.waitForFunction(() => document.querySelector('[data-chart="agent.metrics/m0"] .chart-more')?.textContent === 'and 14 more, 30 without a line');
    const lines = await tab.page.$$eval('[data-chart^="agent.metrics/"]', (charts) => charts.map((chart) => chart.querySelectorAll('thead th').length - 1));
    assert.deepEqual(lines, Array(10).fill(20), 'a fair share each');
    assert.deepEqual(tab.errors, []);
  });

  test('the search and a pin show names beyond the hundred charts of a channel', async () => {
    await open({ fragment: '#token=a.b.c&pin=agent.metrics%2Fm129' });
    await server.until(() => server.commands('subscribe').some(({ data }) => data.channels.includes('agent.metrics')));
    const names = Array.from({ length: 130 }, (_, i) => `m${i}`);
    const send = (second) => server.send(batch(...names.map((name, i) => metric(name, i, NOON + second, { zone: `z${i}` }, 'agent.metrics'))));
    send(0);
    const sizes = (text) => tab.waitForText('[data-channel="agent.metrics"] .channel-size', text);
    await sizes('100 of 130 metrics');
    await tab.page.waitForSelector('#pinned-charts [data-chart="agent.metrics/m129"] canvas');
    assert.equal(await tab.page.locator('[data-chart="agent.metrics/m120"]').count(), 0);
    await tab.page.fill('#search', 'm12');
    await sizes('11 of 130 metrics');
    send(1);
    await tab.waitForValue('m120', 120);
    await tab.page.fill('#search', 'zone=z115');
    await sizes('1 of 130 metrics');
    await tab.page.fill('#search', '');
    await sizes('100 of 130 metrics');
    assert.equal(await tab.page.locator('#sections .chart').count(), 100);
    assert.deepEqual(tab.errors, []);
  });

  test('the greatest numbers have a line, an axis and a readable label', async () => {
    await recordLabels();
    await open();
    for (let i = 0; i < 5; i++) {
      server.send(batch(metric('limit', Number.MAX_VALUE, NOON + 100 + i, {}, 'agent.metrics'), metric('nearly', 1.5e308 * (i / 4), NOON + 100 + i, {}, 'agent.metrics')));
    }
    await tab.waitForText('[data-chart="agent.metrics/limit"] .chart-value', '1.8e+308');
    await tab.waitForText('[data-chart="agent.metrics/nearly"] .chart-value', '1.5e+308');
    await tab.page.waitForFunction(() => [...window.labels].some((text) => /^\d(\.\d)?e\+30[78]$/.test(text)));
    const isDrawn = await tab.page.$eval('[data-chart="agent.metrics/limit"] canvas', (canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return data.some((value, i) => i % 4 === 3 && value === 255);
    });
    assert.ok(isDrawn);
    assert.deepEqual(tab.errors, []);
  });
});
