/**
 * The formatting of numbers for people. A number and its unit are separate, because a tile shows them in two sizes.
 *
 * @typedef {{number: string, unit: string}} Quantity
 */

/** The placeholder for a number that is not known yet. */
export const NO_VALUE = '–';

const oneDecimal = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: false });
const integer = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/**
 * @param {number} value
 * @returns {Quantity}
 */
export function percent(value) {
  return { number: oneDecimal.format(value), unit: '%' };
}

/**
 * Formats a network rate. Its units are powers of 1000, as for network equipment.
 *
 * @param {number} value
 * @returns {Quantity}
 */
export function bytesPerSecond(value) {
  return scaled(value, 1000, ['B/s', 'kB/s', 'MB/s', 'GB/s', 'TB/s']);
}

/**
 * Formats an amount of memory. Its units are powers of 1024, as for memory modules.
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
  // 999.96 would be rounded to "1000.0", so it already belongs to the next unit.
  while (Math.abs(rest) >= base - 0.05 && step < units.length - 1) {
    rest /= base;
    step++;
  }
  if (Math.abs(rest) >= 10_000) { // beyond the last unit: three hundred digits would be unreadable
    return { number: rest.toExponential(1), unit: units[step] };
  }
  return { number: step === 0 ? integer.format(rest) : oneDecimal.format(rest), unit: units[step] };
}

/**
 * Formats a number of unknown meaning with SI prefixes.
 *
 * @param {number} value
 * @returns {Quantity}
 */
export function plain(value) {
  const magnitude = Math.abs(value);
  if (magnitude > 0 && magnitude < 0.1) {
    return { number: value.toPrecision(2), unit: '' };
  }
  if (magnitude < 1000) {
    return { number: Number.isInteger(value) ? integer.format(value) : oneDecimal.format(value), unit: '' };
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
 * Guesses the unit of a metric from its name and type.
 *
 * @param {string} name
 * @param {string} type
 * @returns {Unit}
 */
export function unitOf(name, type) {
  const isBytes = /bytes/.test(name);
  if (type === 'counter') {
    return isBytes ? 'bytesPerSecond' : 'perSecond';
  }
  return isBytes ? 'bytes' : /percent|success_rate/.test(name) ? 'percent' : 'plain';
}

/** @param {Quantity} quantity */
export function formatQuantity({ number, unit }) {
  return unit ? `${number} ${unit}` : number;
}

/** Compares names in natural order: `web-2` sorts before `web-10`. */
export const compareNames = new Intl.Collator('en', { numeric: true }).compare;

/** @param {number} count */
export function formatCount(count) {
  return integer.format(count);
}

/** @param {number} value */
export function formatDecimal(value) {
  return oneDecimal.format(value);
}

/**
 * Formats a time as HH:MM:SS in the user's time zone.
 *
 * @param {number} seconds since the epoch
 * @returns {string}
 */
export function formatTime(seconds) {
  const date = new Date(seconds * 1000);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
