import { TokenStore } from './token-store.js';
import { metricsUrl, readFragment, withoutToken } from './url-options.js';

/** The URL of the server and the token for it, from the address of the page or from this tab. */
export class ServerAccess {
  url = '';
  #tokens = new TokenStore();

  /** Reads the token and the URL from the address. @returns {string | null} null if the token is unknown; empty if the server requires none */
  read() {
    const { token, ws } = readFragment(location.hash);
    this.url = metricsUrl(location.href, ws);
    token && this.#tokens.set(this.url, token);
    return token ?? this.#tokens.get(this.url);
  }

  /** Keeps a token that the user entered. It replaces the one in the address, which would return after a reload. @param {string | null} token */
  replace(token) {
    this.#tokens.set(this.url, token ?? ''); // an empty token means that the server requires none, after a reload too
    history.replaceState(null, '', withoutToken(location.hash) || location.pathname + location.search);
  }

  /** Forgets a token that the server rejected. */
  reject() {
    this.#tokens.remove(this.url);
  }
}
