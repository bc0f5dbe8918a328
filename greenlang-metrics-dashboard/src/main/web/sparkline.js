/** The curve of a value without axes: over the last minute, or over the visible range if that is long. */

const WIDTH = 100;
const HEIGHT = 30;

export class Sparkline {
  #line;
  #area;

  /** @param {SVGElement} svg with a line and an area, and a view box of 100 × 30 */
  constructor(svg) {
    this.#line = /** @type {SVGPathElement} */ (svg.querySelector('.spark-line'));
    this.#area = /** @type {SVGPathElement} */ (svg.querySelector('.spark-area'));
  }

  /**
   * @param {number[]} times
   * @param {import('./time-series.js').Cell[]} values
   * @param {[from: number, to: number]} range in seconds
   * @param {number} ceiling the minimum value at the top; a flat line of zeros stays at the bottom
   */
  draw(times, values, range, ceiling) {
    const segments = lineSegments(times, values, range);
    const top = Math.max(ceiling, ...segments.flat().map(([, value]) => value));
    const paths = segments.map((points) => points.map(([x, value]) => `${x.toFixed(2)} ${(HEIGHT - 1 - (value / top) * (HEIGHT - 4)).toFixed(2)}`));
    this.#line.setAttribute('d', paths.map((points) => `M${points.join('L')}`).join(''));
    this.#area.setAttribute(
      'd',
      paths
        .map((points, i) => `M${segments[i][0][0].toFixed(2)} ${HEIGHT}L${points.join('L')}L${segments[i].at(-1)?.[0].toFixed(2)} ${HEIGHT}Z`)
        .join(''),
    );
  }
}

/**
 * Returns the continuous segments of the line.
 *
 * @param {number[]} times
 * @param {import('./time-series.js').Cell[]} values
 * @param {[from: number, to: number]} range
 * @returns {Array<Array<[x: number, value: number]>>}
 */
function lineSegments(times, values, [from, to]) {
  /** @type {Array<Array<[number, number]>>} */
  const segments = [];
  let isConnected = false;
  for (let i = 0; i < times.length; i++) {
    const value = values[i];
    if (value === undefined || times[i + 1] < from || times[i - 1] > to) { // one point beyond each edge stays, so that the line runs off it
      continue;
    }
    if (value !== null) {
      const x = WIDTH - ((to - times[i]) / (to - from)) * WIDTH;
      if (isConnected) {
        segments[segments.length - 1].push([x, value]);
      } else {
        segments.push([[x, value]]);
      }
    }
    isConnected = value !== null;
  }
  return segments;
}
