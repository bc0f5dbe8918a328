/** Tests of thresholds in custom dashboards: the level of a chart, the title and the icon of the page, and its announcement. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkAccessibility } from './accessibility.mjs';
import { open, reopenTab, server, showPast, tab, useTab } from './page-fixture.mjs';
import { NOON, batch, metric } from './scripted-server.mjs';

const CHANNEL = 'agent.metrics';
const DASHBOARD = {
  name: 'Levels',
  charts: [
    { title: 'Heap', channel: CHANNEL, metrics: ['heap'], thresholds: { warning: 80, critical: 95 } },
    { title: 'Free', channel: CHANNEL, metrics: ['free'], thresholds: { critical: 10, when: 'below' } },
  ],
};
const HEAP = '[data-chart=own-0]'; // the first chart

/** Opens the dashboard, and records the announcements and the colors of all strokes. */
async function openDashboard() {
  await tab.page.addInitScript(() => {
    window.announced = [];
    window.strokes = new Set();
    addEventListener('DOMContentLoaded', () => {
      const region = document.querySelector('#announcement');
      new MutationObserver(() => window.announced.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
    });
    const original = CanvasRenderingContext2D.prototype.stroke;
    CanvasRenderingContext2D.prototype.stroke = function (...path) {
      window.strokes.add(typeof this.strokeStyle === 'string' ? this.strokeStyle : 'gradient');
      return original.call(this, ...path);
    };
  });
  const files = { 'dashboards/index.json': '["levels.json"]', 'dashboards/levels.json': JSON.stringify(DASHBOARD) };
  await open({ files, fragment: '#token=a.b.c&dashboard=Levels' });
  await server.until(() => server.commands('subscribe').some(({ data }) => data.metrics?.includes('free'))); // its charts have a separate connection
  await send(50, 50);
  await tab.page.waitForSelector(`${HEAP} canvas`);
}

const send = async (heap, free) => {
  server.send(batch(metric('heap', heap, server.now, {}, CHANNEL), metric('free', free, server.now, {}, CHANNEL)));
  await tab.waitForValue('heap', heap);
};
const state = () => tab.page.evaluate(() => [document.title, document.querySelector('link[rel=icon]').getAttribute('href')]);
const waitForLevel = (level) => tab.page.waitForSelector(`${HEAP}[data-level="${level}"]`);

describe('thresholds', { timeout: 600_000 }, () => {
  useTab();

  test('show the level by text and color, in the title and the icon, and announce it once', async () => {
    await openDashboard();
    await waitForLevel('normal');
    assert.deepEqual(await state(), ['Levels – GreenLang Metrics', 'icon.svg']);
    await send(85, 50);
    await waitForLevel('warning');
    await tab.waitForText(`${HEAP} .chart-level`, '▲ Warning');
    assert.equal(await tab.page.getAttribute(`${HEAP} .chart-value`, 'data-level'), 'warning');
    assert.deepEqual(await state(), ['▲ Warning – Levels – GreenLang Metrics', 'icon-warning.svg']);
    await checkAccessibility(tab);
    await send(97, 9);
    await waitForLevel('critical');
    await send(98, 8);
    await tab.waitForText('[data-chart=own-1] .chart-level', '◆ Critical');
    assert.deepEqual(await state(), ['◆ Critical – Levels – GreenLang Metrics', 'icon-critical.svg']);
    assert.deepEqual(await tab.page.evaluate(() => window.announced), ['Heap, 85: warning', 'Heap, 97: critical. Free, 9: critical']);
    await checkAccessibility(tab);
    const strokes = await tab.page.evaluate(() => [...window.strokes]);
    assert.ok(['gradient', '#b26a00', '#c62828'].every((each) => strokes.includes(each)), String(strokes));
    await tab.page.selectOption('#dashboard-select', { label: 'All metrics' });
    await tab.page.waitForFunction(() => document.title === 'GreenLang Metrics');
    assert.deepEqual([tab.violations, tab.errors], [[], []]);
  });

  test('apply to the present, and not to a past range', async () => {
    await openDashboard();
    await send(97, 50);
    await waitForLevel('critical');
    await showPast(NOON - 7_200, NOON - 3_600);
    await waitForLevel('normal');
    assert.match((await state())[0], /Critical/, 'the title keeps the state');
  });

  test('reach the title and the icon of a tab in the background, also those of a series that appears there', async () => {
    await openDashboard();
    await waitForLevel('normal');
    await tab.page.evaluate(() => { // as browsers do
      window.requestAnimationFrame = () => 0;
      Object.defineProperty(document, 'hidden', { value: true });
    });
    const waitForTitle = (start) => tab.page.waitForFunction((expected) => document.title.startsWith(expected), start, { polling: 100 });
    server.send(batch(metric('heap', 85, server.now, {}, CHANNEL)));
    await waitForTitle('▲ Warning – Levels');
    server.send(batch(metric('heap', 97, server.now, { pod: 'new' }, CHANNEL)));
    await waitForTitle('◆ Critical – Levels');
    assert.equal((await state())[1], 'icon-critical.svg');
    assert.deepEqual(await tab.page.evaluate(() => window.announced), ['Heap, 85: warning', 'Heap, 97: critical']);
  });

  test('apply to the lines of the rest, too', async () => {
    const dashboard = { name: 'Top', charts: [{ title: 'Free', channel: CHANNEL, metrics: ['free'], top: 1, thresholds: { critical: 10, when: 'below' } }] };
    await open({ files: { 'dashboards/index.json': '["top.json"]', 'dashboards/top.json': JSON.stringify(dashboard) }, fragment: '#token=a.b.c&dashboard=Top' });
    await server.until(() => server.commands('subscribe').some(({ data }) => data.metrics?.includes('free')));
    server.send(batch(...[100, 50, 5].map((free) => metric('free', free, server.now, { disk: `disk-${free}` }, CHANNEL))));
    await waitForLevel('critical');
    assert.match(await tab.page.innerText(`${HEAP} .chart-legend`), /rest of 2/);
    assert.match((await state())[0], /^◆ Critical/);
  });

  test('are readable in the dark theme', async () => {
    await reopenTab({ colorScheme: 'dark' });
    await openDashboard();
    await send(97, 50);
    await waitForLevel('critical');
    await checkAccessibility(tab);
  });
});
