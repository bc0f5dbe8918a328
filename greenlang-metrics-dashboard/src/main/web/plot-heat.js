import uPlot from 'uplot';
import { LOWEST, edgeOf, rowRange } from './density.js';

/**
 * The heat map of distributions in a plot, below its lines: the darker a cell, the more observations.
 *
 * @typedef {import('./density.js').Density} Density
 */

/** The minimum width of a cell. */
const CELL_PIXELS = 4;

/** The opacities of a cell with one observation and of the fullest one. */
const OPACITIES = [0.12, 0.95];

/**
 * Returns the range of the axis: the rows with observations, and one for zeros.
 *
 * @param {Density | null} density
 * @param {import('./time-range.js').Range} range
 * @param {number} divisor
 * @returns {[number, number]}
 */
export function heatRange(density, range, divisor) {
  const [lowest, highest] = rowRange(density?.columnsIn(range, 1_000) ?? []) ?? [0, 0];
  return [edgeOf(lowest - 1) / divisor, edgeOf(highest + 2) / divisor];
}

/**
 * Draws the cells.
 *
 * @param {uPlot} plot
 * @param {Density} density
 * @param {import('./time-range.js').Range} range
 * @param {string} color six hexadecimal digits
 * @param {number} divisor
 */
export function drawHeat(plot, density, range, color, divisor) {
  const { left, top, width, height } = plot.bbox;
  const columns = density.columnsIn(range, Math.max(1, Math.floor(width / uPlot.pxRatio / CELL_PIXELS)));
  const greatest = Math.max(1, ...columns.map(({ counts }) => Math.max(0, ...counts.values())));
  const [lowest] = rowRange(columns) ?? [0];
  const y = (/** @type {number} */ row) => Math.round(plot.valToPos(edgeOf(row) / divisor, 'y', true));
  plot.ctx.save();
  plot.ctx.beginPath();
  plot.ctx.rect(left, top, width, height);
  plot.ctx.clip();
  for (const { from, to, counts } of columns) {
    const [start, end] = [from, to].map((time) => Math.round(plot.valToPos(time, 'x', true)));
    for (const [row, count] of counts) {
      const shown = row === LOWEST ? lowest - 1 : row;
      plot.ctx.fillStyle = color + opacity(count / greatest);
      plot.ctx.fillRect(start, y(shown + 1), Math.max(1, end - start), Math.max(1, y(shown) - y(shown + 1)));
    }
  }
  plot.ctx.restore();
}

/** Returns two hexadecimal digits. The root makes rare observations visible. @param {number} share of the greatest count */
function opacity(share) {
  const [lowest, highest] = OPACITIES;
  return Math.round(255 * (lowest + (highest - lowest) * Math.sqrt(share))).toString(16).padStart(2, '0');
}
