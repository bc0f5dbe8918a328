import uPlot from 'uplot';
import { limitsOf } from './thresholds.js';

/**
 * The thresholds in a plot: a line at each, and the color of a line beyond them.
 *
 * @typedef {import('./thresholds.js').Thresholds} Thresholds
 * @typedef {import('./palette.js').Palette} Palette
 */

/** Draws a line at each threshold. @param {uPlot} plot @param {Thresholds} thresholds @param {Palette} palette @param {number} divisor */
export function drawLimits(plot, thresholds, palette, divisor) {
  const { left, top, width, height } = plot.bbox;
  plot.ctx.save();
  plot.ctx.lineWidth = uPlot.pxRatio;
  plot.ctx.setLineDash([4 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
  for (const { value, color } of limitsOf(thresholds)) {
    const y = Math.round(plot.valToPos(value / divisor, 'y', true));
    if (y >= top && y <= top + height) {
      plot.ctx.strokeStyle = palette.get(color);
      plot.ctx.beginPath();
      plot.ctx.moveTo(left, y);
      plot.ctx.lineTo(left + width, y);
      plot.ctx.stroke();
    }
  }
  plot.ctx.restore();
}

/**
 * Returns the stroke of a line that changes its color at the thresholds.
 *
 * @param {uPlot} plot
 * @param {Thresholds} thresholds
 * @param {Palette} palette
 * @param {string} normal the color of normal values
 * @param {number} divisor
 */
export function levelStroke(plot, thresholds, palette, normal, divisor) {
  const { top, height } = plot.bbox;
  const gradient = plot.ctx.createLinearGradient(0, top + height, 0, top);
  const limits = limitsOf(thresholds);
  const isBelow = thresholds.when === 'below';
  const colors = isBelow ? [...limits.map(({ color }) => palette.get(color)), normal] : [normal, ...limits.map(({ color }) => palette.get(color))];
  const shareOf = (/** @type {number} */ value) => Math.min(1, Math.max(0, (top + height - plot.valToPos(value / divisor, 'y', true)) / height));
  const stops = [0, ...limits.map(({ value }) => shareOf(value)), 1];
  colors.forEach((color, i) => {
    gradient.addColorStop(stops[i], color);
    gradient.addColorStop(stops[i + 1], color);
  });
  return gradient;
}
