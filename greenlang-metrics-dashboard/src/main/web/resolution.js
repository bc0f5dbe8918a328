/**
 * The resolution of the charts: one interval for the history and for the live metrics, so that a line has the same steps from its
 * left to its right edge.
 *
 * @typedef {import('@greenlang/metrics-client').Interval} Interval
 * @typedef {Interval | '1d' | 'raw'} Resolution
 */

/** The lengths of the windows in seconds, from the finest. @type {Array<[Resolution, number]>} */
const LENGTHS = [['raw', 0], ['1s', 1], ['5s', 5], ['1m', 60], ['5m', 300], ['1h', 3600], ['1d', 86_400]];

/** The widest range in seconds that each resolution shows by itself: at most a few hundred points, as many as a chart has columns. */
const AUTOMATIC = /** @type {Array<[Resolution, number]>} */ ([['raw', 300], ['5s', 900], ['1m', 21_600], ['5m', 86_400], ['1h', 30 * 86_400], ['1d', Infinity]]);

/** The age in seconds up to which a server keeps each resolution by default. */
const RETENTION = /** @type {Array<[Resolution, number]>} */ ([['raw', 3600], ['1m', 86_400], ['5m', 7 * 86_400], ['1h', 30 * 86_400], ['1d', Infinity]]);

/** The maximum number of windows that the user may choose for one line. */
const MAX_POINTS = 1_000;

/** Returns the length of a window in seconds; 0 for samples. @param {Resolution} resolution */
export function lengthOf(resolution) {
  return /** @type {[Resolution, number]} */ (LENGTHS.find(([each]) => each === resolution))[1];
}

/**
 * Tests whether the user may choose an interval for a range.
 *
 * @param {Resolution | 'auto'} interval
 * @param {number} seconds the width of the range
 */
export function isFineEnough(interval, seconds) {
  return interval === 'auto' || seconds / lengthOf(interval) <= MAX_POINTS;
}

/**
 * Returns the resolution for a range.
 *
 * @param {Resolution | 'auto'} interval the choice of the user
 * @param {number} seconds the width of the range
 * @param {number} [age] the age of the start of the range in seconds, if the range is past
 * @returns {Resolution}
 */
export function resolutionFor(interval, seconds, age = seconds) {
  const chosen = interval !== 'auto' && isFineEnough(interval, seconds) ? interval : firstReaching(AUTOMATIC, seconds);
  const retained = age > seconds || interval === 'auto' ? firstReaching(RETENTION, age) : 'raw';
  return lengthOf(chosen) >= lengthOf(retained) ? chosen : retained;
}

/** @param {Array<[Resolution, number]>} limits @param {number} seconds */
function firstReaching(limits, seconds) {
  return /** @type {[Resolution, number]} */ (limits.find(([, limit]) => seconds <= limit))[0];
}
