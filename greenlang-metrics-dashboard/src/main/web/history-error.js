/** The codes of requests that fail without a problem: the server keeps no history, or the connection has ended. */
const EXPECTED = ['HISTORY_UNAVAILABLE', 'NEEDS_WEBSOCKET', 'CLOSED', 'FAILED'];

/** Tests whether a failed request for history is a problem for the user. It is none if another query has aborted it. @param {any} error */
export function isHistoryProblem({ name, code }) {
  return name !== 'AbortError' && !EXPECTED.includes(code);
}
