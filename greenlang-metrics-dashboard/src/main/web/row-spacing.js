/** The distances between the rows of a time series. */

/** The factor by which a step after a possible loss must exceed the usual step to count as a gap: then a row is missing. */
const GAP_FACTOR = 2;

/**
 * Returns the widest space between rows within a gap, if it is wider than usual.
 *
 * @param {number[]} times of the rows, in ascending order
 * @param {import('./time-series.js').Gap} gap
 * @returns {import('./time-series.js').Gap | null}
 */
export function widestSpace(times, { from, to }) {
  const inside = times.filter((time) => time >= from && time <= to);
  const spaces = inside.slice(1).map((time, i) => ({ from: inside[i], to: time }));
  const width = (/** @type {import('./time-series.js').Gap} */ space) => space.to - space.from;
  const steps = times.slice(1).map((time, i) => time - times[i]).sort((a, b) => a - b);
  const usualStep = steps.length > 1 ? steps[Math.floor((steps.length - 1) / 2)] : 0; // with few rows, the gap itself must not be the median
  const widest = spaces.sort((a, b) => width(b) - width(a))[0];
  return widest && width(widest) > GAP_FACTOR * usualStep ? widest : null;
}
