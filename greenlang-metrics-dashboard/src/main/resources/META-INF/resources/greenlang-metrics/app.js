/** Ties the page together: address → connection → hosts → tiles and charts. */

import { metricsUrl, readFragment, withoutToken } from './address.js';
import { Chart } from './charts.js';
import { MetricsConnection } from './connection.js';
import { ConnectionView } from './connection-view.js';
import { find, setText } from './dom.js';
import { count, decimal } from './format.js';
import { HostPicker } from './host-picker.js';
import { Hosts } from './hosts.js';
import { Meter } from './meter.js';
import { oncePerFrame } from './painter.js';
import { Palette } from './palette.js';
import { PANELS } from './panels.js';
import { Tile } from './tiles.js';
import { TokenPanel } from './token-panel.js';
import { TokenStore } from './token-store.js';

class App {
  #hosts = new Hosts();
  #meter = new Meter();
  #tokens = new TokenStore();
  #missed = 0;
  #malformed = 0;
  /** @type {MetricsConnection | null} */
  #connection = null;
  #url = '';

  #paint = oncePerFrame(() => this.#show());
  #palette = new Palette(() => this.#charts.forEach((chart) => chart.redraw()));
  #picker = new HostPicker(this.#paint);
  #connectionView = new ConnectionView(() => this.#connection?.connect());
  #tokenPanel = new TokenPanel((token) => this.#use(token));
  #notice = new Notice();
  #board = find('#board');
  #tiles = PANELS.map((panel) => new Tile(panel, find('#tiles')));
  #charts = PANELS.map((panel) => new Chart(panel, this.#palette, find('#charts')));

  /** Reads the address bar and connects, or asks for what is missing. */
  start() {
    const { token, ws } = readFragment(location.hash);
    this.#url = metricsUrl(location.href, ws);
    setText(find('#endpoint'), this.#url);
    if (token) {
      this.#tokens.put(this.#url, token);
    }
    const known = token ?? this.#tokens.get(this.#url);
    if (known === null) {
      this.#disconnect();
      this.#tokenPanel.ask('The server prints one when it starts.', false);
    } else {
      this.#connect(known || null);
    }
  }

  wake() {
    this.#connection?.wake();
  }

  /** Once a second. The rate falls to zero by itself when nothing comes, so no message can be what updates it. */
  tick() {
    setText(find('#rate'), decimal(this.#meter.perSecond(performance.now())));
  }

  /** @param {string | null} token just given by the reader */
  #use(token) {
    this.#tokens.put(this.#url, token ?? ''); // an empty one: none is wanted, also after a reload
    // What is pasted replaces what the address bar says; left there, the refused token would win after a reload.
    history.replaceState(null, '', withoutToken(location.hash) || location.pathname + location.search);
    this.#connect(token);
  }

  /** @param {string | null} token */
  #connect(token) {
    this.#disconnect();
    this.#tokenPanel.hide();
    this.#connection = new MetricsConnection(this.#url, token, {
      onState: (state) => this.#onState(state),
      onMessage: (message) => this.#onMessage(message),
      onMalformed: () => this.#onMalformed(1),
    });
    this.#connection.connect();
  }

  #disconnect() {
    this.#connection?.close();
    this.#connection = null;
    this.#onState({ name: 'closed' });
  }

  /** @param {import('./connection.js').ConnectionState} state */
  #onState(state) {
    this.#connectionView.show(state);
    this.#board.toggleAttribute('data-stale', state.name !== 'connected');
    if (state.name !== 'connected') {
      this.#hosts.breakLines();
    }
    if (state.name === 'refused') {
      this.#tokens.forget(this.#url);
      this.#tokenPanel.ask(`${state.reason}. Paste another one.`, true);
    }
    this.#paint();
  }

  /** @param {import('./messages.js').Message} message */
  #onMessage(message) {
    const now = performance.now();
    this.#meter.mark(now);
    switch (message.kind) {
      case 'metrics':
        message.samples.forEach((sample) => this.#hosts.add(sample, now));
        this.#onMalformed(message.malformed);
        break;
      case 'lagged':
        this.#missed += message.missed;
        break;
      case 'subscribed':
        this.#notice.hide();
        break;
      case 'error':
        if (!message.denied) {
          this.#notice.show(message.message); // a denial closes the connection, and the token panel tells
        }
        break;
    }
    this.#paint();
  }

  /** @param {number} frames */
  #onMalformed(frames) {
    this.#malformed += frames;
    this.#paint();
  }

  #show() {
    this.#picker.offer(this.#hosts.names);
    const host = this.#hosts.get(this.#picker.chosen);
    // Without a token there is nothing to wait for, and empty charts would only push the token panel about.
    this.#board.hidden = !host && !['connecting', 'connected', 'reconnecting'].includes(this.#connection?.state.name ?? '');
    this.#tiles.forEach((tile) => tile.show(host));
    this.#charts.forEach((chart) => chart.show(host));
    showCount('missed', this.#missed);
    showCount('malformed', this.#malformed);
    showCount('ignored', this.#hosts.ignored);
    find('#malformed').hidden = this.#malformed === 0;
    find('#ignored').hidden = this.#hosts.ignored === 0;
  }
}

/** The server's last complaint, until it is dismissed or the server is content again. */
class Notice {
  #root = find('#notice');
  #text = find('#notice-text');

  constructor() {
    find('#notice-close').addEventListener('click', () => this.hide());
  }

  /** @param {string} text */
  show(text) {
    this.#root.hidden = false; // first: a change in a hidden live region is not announced
    setText(this.#text, text);
  }

  hide() {
    this.#root.hidden = true;
    setText(this.#text, '');
  }
}

/**
 * @param {string} stat
 * @param {number} value
 */
function showCount(stat, value) {
  const target = find(`[data-stat="${stat}"]`);
  setText(target, count(value));
  target.toggleAttribute('data-any', value > 0);
}

const app = new App();
app.start();
addEventListener('hashchange', () => app.start());
addEventListener('online', () => app.wake());
document.addEventListener('visibilitychange', () => app.wake());
setInterval(() => app.tick(), 1000);
