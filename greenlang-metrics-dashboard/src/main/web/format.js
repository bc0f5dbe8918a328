/**
 * Numbers for people. A number and its unit come apart, because a tile sets them in two sizes.
 *
 * @typedef {{number: string, unit: string}} Quantity
 */

/** What stands where there is no number yet. */
export const NOTHING = '–';

const one = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: false });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/**
 * @param {number} value
 * @returns {Quantity}
 */
export function percent(value) {
  return { number: one.format(value), unit: '%' };
}

/**
 * Network rates count in thousands, as network equipment does.
 *
 * @param {number} value
 * @returns {Quantity}
 */
export function bytesPerSecond(value) {
  return scaled(value, 1000, ['B/s', 'kB/s', 'MB/s', 'GB/s', 'TB/s']);
}

/**
 * Memory counts in powers of two, as its makers do.
 *
 * @param {number} value
 * @returns {Quantity}
 */
export function bytes(value) {
  return scaled(value, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']);
}

/**
 * @param {number} value
 * @param {number} base
 * @param {string[]} units
 * @returns {Quantity}
 */
function scaled(value, base, units) {
  let step = 0;
  let rest = value;
  // 999.96 would be shown as "1000.0", so it already belongs to the next unit.
  while (Math.abs(rest) >= base - 0.05 && step < units.length - 1) {
    rest /= base;
    step++;
  }
  if (Math.abs(rest) >= 10_000) { // beyond the last unit: three hundred digits tell nobody anything
    return { number: rest.toExponential(1), unit: units[step] };
  }
  return { number: step === 0 ? whole.format(rest) : one.format(rest), unit: units[step] };
}

/**
 * A number that nothing is known of, with SI prefixes.
 *
 * @param {number} value
 * @returns {Quantity}
 */
export function plain(value) {
  const size = Math.abs(value);
  if (size > 0 && size < 0.1) {
    return { number: value.toPrecision(2), unit: '' };
  }
  if (size < 1000) {
    return { number: Number.isInteger(value) ? whole.format(value) : one.format(value), unit: '' };
  }
  return scaled(value, 1000, ['', 'k', 'M', 'G', 'T', 'P', 'E']);
}

/** @param {number} value @returns {Quantity} */
function perSecond(value) {
  const { number, unit } = plain(value);
  return { number, unit: `${unit}/s` };
}

export const QUANTITIES = { percent, bytes, bytesPerSecond, plain, perSecond };

/** @typedef {keyof typeof QUANTITIES} Unit */

/**
 * @param {string} name
 * @param {string} type
 * @returns {Unit} what a metric's name promises
 */
export function unitOf(name, type) {
  const isBytes = /bytes/.test(name);
  if (type === 'counter') {
    return isBytes ? 'bytesPerSecond' : 'perSecond';
  }
  return isBytes ? 'bytes' : /percent|success_rate/.test(name) ? 'percent' : 'plain';
}

/** @param {Quantity} quantity */
export function inWords({ number, unit }) {
  return unit ? `${number} ${unit}` : number;
}

/** Compares names as people do: `web-2` comes before `web-10`. */
export const byName = new Intl.Collator('en', { numeric: true }).compare;

/** @param {number} count */
export function count(count) {
  return whole.format(count);
}

/** @param {number} value */
export function decimal(value) {
  return one.format(value);
}

/** @param {number} seconds since the epoch @returns {string} HH:MM:SS in the reader's own time zone */
export function clock(seconds) {
  const date = new Date(seconds * 1000);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
