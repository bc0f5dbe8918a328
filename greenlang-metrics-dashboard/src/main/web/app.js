/** Ties the page together: address → feed → store → board. */

import { metricsUrl, readFragment, withoutToken } from './address.js';
import { Board } from './board.js';
import { ConnectionView } from './connection-view.js';
import { Controls } from './controls.js';
import { find, setText } from './dom.js';
import { Feed } from './feed.js';
import { NOTHING, count, decimal } from './format.js';
import { HostPicker } from './host-picker.js';
import { Inspector } from './inspector.js';
import { Meter } from './meter.js';
import { Notice } from './notice.js';
import { oncePerFrame } from './painter.js';
import { Palette } from './palette.js';
import { SYSTEM } from './panels.js';
import { Store } from './store.js';
import { ThemeButton } from './theme-button.js';
import { TokenPanel } from './token-panel.js';
import { TokenStore } from './token-store.js';
import { View } from './view.js';
import { loadWishes, subscription } from './wishes.js';

/** Clocks that differ by more than this say nothing about delay. */
const MAX_DELAY_MILLIS = 10_000;

class App {
  #wishes = loadWishes();
  #store = new Store();
  #meter = new Meter();
  #tokens = new TokenStore();
  #url = '';
  /** @type {Feed | null} */
  #feed = null;
  /** @type {string[]} */
  #channels = [];
  /** When the newest metric came, on the page's clock; the right edge moves on from there while nothing comes. */
  #heardAt = 0;
  /** @type {number | null} */
  #delayMillis = null;

  #paint = oncePerFrame(() => this.#show(), () => this.#view.pixelMillis);
  #view = new View(() => this.#onView());
  #palette = new Palette();
  #picker = new HostPicker(() => this.#paint(true));
  #connectionView = new ConnectionView(() => this.#feed?.service.connect());
  #tokenPanel = new TokenPanel((token) => this.#use(token));
  #notice = new Notice();
  #inspector = new Inspector();
  #controls = new Controls(this.#wishes, this.#view, (change) => this.#onWish(change));
  #board = new Board(this.#palette, this.#view, () => this.#controls.focusTags());

  constructor() {
    new ThemeButton();
    this.#view.windowSeconds = this.#wishes.windowSeconds;
    this.#store.retain(this.#wishes.windowSeconds, null);
    find('#token-change').addEventListener('click', () => this.#tokenPanel.ask('Another token replaces the one in use.', false));
    addEventListener('themechange', () => {
      this.#palette.forget();
      this.#board.redraw();
    });
  }

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

  /** Once a second. The rate falls to zero by itself when nothing comes, so no message can be what updates it. */
  tick() {
    setText(find('#rate'), decimal(this.#meter.perSecond(performance.now())));
    setText(find('#delay'), this.#delayMillis === null ? NOTHING : count(this.#delayMillis));
    if (this.#feed?.service.state === 'reconnecting') {
      this.#paint(); // the gap grows
    }
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
    this.#inspector.showSnippet(subscription(this.#wishes, [SYSTEM]));
    this.#feed = new Feed(this.#url, token, this.#wishes, {
      onState: (state, info) => this.#onState(state, info),
      onChannels: (channels) => this.#onChannels(channels),
      onMetric: (metric) => this.#onMetric(metric),
      onPast: (metrics) => {
        this.#store.addPast(metrics);
        this.#paint(true);
      },
      onGap: (gap) => this.#onGap(gap),
      onError: (error) => this.#onError(error),
      onFrame: (data, isSent) => {
        this.#inspector.add(data, isSent);
        isSent || this.#meter.mark(performance.now());
      },
    });
  }

  #disconnect() {
    this.#feed?.close();
    this.#feed = null;
    this.#connectionView.show('closed');
    this.#board.setHidden(this.#store.newest === undefined);
  }

  /** @type {import('./feed.js').FeedListener['onState']} */
  #onState(state, info) {
    this.#connectionView.show(state, info);
    this.#board.setHidden(false);
    this.#board.setStale(state !== 'connected');
    if (state === 'connected') {
      this.#notice.hide();
    }
    if (state === 'failed') {
      this.#tokens.forget(this.#url);
      this.#board.setHidden(this.#store.newest === undefined);
      this.#tokenPanel.ask(`${info?.reason ?? 'The server refused the connection'}. Paste another token.`, true);
    }
    this.#paint(true);
  }

  /** @param {string[]} channels */
  #onChannels(channels) {
    this.#channels = channels;
    this.#controls.offer(channels);
    this.#showSnippet();
    this.#paint(true);
  }

  /** @param {import('@greenlang/metrics-client').Metric} metric */
  #onMetric(metric) {
    const now = performance.now();
    this.#store.add(metric, now);
    this.#heardAt = now;
    const delay = Date.now() - Date.parse(metric.timestamp);
    this.#delayMillis = metric.interval || Math.abs(delay) > MAX_DELAY_MILLIS ? null : Math.max(0, delay);
    this.#paint();
  }

  /** @param {import('@greenlang/metrics-client').Gap} gap */
  #onGap({ channel, missed, recovered }) {
    if (!recovered && missed === undefined) {
      const newest = this.#store.newest ?? Date.now() / 1000;
      this.#store.breakLines(channel);
      this.#feed?.fill(Math.max(10, Date.now() / 1000 - newest + 10), channel);
    }
    this.#paint();
  }

  /** @param {import('@greenlang/metrics-client').MetricError} error */
  #onError(error) {
    // What ends or prevents a connection is told by the banner and the token panel; a frame that makes no sense is counted.
    if (!['UNAUTHORIZED', 'TOKEN_EXPIRED', 'FAILED', 'MALFORMED'].includes(error.code)) {
      this.#notice.show(error.message);
    }
    this.#paint();
  }

  /** @param {import('./controls.js').Change} change */
  #onWish(change) {
    if (change === 'window') {
      this.#view.setWindow(this.#wishes.windowSeconds);
      this.#feed?.fill(this.#wishes.windowSeconds);
    } else {
      if (change === 'view') {
        this.#store.clear(); // other data: what is there would be mixed with what comes
      }
      this.#wishes.off.forEach((channel) => this.#store.clear(channel));
      this.#feed?.subscribe();
    }
    this.#showSnippet();
    this.#paint(true);
  }

  #onView() {
    this.#store.retain(this.#view.windowSeconds, this.#view.held);
    this.#controls.show();
    this.#paint(true);
  }

  #showSnippet() {
    this.#inspector.showSnippet(subscription(this.#wishes, this.#wanted));
  }

  get #wanted() {
    return this.#channels.filter((channel) => !this.#wishes.off.includes(channel));
  }

  #show() {
    this.#picker.offer(this.#store.hostNames);
    const newest = this.#store.newest;
    const isLost = this.#feed?.service.state === 'reconnecting';
    const now = newest === undefined ? Date.now() / 1000 : newest + (isLost ? (performance.now() - this.#heardAt) / 1000 : 0);
    this.#view.moveTo(now, this.#store.oldest ?? now);
    this.#board.show(this.#store, this.#picker.chosen, this.#wanted, isLost && newest !== undefined ? { from: newest, to: now } : null);
    this.#showCounts();
  }

  #showCounts() {
    const { missed = 0, malformed = 0 } = this.#feed?.service.stats() ?? {};
    for (const [stat, value] of Object.entries({ missed, malformed, ignored: this.#store.ignored })) {
      const target = find(`[data-stat="${stat}"]`);
      setText(target, count(value));
      target.toggleAttribute('data-any', value > 0);
    }
    find('#malformed').hidden = malformed === 0;
    find('#ignored').hidden = this.#store.ignored === 0;
  }
}

const app = new App();
app.start();
addEventListener('hashchange', () => app.start());
setInterval(() => app.tick(), 1000);
