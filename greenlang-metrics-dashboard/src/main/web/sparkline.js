/** The curve of a value over the last minute, without axes. */

const WIDTH = 100;
const HEIGHT = 30;
const SPAN_SECONDS = 60;

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
   * @param {number} latestTime the right edge
   * @param {number} ceiling the minimum value at the top; a flat line of zeros stays at the bottom
   */
  draw(times, values, latestTime, ceiling) {
    const segments = lineSegments(times, values, latestTime);
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
 * @param {number} latestTime
 * @returns {Array<Array<[x: number, value: number]>>}
 */
function lineSegments(times, values, latestTime) {
  /** @type {Array<Array<[number, number]>>} */
  const segments = [];
  let isConnected = false;
  for (let i = 0; i < times.length; i++) {
    const value = values[i];
    if (value === undefined || times[i + 1] < latestTime - SPAN_SECONDS) { // one point beyond the edge stays, so that the line runs off it
      continue;
    }
    if (value !== null) {
      const x = WIDTH - ((latestTime - times[i]) / SPAN_SECONDS) * WIDTH;
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
