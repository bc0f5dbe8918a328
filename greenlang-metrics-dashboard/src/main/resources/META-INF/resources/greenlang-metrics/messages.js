/**
 * Reads the server's frames. Everything that comes out of here has been checked; nothing else in the page looks at raw JSON.
 *
 * @typedef {object} Sample one metric at one moment
 * @property {string} name
 * @property {number} value
 * @property {number} time seconds since the epoch, as uPlot counts
 * @property {Record<string, string>} tags
 *
 * @typedef {{kind: 'metrics', samples: Sample[], malformed: number}} MetricsMessage
 * @typedef {{kind: 'welcome', heartbeatSeconds: number}} WelcomeMessage
 * @typedef {{kind: 'lagged', missed: number}} LaggedMessage
 * @typedef {{kind: 'error', message: string, denied: boolean}} ErrorMessage `denied`: it is about the token
 * @typedef {{kind: 'subscribed' | 'ping' | 'other'}} PlainMessage
 * @typedef {MetricsMessage | WelcomeMessage | LaggedMessage | ErrorMessage | PlainMessage} Message
 */

const DEFAULT_HEARTBEAT_SECONDS = 30;

/**
 * @param {unknown} data a WebSocket message's data
 * @returns {Message | null} null when the frame makes no sense
 */
export function readFrame(data) {
  if (typeof data !== 'string') {
    return null; // MessagePack comes only to those who ask for compression
  }
  let frame;
  try {
    frame = JSON.parse(data);
  } catch {
    return null;
  }
  return isObject(frame) ? readMessage(frame) : null;
}

/**
 * @param {Record<string, unknown>} frame
 * @returns {Message | null}
 */
function readMessage(frame) {
  // A flat metric has a `type` too ("gauge"), so the channel and the name decide first.
  if (typeof frame.channel === 'string' && 'name' in frame) {
    const sample = readSample(frame);
    return sample && { kind: 'metrics', samples: [sample], malformed: 0 };
  }
  switch (frame.type) {
    case 'metrics':
      return Array.isArray(frame.metrics) ? readBatch(frame.metrics) : null;
    case 'welcome':
      return { kind: 'welcome', heartbeatSeconds: positive(frame.heartbeat_interval) ?? DEFAULT_HEARTBEAT_SECONDS };
    case 'lagged': {
      const missed = positive(frame.missed);
      return missed === null ? null : { kind: 'lagged', missed };
    }
    case 'error':
      return readError(text(frame.message), text(frame.code));
    case 'subscribed':
    case 'ping':
      return { kind: frame.type };
    default:
      // A newer server may say more than this page knows; that is no fault.
      return typeof frame.type === 'string' ? { kind: 'other' } : null;
  }
}

/**
 * @param {string} message
 * @param {string} code
 * @returns {ErrorMessage}
 */
function readError(message, code) {
  if (code === 'TOKEN_EXPIRED') {
    return { kind: 'error', message: 'The token has run out', denied: true }; // the server words both cases alike
  }
  return { kind: 'error', message: message || 'The server reported an error', denied: code === 'UNAUTHORIZED' };
}

/**
 * @param {unknown[]} metrics
 * @returns {MetricsMessage}
 */
function readBatch(metrics) {
  const samples = metrics.map(readSample).filter((sample) => sample !== null);
  return { kind: 'metrics', samples, malformed: metrics.length - samples.length };
}

/**
 * @param {unknown} metric
 * @returns {Sample | null}
 */
function readSample(metric) {
  if (!isObject(metric)) {
    return null;
  }
  const { name, value } = metric;
  const time = typeof metric.timestamp === 'string' ? Date.parse(metric.timestamp) / 1000 : NaN;
  if (typeof name !== 'string' || name === '' || typeof value !== 'number' || !Number.isFinite(value) || Number.isNaN(time)) {
    return null;
  }
  return { name, value, time, tags: readTags(metric.tags) };
}

/**
 * @param {unknown} tags
 * @returns {Record<string, string>}
 */
function readTags(tags) {
  if (!isObject(tags)) {
    return {};
  }
  // fromEntries defines properties instead of assigning them, so a tag called "__proto__" is only a tag.
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]));
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param {unknown} value */
function positive(value) {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null;
}

/** @param {unknown} value */
function text(value) {
  return typeof value === 'string' ? value.slice(0, 200) : '';
}
