/**
 * The history of the metrics that charts show. It loads each metric once per query, when its chart is first on the screen: a page
 * with hundreds of charts loads what its user sees.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 * @typedef {import('./preferences.js').Preferences} Preferences
 */

import { isHistoryProblem } from './server-problems.js';
import { loadHistory } from './history-parts.js';
import { mergeHistory } from './merge-history.js';
import { resolutionOf, toSubscription } from './preferences.js';
import { lengthOf } from './resolution.js';
import { ANNOTATION } from './sample-time.js';

/** The time in which the names of several charts are collected for one request. */
const COLLECT_MILLIS = 30;

/** The maximum number of names in a request. */
const MAX_NAMES = 32;

/** The minimum time between two requests for the events of a channel. */
const EVENTS_MILLIS = 5_000;

export class HistoryLoader {
  #service;
  #preferences;
  #listener;
  /** The names that were requested, by channel. @type {Map<string, Set<string>>} */
  #requested = new Map();
  /** The names of the next requests, by channel. @type {Map<string, Set<string>>} */
  #collected = new Map();
  /** The channels whose events were requested in the last interval; true if more have arrived since. @type {Map<string, boolean>} */
  #events = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #query = new AbortController();
  #isAvailable = true;

  /**
   * @param {import('@greenlang/metrics-client').MetricService} service
   * @param {Preferences} preferences
   * @param {Pick<import('./data-source.js').DataSourceListener, 'onHistory' | 'onHistoryMissing' | 'onAnnotations'>} listener receives metrics of one channel, in time order
   */
  constructor(service, preferences, listener) {
    this.#service = service;
    this.#preferences = preferences;
    this.#listener = listener;
  }

  /** Ends the requests of the previous query. */
  reset() {
    clearTimeout(this.#timer);
    this.#listener.onHistoryMissing('');
    this.#query.abort();
    this.#query = new AbortController();
    this.#requested.clear();
    this.#collected.clear();
    this.#events.clear();
  }

  /** Forgets the requests for a channel whose data the page removes. @param {string} channel */
  forget(channel) {
    this.#requested.delete(channel);
    this.#collected.delete(channel);
    this.#events.delete(channel);
  }

  /**
   * Requests the history of metrics, unless it was requested before. Requests of several charts become one.
   *
   * @param {string} channel
   * @param {string[]} names
   */
  request(channel, names) {
    const requested = setIn(this.#requested, channel);
    const added = names.filter((name) => !requested.has(name));
    if (added.length > 0) {
      added.forEach((name) => requested.add(name));
      added.forEach((name) => setIn(this.#collected, channel).add(name));
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#send(), COLLECT_MILLIS);
    }
  }

  /**
   * Requests the events of a channel, also if they were requested before, but at most once per interval. A call within the interval
   * causes a request at its end.
   *
   * @param {string} channel
   */
  requestEvents(channel) {
    if (this.#events.has(channel)) {
      this.#events.set(channel, true);
      return;
    }
    this.#events.set(channel, false);
    setIn(this.#requested, channel).delete(ANNOTATION);
    this.request(channel, [ANNOTATION]);
    const { signal } = this.#query;
    setTimeout(() => signal.aborted || this.#endEventInterval(channel), EVENTS_MILLIS);
  }

  /** @param {string} channel */
  #endEventInterval(channel) {
    const hasMore = this.#events.get(channel);
    this.#events.delete(channel);
    hasMore && this.requestEvents(channel);
  }

  /**
   * Requests the latest history again, because it may be missing.
   *
   * @param {number} seconds
   * @param {string} [onlyChannel]
   */
  reload(seconds, onlyChannel) {
    for (const [channel, names] of this.#requested) {
      if (onlyChannel === undefined || channel === onlyChannel) {
        this.#load(channel, [...names], seconds);
      }
    }
  }

  #send() {
    for (const [channel, names] of this.#collected) {
      this.#load(channel, [...names], this.#preferences.windowSeconds);
    }
    this.#collected.clear();
  }

  /** Tests whether history has a range at a finer resolution than the current query. @param {import('./time-range.js').Range} past */
  hasFiner(past) {
    const lengthFor = (/** @type {Preferences} */ preferences) => lengthOf(resolutionOf(preferences, this.#now));
    return this.#isAvailable && lengthFor({ ...this.#preferences, past }) < lengthFor(this.#preferences);
  }

  /** The server's time in seconds. */
  get #now() {
    return (this.#service.serverNow() ?? Date.now()) / 1000;
  }

  /** @param {string} channel @param {string[]} names @param {number} seconds */
  #load(channel, names, seconds) {
    const { past } = this.#preferences;
    const now = this.#now;
    const [from, to] = past ?? [now - seconds, undefined];
    const resolution = resolutionOf(this.#preferences, now);
    const { tags, buckets, group_by: groupBy } = toSubscription(this.#preferences, resolution, [channel]);
    const common = {
      channel,
      start_time: new Date(from * 1000),
      ...(to !== undefined && { end_time: new Date(to * 1000) }),
      ...(tags && { tags }),
      ...(resolution !== 'raw' && { aggregation_interval: resolution }),
      ...((groupBy || buckets) && { buckets: true }),
    };
    for (let first = 0; first < names.length; first += MAX_NAMES) {
      loadHistory(this.#service, { ...common, metrics: names.slice(first, first + MAX_NAMES) }, this.#query, (metrics) => this.#deliver(metrics, groupBy)).then(
        (missing) => missing && this.#listener.onHistoryMissing(missing),
        (error) => this.#onError(error),
      );
    }
  }

  /** @param {any} error */
  #onError(error) {
    this.#isAvailable &&= error.code !== 'HISTORY_UNAVAILABLE';
    isHistoryProblem(error) && this.#listener.onHistoryMissing(error.message);
  }

  /** @param {Metric[]} metrics @param {string[]} [groupBy] */
  #deliver(metrics, groupBy) {
    const events = metrics.filter(({ name }) => name === ANNOTATION);
    const values = metrics.filter(({ name }) => name !== ANNOTATION);
    events.length > 0 && this.#listener.onAnnotations(events, false);
    values.length > 0 && this.#listener.onHistory(groupBy ? mergeHistory(values, groupBy) : values);
  }
}

/** @param {Map<string, Set<string>>} sets @param {string} key */
function setIn(sets, key) {
  const existing = sets.get(key) ?? new Set();
  sets.set(key, existing);
  return existing;
}
