import type { StreamPosition } from '../messages.js';
import type { MetricSubscription } from '../types.js';

/** The data of a subscribe command. */
export type SubscribeData = MetricSubscription & { resume?: boolean; since?: Record<string, StreamPosition> };

/** The length of a URL that servers and proxies accept. Positions that do not fit are left out; the client then reports a gap. */
const MAX_URL = 6_000;

/**
 * Returns the URL of events that belongs to the URL of a WebSocket.
 *
 * @param eventsUrl the URL that the application gave, if any
 */
export function eventsUrlOf(webSocketUrl: URL, eventsUrl: string | undefined): URL {
  const url = new URL(eventsUrl ?? webSocketUrl, eventsUrl === undefined ? undefined : (globalThis.location?.href ?? httpUrl(webSocketUrl)));
  if (eventsUrl === undefined) {
    url.pathname = url.pathname.replace(/\/ws(?=\/[^/]*$)/, '/sse');
  }
  return httpUrl(url);
}

/** Returns the URL of a stream, with the token only if it is not in the header. */
export function streamUrl(eventsUrl: URL, token: string | null, data: SubscribeData, isTokenInQuery = false): URL {
  const url = new URL(eventsUrl);
  const { searchParams } = url;
  if (token) {
    searchParams.delete('token'); // the server accepts one token only
  }
  if (token && isTokenInQuery) {
    searchParams.set('token', token);
  }
  for (const [name, value] of Object.entries(data)) {
    if (value === 'columnar') {
      searchParams.set('batch', 'true'); // events are text, which has no columns
    } else if (name === 'tags') {
      searchParams.set(name, Object.entries(value as object).flatMap(([key, values]) => [values].flat().map((each) => tag(key, String(each)))).join());
    } else if (!['compression', 'resume', 'since'].includes(name) && value !== undefined) {
      searchParams.set(name, Array.isArray(value) ? value.map((each) => escape(String(each))).join() : String(value));
    }
  }
  let positions = '';
  for (const [channel, { epoch, offset }] of Object.entries(data.since ?? {})) {
    const longer = `${positions}${positions && ','}${escape(channel)}:${escape(String(epoch))}:${offset}`;
    searchParams.set('positions', longer);
    if (url.href.length > MAX_URL) {
      searchParams.set('positions', positions);
      break;
    }
    positions = longer;
  }
  if (positions === '') {
    searchParams.delete('positions');
  }
  return url;
}

function httpUrl(url: URL): URL {
  return new URL(url.href.replace(/^ws/, 'http'));
}

function tag(key: string, value: string): string {
  return `${escape(key)}:${escape(value)}`;
}

function escape(text: string): string {
  return text.replace(/[\\,:]/g, '\\$&');
}
