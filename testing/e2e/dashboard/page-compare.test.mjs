/** Tests of comparisons: several hosts side by side, and the greatest lines of a chart with the rest. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkAccessibility } from './accessibility.mjs';
import { chooseOption, open, server, tab, useTab } from './page-fixture.mjs';
import { NOON, batch, metric } from './scripted-server.mjs';

const CHANNEL = 'agent.metrics';
const DEPTH = `[data-chart="${CHANNEL}/depth"]`;
const HOSTS = ['web-1', 'web-2', 'web-3'];

/** Returns the CPU of each host: 10, 20, 30. */
const cpuOfHosts = (time, hosts = HOSTS) => batch(...hosts.map((host, i) => metric('cpu.percent', 10 * (i + 1), time, { host })));
/** Returns twelve series of which the greatest has the value 12. */
const depths = (time) => batch(...Array.from({ length: 12 }, (_, i) => metric('depth', i + 1, time, { queue: `q${i + 1}` }, CHANNEL)));
const legend = (chart) => tab.page.$$eval(`${chart} .chart-legend [data-line]`, (entries) => entries.map((each) => each.textContent.replace(/\s+/g, ' ')));
const columns = () => tab.page.$$eval('.host-column', (sections) => sections.map(({ dataset }) => dataset.host));

/** Records the labels of the CPU's axes, with the host of their chart. */
function recordLabels() {
  return tab.page.addInitScript(() => {
    window.labels = new Set();
    const original = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
      if (this.canvas.closest('[data-chart=cpu]')) {
        window.labels.add(`${this.canvas.closest('.host-column')?.dataset.host} ${text}`);
      }
      return original.call(this, text, ...rest);
    };
  });
}

describe('hosts side by side', { timeout: 600_000 }, () => {
  useTab();

  test('have a column of charts each, with their own values on one axis, also after a reload', async () => {
    await recordLabels();
    await open();
    server.send(cpuOfHosts(NOON + 118));
    await tab.page.selectOption('#host-select', { label: 'all, side by side' });
    await tab.page.waitForSelector('.host-column canvas');
    assert.deepEqual(await columns(), HOSTS);
    assert.equal(await tab.page.locator('#charts .chart, #tiles .tile').filter({ visible: true }).count(), 0);
    await tab.page.waitForFunction(() => [...document.querySelectorAll('.host-column [data-chart=cpu] .chart-value')].map((each) => each.textContent).join() === '10.0 %,20.0 %,30.0 %');
    assert.deepEqual(await tab.page.$$eval('.host-column', (sections) => new Set(sections.map((each) => each.getBoundingClientRect().top)).size), 1, 'one row');
    await checkAccessibility(tab);
    await tab.page.waitForFunction((hosts) => hosts.every((host) => window.labels.has(`${host} 40 %`)), HOSTS); // one axis; alone, 10 % has one to 25 %
    server.send(cpuOfHosts(NOON + 119, ['web-0', ...HOSTS]));
    await tab.page.waitForFunction(() => document.querySelectorAll('.host-column').length === 4);
    assert.deepEqual(await columns(), ['web-0', ...HOSTS]);
    await tab.page.reload();
    await tab.waitForState('connected');
    server.send(cpuOfHosts(NOON + 119));
    await tab.page.waitForFunction(() => document.querySelectorAll('.host-column').length === 3);
    await tab.page.selectOption('#host-select', { label: 'web-2' });
    await tab.page.waitForSelector('#host-columns', { state: 'hidden' });
    await tab.waitForText('#charts [data-chart=cpu] .chart-value', '20.0 %');
    assert.deepEqual([tab.violations, tab.errors], [[], []]);
  });

  test('are at most eight, and one host alone has the whole width', async () => {
    await open({ fragment: '#token=a.b.c&host=*' });
    server.send(cpuOfHosts(NOON + 118, ['web-1']));
    await tab.waitForVisible('#charts [data-chart=cpu]');
    server.send(cpuOfHosts(NOON + 119, Array.from({ length: 10 }, (_, i) => `web-${i}`)));
    await tab.page.waitForFunction(() => document.querySelectorAll('.host-column').length === 8);
    await tab.waitForText('#host-columns-more', '2 further hosts are not shown. Filter by the tag host to choose others.');
    await tab.page.setViewportSize({ width: 360, height: 740 });
    await tab.page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth); // no horizontal scroll
  });
});

describe('the greatest lines', { timeout: 600_000 }, () => {
  useTab();

  test('are shown with the sum of the rest, which can be hidden', async () => {
    await open();
    for (let second = 100; second < 110; second++) {
      server.send(depths(NOON + second));
    }
    await tab.page.waitForFunction((chart) => document.querySelectorAll(`${chart} .chart-legend [data-line]`).length === 6, DEPTH);
    await chooseOption(DEPTH, 'Top 5 and the rest');
    await tab.page.waitForSelector(`${DEPTH} [data-line=rest]`);
    assert.deepEqual(await legend(DEPTH), ['q88', 'q99', 'q1010', 'q1111', 'q1212', 'rest of 7, sum28']);
    await checkAccessibility(tab);
    server.send(batch(metric('depth', 6, NOON + 110, { queue: 'q1' }, CHANNEL)));
    await tab.page.waitForFunction((chart) => document.querySelector(`${chart} [data-line=rest]`).textContent.includes('33'), DEPTH);
    await tab.page.locator(`${DEPTH} [data-line=rest]`).click({ modifiers: ['Shift'] });
    await tab.page.waitForSelector(`${DEPTH} [data-line=rest][aria-pressed=false]`);
    await chooseOption(DEPTH, 'Table of values');
    await tab.page.waitForFunction((chart) => document.querySelectorAll(`${chart} .figures tbody tr`).length === 6, DEPTH);
    assert.match(decodeURIComponent(tab.page.url()), /"top":5/);
    await chooseOption(DEPTH, 'Top 5 and the rest');
    await tab.page.waitForFunction((chart) => document.querySelectorAll(`${chart} .figures tbody tr`).length === 12, DEPTH);
    assert.deepEqual([tab.violations, tab.errors], [[], []]);
  });

  test('of a dashboard have the number that it names', async () => {
    const dashboard = { name: 'Top', charts: [{ channel: CHANNEL, metrics: ['depth'], top: 2 }] };
    await open({ files: { 'dashboards/index.json': '["top.json"]', 'dashboards/top.json': JSON.stringify(dashboard) }, fragment: '#token=a.b.c&dashboard=Top' });
    await server.until(() => server.commands('subscribe').some(({ data }) => data.metrics?.includes('depth'))); // its charts have a separate connection
    server.send(depths(NOON + 118));
    await tab.page.waitForSelector('[data-chart=own-0] [data-line=rest]');
    assert.deepEqual(await legend('[data-chart=own-0]'), ['q1111', 'q1212', 'rest of 10, sum55']);
  });
});
