import { QUANTITIES, clock, inWords } from './format.js';

/**
 * Translates a panel into uPlot's options.
 *
 * @typedef {import('./panels.js').Panel} Panel
 * @typedef {import('./palette.js').Palette} Palette
 */

/** Charts with the same key show one cursor. */
const CURSOR_GROUP = 'greenlang-metrics';

const RIGHT_PADDING_PIXELS = 10;
const HALF_LABEL_PIXELS = 24;

/** Seconds between two times on the axis. uPlot's own steps go from one minute to five, which a phone cannot show. */
const TIME_STEPS = [5, 10, 15, 30, 60, 120, 300];

/** Ceilings for a percentage: an idle machine at 3 % is no flat line at the bottom, and steps keep the axis calm. */
const PERCENT_STEPS = [10, 25, 50, 100];

/**
 * @param {Panel} panel
 * @param {Palette} palette
 * @param {{width: number, height: number}} size
 * @param {() => [number, number]} window the time range that all charts show, in seconds
 * @param {(u: any) => void} onCursor
 */
export function plotOptions(panel, palette, size, window, onCursor) {
  const font = `11px ${palette.get('--font')}`;
  const axis = {
    stroke: () => palette.get('--muted'),
    font,
    ticks: { show: false },
    grid: { stroke: () => palette.get('--grid'), width: 1 },
  };
  const quantity = QUANTITIES[panel.unit];
  return {
    ...size,
    padding: [8, RIGHT_PADDING_PIXELS, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false }, // the window moves by itself; a zoom would fight it
      sync: { key: CURSOR_GROUP, scales: ['x', null] },
      points: { size: 7, width: 2 },
    },
    scales: { x: { time: true, range: window }, y: { range: (/** @type {any} */ _, /** @type {number} */ __, /** @type {number} */ max) => [0, ceiling(panel, max)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 28,
        gap: 8,
        space: 60,
        incrs: TIME_STEPS,
        values: (/** @type {any} */ u, /** @type {number[]} */ splits) => splits.map((time) => (isCut(u, time) ? '' : clock(time))),
      },
      {
        ...axis,
        size: 64,
        gap: 8,
        space: 30,
        values: (/** @type {any} */ _, /** @type {number[]} */ splits) => splits.map((value) => tick(quantity(value))),
      },
    ],
    series: [{}, ...panel.series.map((series) => line(series.color, palette))],
    hooks: { setCursor: [onCursor] },
  };
}

/**
 * @param {string} color
 * @param {Palette} palette
 */
function line(color, palette) {
  const stroke = () => palette.get(color);
  return {
    stroke,
    width: 1.75,
    spanGaps: false,
    fill: (/** @type {any} */ u) => fade(u, palette.get(color)),
    // Only the newest point: it shows where the line is growing, and a value on its own, which no line would show.
    points: { show: true, size: 6, width: 0, fill: stroke, stroke, filter: newestPoint },
  };
}

/** @param {any} u @param {number} seriesIndex */
function newestPoint(u, seriesIndex) {
  const last = u.data[seriesIndex].findLastIndex((/** @type {unknown} */ value) => value != null);
  return last < 0 ? [] : [last];
}

/**
 * @param {any} u
 * @param {string} color six hexadecimal digits
 */
function fade(u, color) {
  const { top, height } = u.bbox;
  const gradient = u.ctx.createLinearGradient(0, top, 0, top + height);
  gradient.addColorStop(0, `${color}38`);
  gradient.addColorStop(1, `${color}05`);
  return gradient;
}

/**
 * @param {Panel} panel
 * @param {number | null} max
 */
function ceiling(panel, max) {
  if (panel.unit === 'percent') {
    return panel.scale === 'full' ? 100 : (PERCENT_STEPS.find((step) => step >= (max ?? 0) * 1.1) ?? 100);
  }
  return Math.max(1000, (max ?? 0) * 1.15); // below 1 kB/s there is only noise
}

/**
 * Whether a label centred on this time would run off the canvas.
 *
 * @param {any} u
 * @param {number} time
 */
function isCut(u, time) {
  return u.over.clientWidth - u.valToPos(time, 'x') < HALF_LABEL_PIXELS - RIGHT_PADDING_PIXELS;
}

/** @param {import('./format.js').Quantity} quantity */
function tick(quantity) {
  return inWords({ ...quantity, number: quantity.number.replace(/\.0$/, '') });
}
