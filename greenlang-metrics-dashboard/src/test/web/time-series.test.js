/** Unit tests of the stored values and of the range of time that the charts show. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { plotData } from '../../main/web/plot-data.js';
import { secondsPerPixel } from '../../main/web/plot-touch.js';
import { TimeRange, liveEdge } from '../../main/web/time-range.js';
import { TimeSeries } from '../../main/web/time-series.js';

describe('a time series', () => {
  const newTimeSeries = (...samples) => {
    const series = new TimeSeries(1);
    samples.forEach(([time, value]) => series.set(0, time, value));
    return series;
  };

  test('stores values of one time in one row', () => {
    const series = new TimeSeries(2);
    series.set(0, 10, 1);
    series.set(1, 10, 2);
    series.set(0, 11, 3);
    assert.deepEqual(series.data, [[10, 11], [1, 3], [2, undefined]]);
  });

  test('gives a later series its own column', () => {
    const series = newTimeSeries([10, 1]);
    assert.equal(series.addColumn(), 1);
    series.set(1, 10, 5);
    assert.deepEqual(series.data, [[10], [1], [5]]);
  });

  test('breaks its lines once after a gap and records the range', () => {
    const series = new TimeSeries(1);
    series.breakLine();
    series.set(0, 10, 1);
    series.breakLine();
    series.breakLine();
    series.set(0, 10, 1); // the latest value again, as `latest` delivers it
    series.set(0, 20, 2);
    series.set(0, 21, 3);
    assert.deepEqual(series.data, [[10, 15, 20, 21], [1, null, 2, 3]]);
    assert.deepEqual(series.gaps, [{ from: 10, to: 20 }]);
  });

  test('closes a gap that history fills and keeps the remaining part', () => {
    const series = newTimeSeries([8, 1], [9, 1], [10, 1]);
    series.breakLine();
    series.set(0, 40, 2);
    [30, 31, 32, 33, 34, 35, 36, 37, 38, 39].forEach((time) => series.setFromHistory(0, time, 3));
    series.closeFilledGaps();
    assert.deepEqual(series.gaps, [{ from: 10, to: 30 }]);
    assert.equal(series.data[1][series.data[0].indexOf(20)], null);
    Array.from({ length: 19 }, (_, i) => series.setFromHistory(0, 11 + i, 4));
    series.closeFilledGaps();
    assert.deepEqual([series.gaps, series.data[1].includes(null), series.rows], [[], false, 33]);
  });

  test('reports a gap of a few samples, which is the duration of a restart', () => {
    const series = newTimeSeries([8, 1], [9, 1], [10, 1]);
    series.breakLine();
    series.set(0, 13, 2);
    series.set(0, 14, 2);
    series.closeFilledGaps();
    assert.deepEqual(series.gaps, [{ from: 10, to: 13 }]);
    const fewRows = newTimeSeries([9, 1], [10, 1]);
    fewRows.breakLine();
    fewRows.set(0, 16, 2);
    fewRows.closeFilledGaps();
    assert.deepEqual(fewRows.gaps, [{ from: 10, to: 16 }], 'also just after the page was opened');
    const delayed = newTimeSeries([8, 1], [9, 1], [10, 1]);
    delayed.breakLine();
    delayed.set(0, 11.5, 2);
    delayed.closeFilledGaps();
    assert.deepEqual(delayed.gaps, [], 'a slight delay, but no sample is missing');
  });

  test('does not overwrite live values with history', () => {
    const series = newTimeSeries([10, 1]);
    series.setFromHistory(0, 10, 99);
    series.setFromHistory(0, 5, 7);
    assert.deepEqual(series.data, [[5, 10], [7, 1]]);
  });

  test('sorts jittered values and restarts after the clock was set back', () => {
    const series = newTimeSeries([1000, 1], [1002, 2], [1001, 3]);
    assert.deepEqual(series.data, [[1000, 1001, 1002], [1, 3, 2]]);
    series.set(0, 5, 5);
    assert.deepEqual(series.data, [[5], [5]]);
  });

  test('is bounded in time and rows', () => {
    const series = new TimeSeries(1);
    for (let time = 0; time < 1_000; time++) {
      series.set(0, time, time);
    }
    assert.ok(series.rows >= 300 && series.rows <= 330, `${series.rows} rows in five minutes`);
    for (let i = 0; i < 100_000; i++) {
      series.set(0, 1_000 + i / 1_000, i);
    }
    assert.ok(series.rows <= 6_000, `${series.rows} rows`);
  });

  test('covers the whole window at any density', () => {
    const series = new TimeSeries(1);
    for (let i = 0; i < 20_000; i++) {
      series.set(0, i * 0.0501, i); // slightly too far apart to share a row
      assert.ok(series.oldestTime <= Math.max(0, series.latestTime - 300), `at ${series.latestTime} it starts at ${series.oldestTime}`);
    }
    assert.ok(series.rows <= 6_000, `${series.rows} rows`);
  });

  test('covers a widened window and keeps its history', () => {
    const series = new TimeSeries(1);
    for (let i = 0; i < 3_000; i++) {
      series.set(0, 3_300 + i / 10, i);
    }
    series.setRetention(3_600, null);
    Array.from({ length: 55 }, (_, i) => series.setFromHistory(0, 60 * i, i));
    for (let time = 3_600; time < 9_000; time += 0.6) {
      series.set(0, time, time);
      assert.ok(series.oldestTime <= Math.max(0, series.latestTime - 3_600), `at ${series.latestTime} it starts at ${series.oldestTime}`);
    }
    assert.ok(series.rows <= 6_000, `${series.rows} rows`);
  });

  test('keeps the paused range and the window for any length of pause', () => {
    const series = new TimeSeries(1);
    const fill = (from, to) => {
      for (let time = from; time < to; time += 0.1) {
        series.set(0, time, time);
      }
    };
    const rowsWithin = (from, to) => series.data[0].filter((time) => time >= from && time <= to).length;
    fill(0, 300);
    series.setRetention(300, [0, 300]);
    const pausedRows = rowsWithin(0, 300);
    fill(300, 8_000);
    assert.equal(rowsWithin(0, 300), pausedRows);
    assert.ok(rowsWithin(7_700, 8_000) > 2_900);
    assert.ok(series.rows < 7_000, `${series.rows} rows`);
    series.setRetention(300, null);
    fill(8_000, 8_100);
    assert.ok(series.oldestTime > 7_000 && series.oldestTime <= 7_800);
  });

  test('keeps the values of other series if the clock of one is slow or set back', () => {
    const series = new TimeSeries(2);
    for (let time = 1_000; time < 1_010; time++) {
      series.set(0, time, 1);
      series.set(1, time - 200, 2);
    }
    const values = series.data.slice(1).map((column) => column.filter((cell) => cell !== undefined));
    assert.deepEqual(values, [Array(10).fill(1), Array(10).fill(2)]);
    series.set(1, 500, 3);
    assert.deepEqual(series.data[2].filter((cell) => cell !== undefined), [3], 'its own clock was set back');
    assert.equal(series.data[1].filter((cell) => cell !== undefined).length, 10);
  });
});

describe('the band of a time series', () => {
  const extremes = (value) => ({ min: value - 10, max: value + 10 });

  test('has the smallest and the greatest sample of each row, and follows the rows', () => {
    const series = new TimeSeries(2);
    series.set(0, 10, 1);
    assert.equal(series.bandOf(0), undefined, 'a sample has no extremes');
    series.set(0, 20, 100, extremes(100));
    series.setFromHistory(0, 5, 50, extremes(50));
    series.setFromHistory(1, 15, 7);
    assert.deepEqual(series.data, [[5, 10, 15, 20], [50, 1, undefined, 100], [undefined, undefined, 7, undefined]]);
    assert.deepEqual(series.bandOf(0), [[40, undefined, undefined, 90], [60, undefined, undefined, 110]]);
    assert.equal(series.bandOf(1), undefined);
    series.breakLine();
    series.set(0, 40, 1, extremes(1));
    assert.deepEqual(series.bandOf(0)[1], [60, undefined, undefined, 110, null, 11], 'the band breaks with the line');
    series.clear();
    assert.equal(series.bandOf(0), undefined);
  });

  test('has the extremes of all rows that a wider window merges', () => {
    const series = new TimeSeries(1);
    [[0, 5], [10, 1000], [20, 7]].forEach(([time, value]) => series.set(0, time, value, extremes(value)));
    series.setRetention(31_536_000, null);
    assert.deepEqual([series.data, series.bandOf(0)], [[[0], [7]], [[-5], [1010]]]);
  });

  test('is evicted with its rows, and moves with its column', () => {
    const series = new TimeSeries(2);
    for (let time = 0; time < 1_000; time++) {
      series.set(1, time, time, extremes(time));
    }
    const [[, ...columns], [lows, highs]] = [series.data, series.bandOf(1)];
    assert.ok(series.rows < 400, `${series.rows} rows`);
    assert.deepEqual([lows, highs], [columns[1].map((value) => value - 10), columns[1].map((value) => value + 10)]);
    series.removeColumn(0);
    assert.deepEqual([series.bandOf(0)[0], series.bandOf(1)], [lows, undefined]);
  });

  test('is divided like the values of a plot, which a huge sample makes huge', () => {
    const series = new TimeSeries(1);
    series.set(0, 10, 1e3, { min: 0, max: 2e20 });
    assert.equal(series.plotDivisor, 1e20);
    assert.deepEqual(plotData(series, 0), [[10], [1e-17], [0], [2]]);
    assert.deepEqual(plotData(series, -1), [[10], [1e-17]]);
  });
});

describe('the time range', () => {
  const newTimeRange = () => {
    const timeRange = new TimeRange(() => {});
    timeRange.setDataBounds(1_000, 0);
    return timeRange;
  };

  test('is the window up to now and at least half a minute', () => {
    const timeRange = newTimeRange();
    assert.deepEqual(timeRange.range, [700, 1_000]);
    timeRange.setDataBounds(1_000, 995);
    assert.deepEqual(timeRange.range, [970, 1_000]);
  });

  test('ends at the time of the server, for windows at the start of the latest one', () => {
    assert.equal(liveEdge(1_000.4, 'raw', 400), 1_000.4);
    assert.equal(liveEdge(1_000.4, 'raw', 1_001), 1_000.4);
    assert.equal(liveEdge(1_000.4, '1m', 900), 900);
    assert.equal(liveEdge(1_019.9, '1m', 900), 900, 'the next window is not delivered yet');
    assert.equal(liveEdge(1_300, '1m', 900), 1_140, 'windows are missing');
    assert.equal(liveEdge(1_000, '5s', undefined), 990);
    assert.equal(liveEdge(1_000, '5s', 5_000), 1_000, 'never ahead of the server');
  });

  test('keeps a zoom and returns to live', () => {
    const timeRange = newTimeRange();
    timeRange.zoomTo([800, 900]);
    timeRange.setDataBounds(2_000, 0);
    assert.deepEqual([timeRange.range, timeRange.pinned, timeRange.isLive], [[800, 900], [800, 900], false]);
    timeRange.goLive();
    assert.deepEqual([timeRange.range, timeRange.pinned], [[1_700, 2_000], null]);
  });

  test('zooms around a time, to two seconds at most, and out to the window again', () => {
    const timeRange = newTimeRange();
    timeRange.zoomBy(0.5, 1_000);
    assert.deepEqual(timeRange.range, [850, 1_000]);
    timeRange.zoomTo([900, 900.1]);
    assert.ok(Math.abs(timeRange.range[1] - timeRange.range[0] - 2) < 1e-6);
    timeRange.zoomBy(1_000);
    assert.equal(timeRange.isLive, true);
  });

  test('the user moves the range within the loaded data, into the past, and back', () => {
    const timeRange = new TimeRange(() => {});
    timeRange.setDataBounds(1000, 0);
    timeRange.zoomTo([800, 900]);
    timeRange.panBy(0.5);
    assert.deepEqual([timeRange.range, timeRange.past], [[850, 950], null]);
    timeRange.panBy(1);
    assert.deepEqual(timeRange.range, [900, 1000], 'not beyond the present');
    timeRange.panBy(-3);
    assert.deepEqual([timeRange.past, timeRange.zoom], [[600, 700], null]);
    timeRange.panBy(9);
    assert.deepEqual([timeRange.past, timeRange.range], [[900, 1000], [900, 1000]]);
    timeRange.stepBack();
    assert.deepEqual(timeRange.past, [600, 700]);
    timeRange.goLive();
    assert.ok(timeRange.isLive);
    timeRange.stepBack();
    assert.deepEqual(timeRange.past, [600, 700]);
    timeRange.stepBack();
    assert.deepEqual([timeRange.past, timeRange.range], [null, [900, 1000]]);
    while (timeRange.canStepBack) {
      timeRange.stepBack();
    }
    assert.ok(timeRange.isLive);
    timeRange.panBy(-0.25);
    assert.deepEqual(timeRange.past, [625, 925]);
    timeRange.panBy(0.25);
    assert.ok(timeRange.isLive, 'a range of the whole window returns to live');
    timeRange.setWindow(300);
    assert.equal(timeRange.canStepBack, false);
  });

  test('a zoom that makes the resolution finer is loaded, with a step back, and zooming out loads a wider range', () => {
    const timeRange = new TimeRange(() => {}, ([from, to]) => to - from <= 60 && timeRange.fullSeconds > 60);
    timeRange.setDataBounds(1000, 0);
    timeRange.zoomTo([800, 900]);
    assert.deepEqual([timeRange.past, timeRange.zoom], [null, [800, 900]]);
    timeRange.zoomTo([820, 860]);
    assert.deepEqual([timeRange.past, timeRange.zoom, timeRange.pinned], [[820, 860], null, null]);
    timeRange.zoomBy(0.5);
    assert.deepEqual([timeRange.past, timeRange.zoom], [[820, 860], [830, 850]], 'the range is loaded already');
    timeRange.zoomBy(4);
    assert.deepEqual([timeRange.past, timeRange.zoom], [[800, 880], null]);
    timeRange.stepBack();
    timeRange.stepBack();
    assert.deepEqual([timeRange.past, timeRange.zoom], [[820, 860], null]);
    timeRange.stepBack();
    assert.deepEqual([timeRange.past, timeRange.zoom], [null, [800, 900]]);
    timeRange.stepBack();
    assert.ok(timeRange.isLive);
    timeRange.setWindow(300, [400, 500]);
    Array.from({ length: 60 }, () => timeRange.zoomBy(2));
    assert.deepEqual([timeRange.isLive, timeRange.canStepBack], [true, true], 'it reaches the present');
    timeRange.setWindow(31_536_000, [400, 500]);
    Array.from({ length: 60 }, () => timeRange.zoomBy(2));
    assert.ok(timeRange.range[1] - timeRange.range[0] <= 31_536_000);
  });

  test('moves with the pointer, and is loaded at the end', () => {
    let changes = 0;
    const timeRange = new TimeRange(() => changes++);
    timeRange.setDataBounds(1000, 0);
    const drag = timeRange.startDrag();
    drag.move(-50);
    assert.deepEqual([timeRange.range, changes], [[650, 950], 0]);
    drag.end();
    assert.deepEqual([timeRange.past, timeRange.zoom, changes], [[650, 950], null, 1]);
    timeRange.startDrag().end();
    assert.equal(changes, 1, 'a drag without a move changes nothing');
  });

  test('is zoomed by fingers, and a cancelled gesture changes nothing', () => {
    let changes = 0;
    const timeRange = new TimeRange(() => changes++);
    timeRange.setDataBounds(1000, 0);
    const cancelled = timeRange.startDrag();
    cancelled.show([800, 900]);
    cancelled.cancel();
    assert.deepEqual([timeRange.range, timeRange.isLive, changes], [[700, 1000], true, 0]);
    const zoom = timeRange.startDrag();
    zoom.show([800, 900]);
    zoom.end();
    assert.deepEqual([timeRange.zoom, changes], [[800, 900], 1]);
    assert.deepEqual([secondsPerPixel([800, 900], [100, 200]), secondsPerPixel([800, 900], [150, 150])], [1, 100 / 24]);
  });

  test('does not move while paused', () => {
    const timeRange = newTimeRange();
    timeRange.togglePause();
    timeRange.setDataBounds(1_100, 0);
    assert.deepEqual([timeRange.range, timeRange.pinned], [[700, 1_000], [700, 1_000]]);
    timeRange.togglePause();
    assert.deepEqual(timeRange.range, [800, 1_100]);
  });
});
