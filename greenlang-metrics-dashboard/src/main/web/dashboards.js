import { ChartMenuLoader } from './chart-menu-loader.js';
import { SAVED_KEY } from './dashboard-keys.js';
import { DashboardEditor } from './dashboard-editor.js';
import { dashboardOf } from './dashboard-queries.js';
import { DashboardStore } from './dashboard-store.js';
import { DashboardView } from './dashboard-view.js';
import { createElement, find, setText } from './dom.js';

/** The custom dashboards: the list to choose from, the editor, and the open one. */

/** The value of the list that shows all metrics. */
const ALL = '';

export class Dashboards {
  #context;
  #store = new DashboardStore();
  #select = /** @type {HTMLSelectElement} */ (find('#dashboard-select'));
  #button = find('#dashboard-edit');
  #editor;
  #menu = new ChartMenuLoader(null, (text) => this.#context.errorBanner.show(text));
  /** @type {DashboardView | null} */
  #view = null;
  /** @type {import('./dashboard-loader.js').Connection | null} */
  #connection = null;

  /** @param {import('./dashboard-loader.js').DashboardContext} context */
  constructor(context) {
    this.#context = context;
    this.#select.addEventListener('change', () => this.#open(this.#select.value === ALL ? null : this.#select.value));
    addEventListener('storage', ({ key }) => (key === SAVED_KEY || key === null) && this.#onStorage());
    this.#editor = new DashboardEditor(this.#store, (name) => this.#open(name));
  }

  /** Loads the shipped dashboards and opens the one of the address. @param {string[]} files */
  async start(files) {
    const problems = await this.#store.loadShipped(files);
    const { dashboard } = this.#context.preferences;
    if (dashboard !== null && !this.#store.find(dashboard)) {
      problems.push(`There is no dashboard “${dashboard}”. If it is saved in another browser, export it there and import it here.`);
      this.#context.onOpen(null);
    }
    if (problems.length > 0) {
      this.#context.errorBanner.show(problems.join(' '), true);
    }
    this.#open(this.#context.preferences.dashboard);
  }

  /** Opens the editor with the open dashboard, or with a new one. */
  edit() {
    const { preferences, host } = this.#context;
    const saved = this.#store.findSaved(preferences.dashboard ?? '');
    this.#editor.open(saved ?? this.#view?.dashboard ?? dashboardOf(preferences, host(), this.#store.takenNames), saved !== undefined);
  }

  /** False if the server of the open dashboard keeps no history. */
  get hasHistory() {
    return this.#view?.hasHistory ?? true;
  }

  /** @param {import('./dashboard-loader.js').Connection | null} connection */
  connect(connection) {
    this.#connection = connection;
    this.#view?.connect(connection);
  }

  /** @param {number} now the server's time in seconds @param {boolean} isDisconnected */
  render(now, isDisconnected) {
    this.#view?.render(now, isDisconnected);
  }

  redraw() {
    this.#view?.redraw();
  }

  /** @param {string | null} name null to show all metrics */
  #open(name) {
    const dashboard = this.#store.find(name ?? '');
    this.#view?.close();
    this.#view = dashboard ? new DashboardView(dashboard, this.#context, this.#menu) : null;
    this.#view?.connect(this.#connection);
    this.#fillList(dashboard?.name ?? ALL);
    if (this.#context.preferences.dashboard !== (dashboard?.name ?? null)) {
      this.#context.onOpen(dashboard?.name ?? null);
    }
    this.#context.onChange(true);
  }

  /** Lists the dashboards that another tab saved. The open one stays as it is. */
  #onStorage() {
    this.#store.refresh();
    this.#fillList(this.#select.value);
  }

  /** @param {string} selected */
  #fillList(selected) {
    const names = new Set([ALL, ...this.#store.names, selected]); // another tab may have deleted the open one
    const options = [...names].map((name) => createElement('option', { value: name }, name || 'All metrics'));
    this.#select.replaceChildren(...options);
    this.#select.value = selected;
    this.#select.hidden = options.length < 2;
    setText(this.#button, selected !== ALL ? 'Edit' : options.length < 2 ? 'New dashboard' : 'New'); // short, so that the bar has one row
    this.#button.setAttribute('aria-label', selected === ALL ? 'New dashboard' : 'Edit the dashboard');
  }
}
