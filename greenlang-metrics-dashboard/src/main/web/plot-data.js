/**
 * The values that uPlot draws: those of the chart and, for a single line, its band.
 *
 * @typedef {import('./top-lines.js').ChartData} ChartData
 */

/**
 * Returns the column whose smallest and greatest samples the chart shows. With several lines, their bands would hide each other.
 *
 * @param {import('./legend.js').Line[]} lines
 * @param {ChartData | undefined} data
 * @param {import('./chart-options.js').ChartOptions} options
 * @returns {number} -1 without a band
 */
export function bandColumn(lines, data, { form }) {
  const [line, ...others] = lines.filter(({ isShown }) => isShown);
  return line && others.length === 0 && form !== 'heatmap' && data?.bandOf(line.column) ? line.column : -1;
}

/**
 * Returns the values, divided if they are huge. The band has the last two columns.
 *
 * @param {ChartData} values
 * @param {number} band the column of the band; -1 without one
 */
export function plotData(values, band) {
  const { data, plotDivisor } = values;
  const [times, ...columns] = [...data, ...(values.bandOf(band) ?? [])];
  const divided = plotDivisor === 1 ? columns : columns.map((column) => column.map((cell) => cell && Number(cell) / plotDivisor));
  return /** @type {ChartData['data']} */ ([times, ...divided]);
}
