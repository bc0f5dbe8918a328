import { selectableLines } from './chart-lines.js';
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
 * Returns the level of the latest values of all lines, also of those that a chart of the greatest lines sums up in one for the rest.
 *
 * @param {import('./panels.js').Panel} panel
 * @param {import('./chart-options.js').ChartOptions} options
 * @param {{data: import('./top-lines.js').ChartData['data']} | undefined} timeSeries
 * @returns {ChartAlert | null} null without thresholds or values
 */
export function alertOf(panel, options, timeSeries) {
  const { id, title, unit, thresholds } = panel;
  const [, ...columns] = timeSeries?.data ?? [[]];
  const values = thresholds ? selectableLines(panel, options).map(({ column }) => latestValue(columns[column] ?? [])).filter((value) => value !== undefined) : [];
  if (!thresholds || values.length === 0) {
    return null;
  }
  const level = worstOf(values.map((value) => levelOf(value, thresholds)));
  const worst = thresholds.when === 'below' ? Math.min(...values) : Math.max(...values);
  return { id, level, text: `${title}, ${formatQuantity(quantityOf(worst, unit))}` };
}
