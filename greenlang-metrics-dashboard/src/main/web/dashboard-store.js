import { SAVED_KEY } from './dashboard-keys.js';
import { parseDashboard } from './dashboard-schema.js';

/**
 * The own dashboards: those that the application ships beside the files of the page, and those that the user saved in this browser. A
 * saved dashboard takes the place of a shipped one of the same name.
 *
 * @typedef {import('./dashboard-schema.js').Dashboard} Dashboard
 */

/** The maximum numbers of saved and of shipped dashboards. */
const MAX_SAVED = 32;
const MAX_SHIPPED = 32;

export class DashboardStore {
  /** @type {Dashboard[]} */
  #shipped = [];
  /** @type {Dashboard[]} */
  #saved = readSaved();

  /** The names in the order of the list: the shipped ones, then the saved ones. */
  get names() {
    return [...new Set([...this.#shipped, ...this.#saved].map(({ name }) => name))];
  }

  /** @param {string} name @returns {Dashboard | undefined} */
  find(name) {
    return [...this.#saved, ...this.#shipped].find((each) => each.name === name);
  }

  /** @param {string} name */
  isSaved(name) {
    return this.#saved.some((each) => each.name === name);
  }

  /** Saves a dashboard in place of one with the same name. @param {Dashboard} dashboard @throws {Error} if the browser cannot store it */
  save(dashboard) {
    const others = this.#saved.filter(({ name }) => name !== dashboard.name);
    if (others.length >= MAX_SAVED) {
      throw new Error(`This browser stores ${MAX_SAVED} dashboards already. Export one and delete it.`);
    }
    this.#write([...others, dashboard]);
  }

  /** Deletes a saved dashboard. A shipped one of the same name appears again. @param {string} name */
  delete(name) {
    this.#write(this.#saved.filter((each) => each.name !== name));
  }

  /**
   * Loads the shipped dashboards.
   *
   * @param {string[]} files the files in the folder `dashboards`
   * @returns {Promise<string[]>} the problems of files that are no dashboards, or have the name of another
   */
  async loadShipped(files) {
    const results = await Promise.allSettled(files.slice(0, MAX_SHIPPED).map(loadFile));
    /** @type {Map<string, {dashboard: Dashboard, file: string}>} by name */
    const shipped = new Map();
    const problems = results.flatMap((result, i) => {
      if (result.status === 'rejected') {
        return [`dashboards/${files[i]}: ${result.reason.message}`];
      }
      const other = shipped.get(result.value.name);
      if (other) {
        return [`dashboards/${files[i]}: The name “${result.value.name}” is that of dashboards/${other.file}, too. Rename one of them.`];
      }
      shipped.set(result.value.name, { dashboard: result.value, file: files[i] });
      return [];
    });
    this.#shipped = [...shipped.values()].map(({ dashboard }) => dashboard);
    return files.length > MAX_SHIPPED ? [...problems, `The application ships ${files.length} dashboards. The page shows the first ${MAX_SHIPPED}.`] : problems;
  }

  /** @param {Dashboard[]} saved */
  #write(saved) {
    try {
      localStorage.setItem(SAVED_KEY, JSON.stringify(saved));
    } catch {
      throw new Error('The browser cannot store the dashboard: its storage is full or disabled. Export the dashboard instead.');
    }
    this.#saved = saved;
  }
}

/** @param {string} file */
async function loadFile(file) {
  const response = await fetch(`dashboards/${file}`);
  if (!response.ok) {
    throw new Error(`The server answered with the status ${response.status}.`);
  }
  return parseDashboard(await response.text());
}

/** Reads the saved dashboards. One that this version of the page does not understand is left out. */
function readSaved() {
  let stored;
  try {
    stored = JSON.parse(localStorage.getItem(SAVED_KEY) ?? '[]');
  } catch {
    return []; // storage is disabled, or the stored text is not ours
  }
  return (Array.isArray(stored) ? stored : []).slice(0, MAX_SAVED).flatMap((each) => {
    try {
      return [parseDashboard(JSON.stringify(each))];
    } catch {
      return [];
    }
  });
}
