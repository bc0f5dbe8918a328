/** Tests of the view: its search, its sections, its address, and its print. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkAccessibility } from './accessibility.mjs';
import { changedRange, open, rangeOf, selectOption, server, tab, useTab } from './page-fixture.mjs';
import { NOON, batch, metric } from './scripted-server.mjs';

describe('the view of the page', { timeout: 600_000 }, () => {
  useTab();

  const titles = () => tab.page.locator('.chart-title:visible').allTextContents();
  /** The page searches after a short pause, so that other charts are visible until then. */
  const waitForTitles = async (expected, search) => {
    await tab.page.waitForFunction(
      (wanted) => {
        const visible = [...document.querySelectorAll('.chart-title')].filter((each) => each.offsetParent);
        return visible.map((each) => each.textContent).join() === wanted;
      },
      expected.join(),
    );
    assert.deepEqual(await titles(), expected, search);
  };
  const sendTwoChannels = async () => {
    server.send({ type: 'metadata', channel: 'agent.metrics', metrics: { depth: { description: 'Orders that wait' } } });
    server.send(batch(metric('depth', 1, NOON, { queue: 'fast' }, 'agent.metrics'), metric('errors', 2, NOON, { queue: 'slow' }, 'agent.metrics')));
    server.send(batch(metric('latency', 3, NOON, { endpoint: '/orders' }, 'workflow.metrics'), metric('size', 4, NOON, {}, 'workflow.metrics')));
    server.send(batch(metric('cpu.percent', 5, NOON), metric('cpu.percent', 6, NOON, { host: 'web-2' })));
    await tab.waitForValue('size', 4);
    await tab.waitForVisible('#host-select');
  };

  test('the search finds names, tags and descriptions, and says that it finds nothing', async () => {
    await open();
    await sendTwoChannels();
    await tab.page.keyboard.press('/');
    for (const [search, expected] of [['ORD wait', ['depth']], ['queue=slow', ['errors']], ['/orders', ['latency']], ['cpu', ['CPU']], ['e', ['CPU', 'depth', 'errors', 'latency', 'size']]]) {
      await tab.page.fill('#search', search);
      await waitForTitles(expected, search);
    }
    await tab.page.fill('#search', 'depth');
    await tab.waitForText('[data-channel="agent.metrics"] .channel-size', '1 of 2 metrics');
    await checkAccessibility(tab);
    await tab.page.fill('#search', 'nonsense');
    await tab.waitForText('#empty-title', 'Nothing matches “nonsense”');
    await tab.page.keyboard.press('Escape');
    await tab.page.waitForSelector('#empty', { state: 'hidden' });
    assert.equal((await titles()).length, 5);
    assert.deepEqual(tab.errors, []);
  });

  test('the list of the sections leads to each, also to a folded one', async () => {
    await open();
    await sendTwoChannels();
    await tab.page.click('[data-channel="workflow.metrics"] summary');
    await tab.page.getByRole('navigation', { name: 'Sections' }).getByRole('button', { name: /^workflow\.metrics/ }).click();
    await tab.page.waitForSelector('[data-channel="workflow.metrics"][open]');
    assert.equal(await tab.page.evaluate(() => document.activeElement?.closest('details')?.dataset.channel), 'workflow.metrics');
  });

  test('the address holds the whole view without the token, and a copy of it shows the same', async () => {
    await tab.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await open();
    await sendTwoChannels();
    await tab.page.selectOption('#host-select', 'web-2');
    await tab.page.click('[data-channel="workflow.metrics"] summary');
    await tab.page.uncheck('#channels input[value="distributed.metrics"]');
    await tab.page.fill('#tag-input', 'env=a&b=c');
    await tab.page.keyboard.press('Enter');
    await selectOption('15m');
    await tab.page.locator('#intervals .choice', { hasText: /^1m$/ }).click();
    await tab.page.fill('#search', 'e#');
    await tab.page.waitForFunction(() => new URLSearchParams(location.hash.slice(1)).get('search') === 'e#');
    const fields = Object.fromEntries(new URLSearchParams(new URL(tab.page.url()).hash.slice(1)));
    assert.deepEqual(fields, { off: 'distributed.metrics', tag: 'env=a&b=c', interval: '1m', window: '15m', host: 'web-2', fold: 'workflow.metrics', search: 'e#' });
    await tab.page.click('#copy-link');
    await tab.waitForText('#copy-link', 'Copied');
    const link = await tab.page.evaluate(() => navigator.clipboard.readText());
    assert.equal(link, tab.page.url());
    await tab.page.evaluate(() => localStorage.clear());
    await tab.page.goto('about:blank'); // an address that differs only in its fragment would not load the page again
    const before = server.commands('subscribe').length;
    await tab.page.goto(link);
    await tab.waitForState('connected');
    await server.until(() => server.commands('subscribe').slice(before).at(-1)?.data.tags?.env === 'a&b=c');
    assert.equal(server.commands('subscribe').at(-1).data.aggregation_interval, '1m');
    assert.equal(await tab.page.inputValue('#search'), 'e#');
    assert.equal(await tab.page.isChecked('#channels input[value="distributed.metrics"]'), false);
    server.send(batch(metric('cpu.percent', 5, NOON), metric('cpu.percent', 6, NOON, { host: 'web-2' })));
    server.send(batch(metric('latency', 3, NOON, {}, 'workflow.metrics')));
    await tab.page.fill('#search', '');
    await tab.waitForValue('cpu.percent', 6);
    assert.equal(await tab.page.locator('[data-channel="workflow.metrics"]').getAttribute('open'), null);
  });

  test('a zoom stays in the address, and shows the same time after a reload', async () => {
    const history = ({ start_time }) => Array.from({ length: 60 }, (_, i) => metric('cpu.percent', i, NOON + i)).filter(({ timestamp }) => timestamp >= start_time);
    await open({ history });
    await tab.waitForRows('cpu', 60);
    await tab.page.focus('[data-chart=cpu] .chart-plot');
    const before = await changedRange(() => tab.page.keyboard.press('+'));
    assert.match(tab.page.url(), /from=/);
    await tab.page.reload();
    await tab.waitForState('connected');
    await tab.page.waitForFunction(() => document.querySelector('[data-chart=cpu]').dataset.rows > 0);
    const after = await rangeOf();
    after.forEach((time, i) => assert.ok(Math.abs(time - before[i]) < 0.002, `${after} is not ${before}, to the millisecond`));
    await tab.waitForVisible('[data-range-state=past]');
  });

  test('a print has light colors, no controls, and no card over another', async () => {
    await tab.page.emulateMedia({ colorScheme: 'dark' });
    await open();
    await sendTwoChannels();
    server.send(batch(...Array.from({ length: 30 }, (_, i) => metric(`m${i}`, i, NOON, {}, 'workflow.metrics'))));
    await tab.waitForValue('m29', 29);
    const undrawn = () => tab.page.$$eval('#dashboard .chart', (charts) => charts.filter((chart) => chart.offsetParent && !chart.querySelector('canvas')).length);
    assert.ok((await undrawn()) > 5, 'charts off the screen are not drawn');
    await tab.page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await tab.page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    assert.equal(await undrawn(), 0, 'a print has them');
    const { theme, controls, overlaps } = await tab.page.evaluate(() => {
      const cards = [...document.querySelectorAll('.card')].map((each) => each.getBoundingClientRect()).filter(({ width }) => width > 0);
      const overlap = (a, b) => a !== b && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
      return {
        theme: document.documentElement.dataset.theme,
        controls: [...document.querySelectorAll('.controls, .bar-buttons')].filter((each) => each.offsetParent).length,
        overlaps: cards.filter((card) => cards.some((other) => overlap(card, other))).length,
      };
    });
    assert.deepEqual({ theme, controls, overlaps }, { theme: 'light', controls: 0, overlaps: 0 });
    await tab.page.evaluate(() => dispatchEvent(new Event('afterprint')));
    assert.equal(await tab.page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  });

  test('forced colors keep the swatches of the legends', async () => {
    await tab.page.emulateMedia({ forcedColors: 'active' });
    await open();
    await sendTwoChannels();
    const colors = await tab.page.$$eval('.chart-key', (keys) => keys.map((key) => getComputedStyle(key, '::before').backgroundColor));
    assert.ok(colors.length > 0 && colors.every((color) => !/^(rgba\(0, 0, 0, 0\)|transparent|rgb\(255, 255, 255\))$/.test(color)), `${colors}`);
  });
});
