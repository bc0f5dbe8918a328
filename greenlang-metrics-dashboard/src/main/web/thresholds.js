/**
 * The thresholds of a chart, and the level of its values.
 *
 * @typedef {object} Thresholds
 * @property {number} [warning]
 * @property {number} [critical]
 * @property {'above' | 'below'} [when] `below` if small values are bad; by default great values are
 *
 * @typedef {'normal' | 'warning' | 'critical'} Level
 */

/** The levels from the best. @type {Level[]} */
export const LEVELS = ['normal', 'warning', 'critical'];

/** The colors of the levels; a normal value has that of its line. @type {Record<Level, string | null>} */
const COLORS = { normal: null, warning: '--warning-line', critical: '--critical-line' };

/** The marks of the levels, which differ in their shape as well as in their color. @type {Record<Level, string>} */
export const MARKS = { normal: '', warning: '▲ Warning', critical: '◆ Critical' };

/** Returns the level of a value. A value at a threshold has reached it. @param {number} value @param {Thresholds} thresholds @returns {Level} */
export function levelOf(value, { warning, critical, when }) {
  const reaches = (/** @type {number | undefined} */ limit) => limit !== undefined && (when === 'below' ? value <= limit : value >= limit);
  return reaches(critical) ? 'critical' : reaches(warning) ? 'warning' : 'normal';
}

/** Returns the worst of some levels. @param {Level[]} levels @returns {Level} */
export function worstOf(levels) {
  return LEVELS[Math.max(0, ...levels.map((level) => LEVELS.indexOf(level)))];
}

/**
 * Returns the limits in the order of their values, each with the color from there on.
 *
 * @param {Thresholds} thresholds
 * @returns {Array<{value: number, level: Level, color: string}>}
 */
export function limitsOf(thresholds) {
  const levels = /** @type {Array<'warning' | 'critical'>} */ (['warning', 'critical']);
  return levels
    .flatMap((level) => (thresholds[level] === undefined ? [] : [{ value: /** @type {number} */ (thresholds[level]), level, color: /** @type {string} */ (COLORS[level]) }]))
    .sort((a, b) => a.value - b.value);
}
