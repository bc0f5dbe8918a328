import { SYSTEM } from './panels.js';

/**
 * The starts of processes and hosts, from the metrics of their uptimes. A restart is a start after another one.
 *
 * @typedef {import('./annotations.js').Annotation} Annotation
 */

/** The texts of the starts by the names of the uptimes. A name with a channel is of that channel only. */
const UPTIMES = new Map([['process.uptime', 'Process started'], ['jvm.metrics/uptime', 'Process started'], [`${SYSTEM}/uptime`, 'Host started']]);

/** The units of uptimes in seconds. */
const UNITS = new Map([['ms', 1e-3], ['s', 1], ['min', 60], ['h', 3_600], ['d', 86_400]]);

/** The greatest difference between two measurements of one start: a process and its JVM start one after the other. */
const SAME_START_SECONDS = 5;

/** The maximum number of starts of a series: an uptime that is not an uptime must not fill the page. */
const MAX_STARTS = 20;

/**
 * @param {import('./store.js').Store} store
 * @param {string[]} channels the visible channels
 * @param {number} from the start of the visible range, in seconds
 * @param {number} windowSeconds the length of the windows; 0 for samples
 * @param {boolean} [isGrouped] true if the server merges series: the mean of several uptimes has no start. It never merges those of the machine
 * @returns {{starts: Annotation[], panels: import('./panels.js').Panel[]}} the starts, and the panels whose history may have others in the range
 */
export function startsOf(store, channels, from, windowSeconds, isGrouped = false) {
  const groups = channels.filter((channel) => channel === SYSTEM || !isGrouped).flatMap((channel) => store.groups(channel)).filter(({ panel }) => labelOf(panel));
  const found = groups.map(({ panel, timeSeries }) => {
    const [times, ...columns] = timeSeries.data;
    const unit = UNITS.get(panel.unit.ucum) ?? 1;
    const series = panel.series.map(({ tags }, i) => startTimes(times, columns[i] ?? [], unit, windowSeconds).map((time) => ({ time, kind: 'start', text: withHost(labelOf(panel) ?? '', tags) })));
    return { panel, series };
  });
  const starts = found.flatMap(({ series }) => series.flat()).sort((a, b) => a.time - b.time);
  return { starts: withoutRepeats(starts), panels: found.filter(({ series }) => !areBefore(series, from)).map(({ panel }) => panel) };
}

/** Tests whether each series started before a time for the last time, so that history has no later start. @param {Annotation[][]} series the starts of each, latest first @param {number} time */
function areBefore(series, time) {
  const latest = series.flatMap((starts) => starts.slice(0, 1));
  return latest.length > 0 && latest.every((start) => start.time < time - SAME_START_SECONDS);
}

/**
 * Returns the times at which a process started, latest first. The value of a window is the mean of its samples, so it belongs to the
 * middle of the window. A window in which the process started also has samples of its predecessor, so it is skipped.
 *
 * @param {number[]} times of the values, in ascending order
 * @param {import('./time-series.js').Cell[]} values the uptimes
 * @param {number} unit in seconds
 * @param {number} windowSeconds
 * @returns {number[]}
 */
export function startTimes(times, values, unit, windowSeconds) {
  const starts = [];
  let row = values.findLastIndex((value) => typeof value === 'number');
  while (row >= 0 && starts.length < MAX_STARTS) {
    const start = times[row] + windowSeconds / 2 - Number(values[row]) * unit;
    starts.push(start);
    row = values.findLastIndex((value, i) => typeof value === 'number' && i < row && times[i] + windowSeconds < start);
  }
  return starts;
}

/** @param {import('./panels.js').Panel} panel */
function labelOf({ title, channel }) {
  return UPTIMES.get(title) ?? UPTIMES.get(`${channel}/${title}`);
}

/** @param {string} text @param {Record<string, string>} [tags] */
function withHost(text, tags) {
  return tags?.host ? `${text} on ${tags.host}` : text;
}

/** Returns the starts without those that repeat another one shortly before. @param {Annotation[]} starts in time order @returns {Annotation[]} */
function withoutRepeats(starts) {
  /** @type {Map<string, number>} the time of the latest start by text */
  const latest = new Map();
  return starts.filter(({ text, time }) => {
    const isRepeat = time - (latest.get(text) ?? -Infinity) < SAME_START_SECONDS;
    isRepeat || latest.set(text, time);
    return !isRepeat;
  });
}
