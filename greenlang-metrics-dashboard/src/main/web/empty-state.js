import { find, setText } from './dom.js';

/**
 * The message in place of the charts while there is nothing to draw. It names the reason, and offers the way out.
 *
 * @typedef {object} Situation
 * @property {boolean} hasCharts
 * @property {boolean} isLoading
 * @property {string[] | null} channels the server's channels; null before the server has listed them
 * @property {import('./preferences.js').Preferences} preferences
 * @property {import('./time-range.js').Range | null} past
 *
 * @typedef {{title: string, detail: string, action?: 'channels' | 'tags' | 'search' | 'live'}} Message
 */

const ACTIONS = { channels: 'Show all channels', tags: 'Remove the filter', search: 'Clear the search', live: 'Return to live' };

export class EmptyState {
  #root = find('#empty');
  #title = find('#empty-title');
  #detail = find('#empty-detail');
  #button = /** @type {HTMLButtonElement} */ (find('#empty-action'));
  /** @type {Message['action']} */
  #action;

  /** @param {Record<NonNullable<Message['action']>, () => void>} actions */
  constructor(actions) {
    this.#button.addEventListener('click', () => this.#action && actions[this.#action]());
  }

  /** @param {Situation} situation */
  render(situation) {
    const message = situation.hasCharts ? null : messageFor(situation);
    this.#root.hidden = message === null;
    this.#action = message?.action;
    setText(this.#title, message?.title ?? '');
    setText(this.#detail, message?.detail ?? '');
    this.#button.hidden = !message?.action;
    setText(this.#button, message?.action ? ACTIONS[message.action] : '');
  }
}

/** @param {Situation} situation @returns {Message} */
export function messageFor({ isLoading, channels, preferences, past }) {
  const { tags, search, hiddenChannels } = preferences;
  if (channels === null) {
    return { title: 'Connecting', detail: 'The server has not listed its channels yet.' };
  }
  if (channels.length === 0) {
    return { title: 'No channels', detail: 'The server has no channels, or the token permits none. A new channel appears here within 15 s.' };
  }
  if (channels.every((channel) => hiddenChannels.includes(channel))) {
    return { title: 'All channels are off', detail: 'Select the channels to show above.', action: 'channels' };
  }
  if (isLoading) {
    return { title: 'Loading', detail: 'Waiting for the first values.' };
  }
  if (search) {
    return { title: `Nothing matches “${search}”`, detail: 'The search covers names, descriptions and tags of the metrics that have arrived.', action: 'search' };
  }
  if (Object.keys(tags).length > 0) {
    return { title: 'No metric matches the filter', detail: `The filter is ${filterText(tags)}.`, action: 'tags' };
  }
  if (past) {
    return { title: 'No data in this range', detail: 'The server stores no metrics of this time.', action: 'live' };
  }
  return { title: 'No metrics yet', detail: 'The channels are empty. A metric appears here as soon as the application publishes it.' };
}

/** @param {Record<string, string[]>} tags */
function filterText(tags) {
  return Object.entries(tags).map(([key, values]) => `${key}=${values.join(' or ')}`).join(' and ');
}
