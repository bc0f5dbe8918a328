/**
 * The tokens of this tab. They survive a reload.
 *
 * Each token belongs to one WebSocket URL. Otherwise a link such as `…/greenlang-metrics/#ws=wss://evil.example/` would make the
 * page send the token of one server to another.
 */

const PREFIX = 'greenlang-metrics.token ';

export class TokenStore {
  /** A fallback for disabled storage. Then even reading the property `sessionStorage` throws. @type {Map<string, string>} */
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
  set(url, token) {
    this.#memory.set(url, token);
    withStorage((storage) => storage.setItem(PREFIX + url, token));
  }

  /** @param {string} url */
  remove(url) {
    this.#memory.delete(url);
    withStorage((storage) => storage.removeItem(PREFIX + url));
  }
}

/**
 * Runs an action with the session storage. Returns undefined if storage is disabled.
 *
 * @template T
 * @param {(storage: Storage) => T} action
 * @returns {T | undefined}
 */
function withStorage(action) {
  try {
    return action(sessionStorage);
  } catch {
    return undefined;
  }
}
