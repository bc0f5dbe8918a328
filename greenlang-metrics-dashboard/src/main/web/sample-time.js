/**
 * The time at which the page shows a live metric, and the metrics that are only a time and a text.
 *
 * A host whose clock is ahead stamps its metrics in the future, where no chart shows them. The page shows such a metric at its
 * arrival, as the server counts it in the open window.
 */

/** The name of the metrics that are events: each has its text in the tag `text`. They have no chart. */
export const ANNOTATION = 'annotation';

/** The estimate of the server's time may be late by the delay of the messages that carry it. */
export const MAX_AHEAD_SECONDS = 2;

/** The largest plausible delay. A larger difference means that the clocks of the server and the host disagree. */
const MAX_DELAY_MILLIS = 10_000;

/**
 * @param {import('@greenlang/metrics-client').Metric} metric
 * @param {number} now the server's time in seconds
 * @returns {number} seconds since the epoch
 */
export function sampleTime({ timestamp }, now) {
  const time = Date.parse(timestamp) / 1000;
  return time > now + MAX_AHEAD_SECONDS ? now : time;
}

/**
 * Returns the time from a sample to now in milliseconds; null if it is unknown.
 *
 * @param {import('@greenlang/metrics-client').Metric} metric
 * @param {number} now the server's time in seconds
 */
export function delayOf({ timestamp, interval }, now) {
  const delay = now * 1000 - Date.parse(timestamp);
  return interval || Math.abs(delay) > MAX_DELAY_MILLIS ? null : Math.max(0, delay);
}
