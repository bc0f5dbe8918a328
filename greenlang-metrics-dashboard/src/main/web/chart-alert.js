import { formatQuantity, quantityOf } from './format.js';
import { levelOf, worstOf } from './thresholds.js';
import { latestValue } from './figures.js';

/**
 * The level of a chart by its thresholds.
 *
 * @typedef {object} ChartAlert
 * @property {string} id of the panel
 * @property {import('./thresholds.js').Level} level
 * @property {string} text the title and the worst of the latest values
 */

/**
 * @param {import('./panels.js').Panel} panel
 * @param {import('./legend.js').Line[]} lines
 * @param {import('./top-lines.js').ChartData | undefined} timeSeries
 * @returns {ChartAlert | null} null without thresholds or values
 */
export function alertOf({ id, title, unit, thresholds }, lines, timeSeries) {
  const [, ...columns] = timeSeries?.data ?? [[]];
  const values = thresholds ? lines.map(({ column }) => latestValue(columns[column] ?? [])).filter((value) => value !== undefined) : [];
  if (!thresholds || values.length === 0) {
    return null;
  }
  const level = worstOf(values.map((value) => levelOf(value, thresholds)));
  const worst = thresholds.when === 'below' ? Math.min(...values) : Math.max(...values);
  return { id, level, text: `${title}, ${formatQuantity(quantityOf(worst, unit))}` };
}
