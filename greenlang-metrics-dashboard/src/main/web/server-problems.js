import { formatCount } from './format.js';

/** The codes of requests that fail without a problem: the server keeps no history, or the connection has ended. */
const EXPECTED = ['HISTORY_UNAVAILABLE', 'NEEDS_WEBSOCKET', 'CLOSED', 'FAILED'];

/** Tests whether a failed request for history is a problem for the user. It is none if another query has aborted it. @param {any} error */
export function isHistoryProblem({ name, code }) {
  return name !== 'AbortError' && !EXPECTED.includes(code);
}

/** Returns the text about metrics that the server dropped. @param {import('@greenlang/metrics-client').SeriesLimit} limit */
export function seriesLimitText({ channel, missed }) {
  return `${channel} has reached the server's limit of series. The server dropped ${formatCount(missed)} metrics of new series.`;
}
