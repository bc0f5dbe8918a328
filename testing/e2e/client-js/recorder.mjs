import { EventEmitter, once } from 'node:events';
import { WebSocket } from 'ws';
import { createMetricService } from '../../../clients/greenlang-metrics-client-js/dist/esm/index.js';
import { address } from '../clients/peer.mjs';

const PATIENCE_MILLIS = 40_000;

/** Node 20 has no WebSocket of its own; and a test need not wait as long as a user's network would want. */
export const OPTIONS = { WebSocket, backoff: { baseMs: 20, maxMs: 500 }, minUptimeMs: 200, logger: false };

/** The client of the npm package on the real server, and a record of all that it told. */
export class Recorder {
  metrics = [];
  gaps = [];
  errors = [];
  states = [];
  #news = new EventEmitter();

  constructor(server, subscription, { port = server.port, token = server.token, ...options } = {}) {
    this.service = createMetricService(address({ port }, null), token, { ...OPTIONS, ...options });
    const note = (list) => (value) => {
      list.push(value);
      this.#news.emit('news');
    };
    this.service.onMetric('*', note(this.metrics));
    this.service.onGap(note(this.gaps));
    this.service.onError(note(this.errors));
    this.service.onConnectionChange((_, { state }) => note(this.states)(state));
    if (subscription) {
      this.subscribed = this.service.subscribe(subscription);
    }
    this.service.connect();
  }

  named(name) {
    return this.metrics.filter((metric) => metric.name === name);
  }

  async until(condition, what) {
    const signal = AbortSignal.timeout(PATIENCE_MILLIS);
    while (!condition()) {
      await once(this.#news, 'news', { signal }).catch(() => {
        throw new Error(`waited in vain for ${what}; states ${this.states}, errors ${this.errors}, ${this.metrics.length} metrics`);
      });
    }
  }

  close() {
    this.service.disconnect();
  }
}

/** What tells one metric from every other. */
export const identity = ({ channel, name, timestamp, value, tags, interval }) =>
  JSON.stringify([channel, name, timestamp, value, interval, Object.entries(tags ?? {}).sort()]);
