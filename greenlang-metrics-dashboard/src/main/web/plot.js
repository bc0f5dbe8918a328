import uPlot from 'uplot';
import { QUANTITIES, clock, inWords } from './format.js';

/**
 * Translates a panel into uPlot's options.
 *
 * @typedef {import('./panels.js').Panel} Panel
 * @typedef {import('./palette.js').Palette} Palette
 * @typedef {import('./track.js').Gap} Gap
 *
 * @typedef {object} Wishes
 * @property {Panel} panel
 * @property {Palette} palette
 * @property {import('./view.js').View} view
 * @property {() => Gap[]} gaps
 * @property {(u: uPlot) => void} onCursor
 */

/** Charts with the same key show one cursor. */
const CURSOR_GROUP = 'greenlang-metrics';

const RIGHT_PADDING_PIXELS = 10;
const HALF_LABEL_PIXELS = 24;

/** Seconds between two times on the axis. uPlot's own steps go from one minute to five, which a phone cannot show. */
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900];

/** Ceilings for a percentage: an idle machine at 3 % is no flat line at the bottom, and steps keep the axis calm. */
const PERCENT_STEPS = [10, 25, 50, 100];

/** @param {Wishes} wishes @param {{width: number, height: number}} size @returns {uPlot.Options} */
export function plotOptions({ panel, palette, view, gaps, onCursor }, size) {
  const font = `11px ${palette.get('--font')}`;
  const axis = { stroke: () => palette.get('--muted'), font, ticks: { show: false }, grid: { stroke: () => palette.get('--grid'), width: 1 } };
  const quantity = QUANTITIES[panel.unit];
  const lines = panel.series.map((series) => line(series.color, palette, panel.series.length));
  const band = panel.band ? [edge(), edge()] : [];
  return {
    ...size,
    padding: [8, RIGHT_PADDING_PIXELS, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false, dist: 8 },
      sync: { key: CURSOR_GROUP, scales: ['x', null] },
      points: { size: 7, width: 2 },
      bind: {
        dblclick: () => () => {
          view.live();
          return null;
        },
      },
    },
    scales: {
      x: { time: true, range: () => view.range },
      y: { range: (_, min, max) => [Math.min(0, min ?? 0), ceiling(panel, max)] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 28, gap: 8, space: 60, incrs: TIME_STEPS, values: (u, splits) => splits.map((time) => (isCut(u, time) ? '' : clock(time))) },
      { ...axis, size: 64, gap: 8, space: 30, values: (_, splits) => splits.map((value) => tick(quantity(value))) },
    ],
    series: [{}, ...lines, ...band],
    ...(panel.band && { bands: [{ series: [lines.length + 2, lines.length + 1], fill: () => `${palette.get(panel.series[0].color)}33` }] }),
    hooks: {
      setCursor: [onCursor],
      drawClear: [(u) => shade(u, gaps(), palette)],
      setSelect: [(u) => select(u, view)],
    },
  };
}

/** @param {string} color @param {Palette} palette @param {number} count how many lines share the chart @returns {uPlot.Series} */
function line(color, palette, count) {
  const stroke = () => palette.get(color);
  return {
    stroke,
    width: count > 8 ? 1 : 1.75,
    spanGaps: false,
    ...(count <= 2 && { fill: (/** @type {uPlot} */ u) => fade(u, palette.get(color)) }),
    // Only the newest point: it shows where the line is growing, and a value on its own, which no line would show.
    points: { show: true, size: count > 8 ? 4 : 6, width: 0, fill: stroke, stroke, filter: newestPoint },
  };
}

/** The edge of a band: not drawn itself. @returns {uPlot.Series} */
function edge() {
  return { width: 0, points: { show: false } };
}

/** @param {uPlot} u @param {number} seriesIndex */
function newestPoint(u, seriesIndex) {
  const last = u.data[seriesIndex].findLastIndex((value) => value != null);
  return last < 0 ? [] : [last];
}

/** @param {uPlot} u @param {string} color six hexadecimal digits */
function fade(u, color) {
  const { top, height } = u.bbox;
  const gradient = u.ctx.createLinearGradient(0, top, 0, top + height);
  gradient.addColorStop(0, `${color}38`);
  gradient.addColorStop(1, `${color}05`);
  return gradient;
}

/** Stretches in which nobody was listening. @param {uPlot} u @param {Gap[]} gaps @param {Palette} palette */
function shade(u, gaps, palette) {
  const { left, top, width, height } = u.bbox;
  u.ctx.save();
  u.ctx.beginPath();
  u.ctx.rect(left, top, width, height);
  u.ctx.clip();
  u.ctx.fillStyle = palette.get('--gap');
  for (const { from, to } of gaps) {
    const x = u.valToPos(from, 'x', true);
    u.ctx.fillRect(x, top, u.valToPos(to, 'x', true) - x, height);
  }
  u.ctx.restore();
}

/** What was dragged over is what the reader wants to see, in all charts. @param {uPlot} u @param {import('./view.js').View} view */
function select(u, view) {
  const { left, width } = u.select;
  if (width > 0) {
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    view.zoomTo([u.posToVal(left, 'x'), u.posToVal(left + width, 'x')]);
  }
}

/** @param {Panel} panel @param {number | null} max */
function ceiling(panel, max) {
  if (panel.unit === 'percent') {
    return panel.scale === 'full' ? 100 : (PERCENT_STEPS.find((step) => step >= (max ?? 0) * 1.1) ?? Math.max(100, max ?? 0));
  }
  const least = panel.unit === 'bytesPerSecond' ? 1000 : 0; // below 1 kB/s there is only noise; seconds may be thousandths
  return Math.max(least, (max ?? 0) * 1.15) || 1;
}

/** Whether a label centred on this time would run off the canvas. @param {uPlot} u @param {number} time */
function isCut(u, time) {
  return u.over.clientWidth - u.valToPos(time, 'x') < HALF_LABEL_PIXELS - RIGHT_PADDING_PIXELS;
}

/** @param {import('./format.js').Quantity} quantity */
function tick(quantity) {
  return inWords({ ...quantity, number: quantity.number.replace(/\.0$/, '') });
}
