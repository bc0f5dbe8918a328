import { formatDate, formatTime } from './format.js';

/**
 * History in parts. An answer is in time order and has a limit, so a full one lacks the latest metrics: the next part has them.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 * @typedef {import('@greenlang/metrics-client').HistoryRequest} HistoryRequest
 */

/** The maximum number of metrics in a part, and of parts. Together they bound the memory of the page and the load of the server. */
export const MAX_METRICS = 50_000;
export const MAX_PARTS = 4;

/**
 * Loads history, and passes it on part by part. All metrics of one time are in the same part. If the server has no windows of the length
 * for a past range, the request is repeated without it: the server then chooses the finest ones that it has for the whole range.
 *
 * @param {Pick<import('@greenlang/metrics-client').MetricService, 'getHistory'>} service
 * @param {HistoryRequest} request without a limit
 * @param {{signal: AbortSignal}} options
 * @param {(metrics: Metric[]) => void} onPart
 * @returns {Promise<string>} a sentence if the latest metrics are missing, otherwise empty; rejected without a first part
 */
export async function loadHistory(service, request, options, onPart) {
  const { aggregation_interval: interval, ...unspecified } = request;
  let start = request.start_time;
  for (let part = 0; part < MAX_PARTS; part++) {
    const metrics = await service.getHistory({ ...request, start_time: start, limit: MAX_METRICS }, options).catch((error) => {
      if (!part || options.signal.aborted) {
        throw error;
      }
      return null; // the server limits the rate, or the connection was lost
    });
    // A repeat may have samples, and groups are merged from windows.
    if (!part && metrics?.length === 0 && interval && request.end_time && !request.buckets) {
      return loadHistory(service, unspecified, options, onPart);
    }
    const last = metrics?.at(-1)?.timestamp;
    if (!metrics || !last || metrics.length < MAX_METRICS) {
      onPart(metrics ?? []);
      return metrics ? '' : missingText(request.channel, start);
    }
    const complete = metrics.filter(({ timestamp }) => timestamp !== last);
    onPart(complete.length > 0 ? complete : metrics);
    start = last;
    if (complete.length === 0) {
      break; // one time has more metrics than a part
    }
  }
  return missingText(request.channel, start);
}

/** @param {string} channel @param {string | Date} start */
function missingText(channel, start) {
  const seconds = new Date(start).getTime() / 1000;
  return `The history of ${channel} is too long: the charts lack its values from ${formatDate(seconds)}, ${formatTime(seconds)} on. Choose a shorter range or a filter.`;
}
