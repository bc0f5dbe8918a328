import { find } from './dom.js';
import { LEVELS, MARKS, worstOf } from './thresholds.js';

/**
 * The state of an open dashboard by its thresholds: in the title of the page, in its icon, and read once to users of a screen reader.
 *
 * @typedef {import('./thresholds.js').Level} Level
 *
 * @typedef {import('./chart-alert.js').ChartAlert} Alert
 */

/** The time that a better level must last. A value that moves around its threshold then has one state. */
const RECOVERY_MILLIS = 10_000;
const PAGE_TITLE = 'GreenLang Metrics';
const ICONS = { normal: 'icon.svg', warning: 'icon-warning.svg', critical: 'icon-critical.svg' };

export class DashboardAlerts {
  #icon = /** @type {HTMLLinkElement} */ (find('link[rel=icon]'));
  #name;
  #announce;
  /** The state of each chart, and the time since when its values are better. A chart keeps its state while it has no values. @type {Map<string, {level: Level, betterSince: number | null}>} */
  #states = new Map();

  /** @param {string} name of the dashboard @param {(text: string) => void} announce */
  constructor(name, announce) {
    this.#name = name;
    this.#announce = announce;
    this.#show('normal');
  }

  /** @param {Alert[]} alerts of all charts with thresholds and values @param {number} now milliseconds on a monotonic clock */
  update(alerts, now) {
    const changed = alerts.filter((alert) => this.#change(alert, now));
    if (changed.length > 0) {
      this.#announce(changed.map(({ level, text }) => `${text}: ${level}`).join('. '));
    }
    this.#show(worstOf([...this.#states.values()].map(({ level }) => level)));
  }

  close() {
    this.#icon.setAttribute('href', ICONS.normal);
    document.title = PAGE_TITLE;
  }

  /** Updates the state of a chart. @param {Alert} alert @param {number} now @returns {boolean} true if users must hear of it */
  #change({ id, level }, now) {
    const state = this.#states.get(id) ?? { level: /** @type {Level} */ ('normal'), betterSince: null };
    this.#states.set(id, state);
    const isBetter = LEVELS.indexOf(level) < LEVELS.indexOf(state.level);
    state.betterSince = isBetter ? (state.betterSince ?? now) : null;
    if (level === state.level || (state.betterSince !== null && now - state.betterSince < RECOVERY_MILLIS)) {
      return false;
    }
    state.level = level;
    state.betterSince = null;
    return true;
  }

  /** @param {Level} level */
  #show(level) {
    const title = [MARKS[level], this.#name, PAGE_TITLE].filter(Boolean).join(' – ');
    if (document.title !== title) {
      document.title = title;
    }
    if (this.#icon.getAttribute('href') !== ICONS[level]) {
      this.#icon.setAttribute('href', ICONS[level]);
    }
  }
}
