import { textOf } from './annotation-text.js';
import { createElement, find, setText } from './dom.js';
import { formatMoment } from './format.js';

/** The list of what happened in the visible range, latest first. It says in text what the marks in the charts show. */

/** The maximum number of entries. */
const MAX_ENTRIES = 100;

export class AnnotationList {
  #timeRange;
  #root = createElement('details', { class: 'card inspector', id: 'events' });
  #title = createElement('summary');
  #list = createElement('ol', { class: 'events' });
  #more = createElement('p', { class: 'facet-more' });
  #shown = '';

  /** @param {import('./time-range.js').TimeRange} timeRange */
  constructor(timeRange) {
    this.#timeRange = timeRange;
    this.#root.hidden = true;
    this.#root.append(this.#title, this.#list, this.#more);
    find('#inspector').before(this.#root);
  }

  /** @param {import('./annotations.js').Annotation[]} annotations in time order */
  render(annotations) {
    const { range: [from, edge], isLive } = this.#timeRange;
    const to = isLive ? Infinity : edge; // the live edge of windows is the start of the latest one, and an event may have happened since
    const visible = annotations.filter(({ time }) => time >= from && time <= to).reverse();
    const entries = visible.slice(0, MAX_ENTRIES).map((each) => [formatMoment(each.time, this.#timeRange.latest), textOf(each), each.channel ?? '']);
    const shown = JSON.stringify([visible.length, entries]);
    if (shown === this.#shown) {
      return;
    }
    this.#shown = shown;
    this.#root.hidden = visible.length === 0;
    setText(this.#title, `Events in this range: ${visible.length}`);
    setText(this.#more, visible.length > MAX_ENTRIES ? `${visible.length - MAX_ENTRIES} more. Zoom in to see them.` : '');
    this.#list.replaceChildren(...entries.map(([time, text, channel]) => createEntry(time, text, channel)));
  }
}

/** @param {string} time @param {string} text @param {string} channel */
function createEntry(time, text, channel) {
  const entry = createElement('li');
  entry.append(createElement('span', { class: 'event-time number' }, time), createElement('span', { class: 'event-text' }, text), createElement('span', { class: 'event-channel' }, channel));
  return entry;
}
