/**
 * The options in the page's URL fragment: `#token=<jwt>` and `#ws=<path or url>`.
 *
 * A fragment never leaves the browser. A token in the page's query would appear in access logs and in `Referer` headers.
 */

/** The folder under which a servlet container serves this page, next to the WebSocket path. */
const MOUNT_FOLDER = 'greenlang-metrics/';

/**
 * Reads the options from a fragment.
 *
 * @param {string} hash the fragment, with or without its `#`
 * @returns {{token: string | null, ws: string | null}} null for an absent or empty option
 */
export function readFragment(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  return { token: fields.get('token')?.trim() || null, ws: fields.get('ws')?.trim() || null };
}

/**
 * Removes the token from a fragment. A token that the user pastes replaces the one in the URL.
 *
 * @param {string} hash
 * @returns {string}
 */
export function withoutToken(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  fields.delete('token');
  const rest = fields.toString();
  return rest && `#${rest}`;
}

/**
 * Returns the WebSocket URL without a token.
 *
 * The URL is relative to the page, so it keeps a context path or a proxy's prefix. `/app/greenlang-metrics/` connects to
 * `/app/ws/metrics`. The standalone server's `/` connects to `/ws/metrics`.
 *
 * @param {string} pageUrl
 * @param {string | null} override the fragment's `ws`; ignored if it is not a WebSocket URL
 * @returns {string}
 */
export function metricsUrl(pageUrl, override) {
  const overrideUrl = override && toWebSocketUrl(override, pageUrl);
  if (overrideUrl) {
    return overrideUrl;
  }
  const folder = new URL('.', pageUrl).pathname;
  return /** @type {string} */ (toWebSocketUrl(folder.endsWith(`/${MOUNT_FOLDER}`) ? '../ws/metrics' : 'ws/metrics', pageUrl));
}

/**
 * @param {string} reference
 * @param {string} baseUrl
 * @returns {string | null}
 */
function toWebSocketUrl(reference, baseUrl) {
  let url;
  try {
    url = new URL(reference, baseUrl);
  } catch {
    return null;
  }
  url.protocol = url.protocol.replace(/^http/, 'ws');
  url.hash = ''; // the WebSocket constructor throws on a fragment
  return /^wss?:$/.test(url.protocol) ? url.href : null;
}

/**
 * Extracts a token from pasted text. Users paste the bare token, the server's line `Token: <jwt>`, a `Bearer <jwt>` header, or
 * the whole dashboard address.
 *
 * @param {string} text
 * @returns {string} the token; empty if there is none
 */
export function tokenFromPaste(text) {
  const line = text.trim();
  const urlField = /[#?&](token=[^&\s]+)/.exec(line);
  if (urlField) {
    return readFragment(urlField[1]).token ?? '';
  }
  return line.split(/\s+/).at(-1) ?? '';
}
