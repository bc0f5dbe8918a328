/**
 * Remembers a token for this tab, so that a reload works.
 *
 * A token is kept per WebSocket address. Otherwise a link such as `…/greenlang-metrics/#ws=wss://evil.example/` would make
 * the page hand a token that it holds for one server to another.
 */

const PREFIX = 'greenlang-metrics.token ';

export class TokenStore {
  /** Storage may be switched off, and then even reading the property throws. @type {Map<string, string>} */
  #memory = new Map();

  /**
   * @param {string} url
   * @returns {string | null}
   */
  get(url) {
    return this.#memory.get(url) ?? withStorage((storage) => storage.getItem(PREFIX + url)) ?? null;
  }

  /**
   * @param {string} url
   * @param {string} token
   */
  put(url, token) {
    this.#memory.set(url, token);
    withStorage((storage) => storage.setItem(PREFIX + url, token));
  }

  /** @param {string} url */
  forget(url) {
    this.#memory.delete(url);
    withStorage((storage) => storage.removeItem(PREFIX + url));
  }
}

/**
 * @template T
 * @param {(storage: Storage) => T} use
 * @returns {T | undefined}
 */
function withStorage(use) {
  try {
    return use(sessionStorage);
  } catch {
    return undefined;
  }
}
