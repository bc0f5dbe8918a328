/** The shape of a value's last minute, without axes. */

const WIDTH = 100;
const HEIGHT = 30;
const SPAN_SECONDS = 60;

export class Sparkline {
  #line;
  #area;

  /** @param {SVGElement} svg with a line and an area, drawn on 100 × 30 */
  constructor(svg) {
    this.#line = /** @type {SVGPathElement} */ (svg.querySelector('.spark-line'));
    this.#area = /** @type {SVGPathElement} */ (svg.querySelector('.spark-area'));
  }

  /**
   * @param {number[]} times
   * @param {import('./track.js').Cell[]} values
   * @param {number} newest the right edge
   * @param {number} ceiling the least value that reaches the top; a flat line of zeros stays at the bottom
   */
  draw(times, values, newest, ceiling) {
    const runs = pointRuns(times, values, newest);
    const top = Math.max(ceiling, ...runs.flat().map(([, value]) => value));
    const shape = runs.map((run) => run.map(([x, value]) => `${x.toFixed(2)} ${(HEIGHT - 1 - (value / top) * (HEIGHT - 4)).toFixed(2)}`));
    this.#line.setAttribute('d', shape.map((points) => `M${points.join('L')}`).join(''));
    this.#area.setAttribute(
      'd',
      shape
        .map((points, i) => `M${runs[i][0][0].toFixed(2)} ${HEIGHT}L${points.join('L')}L${runs[i].at(-1)?.[0].toFixed(2)} ${HEIGHT}Z`)
        .join(''),
    );
  }
}

/**
 * @param {number[]} times
 * @param {import('./track.js').Cell[]} values
 * @param {number} newest
 * @returns {Array<Array<[x: number, value: number]>>} the unbroken stretches of the line
 */
function pointRuns(times, values, newest) {
  /** @type {Array<Array<[number, number]>>} */
  const runs = [];
  let joined = false;
  for (let i = 0; i < times.length; i++) {
    const value = values[i];
    if (value === undefined || times[i + 1] < newest - SPAN_SECONDS) { // one point beyond the edge stays: the line runs off it
      continue;
    }
    if (value !== null) {
      const x = WIDTH - ((newest - times[i]) / SPAN_SECONDS) * WIDTH;
      if (joined) {
        runs[runs.length - 1].push([x, value]);
      } else {
        runs.push([[x, value]]);
      }
    }
    joined = value !== null;
  }
  return runs;
}
