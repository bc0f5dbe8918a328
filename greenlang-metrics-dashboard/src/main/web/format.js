/**
 * The formatting of numbers for people. A number and its unit are separate, because a tile shows them in two sizes.
 *
 * @typedef {{number: string, unit: string}} Quantity
 */

/** The placeholder for a number that is not known yet. */
export const NO_VALUE = '–';

const oneDecimal = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: false });
const dayAndMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayAndMonthUtc = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
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
  if (Math.abs(rest) >= 10_000) { // beyond the last unit: three hundred digits would be unreadable, and 6.9e+281 E is not a number
    return { number: value.toExponential(1), unit: units[0] };
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

/** The units of time from small to large, in seconds. @type {Array<[unit: string, seconds: number]>} */
const TIMES = [['ns', 1e-9], ['µs', 1e-6], ['ms', 1e-3], ['s', 1], ['min', 60], ['h', 3600], ['d', 86_400]];

/**
 * Formats a duration. From two minutes on it is in minutes, from two hours in hours, and from two days in days.
 *
 * @param {number} seconds
 * @returns {Quantity}
 */
export function duration(seconds) {
  const magnitude = Math.abs(seconds);
  const fits = (/** @type {number} */ size) => magnitude >= (size > 1 ? 2 * size : 0.9995 * size);
  const [unit, size] = magnitude === 0 ? TIMES[3] : (TIMES.findLast(([, each]) => fits(each)) ?? TIMES[0]);
  const rounded = plain(Number((seconds / size).toPrecision(6)));
  return { number: rounded.number + rounded.unit, unit };
}

/**
 * The formats of UCUM's units that are scaled to a readable size, with the factor to the base of the format.
 *
 * @type {Map<string, [format: (value: number) => Quantity, factor: number]>}
 */
const SCALED_UNITS = new Map([
  ['By', [bytes, 1]],
  ['kBy', [bytes, 1e3]],
  ['MBy', [bytes, 1e6]],
  ['GBy', [bytes, 1e9]],
  ['KiBy', [bytes, 2 ** 10]],
  ['MiBy', [bytes, 2 ** 20]],
  ['GiBy', [bytes, 2 ** 30]],
  ['By/s', [bytesPerSecond, 1]],
  ['ns', [duration, 1e-9]],
  ['us', [duration, 1e-6]],
  ['ms', [duration, 1e-3]],
  ['s', [duration, 1]],
  ['min', [duration, 60]],
  ['h', [duration, 3600]],
  ['d', [duration, 86_400]],
  ['Hz', [hertz, 1]],
  ['kHz', [hertz, 1e3]],
  ['MHz', [hertz, 1e6]],
  ['GHz', [hertz, 1e9]],
  ['%', [percent, 1]],
]);

/** @param {number} value @returns {Quantity} */
function hertz(value) {
  return scaled(value, 1000, ['Hz', 'kHz', 'MHz', 'GHz']);
}

/**
 * The unit of a panel: a unit of UCUM, or the empty text if it is unknown. Counters are shown per second.
 *
 * @typedef {{ucum: string, isRate: boolean}} Unit
 */

/**
 * Formats a value by its unit. A unit without its own format follows the number; annotations such as `{thread}` are not shown.
 *
 * @param {number} value
 * @param {Unit} unit
 * @returns {Quantity}
 */
export function quantityOf(value, { ucum, isRate }) {
  if (ucum === 'By' && isRate) {
    return bytesPerSecond(value);
  }
  const [format, factor] = SCALED_UNITS.get(ucum) ?? [plain, 1];
  const { number, unit } = format(value * factor);
  const symbol = format === plain && ucum !== '1' ? ucum.replaceAll(/\{[^}]*\}/g, '').replace(/^Cel$/, '°C') : '';
  return { number, unit: `${unit}${unit && /^\w/.test(symbol) ? ' ' : ''}${symbol}${isRate ? '/s' : ''}` };
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

/** True if times are shown in UTC, false if they are in the time zone of the browser. */
let isUtc = false;

/** @param {boolean} newIsUtc */
export function setUtc(newIsUtc) {
  isUtc = newIsUtc;
}

/** Returns whether times are shown in UTC. */
export function showsUtc() {
  return isUtc;
}

/** Formats a time for an input of the type `datetime-local`. @param {number} seconds since the epoch */
export function formatInput(seconds) {
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - (isUtc ? 0 : date.getTimezoneOffset() * 60_000)).toISOString().slice(0, 19);
}

/** Parses the value of an input of the type `datetime-local`. @param {string} value @returns {number} seconds since the epoch */
export function parseInput(value) {
  return Date.parse(isUtc ? `${value}Z` : value) / 1000;
}

/**
 * Formats a tick of the time axis in the user's time zone: a date at midnight and for steps of days, otherwise a time of day.
 *
 * @param {number} seconds since the epoch
 * @param {number} step the distance of the ticks in seconds
 * @returns {string}
 */
export function formatTick(seconds, step) {
  const time = formatTime(seconds);
  if (step >= 86_400 || time === '00:00:00') {
    return formatDate(seconds);
  }
  return step >= 60 ? time.slice(0, 5) : time;
}

/** Formats a date in the user's time zone, as in `8 Nov`. @param {number} seconds since the epoch */
export function formatDate(seconds) {
  return (isUtc ? dayAndMonthUtc : dayAndMonth).format(seconds * 1000);
}

/**
 * Formats a time with its date if it is of another day.
 *
 * @param {number} seconds since the epoch
 * @param {number} now seconds since the epoch
 */
export function formatMoment(seconds, now) {
  const dayOf = (/** @type {number} */ time) => formatInput(time).slice(0, 10);
  return dayOf(seconds) === dayOf(now) ? formatTime(seconds) : `${formatDate(seconds)}, ${formatTime(seconds)}`;
}

/**
 * Formats a time as HH:MM:SS in the user's time zone, or in UTC.
 *
 * @param {number} seconds since the epoch
 * @returns {string}
 */
export function formatTime(seconds) {
  const date = new Date(seconds * 1000);
  const parts = isUtc ? [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()] : [date.getHours(), date.getMinutes(), date.getSeconds()];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
