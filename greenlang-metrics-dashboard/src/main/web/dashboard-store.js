import { SAVED_KEY } from './dashboard-keys.js';
import { formatDashboard, parseDashboard } from './dashboard-schema.js';

/**
 * The custom dashboards: those that the application ships beside the files of the page, and those that the user saved in this browser. A
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

  /** Returns the saved dashboard of a name, also if another tab saved it. @param {string} name @returns {Dashboard | undefined} */
  findSaved(name) {
    this.refresh();
    return this.#saved.find((each) => each.name === name);
  }

  /** The names that a new dashboard cannot have without a replacement, also of those that this version of the page does not understand. */
  get takenNames() {
    return [...this.names, ...storedEntries().map((each) => each?.name)];
  }

  /** Returns the text of a saved dashboard, also of one that this version of the page does not understand; empty if there is none. @param {string} name */
  savedText(name) {
    const entry = storedEntries().find((each) => each?.name === name);
    const saved = this.findSaved(name);
    return saved ? formatDashboard(saved) : entry ? JSON.stringify(entry) : '';
  }

  /** Reads the saved dashboards again: another tab may have changed them. */
  refresh() {
    this.#saved = readSaved();
  }

  /** Saves a dashboard in place of one with the same name. @param {Dashboard} dashboard @throws {Error} if the browser cannot store it */
  save(dashboard) {
    const others = storedEntries().filter((each) => each?.name !== dashboard.name);
    if (validOf(others).length >= MAX_SAVED) {
      throw new Error(`This browser stores ${MAX_SAVED} dashboards already. Export one and delete it.`);
    }
    this.#write([...others, dashboard]);
  }

  /** Deletes a saved dashboard. A shipped one of the same name appears again. @param {string} name */
  delete(name) {
    this.#write(storedEntries().filter((each) => each?.name !== name));
  }

  /**
   * Loads the shipped dashboards.
   *
   * @param {string[]} files the files in the folder `dashboards`
   * @returns {Promise<string[]>} the problems of files that are not dashboards, or have the name of another
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

  /** @param {any[]} entries */
  #write(entries) {
    try {
      localStorage.setItem(SAVED_KEY, JSON.stringify(entries));
    } catch {
      throw new Error('The browser cannot store the dashboard: its storage is full or disabled. Export the dashboard instead.');
    }
    this.#saved = validOf(entries);
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

/** Reads the saved dashboards. One that this version of the page does not understand stays in the storage. */
function readSaved() {
  return validOf(storedEntries()).slice(0, MAX_SAVED);
}

/** Returns the stored list, with the entries that this version of the page does not understand. @returns {any[]} */
function storedEntries() {
  try {
    const stored = JSON.parse(localStorage.getItem(SAVED_KEY) ?? '[]');
    return Array.isArray(stored) ? stored : [];
  } catch {
    return []; // storage is disabled, or the stored text is not ours
  }
}

/** @param {any[]} entries @returns {Dashboard[]} */
function validOf(entries) {
  return entries.flatMap((each) => {
    try {
      return [parseDashboard(JSON.stringify(each))];
    } catch {
      return [];
    }
  });
}
