import uPlot from 'uplot';
import { formatQuantity, formatTick, quantityOf, showsUtc } from './format.js';
import { drawHeat, heatRange } from './plot-heat.js';
import { drawLimits, levelStroke } from './plot-thresholds.js';
import { enableTouch } from './plot-touch.js';

/**
 * The conversion of a panel to uPlot options.
 *
 * @typedef {import('./panels.js').Panel} Panel
 * @typedef {import('./palette.js').Palette} Palette
 * @typedef {import('./time-series.js').Gap} Gap
 *
 * @typedef {object} PlotContext
 * @property {Panel} panel
 * @property {Palette} palette
 * @property {import('./time-range.js').TimeRange} timeRange
 * @property {() => Gap[]} gaps
 * @property {() => number} divisor the number by which the plotted values are divided
 * @property {(column: number) => boolean} isShown
 * @property {() => boolean} isSnug true if the axis fits the lines and need not include zero
 * @property {() => import('./density.js').Density | null} density
 * @property {boolean} isHeatMap true if the lines are over a heat map, on a logarithmic axis
 * @property {number} band the column of the band, which the last two columns of the values show; -1 without one
 * @property {(plot: uPlot) => void} onCursor
 * @property {import('./chart.js').ChartContext['extentOf']} [extentOf]
 * @property {import('./chart.js').ChartContext['annotations']} [annotations]
 */

/** The key that synchronizes the cursors of all charts. */
const CURSOR_GROUP = 'greenlang-metrics';

const RIGHT_PADDING_PIXELS = 10;
const HALF_LABEL_PIXELS = 24;

/** The steps of the time axis in seconds. uPlot's default steps jump from one minute to five, which does not fit a phone. */
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600, 2_419_200, 4_838_400];

/** The plot over which a selection began. The synchronized plots select the same range, which is a single step back. @type {uPlot | undefined} */
let dragged;

/** The steps of an axis of bytes. Decimal steps would be 190.7 MiB. */
const BYTE_STEPS = Array.from(Array(60), (_, i) => 2 ** i);

/** The ceilings of a percentage axis. With 10, an idle machine at 3 % is not a flat line. Fixed steps keep the axis steady. */
const PERCENT_STEPS = [10, 25, 50, 100];

/**
 * Creates the options.
 *
 * @param {PlotContext} context
 * @param {{width: number, height: number}} size
 * @returns {uPlot.Options}
 */
export function plotOptions(context, size) {
  const { panel, palette, timeRange, gaps, divisor, isShown, density, isHeatMap, band, annotations, onCursor } = context;
  const font = `11px ${palette.get('--font')}`;
  const axis = { stroke: () => palette.get('--muted'), font, ticks: { show: false }, grid: { stroke: () => palette.get('--grid'), width: 1 } };
  const count = panel.series.filter((_, i) => isShown(i)).length;
  const { thresholds } = panel;
  const colored = count === 1 && thresholds; // several lines keep their colors, which distinguish them
  const strokeOf = (/** @type {import('./panels.js').Series} */ { color }) => (/** @type {uPlot} */ plot) =>
    colored ? levelStroke(plot, colored, palette, palette.get(color), divisor()) : palette.get(color);
  const fillOf = (/** @type {import('./panels.js').Series} */ { color }) => (count <= 2 && !isHeatMap ? (/** @type {uPlot} */ plot) => gradientFill(plot, palette.get(color)) : undefined);
  const lines = panel.series.map((series, i) => ({ ...lineSeries(series, count, strokeOf(series), fillOf(series)), show: isShown(i) }));
  return {
    ...size,
    tzDate: (seconds) => (showsUtc() ? uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') : new Date(seconds * 1000)),
    padding: [8, RIGHT_PADDING_PIXELS, 0, 0],
    legend: { show: false },
    plugins: annotations ? [annotations.plugin] : [],
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false, dist: 8 },
      sync: { key: CURSOR_GROUP, scales: ['x', null] },
      points: { size: 7, width: 2 },
      bind: {
        mousedown: (plot, _target, select) => (/** @type {MouseEvent} */ event) => {
          if (event.shiftKey && event.button === 0) {
            pan(plot, timeRange, event);
          } else {
            dragged = plot;
            select(event);
          }
          return null;
        },
        dblclick: () => () => {
          timeRange.goLive();
          return null;
        },
      },
    },
    scales: {
      x: { time: true, range: () => timeRange.range },
      y: valueScale(context),
    },
    axes: [
      { ...axis, grid: { show: false }, size: 28, gap: 8, space: 60, incrs: TIME_STEPS, values: timeLabels },
      { ...axis, size: 64, gap: 8, space: 30, ...(panel.unit.ucum === 'By' && !panel.unit.isRate && { incrs: BYTE_STEPS }), values: (_, splits) => splits.map((value) => (value === null ? '' : tickLabel(quantityOf(value * divisor(), panel.unit)))) },
    ],
    series: [{}, ...lines, ...(band < 0 ? [] : [bandEdge(), bandEdge()])],
    ...(band >= 0 && { bands: [{ series: [lines.length + 2, lines.length + 1], fill: () => `${palette.get(panel.series[band].color)}33` }] }),
    hooks: {
      init: [(plot) => enableTouch(plot, timeRange)],
      setCursor: [onCursor],
      drawClear: [
        (plot) => shadeGaps(plot, gaps(), palette),
        (plot) => {
          const observations = isHeatMap && density();
          return observations && drawHeat(plot, observations, timeRange.range, palette.get('--heat'), divisor());
        },
      ],
      drawAxes: thresholds ? [(plot) => drawLimits(plot, thresholds, palette, divisor())] : [],
      setSelect: [(plot) => zoomToSelection(plot, timeRange)],
    },
  };
}

/** Returns the scale of the values. That of a heat map is logarithmic. @param {PlotContext} context @returns {uPlot.Scale} */
function valueScale({ panel, timeRange, divisor, isSnug, density, isHeatMap, extentOf }) {
  if (isHeatMap) {
    return { distr: 3, log: 10, range: () => heatRange(density(), timeRange.range, divisor()) };
  }
  return {
    range: (_, ...own) => {
      const [min, max] = extentOf?.(panel).map((value) => value / divisor()) ?? own;
      return isSnug() ? snugRange(min, max) : [Math.min(0, min ?? 0), ceiling(panel, max)];
    },
  };
}

/** Returns the range of an axis that fits the lines. @param {number | null} min @param {number | null} max @returns {[number, number]} */
export function snugRange(min, max) {
  if (min === null || max === null) {
    return [0, 1];
  }
  const padding = (max - min) * 0.08 || Math.abs(max) * 0.05 || 1;
  return [min - padding, max + padding];
}

/**
 * @param {import('./panels.js').Series} series
 * @param {number} count the number of visible lines
 * @param {(plot: uPlot) => string | CanvasGradient} stroke
 * @param {((plot: uPlot) => CanvasGradient) | undefined} fill
 * @returns {uPlot.Series}
 */
function lineSeries({ dash }, count, stroke, fill) {
  return {
    stroke,
    width: count > 8 ? 1 : 1.75,
    spanGaps: false,
    ...(dash?.length && { dash }),
    ...(fill && { fill }),
    // Only the latest point is drawn. It marks the end of the line, and it shows a single value, which has no line.
    points: { show: true, size: count > 8 ? 4 : 6, width: 0, fill: stroke, stroke, filter: latestPoint },
  };
}

/** Creates the edge of a band, which is not drawn. @returns {uPlot.Series} */
function bandEdge() {
  return { width: 0, points: { show: false } };
}

/** @param {uPlot} plot @param {number} seriesIndex */
function latestPoint(plot, seriesIndex) {
  const last = plot.data[seriesIndex].findLastIndex((value) => value != null);
  return last < 0 ? [] : [last];
}

/** @param {uPlot} plot @param {string} color six hexadecimal digits */
function gradientFill(plot, color) {
  const { top, height } = plot.bbox;
  const gradient = plot.ctx.createLinearGradient(0, top, 0, top + height);
  gradient.addColorStop(0, `${color}38`);
  gradient.addColorStop(1, `${color}05`);
  return gradient;
}

/** Shades the ranges in which the client was not connected. @param {uPlot} plot @param {Gap[]} gaps @param {Palette} palette */
function shadeGaps(plot, gaps, palette) {
  const { left, top, width, height } = plot.bbox;
  plot.ctx.save();
  plot.ctx.beginPath();
  plot.ctx.rect(left, top, width, height);
  plot.ctx.clip();
  plot.ctx.fillStyle = palette.get('--gap');
  for (const { from, to } of gaps) {
    const x = plot.valToPos(from, 'x', true);
    plot.ctx.fillRect(x, top, plot.valToPos(to, 'x', true) - x, height);
  }
  plot.ctx.restore();
}

/** Zooms all charts to the range that the user selected by dragging. @param {uPlot} plot @param {import('./time-range.js').TimeRange} timeRange */
function zoomToSelection(plot, timeRange) {
  const { left, width } = plot.select;
  if (width > 0) {
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    plot === dragged && timeRange.zoomTo([plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]);
  }
}

/** Moves the range with the pointer until its button is released. @param {uPlot} plot @param {import('./time-range.js').TimeRange} timeRange @param {MouseEvent} start */
function pan(plot, timeRange, start) {
  const drag = timeRange.startDrag();
  const secondsPerPixel = (drag.range[1] - drag.range[0]) / plot.over.clientWidth;
  const onMove = (/** @type {MouseEvent} */ event) => {
    drag.move((start.clientX - event.clientX) * secondsPerPixel);
    plot.setData(plot.data); // the other charts follow at the end
  };
  const onEnd = () => {
    document.removeEventListener('mousemove', onMove);
    drag.end();
  };
  start.preventDefault();
  document.addEventListener('mousemove', onMove);
  document.addEventListener('mouseup', onEnd, { once: true });
}

/** @param {Panel} panel @param {number | null} max */
function ceiling(panel, max) {
  if (panel.unit.ucum === '%') {
    return panel.scale === 'full' ? 100 : (PERCENT_STEPS.find((step) => step >= (max ?? 0) * 1.1) ?? Math.max(100, max ?? 0));
  }
  const minimum = panel.unit.ucum === 'By' && panel.unit.isRate ? 1000 : 0; // rates below 1 kB/s are noise; other units, such as seconds, have values of a thousandth
  return Math.max(minimum, (max ?? 0) * 1.15) || 1; // never infinite: huge values are divided before
}

/**
 * Returns the labels of the time axis: a time of day, or a date from midnight to midnight.
 *
 * @param {uPlot} plot
 * @param {number[]} splits
 * @param {number} _axis
 * @param {number} _space
 * @param {number} step in seconds
 */
function timeLabels(plot, splits, _axis, _space, step) {
  return splits.map((time) => (isClipped(plot, time) ? '' : formatTick(time, step)));
}

/**
 * Tests whether a label centred on a time would extend beyond the canvas. The width is that of the layout: the element has none
 * before the first draw.
 *
 * @param {uPlot} plot
 * @param {number} time
 */
function isClipped(plot, time) {
  return plot.bbox.width / uPlot.pxRatio - plot.valToPos(time, 'x') < HALF_LABEL_PIXELS - RIGHT_PADDING_PIXELS;
}

/** @param {import('./format.js').Quantity} quantity */
function tickLabel(quantity) {
  return formatQuantity({ ...quantity, number: quantity.number.replace(/\.0$/, '') });
}
