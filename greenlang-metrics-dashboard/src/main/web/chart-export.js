import { download } from './dom.js';
import { rowsIn } from './figures.js';
import { formatQuantity, quantityOf } from './format.js';

/**
 * The export of a chart: its visible lines in the visible range as comma-separated values, and its picture.
 *
 * @typedef {import('./legend.js').Line} Line
 *
 * @typedef {object} Picture what a chart shows
 * @property {import('./panels.js').Panel} panel
 * @property {Array<Line & {last: number | undefined}>} lines the visible lines with their last values
 * @property {[number[], ...import('./time-series.js').Cell[][]]} data
 * @property {import('./time-range.js').Range} range
 * @property {HTMLCanvasElement | undefined} plot undefined if the chart is not drawn
 * @property {import('./palette.js').Palette} palette
 */

const HEAD_PIXELS = 34;
const LEGEND_ROW_PIXELS = 18;
const PADDING_PIXELS = 16;
const LEGEND_GAP_PIXELS = 18;

/** Downloads the values of a chart. @param {Picture} picture */
export function downloadCsv({ panel, lines, data, range }) {
  download(new Blob([csvOf(panel.title, lines, data, range)], { type: 'text/csv' }), `${panel.title}.csv`);
}

/** Downloads the picture of a chart, if it is drawn. @param {Picture} picture */
export async function downloadPicture({ panel, lines, plot, palette }) {
  const content = plot && (await pictureOf(plot, panel, lines, palette));
  if (content) {
    download(content, `${panel.title}.png`);
  }
}

/**
 * Returns the values as RFC 4180 describes them. A column that begins like a formula gets an apostrophe, because a spreadsheet would
 * evaluate the name of a metric.
 *
 * @param {string} title
 * @param {Line[]} lines the visible lines
 * @param {[number[], ...import('./time-series.js').Cell[][]]} data
 * @param {import('./time-range.js').Range} range
 * @returns {string}
 */
export function csvOf(title, lines, [times, ...columns], range) {
  const [first, end] = rowsIn(times, range);
  const names = lines.map(({ label }) => (['', 'all', title].includes(label) ? title : `${title} ${label}`));
  const rows = times.slice(first, end).flatMap((time, i) => {
    const cells = lines.map(({ column }) => columns[column]?.[first + i]);
    return cells.some((cell) => typeof cell === 'number') ? [[new Date(time * 1000).toISOString(), ...cells.map((cell) => cell ?? '')]] : [];
  });
  return [['time', ...names.map((name) => (/^[=+\-@\t\r]/.test(name) ? `'${name}` : name))], ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n') + '\r\n';
}

/** @param {unknown} value */
function csvCell(value) {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Draws the picture of a chart, with its title and the legend, on the background of the card.
 *
 * @param {HTMLCanvasElement} plot
 * @param {import('./panels.js').Panel} panel
 * @param {Picture['lines']} lines
 * @param {import('./palette.js').Palette} palette
 * @returns {Promise<Blob | null>}
 */
function pictureOf(plot, panel, lines, palette) {
  const scale = devicePixelRatio || 1;
  const canvas = document.createElement('canvas');
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  canvas.width = plot.width + 2 * PADDING_PIXELS * scale;
  const legend = arrangeLegend(context, panel, lines, palette, canvas.width / scale);
  const headPixels = HEAD_PIXELS + legend.rows * LEGEND_ROW_PIXELS;
  canvas.height = plot.height + (headPixels + PADDING_PIXELS) * scale; // resets the context
  context.fillStyle = palette.get('--card');
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(plot, PADDING_PIXELS * scale, headPixels * scale);
  context.scale(scale, scale);
  context.textBaseline = 'middle';
  context.fillStyle = palette.get('--text');
  context.font = `600 14px ${palette.get('--font')}`;
  context.fillText(`${panel.title}${panel.subtitle && ` · ${panel.subtitle}`}`, PADDING_PIXELS, 20);
  drawLegend(context, legend.entries, palette);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}

/**
 * Returns the entries of the legend with their places. An entry that does not fit into a row begins the next one.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {import('./panels.js').Panel} panel
 * @param {Picture['lines']} lines
 * @param {import('./palette.js').Palette} palette
 * @param {number} width
 */
function arrangeLegend(context, panel, lines, palette, width) {
  context.font = legendFont(palette);
  let x = PADDING_PIXELS;
  let rows = 1;
  const entries = lines.map(({ label, series, last }) => {
    const text = [label, last === undefined ? '' : formatQuantity(quantityOf(last, panel.unit))].filter(Boolean).join('  ');
    const length = context.measureText(text).width + LEGEND_GAP_PIXELS;
    if (x > PADDING_PIXELS && x + length > width - PADDING_PIXELS) {
      x = PADDING_PIXELS;
      rows++;
    }
    const entry = { text, color: series.color, x, y: HEAD_PIXELS + (rows - 1) * LEGEND_ROW_PIXELS };
    x += length + LEGEND_GAP_PIXELS;
    return entry;
  });
  return { entries, rows };
}

/** @param {CanvasRenderingContext2D} context @param {ReturnType<typeof arrangeLegend>['entries']} entries @param {import('./palette.js').Palette} palette */
function drawLegend(context, entries, palette) {
  context.font = legendFont(palette);
  for (const { text, color, x, y } of entries) {
    context.fillStyle = palette.get(color);
    context.fillRect(x, y + 5, 12, 3);
    context.fillStyle = palette.get('--muted');
    context.fillText(text, x + LEGEND_GAP_PIXELS, y + 7);
  }
}

/** @param {import('./palette.js').Palette} palette */
function legendFont(palette) {
  return `12px ${palette.get('--font')}`;
}
