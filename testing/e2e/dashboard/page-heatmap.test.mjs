/** Tests of the heat map of a distribution, on the page and in a custom dashboard. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkAccessibility } from './accessibility.mjs';
import { chooseOption, open, server, tab, useTab } from './page-fixture.mjs';
import { NOON, batch, metric } from './scripted-server.mjs';

const CHANNEL = 'agent.metrics';
const LATENCY = `[data-chart="${CHANNEL}/latency"]`;
const DASHBOARD = { name: 'Heat', charts: [{ title: 'Latency', channel: CHANNEL, metrics: ['latency'], form: 'heatmap' }] };

/** Returns a distribution: most observations around 10 ms, and few around 300 ms. */
function distribution(time, hasBuckets, tags = {}) {
  const buckets = { positive: [[112, 5, 20, 40, 20, 5], [283, 2, 1]] };
  return { ...metric('latency', 30, time, tags, CHANNEL), type: 'histogram', count: 93, sum: 2790, min: 9, max: 310, p50: 10, p95: 11, p99: 300, ...(hasBuckets && { buckets }) };
}

const subscriptions = () => server.commands('subscribe').map(({ data }) => data).filter(({ channels }) => channels.includes(CHANNEL));
const history = ({ channel, metrics, buckets }) => (channel === CHANNEL && metrics.includes('latency') ? Array.from({ length: 60 }, (_, i) => distribution(NOON + i, buckets)) : []);

/** Records the number and the places of all cells that the page draws. */
function recordCells() {
  return tab.page.addInitScript(() => {
    window.cells = [];
    const original = CanvasRenderingContext2D.prototype.fillRect;
    CanvasRenderingContext2D.prototype.fillRect = function (x, y, width, height) {
      if (typeof this.fillStyle === 'string' && this.fillStyle.startsWith('rgba(74, 91, 99')) {
        window.cells.push({ y, height, opacity: Number(this.fillStyle.split(',')[3].replace(')', '')) });
      }
      return original.call(this, x, y, width, height);
    };
  });
}

const waitForCells = () => tab.page.waitForFunction(() => window.cells.length >= 60);

describe('the heat map', { timeout: 600_000 }, () => {
  useTab();

  test('of a distribution is chosen beside its percentiles, and only then the page requests buckets', async () => {
    await recordCells();
    await open({ history });
    server.send(batch(distribution(NOON + 100), metric('depth', 1, NOON + 100, {}, CHANNEL)));
    server.send(batch(metric('size', 1, NOON + 100, {}, 'workflow.metrics')));
    await tab.page.waitForSelector(`${LATENCY} canvas`);
    await tab.waitForRows('workflow.metrics/size', 1);
    await tab.waitForRows(`${CHANNEL}/depth`, 1);
    await server.until(() => subscriptions().length === 1);
    assert.deepEqual(subscriptions().map(({ buckets }) => buckets), [undefined]);
    const commands = server.commands('subscribe').length;
    await chooseOption(LATENCY, 'Heat map');
    await server.until(() => subscriptions().length === 2);
    assert.equal(server.commands('subscribe').length, commands + 1, 'no other channel is subscribed again');
    const rows = (chart) => tab.page.getAttribute(`[data-chart="${chart}"]`, 'data-rows');
    assert.deepEqual([await rows('workflow.metrics/size'), await rows(`${CHANNEL}/depth`)], ['1', '1'], 'all charts keep their values');
    assert.deepEqual([subscriptions()[1].buckets, subscriptions()[1].channels], [true, [CHANNEL]], 'only its channel');
    server.send(batch(distribution(NOON + 121, true)));
    await waitForCells();
    const cells = await tab.page.evaluate(() => window.cells);
    const places = [...new Set(cells.map(({ y }) => y))].sort((a, b) => a - b);
    assert.ok(places.length === 2 && places.at(-1) - places[0] > 20, `rows at ${places}`);
    assert.ok(cells.some(({ opacity }) => opacity > 0.9) && cells.some(({ opacity }) => opacity < 0.5), 'rare observations are lighter');
    assert.deepEqual(await tab.page.locator(`${LATENCY} .chart-legend [data-line] .chart-label`).allInnerTexts(), ['p50', 'p95', 'p99'], 'the percentiles stay');
    assert.match(await tab.page.getAttribute(`${LATENCY} .chart-plot`, 'aria-label'), /^Heat map and lines: latency/);
    await checkAccessibility(tab);
    assert.match(decodeURIComponent(tab.page.url()), /"form":"heatmap"/);
    await chooseOption(LATENCY, 'Heat map');
    await server.until(() => subscriptions().length === 3);
    assert.equal(subscriptions()[2].buckets, undefined);
    await tab.page.click('[data-chart="agent.metrics/depth"] .chart-menu-button');
    assert.equal(await tab.page.getByRole('button', { name: 'Heat map' }).count(), 0, 'a gauge has no distribution');
    assert.deepEqual([tab.violations, tab.errors], [[], []]);
  });

  test('of a dashboard is there from the start, and can be turned off', async () => {
    await recordCells();
    const files = { 'dashboards/index.json': '["heat.json"]', 'dashboards/heat.json': JSON.stringify(DASHBOARD) };
    await open({ files, history, fragment: '#token=a.b.c&dashboard=Heat' });
    await waitForCells();
    assert.deepEqual(subscriptions().map(({ buckets }) => buckets), [true]);
    await checkAccessibility(tab);
    await chooseOption('[data-chart=own-0]', 'Heat map');
    await server.until(() => subscriptions().length === 2);
    assert.equal(subscriptions()[1].buckets, undefined);
  });
});
