import { STATISTICS } from './chart-options.js';
import { formatQuantity, quantityOf } from './format.js';
import { MAX_LEGEND_ENTRIES } from './legend.js';
import { isShown } from './line-selection.js';

/**
 * The lines of a chart by the user's choices.
 *
 * @typedef {import('./panels.js').Panel} Panel
 * @typedef {import('./chart-options.js').ChartOptions} ChartOptions
 */

/** Returns the statistics of the distributions in a panel; empty if it shows none. @param {Panel} panel @returns {string[]} */
export function availableStatistics({ series }) {
  return STATISTICS.filter((each) => series.some(({ statistic }) => statistic === each));
}

/**
 * Returns the statistics that a chart shows: by default three percentiles of one series, or one percentile of several.
 *
 * @param {Panel} panel
 * @param {ChartOptions} options
 * @returns {string[]}
 */
export function chosenStatistics(panel, { statistics }) {
  const available = availableStatistics(panel);
  const isSingle = panel.series.filter(({ statistic }) => statistic === available[0]).length === 1;
  const chosen = (statistics ?? (isSingle ? ['p50', 'p95', 'p99'] : ['p95'])).filter((each) => available.includes(each));
  return chosen.length > 0 ? chosen : available.slice(0, 1);
}

/**
 * Returns the lines that the user may show or hide, in the order of their columns.
 *
 * @param {Panel} panel
 * @param {ChartOptions} options
 * @returns {import('./legend.js').Line[]}
 */
export function selectableLines(panel, options) {
  const statistics = chosenStatistics(panel, options);
  return panel.series.flatMap((series, column) => {
    const { id, statistic } = series;
    const isSelectable = statistic === undefined || statistics.includes(statistic);
    return isSelectable ? [{ series, column, label: labelOf(series), isShown: isShown(options.lines ?? {}, id) }] : [];
  });
}

/**
 * Returns the values of the first visible lines as a sentence for users of a screen reader.
 *
 * @param {import('./legend.js').Line[]} lines
 * @param {(column: number) => import('./time-series.js').Cell} valueOf
 * @param {import('./format.js').Unit} unit
 */
export function rowText(lines, valueOf, unit) {
  const shown = lines.filter((line) => line.isShown).slice(0, MAX_LEGEND_ENTRIES);
  const values = shown.flatMap(({ label, column }) => {
    const value = valueOf(column);
    return typeof value === 'number' ? [`${label} ${formatQuantity(quantityOf(value, unit))}`] : [];
  });
  return values.join(', ') || 'no value';
}

/** A statistic is always named: the default one, too, is not the value that the name of the metric suggests. @param {import('./panels.js').Series} series */
function labelOf({ label, statistic, dash }) {
  return statistic === undefined ? label : [dash && label, statistic].filter(Boolean).join(' · ');
}
