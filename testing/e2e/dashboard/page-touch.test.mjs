/** Tests of fingers and of the screen of a phone. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkAccessibility } from './accessibility.mjs';
import { changedRange, open, rangeOf, reopenTab, selectOption, server, tab, useTab } from './page-fixture.mjs';
import { NOON, batch, metric } from './scripted-server.mjs';

const CPU = '[data-chart=cpu]';
const history = ({ channel, metrics }) => (metrics.includes('cpu.percent') ? Array.from({ length: 110 }, (_, i) => metric('cpu.percent', i % 50, NOON + i, undefined, channel)) : []);

/** Touches the screen with fingers at some distances from the center of the plot. */
async function touch() {
  const session = await tab.page.context().newCDPSession(tab.page);
  const { x, y, width, height } = await tab.page.locator(`${CPU} .u-over`).boundingBox();
  const points = (offsets, lift = 0) => offsets.map((offset, id) => ({ x: x + width / 2 + offset, y: y + height / 2 + lift, id }));
  const send = (type, touchPoints) => session.send('Input.dispatchTouchEvent', { type, touchPoints });
  return {
    width,
    start: (...offsets) => send('touchStart', points(offsets)),
    move: (...offsets) => send('touchMove', points(offsets)),
    lift: (distance, ...offsets) => send('touchMove', points(offsets, distance)),
    end: () => send('touchEnd', []),
  };
}

const widthOf = ([from, to]) => to - from;
const middleOf = ([from, to]) => (from + to) / 2;

async function openPhone() {
  await reopenTab({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });
  await open({ history });
  server.send(batch(metric('cpu.percent', 7, NOON + 119)));
  await tab.page.waitForSelector(`${CPU} canvas`);
  await tab.scrollTo(`${CPU} .chart-plot`);
}

describe('on a phone', { timeout: 600_000 }, () => {
  useTab();

  test('one finger moves the range', async () => {
    await openPhone();
    const before = await rangeOf();
    const fingers = await touch();
    const after = await changedRange(async () => {
      await fingers.start(-80);
      for (const offset of [-60, -20, 40, 80]) {
        await fingers.move(offset);
      }
      await fingers.end();
    });
    await tab.page.waitForSelector('#range-state[data-range-state="past"]');
    const moved = (160 / fingers.width) * widthOf(after);
    assert.ok(Math.abs(before[0] - after[0] - moved) < 0.05 * widthOf(after), `${before} to ${after}, expected ${moved} s`);
    assert.ok(widthOf(after) > widthOf(before) - 0.01 && widthOf(after) <= server.now - before[0], `the width of the live range, which grows from ${widthOf(before)} s: ${widthOf(after)} s`);
    await tab.page.click('#back');
    await tab.page.waitForSelector('#range-state[data-range-state="live"]');
  });

  test('two fingers zoom the range, and one of them continues to move it', async () => {
    await openPhone();
    const before = await rangeOf();
    const fingers = await touch();
    const zoomed = await changedRange(async () => {
      await fingers.start(-40);
      await fingers.start(-40, 40);
      await fingers.move(-60, 60);
      await fingers.move(-80, 80);
      await fingers.end();
    });
    await tab.page.waitForSelector('#range-state[data-range-state="past"]');
    const grown = [before[0], server.now]; // a live range whose start is that of its values grows until the fingers touch it
    const isBetween = (value, of, slack) => value > of(before) - slack && value < of(grown) + slack;
    assert.ok(isBetween(widthOf(zoomed), (each) => widthOf(each) / 2, 0.05 * widthOf(before)), `${before} to ${zoomed}`);
    assert.ok(isBetween(middleOf(zoomed), middleOf, 0.1 * widthOf(before)), 'around the fingers');
    assert.ok(zoomed[0] > grown[0] && zoomed[1] < grown[1]);
  });

  test('a tap and a vertical movement change no range', async () => {
    await openPhone();
    const fingers = await touch();
    await fingers.start(10);
    await fingers.end();
    await fingers.start(10);
    for (const lift of [-10, -40, -80, -120]) {
      await fingers.lift(lift, 10);
    }
    await fingers.end();
    assert.equal(await tab.page.getAttribute('#range-state', 'data-range-state'), 'live');
  });

  test('the controls take a row or two until they are opened', async () => {
    await openPhone();
    const height = () => tab.page.evaluate(() => document.querySelector('#controls').getBoundingClientRect().height);
    assert.ok((await height()) <= 90, `${await height()} pixels`);
    assert.equal(await tab.page.locator('#search').isVisible(), false);
    assert.ok(await tab.page.locator('#pause').isVisible());
    await checkAccessibility(tab);
    await tab.page.tap('#controls-toggle');
    assert.equal(await tab.page.getAttribute('#controls-toggle', 'aria-expanded'), 'true');
    assert.ok(await tab.page.locator('#search').isVisible());
    await checkAccessibility(tab);
    await selectOption('1m');
    await tab.page.tap('#controls-toggle');
    assert.ok((await height()) <= 90);
    await tab.page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth); // no horizontal scroll
    assert.deepEqual([tab.violations, tab.errors], [[], []]);
  });
});
