import { SAVED_KEY } from './dashboard-keys.js';
import { find } from './dom.js';
import { PartLoader } from './part-loader.js';

/** The time after which the list of the shipped dashboards is loaded again. */
const RETRY_MILLIS = 5_000;

const FAILURE = 'The dashboards could not be loaded. The page tries again. Reload it if this message stays.';

/**
 * The custom dashboards, as the rest of the page sees them. Their code is in a separate file, which the page loads if there are
 * dashboards, or if the user creates one.
 *
 * @typedef {object} DashboardContext
 * @property {import('./preferences.js').Preferences} preferences
 * @property {import('./palette.js').Palette} palette
 * @property {import('./time-range.js').TimeRange} timeRange
 * @property {(text: string) => void} announce
 * @property {import('./annotation-loader.js').AnnotationLoader} annotations
 * @property {import('./error-banner.js').ErrorBanner} errorBanner
 * @property {() => string | null} host returns the visible host
 * @property {(metric: import('@greenlang/metrics-client').Metric) => void} onMetric called with each live metric
 * @property {(loss: import('./outage.js').Loss) => void} onLoss
 * @property {(name: string | null) => void} onOpen opens a dashboard, or all metrics
 * @property {(isUrgent?: boolean) => void} onChange called when the charts must be drawn
 *
 * @typedef {object} Connection
 * @property {string} url
 * @property {string | null} token
 * @property {typeof WebSocket} WebSocket
 */
export class DashboardLoader {
  #context;
  #part = new PartLoader(() => import('./dashboards.js'), (module) => this.#create(module), () => this.#onFailure());
  #hasFailed = false;
  /** @type {import('./dashboards.js').Dashboards | null} null until it is loaded */
  #dashboards = null;
  /** @type {Connection | null} */
  #connection = null;
  #files = this.#loadIndex();

  /** @param {DashboardContext} context */
  constructor(context) {
    this.#context = context;
    find('#dashboard-edit').addEventListener('click', async () => (await this.#part.load())?.edit());
    this.#start();
  }

  /** True if a dashboard takes the place of all metrics. */
  get isOpen() {
    return this.#context.preferences.dashboard !== null;
  }

  /** False if the server of the open dashboard keeps no history. */
  get hasHistory() {
    return this.#dashboards?.hasHistory ?? true;
  }

  /** @param {Connection | null} connection null to disconnect */
  connect(connection) {
    this.#connection = connection;
    this.#dashboards?.connect(connection);
  }

  /** Draws the open dashboard. After a failure it loads the code again. @param {number} now the server's time in seconds @param {boolean} isDisconnected */
  render(now, isDisconnected) {
    document.body.toggleAttribute('data-own', this.isOpen);
    this.#hasFailed && this.#part.load();
    this.#dashboards?.render(now, isDisconnected);
  }

  /** Redraws the plots after a change of theme or time zone. */
  redraw() {
    this.#dashboards?.redraw();
  }

  async #start() {
    if ((await this.#files).length > 0 || this.isOpen || hasSaved()) {
      await this.#part.load();
    }
  }

  /** Loads the list of the shipped dashboards, also after failures. */
  async #loadIndex() {
    let files = await readIndex();
    while (!files) {
      this.#onFailure();
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLIS));
      files = await readIndex();
    }
    this.#onSuccess();
    return files;
  }

  #onFailure() {
    this.#hasFailed || this.#context.errorBanner.show(FAILURE, true); // once: the user may dismiss it before the next attempt
    this.#hasFailed = true;
  }

  #onSuccess() {
    this.#context.errorBanner.end(FAILURE);
    this.#hasFailed = false;
  }

  /** @param {typeof import('./dashboards.js')} module */
  async #create({ Dashboards }) {
    const files = await this.#files;
    const dashboards = new Dashboards(this.#context);
    this.#onSuccess();
    await dashboards.start(files);
    dashboards.connect(this.#connection);
    this.#dashboards = dashboards;
    this.#context.onChange(true);
    return dashboards;
  }
}

/** Returns the names of the shipped dashboards' files. A server without the list ships none. @returns {Promise<string[] | null>} null after a failure */
async function readIndex() {
  const response = await fetch('dashboards/index.json').catch(() => null);
  if (!response || response.status >= 500) {
    return null;
  }
  const files = response.ok ? await response.json().catch(() => []) : []; // another server answers with a page, for example
  return Array.isArray(files) ? files.filter((each) => typeof each === 'string') : [];
}

function hasSaved() {
  try {
    return localStorage.getItem(SAVED_KEY) !== null;
  } catch {
    return false; // storage is disabled
  }
}
