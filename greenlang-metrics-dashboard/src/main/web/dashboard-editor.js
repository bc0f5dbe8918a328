import { MAX_DASHBOARD_BYTES, formatDashboard, parseDashboard } from './dashboard-schema.js';
import { download, find, setText } from './dom.js';

/**
 * The editor of custom dashboards: a dialog with the JSON, which the user can save in this browser, export, import and delete.
 *
 * @typedef {import('./dashboard-schema.js').Dashboard} Dashboard
 */
export class DashboardEditor {
  #dialog = /** @type {HTMLDialogElement} */ (find('#dashboard-editor'));
  #text = /** @type {HTMLTextAreaElement} */ (find('#dashboard-json'));
  #file = /** @type {HTMLInputElement} */ (find('#dashboard-file'));
  #error = find('#dashboard-error');
  #deleteButton = find('#dashboard-delete');
  #store;
  #onOpen;
  #name = '';
  /** The saved text that the editor shows, or whose replacement the user was asked to confirm. */
  #replaced = '';

  /** @param {import('./dashboard-store.js').DashboardStore} store @param {(name: string | null) => void} onOpen opens a dashboard after a change */
  constructor(store, onOpen) {
    this.#store = store;
    this.#onOpen = onOpen;
    this.#text.addEventListener('input', () => this.#showError(''));
    find('#dashboard-save').addEventListener('click', () => this.#attempt((dashboard) => this.#save(dashboard)));
    find('#dashboard-export').addEventListener('click', () => this.#attempt(exportFile));
    find('#dashboard-import').addEventListener('click', () => this.#file.click());
    find('#dashboard-cancel').addEventListener('click', () => this.#dialog.close());
    this.#deleteButton.addEventListener('click', () => this.#delete());
    this.#file.addEventListener('change', () => this.#import());
  }

  /** @param {Dashboard} dashboard @param {boolean} isSaved true if the user can delete it */
  open(dashboard, isSaved) {
    this.#name = dashboard.name;
    this.#text.value = formatDashboard(dashboard);
    this.#replaced = isSaved ? this.#text.value : '';
    this.#deleteButton.hidden = !isSaved;
    this.#showError('');
    this.#dialog.showModal();
    this.#text.focus();
    this.#text.setSelectionRange(0, 0);
    this.#text.scrollTop = 0;
  }

  /** Saves the dashboard. In place of another one than that of the editor, it does so on the second click. @param {Dashboard} dashboard */
  #save(dashboard) {
    const replaced = this.#store.savedText(dashboard.name);
    if (replaced && replaced !== this.#replaced) {
      this.#replaced = replaced;
      throw new Error(`This browser has another dashboard “${dashboard.name}”. Save again to replace it, or change the name.`);
    }
    this.#store.save(dashboard);
    this.#dialog.close();
    this.#onOpen(dashboard.name);
  }

  #delete() {
    this.#store.delete(this.#name);
    this.#dialog.close();
    this.#onOpen(this.#store.find(this.#name) ? this.#name : null);
  }

  async #import() {
    const [file] = this.#file.files ?? [];
    if (file && file.size > MAX_DASHBOARD_BYTES) {
      this.#showError(`${file.name} has ${file.size.toLocaleString('en')} bytes. At most ${MAX_DASHBOARD_BYTES.toLocaleString('en')} are allowed.`);
    } else if (file) {
      this.#text.value = await file.text();
      this.#attempt(() => this.#text.focus());
    }
    this.#file.value = ''; // the same file can be imported again
  }

  /** Reads the text and uses the dashboard, or shows the problem. @param {(dashboard: Dashboard) => void} use */
  #attempt(use) {
    try {
      this.#showError('');
      use(parseDashboard(this.#text.value));
    } catch (error) {
      this.#showError(error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {string} text */
  #showError(text) {
    setText(this.#error, text);
    this.#text.setAttribute('aria-invalid', String(text !== ''));
  }
}

/** @param {Dashboard} dashboard */
function exportFile(dashboard) {
  download(new Blob([formatDashboard(dashboard)], { type: 'application/json' }), `${dashboard.name}.json`);
}
