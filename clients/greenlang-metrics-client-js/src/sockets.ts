import type { Settings } from './options.js';
import type { WebSocketLike } from './websocket.js';

const PROTOCOL = 'greenlang.v1';
const TERMINATE_DELAY_MS = 1_000;

/** Opens a WebSocket. Throws if the token has invalid characters, and if a page loaded over https: uses a ws: URL. */
export function openWebSocket(webSocketUrl: URL, token: string | null, settings: Settings): WebSocketLike {
  const url = new URL(webSocketUrl);
  if (token && !settings.subprotocol) {
    url.searchParams.set('token', token);
  }
  const protocols = token && settings.subprotocol ? [[PROTOCOL, `bearer.${token}`]] : [];
  return new (settings.WebSocket ?? globalThis.WebSocket)(url.href, ...(protocols as [string[]?]));
}

/** Returns a URL without its query, which may contain a token. */
export function endpointOf(url: URL): string {
  return url.origin + url.pathname;
}

/** Returns a hint for a page of another origin; undefined for others. A browser does not say that the server rejected the origin with 403. */
export function otherOriginHint(url: URL): string | undefined {
  const { host, origin } = globalThis.location ?? url;
  return host === url.host
    ? undefined
    : `Failed to connect to ${endpointOf(url)}. A running server may reject the Origin ${origin}: add it to WS_ALLOWED_ORIGINS`;
}

/**
 * Closes a socket, and terminates it soon after where the implementation supports that. `ws` waits half a minute for the close
 * frame of a frozen server and keeps the process alive meanwhile.
 */
export function closeSocket(socket: WebSocketLike & { terminate?: () => void }, isDead: boolean): void {
  if (isDead && socket.terminate) {
    socket.terminate();
    return;
  }
  socket.close();
  if (socket.terminate) {
    (setTimeout(() => socket.terminate?.(), TERMINATE_DELAY_MS) as { unref?: () => void }).unref?.();
  }
}
