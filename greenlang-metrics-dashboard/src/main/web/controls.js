import { createElement, find } from './dom.js';
import { FacetLoader } from './facet-loader.js';
import { setUtc } from './format.js';
import { INTERVALS, WINDOWS, savePreferences } from './preferences.js';
import { GroupPicker } from './group-picker.js';
import { RangePicker } from './range-picker.js';
import { isFineEnough } from './resolution.js';

/**
 * The row of controls: channels, tags, interval, window, pause and encoding.
 *
 * @typedef {import('./preferences.js').Preferences} Preferences
 * @typedef {'channels' | 'query' | 'interval' | 'range' | 'past' | 'live' | 'zone'} Change `query`: the page needs other series; `interval`, `range`, `past`
 *     and `live`: it needs other values of the same series; `zone`: the same values with other times
 */

/** The protocol's limit for tag keys, and for the values of each key. */
const MAX_TAGS = 16;

export class Controls {
  #preferences;
  #timeRange;
  #onChange;
  #channelList = find('#channels');
  #tagList = find('#tags');
  #pauseButton = /** @type {HTMLButtonElement} */ (find('#pause'));
  #liveButton = /** @type {HTMLButtonElement} */ (find('#live'));
  #tagInput = /** @type {HTMLInputElement} */ (find('#tag-input'));
  #shownChannels = '';
  #rangePicker;
  #groupPicker;
  #facets;
  #backButton = /** @type {HTMLButtonElement} */ (find('#back'));

  /**
   * @param {Preferences} preferences changed in place
   * @param {import('./time-range.js').TimeRange} timeRange
   * @param {(change: Change) => void} onChange
   */
  constructor(preferences, timeRange, onChange) {
    this.#preferences = preferences;
    this.#timeRange = timeRange;
    this.#onChange = onChange;
    addRadioButtons(find('#intervals'), 'interval', INTERVALS.map((each) => [each, each]), preferences.interval, (value) => {
      preferences.interval = /** @type {Preferences['interval']} */ (value);
      this.#changed('interval');
    });
    const windows = [...WINDOWS].map(([label, seconds]) => /** @type {[string, string]} */ ([String(seconds), label]));
    addRadioButtons(find('#windows'), 'window', windows, String(preferences.windowSeconds), (value) => {
      preferences.windowSeconds = Number(value);
      preferences.past = null;
      this.#changed('range');
    });
    this.#rangePicker = new RangePicker(timeRange, (range) => {
      preferences.past = range;
      this.#changed('range');
    });
    const compression = /** @type {HTMLInputElement} */ (find('#compression'));
    compression.checked = preferences.compression;
    compression.addEventListener('change', () => {
      preferences.compression = compression.checked;
      this.#changed('channels');
    });
    this.#groupPicker = new GroupPicker(preferences.groupBy, (groupBy) => {
      preferences.groupBy = groupBy;
      this.#changed('query');
    });
    const utc = /** @type {HTMLInputElement} */ (find('#utc'));
    utc.checked = preferences.utc;
    setUtc(preferences.utc);
    utc.addEventListener('change', () => {
      preferences.utc = utc.checked;
      setUtc(utc.checked);
      this.#rangePicker.fill();
      this.#changed('zone');
    });
    find('#controls-toggle').addEventListener('click', () => toggleControls());
    this.#backButton.addEventListener('click', () => timeRange.stepBack());
    this.#pauseButton.addEventListener('click', () => timeRange.togglePause());
    this.#liveButton.addEventListener('click', () => timeRange.goLive());
    find('#tag-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#addTag(this.#tagInput.value);
    });
    this.#tagInput.addEventListener('input', () => this.#tagInput.setCustomValidity(''));
    this.#facets = new FacetLoader(preferences, (key, value, isSelected) => (isSelected ? this.#addValue(key, value) : this.#removeValue(key, value)));
    this.#showTags();
  }

  /** Removes all tags of the filter. */
  clearTags() {
    this.#preferences.tags = {};
    this.#showTags();
    this.#changed('query');
  }

  showAllChannels() {
    this.#preferences.hiddenChannels = [];
    this.#channelList.querySelectorAll('input').forEach((checkbox) => (checkbox.checked = true));
    this.#changed('channels');
  }

  /** @param {string[]} channels the server's channels */
  setChannels(channels) {
    const shown = JSON.stringify(channels);
    if (shown === this.#shownChannels) {
      return;
    }
    this.#shownChannels = shown;
    const labels = channels.map((channel) => {
      const checkbox = /** @type {HTMLInputElement} */ (createElement('input', { type: 'checkbox', value: channel }));
      checkbox.checked = !this.#preferences.hiddenChannels.includes(channel);
      checkbox.addEventListener('change', () => {
        const { hiddenChannels } = this.#preferences;
        this.#preferences.hiddenChannels = checkbox.checked ? hiddenChannels.filter((each) => each !== channel) : [...hiddenChannels, channel];
        this.#changed('channels');
      });
      const label = createElement('label', { class: 'chip', title: channel });
      label.append(checkbox, createElement('span', {}, channel.replace(/\.metrics$/, '')));
      return label;
    });
    const focused = this.#channelList.contains(document.activeElement) && /** @type {HTMLInputElement} */ (document.activeElement).value;
    this.#channelList.replaceChildren(...labels);
    labels.find((label) => label.querySelector('input')?.value === focused)?.querySelector('input')?.focus();
  }

  /** Updates the buttons and the label of the range. @param {number} now the server's time in seconds */
  update(now) {
    const { isPaused, isLive, past, fullSeconds } = this.#timeRange;
    this.#pauseButton.setAttribute('aria-pressed', String(isPaused));
    this.#pauseButton.disabled = past !== null;
    this.#liveButton.disabled = isLive;
    this.#backButton.disabled = !this.#timeRange.canStepBack;
    this.#rangePicker.update(now);
    for (const radio of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll('input[name=interval]'))) {
      const isAllowed = isFineEnough(/** @type {Preferences['interval']} */ (radio.value), fullSeconds);
      radio.disabled = !isAllowed;
      radio.parentElement?.setAttribute('title', isAllowed ? '' : 'Too fine for the range');
    }
    for (const radio of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll('input[name=window]'))) {
      radio.checked = past === null && Number(radio.value) === this.#preferences.windowSeconds;
    }
  }

  /** Lists the tags of the series, to filter and to group by them. @param {Parameters<FacetLoader['render']>} data */
  showSeries(...data) {
    this.#groupPicker.update(data[0].tagKeys, this.#preferences.groupBy);
    this.#facets.render(...data);
  }

  focusTags() {
    toggleControls(true);
    this.#tagInput.focus();
  }

  /** @param {Change} change */
  #changed(change) {
    savePreferences(this.#preferences);
    this.#onChange(change);
  }

  /** @param {string} text `key=value` */
  #addTag(text) {
    const [key, value] = [text.slice(0, text.indexOf('=')).trim(), text.slice(text.indexOf('=') + 1).trim()];
    if (!text.includes('=') || !key || !value) {
      this.#showTagError('A tag looks like env=production');
      return;
    }
    const problem = this.#addValue(key, value);
    if (problem) {
      this.#showTagError(problem);
    } else {
      this.#tagInput.value = '';
    }
  }

  /** @param {string} key @param {string} value @returns {string} the reason if the filter takes no other value; otherwise empty */
  #addValue(key, value) {
    const { tags } = this.#preferences;
    const values = this.#valuesOf(key);
    if (values.length >= MAX_TAGS || (values.length === 0 && Object.keys(tags).length >= MAX_TAGS)) {
      return `At most ${MAX_TAGS} tags with ${MAX_TAGS} values each`;
    }
    this.#setTag(key, [...new Set([...values, value])]);
    return '';
  }

  /** @param {string} key @param {string} value */
  #removeValue(key, value) {
    this.#setTag(key, this.#valuesOf(key).filter((each) => each !== value));
    return '';
  }

  /** @param {string} key */
  #valuesOf(key) {
    const { tags } = this.#preferences;
    return Object.hasOwn(tags, key) ? tags[key] : [];
  }

  /** @param {string} message */
  #showTagError(message) {
    this.#tagInput.setCustomValidity(message);
    this.#tagInput.reportValidity();
  }

  /** @param {string} key @param {string[]} values an empty list removes the tag */
  #setTag(key, values) {
    const others = Object.entries(this.#preferences.tags).filter(([other]) => other !== key);
    this.#preferences.tags = Object.fromEntries(values.length ? [...others, [key, values]] : others);
    this.#showTags();
    this.#changed('query');
  }

  #showTags() {
    const chips = Object.entries(this.#preferences.tags).flatMap(([key, values]) =>
      values.map((value) => {
        const chip = createElement('span', { class: 'chip tag' }, `${key}=${value}`);
        const removeButton = createElement('button', { type: 'button', 'aria-label': `Remove the tag ${key}=${value}` }, '×');
        removeButton.addEventListener('click', () => {
          this.#removeValue(key, value);
          this.focusTags();
        });
        chip.append(removeButton);
        return chip;
      }),
    );
    this.#tagList.replaceChildren(...chips);
  }
}

/** Shows or hides the controls that a phone hides. @param {boolean} [force] true to show them */
function toggleControls(force) {
  const isOpen = find('#controls').toggleAttribute('data-open', force);
  find('#controls-toggle').setAttribute('aria-expanded', String(isOpen));
}

/**
 * @param {HTMLElement} group
 * @param {string} name
 * @param {Array<[value: string, label: string]>} choices
 * @param {string} selected
 * @param {(value: string) => void} onSelect
 */
function addRadioButtons(group, name, choices, selected, onSelect) {
  for (const [value, text] of choices) {
    const radio = /** @type {HTMLInputElement} */ (createElement('input', { type: 'radio', name, value }));
    radio.checked = value === selected;
    radio.addEventListener('change', () => onSelect(value));
    const label = createElement('label', { class: 'choice' });
    label.append(radio, createElement('span', {}, text));
    group.append(label);
  }
}
