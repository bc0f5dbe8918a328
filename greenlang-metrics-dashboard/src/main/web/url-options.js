/**
 * What the address bar tells the page: `#token=<jwt>` and `#ws=<path or url>`.
 *
 * Both travel in the fragment, because a fragment never leaves the browser: a token in the page's query would end up in
 * access logs and in `Referer` headers.
 */

/** The folder that a servlet container serves this page from, beside the WebSocket's own path. */
const MOUNT = 'greenlang-metrics/';

/**
 * @param {string} hash the fragment, with or without its `#`
 * @returns {{token: string | null, ws: string | null}} null for what is absent or empty
 */
export function readFragment(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  return { token: fields.get('token')?.trim() || null, ws: fields.get('ws')?.trim() || null };
}

/**
 * @param {string} hash
 * @returns {string} the same fragment without its token: what stays once the user pasted a newer one
 */
export function withoutToken(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  fields.delete('token');
  const rest = fields.toString();
  return rest && `#${rest}`;
}

/**
 * The WebSocket address, without a token.
 *
 * It is found relative to the page, so that a context path or a proxy's prefix is kept: `/app/greenlang-metrics/` talks to
 * `/app/ws/metrics`, and the standalone server's `/` to `/ws/metrics`.
 *
 * @param {string} page the page's own URL
 * @param {string | null} override the fragment's `ws`; ignored when it is no WebSocket address
 * @returns {string}
 */
export function metricsUrl(page, override) {
  const given = override && asWebSocket(override, page);
  if (given) {
    return given;
  }
  const folder = new URL('.', page).pathname;
  return /** @type {string} */ (asWebSocket(folder.endsWith(`/${MOUNT}`) ? '../ws/metrics' : 'ws/metrics', page));
}

/**
 * @param {string} reference
 * @param {string} page
 * @returns {string | null}
 */
function asWebSocket(reference, page) {
  let url;
  try {
    url = new URL(reference, page);
  } catch {
    return null;
  }
  url.protocol = url.protocol.replace(/^http/, 'ws');
  url.hash = ''; // the WebSocket constructor throws on a fragment
  return /^wss?:$/.test(url.protocol) ? url.href : null;
}

/**
 * People paste what they have at hand: the bare token, the server's line `Token: <jwt>`, a `Bearer <jwt>` header, or the
 * whole dashboard address.
 *
 * @param {string} text
 * @returns {string} the token, empty when there is none
 */
export function tokenFromPaste(text) {
  const line = text.trim();
  const inAddress = /[#?&](token=[^&\s]+)/.exec(line);
  if (inAddress) {
    return readFragment(inAddress[1]).token ?? '';
  }
  return line.split(/\s+/).at(-1) ?? '';
}
