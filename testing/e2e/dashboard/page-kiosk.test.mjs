/** Tests of the kiosk mode, which shows the page without controls on the display of a wall. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkAccessibility } from './accessibility.mjs';
import { open, reopenTab, server, tab, useTab } from './page-fixture.mjs';
import { NOON, batch, metric } from './scripted-server.mjs';

const CONTROLS = '.controls, .bar-buttons, .dashboards, .section-list, .inspector, .foot, .chart-menu-button, #host-select';
const visibleControls = () => tab.page.$$eval(CONTROLS, (all) => all.filter((each) => each.offsetParent).map((each) => each.id || each.className));

async function openKiosk(fragment = '#token=a.b.c&kiosk=on') {
  await open({ fragment });
  server.send(batch(metric('cpu.percent', 5, NOON + 119), metric('cpu.percent', 6, NOON + 119, { host: 'web-2' })));
  server.send(batch(...['depth', 'errors'].map((name) => metric(name, 1, NOON + 119, {}, 'agent.metrics'))));
  server.send(batch(metric('size', 1, NOON + 119, {}, 'workflow.metrics')));
  await tab.page.waitForSelector('[data-chart="workflow.metrics/size"]', { state: 'attached' }); // its section may be folded
  await tab.page.waitForSelector('[data-chart=cpu] canvas');
}

describe('the kiosk mode', { timeout: 600_000 }, () => {
  useTab();

  test('kiosk_onAWall_showsChartsInTheWholeWidthAndNoControls', async () => {
    await reopenTab({ viewport: { width: 3840, height: 2160 } });
    await openKiosk();
    assert.deepEqual(await visibleControls(), []);
    await tab.waitForText('#host-name', 'web-1');
    assert.ok(await tab.page.locator('#host-name').isVisible());
    const { width } = await tab.page.locator('main').boundingBox();
    assert.equal(width, 3840);
    await checkAccessibility(tab);
    assert.deepEqual([tab.violations, tab.errors], [[], []]);
  });

  test('escape_inAChart_bringsTheControlsBack', async () => {
    await openKiosk();
    assert.match(tab.page.url(), /kiosk=on/, 'the address keeps it');
    await tab.page.focus('[data-chart=cpu] .chart-plot');
    await tab.page.keyboard.press('Escape');
    await tab.waitForVisible('#controls');
    assert.doesNotMatch(tab.page.url(), /kiosk/);
    assert.ok((await visibleControls()).length > 5);
    await tab.page.goto(server.url(''));
    await tab.waitForState('connected');
    await tab.waitForVisible('#controls');
  });

  test('kiosk_withFilterAndFolds_keepsTheRestOfTheView', async () => {
    await openKiosk('#token=a.b.c&kiosk=on&tag=env%3Dlive&fold=workflow.metrics&window=15m');
    await server.until(() => server.commands('subscribe').some(({ data }) => data.channels.includes('workflow.metrics')));
    assert.deepEqual(server.commands('subscribe').at(-1).data.tags, { env: 'live' });
    assert.equal(await tab.page.locator('[data-channel="workflow.metrics"]').getAttribute('open'), null);
    const fields = [...new URLSearchParams(new URL(tab.page.url()).hash.slice(1)).keys()].sort();
    assert.deepEqual(fields, ['fold', 'kiosk', 'tag', 'window']);
  });

  test('kiosk_ofAnOwnDashboard_showsOnlyItsCharts', async () => {
    const dashboard = { name: 'Wall', charts: [{ title: 'Depth', channel: 'agent.metrics', metrics: ['depth'] }] };
    const files = { 'dashboards/index.json': '["wall.json"]', 'dashboards/wall.json': JSON.stringify(dashboard) };
    await open({ files, fragment: '#token=a.b.c&kiosk=on&dashboard=Wall' });
    await tab.waitForText('#own-title', 'Wall');
    assert.deepEqual(await visibleControls(), []);
    await checkAccessibility(tab);
    await tab.page.keyboard.press('Escape');
    await tab.waitForVisible('#dashboard-select');
  });
});
