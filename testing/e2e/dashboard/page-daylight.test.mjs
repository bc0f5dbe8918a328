/** Tests of the time axis across days and changes of daylight-saving time, in a time zone that has them. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { open, reopenTab, tab, useTab } from './page-fixture.mjs';
import { metric } from './scripted-server.mjs';

const seconds = (text) => Date.parse(text) / 1000;

/** Records the labels that the page draws on the time axes, with their distances from the left edge of the canvas: those of the last picture. */
function recordLabels() {
  return tab.page.addInitScript(() => {
    window.labels = [];
    const clear = CanvasRenderingContext2D.prototype.clearRect;
    CanvasRenderingContext2D.prototype.clearRect = function (...area) {
      window.labels = [];
      return clear.apply(this, area);
    };
    const original = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
      const { e } = this.getTransform();
      if (/^(\d\d:\d\d(:\d\d)?|\d+ [A-Z][a-z]+)$/.test(text)) {
        window.labels.push({ text, x: x + e });
      }
      return original.call(this, text, x, y, ...rest);
    };
  });
}

/** Opens a past range, and returns the labels of the time axis from left to right. */
async function labelsOf(from, to, options = '') {
  await reopenTab({ timezoneId: 'Europe/Berlin' });
  await recordLabels();
  const history = ({ channel, start_time, end_time, aggregation_interval }) => {
    const [start, end] = [seconds(start_time), seconds(end_time)];
    const step = Math.floor((end - start) / 200);
    const count = channel === 'system.metrics' ? Math.floor((end - start) / step) : 0;
    return Array.from({ length: count }, (_, i) => ({ ...metric('cpu.percent', i % 100, start + i * step), interval: aggregation_interval, count: 1, min: 0, max: 99 }));
  };
  await open({ history, startTime: seconds(to) + 3600, fragment: `#token=a.b.c&from=${from}&to=${to}${options}` });
  await tab.page.waitForFunction(() => document.querySelector('[data-chart=cpu]').dataset.rows > 100 && window.labels.length > 3);
  await tab.page.waitForFunction(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true)))));
  const labels = await tab.page.evaluate(() => window.labels);
  assert.deepEqual(tab.errors, []);
  return labels.sort((a, b) => a.x - b.x);
}

const texts = (labels) => labels.map(({ text }) => text);

describe('the time axis in Berlin', { timeout: 600_000 }, () => {
  useTab();

  test('axis_dayOf23Hours_hasRoundTimesAfterTheChangeAndBothMidnights', async () => {
    const labels = texts(await labelsOf('2026-03-28T21:00:00Z', '2026-03-29T23:00:00Z'));
    assert.ok(labels.includes('29 Mar') && labels.includes('30 Mar'), `${labels}`);
    assert.ok(labels.every((label) => /^\d+ Mar$|^\d[02468]:00$/.test(label)), `${labels}`);
  });

  test('axis_dayOf25Hours_hasRoundTimesAfterTheChangeAndBothMidnights', async () => {
    const labels = texts(await labelsOf('2026-10-24T21:00:00Z', '2026-10-26T00:00:00Z'));
    assert.ok(labels.includes('25 Oct') && labels.includes('26 Oct'), `${labels}`);
    assert.ok(labels.every((label) => /^\d+ Oct$|^\d[02468]:00$/.test(label)), `${labels}`);
  });

  test('axis_hoursAroundTheSpringChange_leaveTheMissingHourOut', async () => {
    const labels = texts(await labelsOf('2026-03-28T22:45:00Z', '2026-03-29T03:15:00Z'));
    assert.deepEqual(labels, ['29 Mar', '01:00', '03:00', '04:00', '05:00']);
  });

  test('axis_hoursAroundTheAutumnChange_showTheRepeatedHourTwice', async () => {
    const labels = texts(await labelsOf('2026-10-24T21:45:00Z', '2026-10-25T03:15:00Z'));
    assert.deepEqual(labels, ['25 Oct', '01:00', '02:00', '02:00', '03:00', '04:00']);
  });

  test('axis_daysAcrossTheChange_haveOneDateAtEachMidnight', async () => {
    const labels = await labelsOf('2026-03-25T23:00:00Z', '2026-04-01T22:00:00Z');
    assert.deepEqual(texts(labels), ['26 Mar', '27 Mar', '28 Mar', '29 Mar', '30 Mar', '31 Mar', '1 Apr']);
    const widths = labels.slice(1).map(({ x }, i) => x - labels[i].x);
    assert.ok(widths[3] < Math.min(...widths.filter((_, i) => i !== 3)), `the 29th is an hour shorter: ${widths}`);
  });

  test('axis_fineStepsAcrossMidnight_showTheDate', async () => {
    const labels = texts(await labelsOf('2026-03-28T22:30:00Z', '2026-03-28T23:30:00Z'));
    assert.ok(labels.includes('29 Mar') && !labels.includes('00:00'), `${labels}`);
  });

  test('axis_inUtc_hasNoChange', async () => {
    const labels = texts(await labelsOf('2026-03-28T22:45:00Z', '2026-03-29T03:15:00Z', '&zone=utc'));
    assert.deepEqual(labels, ['23:00', '29 Mar', '01:00', '02:00', '03:00']);
  });
});
