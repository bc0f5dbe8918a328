import { element, find } from './dom.js';
import { INTERVALS, WINDOWS, saveWishes } from './wishes.js';

/**
 * The row of controls: channels, tags, interval, window, pause, encoding.
 *
 * @typedef {import('./wishes.js').Wishes} Wishes
 * @typedef {'channels' | 'view' | 'window'} Change `view`: other data are wanted; `window`: the same data, another stretch
 */

/** As the protocol bounds them. */
const MAX_TAGS = 16;

export class Controls {
  #wishes;
  #view;
  #onChange;
  #channels = find('#channels');
  #tags = find('#tags');
  #pause = find('#pause');
  #live = /** @type {HTMLButtonElement} */ (find('#live'));
  #tagInput = /** @type {HTMLInputElement} */ (find('#tag-input'));
  #offered = '';

  /**
   * @param {Wishes} wishes changed in place
   * @param {import('./view.js').View} view
   * @param {(change: Change) => void} onChange
   */
  constructor(wishes, view, onChange) {
    this.#wishes = wishes;
    this.#view = view;
    this.#onChange = onChange;
    radios(find('#intervals'), 'interval', INTERVALS.map((each) => [each, each]), wishes.interval, (value) => {
      wishes.interval = /** @type {Wishes['interval']} */ (value);
      this.#changed('view');
    });
    radios(find('#windows'), 'window', WINDOWS.map((each) => [String(each), each < 3600 ? `${each / 60}m` : '1h']), String(wishes.windowSeconds), (value) => {
      wishes.windowSeconds = Number(value);
      this.#changed('window');
    });
    const compression = /** @type {HTMLInputElement} */ (find('#compression'));
    compression.checked = wishes.compression;
    compression.addEventListener('change', () => {
      wishes.compression = compression.checked;
      this.#changed('channels');
    });
    this.#pause.addEventListener('click', () => view.togglePause());
    this.#live.addEventListener('click', () => view.live());
    find('#tag-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#addTag(this.#tagInput.value);
    });
    this.#tagInput.addEventListener('input', () => this.#tagInput.setCustomValidity(''));
    this.#showTags();
  }

  /** @param {string[]} channels that the server has */
  offer(channels) {
    const offered = JSON.stringify(channels);
    if (offered === this.#offered) {
      return;
    }
    this.#offered = offered;
    const boxes = channels.map((channel) => {
      const box = /** @type {HTMLInputElement} */ (element('input', { type: 'checkbox', value: channel }));
      box.checked = !this.#wishes.off.includes(channel);
      box.addEventListener('change', () => {
        this.#wishes.off = box.checked ? this.#wishes.off.filter((each) => each !== channel) : [...this.#wishes.off, channel];
        this.#changed('channels');
      });
      const label = element('label', { class: 'chip', title: channel });
      label.append(box, element('span', {}, channel.replace(/\.metrics$/, '')));
      return label;
    });
    const focused = this.#channels.contains(document.activeElement) && /** @type {HTMLInputElement} */ (document.activeElement).value;
    this.#channels.replaceChildren(...boxes);
    boxes.find((box) => box.querySelector('input')?.value === focused)?.querySelector('input')?.focus();
  }

  /** After pausing, zooming, or going back to now. */
  show() {
    this.#pause.setAttribute('aria-pressed', String(this.#view.isPaused));
    this.#live.disabled = this.#view.isLive;
  }

  focusTags() {
    this.#tagInput.focus();
  }

  /** @param {Change} change */
  #changed(change) {
    saveWishes(this.#wishes);
    this.#onChange(change);
  }

  /** @param {string} text `key=value` */
  #addTag(text) {
    const [key, value] = [text.slice(0, text.indexOf('=')).trim(), text.slice(text.indexOf('=') + 1).trim()];
    if (!text.includes('=') || !key || !value) {
      this.#complain('A tag looks like env=production');
      return;
    }
    const { tags } = this.#wishes;
    const values = Object.hasOwn(tags, key) ? tags[key] : [];
    if (values.length >= MAX_TAGS || (values.length === 0 && Object.keys(tags).length >= MAX_TAGS)) {
      this.#complain(`At most ${MAX_TAGS} tags with ${MAX_TAGS} values each`);
      return;
    }
    this.#setTag(key, [...new Set([...values, value])]);
    this.#tagInput.value = '';
  }

  /** @param {string} why */
  #complain(why) {
    this.#tagInput.setCustomValidity(why);
    this.#tagInput.reportValidity();
  }

  /** @param {string} key @param {string[]} values none takes the tag away */
  #setTag(key, values) {
    const others = Object.entries(this.#wishes.tags).filter(([other]) => other !== key);
    this.#wishes.tags = Object.fromEntries(values.length ? [...others, [key, values]] : others);
    this.#showTags();
    this.#changed('view');
  }

  #showTags() {
    const chips = Object.entries(this.#wishes.tags).flatMap(([key, values]) =>
      values.map((value) => {
        const chip = element('span', { class: 'chip tag' }, `${key}=${value}`);
        const remove = element('button', { type: 'button', 'aria-label': `Remove the tag ${key}=${value}` }, '×');
        remove.addEventListener('click', () => {
          this.#setTag(key, values.filter((each) => each !== value));
          this.focusTags();
        });
        chip.append(remove);
        return chip;
      }),
    );
    this.#tags.replaceChildren(...chips);
  }
}

/**
 * @param {HTMLElement} group
 * @param {string} name
 * @param {Array<[value: string, label: string]>} choices
 * @param {string} chosen
 * @param {(value: string) => void} onChoice
 */
function radios(group, name, choices, chosen, onChoice) {
  for (const [value, text] of choices) {
    const radio = /** @type {HTMLInputElement} */ (element('input', { type: 'radio', name, value }));
    radio.checked = value === chosen;
    radio.addEventListener('change', () => onChoice(value));
    const label = element('label', { class: 'choice' });
    label.append(radio, element('span', {}, text));
    group.append(label);
  }
}
