/** Tests of the list of the tags with their values. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkAccessibility } from './accessibility.mjs';
import { open, reopenTab, server, tab, useTab } from './page-fixture.mjs';
import { NOON, batch, metric } from './scripted-server.mjs';

const CHANNEL = 'agent.metrics';
const depth = (value, tags) => metric('depth', value, NOON + 119, tags, CHANNEL);
const LIVE = [depth(1, { env: 'live', queue: 'fast' }), depth(2, { env: 'live', queue: 'slow' }), metric('errors', 3, NOON + 119, { env: 'live' }, CHANNEL)];
const TEST = depth(4, { env: 'test', queue: 'fast' });

const box = (name) => tab.page.locator('#facets').getByRole('checkbox', { name, exact: true });
/** Waits for the listed values with their numbers. */
const waitForValues = (expected) =>
  tab.page.waitForFunction(
    (wanted) => [...document.querySelectorAll('.facet-value')].map((each) => `${each.closest('.facet').querySelector('legend').textContent}=${each.querySelector('.facet-name').textContent} ${each.querySelector('.facet-count').textContent}`).join() === wanted,
    expected.join(),
  );
const lastFilter = () => server.commands('subscribe').map(({ data }) => data).findLast(({ channels }) => channels.includes(CHANNEL))?.tags;
const waitForFilter = (expected) => server.until(() => JSON.stringify(lastFilter() ?? {}) === JSON.stringify(expected));

async function openList(...metrics) {
  await open();
  server.send(batch(...metrics));
  await tab.page.waitForSelector('[data-chart="agent.metrics/depth"]');
  await tab.page.getByRole('button', { name: 'All tags' }).click();
  await tab.page.waitForSelector('.facet');
}

describe('the list of the tags', { timeout: 600_000 }, () => {
  useTab();

  test('list_values_showTheNumberOfTheirSeriesAndCharts', async () => {
    await open();
    assert.ok(tab.requests.every((url) => !url.endsWith('/facets.js')), 'its code is loaded with the first use');
    server.send(batch(...LIVE, TEST, metric('cpu.percent', 5, NOON + 119)));
    await tab.page.waitForSelector('[data-chart="agent.metrics/depth"]');
    await tab.page.getByRole('button', { name: 'All tags' }).click();
    await waitForValues(['env=live 3', 'env=test 1', 'host=web-1 1', 'queue=fast 2', 'queue=slow 1']);
    assert.ok(await box('live 3 series in 2 charts').isVisible());
    assert.equal(await tab.page.getByRole('group', { name: 'env', exact: true }).getByRole('checkbox').count(), 2);
    await checkAccessibility(tab);
    assert.deepEqual([tab.violations, tab.errors], [[], []]);
  });

  test('value_pickedByKeyboard_filtersThePageAndKeepsTheOthersInTheList', async () => {
    await openList(...LIVE, TEST);
    assert.equal(await tab.page.evaluate(() => document.activeElement.id), 'facet-search');
    await tab.page.keyboard.press('Tab');
    await tab.page.keyboard.press('Space');
    await waitForFilter({ env: 'live' });
    await tab.page.waitForFunction(() => location.hash.includes('tag=env%3Dlive'));
    server.send(batch(...LIVE));
    await waitForValues(['env=live 3', 'env=test 1', 'queue=fast 1', 'queue=slow 1']);
    assert.equal(await tab.page.evaluate(() => document.activeElement.closest('.facet-value')?.querySelector('.facet-name').textContent), 'live', 'the focus stays');
    await tab.page.keyboard.press('Tab');
    await tab.page.keyboard.press('Space');
    await waitForFilter({ env: ['live', 'test'] });
    assert.deepEqual(await tab.page.locator('#tags .tag').allInnerTexts().then((texts) => texts.map((text) => text.replace('×', '').trim())), ['env=live', 'env=test']);
    await tab.page.getByRole('button', { name: 'Remove the tag env=live' }).click();
    await waitForFilter({ env: 'test' });
    await tab.page.waitForFunction(() => [...document.querySelectorAll('.facet-value input:checked')].length === 1);
    await tab.page.getByRole('checkbox', { name: /^test / }).uncheck();
    await waitForFilter({});
    assert.deepEqual(tab.errors, []);
  });

  test('tagWithManyValues_isBoundedAndNarrowedBySearch', async () => {
    await openList(...Array.from({ length: 25 }, (_, i) => depth(i, { pod: `pod-${i}` })));
    await tab.waitForText('.facet .facet-more', '15 more. Search to find them.');
    await tab.page.fill('#facet-search', 'pod-24');
    await waitForValues(['pod=pod-24 1']);
    await tab.page.fill('#facet-search', 'nothing');
    await tab.waitForText('.facets > .facet-more', 'No tag and no value contains “nothing”.');
    await checkAccessibility(tab);
    await tab.page.focus('#facet-search');
    await tab.page.keyboard.press('Escape');
    await tab.page.waitForFunction(() => document.querySelectorAll('.facet-value').length === 10);
    await tab.page.keyboard.press('Escape');
    await tab.page.waitForSelector('#facets', { state: 'hidden' });
    assert.equal(await tab.page.evaluate(() => document.activeElement.id), 'facets-toggle');
    assert.equal(await tab.page.getAttribute('#facets-toggle', 'aria-expanded'), 'false');
  });

  test('fullFilter_takesNoOtherValueAndSaysSo', async () => {
    const values = Array.from({ length: 17 }, (_, i) => `p${i}`);
    await open({ fragment: `#token=a.b.c&${values.slice(0, 16).map((value) => `tag=pod%3D${value}`).join('&')}` });
    await tab.page.getByRole('button', { name: 'All tags' }).click();
    server.send(batch(depth(1, { pod: 'p16' })));
    await tab.page.fill('#facet-search', 'p16');
    await box('p16 1 series in 1 chart').click();
    await tab.waitForText('.facets > .facet-more', 'At most 16 tags with 16 values each');
    assert.equal(await box('p16 1 series in 1 chart').isChecked(), false);
  });

  test('link_ofAFilteredPage_showsThePicks', async () => {
    await openList(...LIVE);
    await tab.page.getByRole('checkbox', { name: /^fast / }).check();
    await waitForFilter({ queue: 'fast' });
    await tab.page.reload();
    await tab.waitForState('connected');
    await tab.page.waitForSelector('.facet'); // the list is still open
    assert.ok(await tab.page.getByRole('checkbox', { name: /^fast / }).isChecked());
    assert.deepEqual(lastFilter(), { queue: 'fast' });
  });

  test('list_onAPhoneWithForcedColors_fitsThePage', async () => {
    await reopenTab({ viewport: { width: 360, height: 740 }, forcedColors: 'active', reducedMotion: 'reduce' });
    await open();
    server.send(batch(...LIVE, depth(5, { env: 'a-very-long-value-without-a-space-that-must-wrap-on-a-phone' })));
    await tab.page.click('#controls-toggle');
    await tab.page.getByRole('button', { name: 'All tags' }).click();
    await tab.page.waitForSelector('.facet');
    await tab.page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth); // no horizontal scrolling
    await checkAccessibility(tab);
    await tab.page.click('#controls-toggle');
    await tab.page.waitForSelector('#facets', { state: 'hidden' });
  });

  test('codeNotLoaded_sectionSaysWhatToDo', async () => {
    await tab.page.route('**/facets.js', (route) => route.abort());
    await open();
    const button = tab.page.getByRole('button', { name: 'All tags' });
    await button.click();
    await tab.waitForText('#facets [role=alert]', 'The list of the tags could not be loaded. Open it again after a few seconds, or reload the page.');
    await checkAccessibility(tab);
    assert.deepEqual(tab.errors.filter((each) => !/Failed to load resource/.test(each)), []);
    await button.click();
    await tab.page.waitForSelector('#facets', { state: 'hidden' });
  });
});
