import { find, setText } from './dom.js';
import { formatInput, formatMoment, parseInput } from './format.js';

/**
 * The choice of a past range by its start and its end, and the label that says which time the charts show: live, paused or past.
 * Times are in the time zone of the browser, or in UTC.
 */
export class RangePicker {
  #root = /** @type {HTMLDetailsElement} */ (find('#range-picker'));
  #from = /** @type {HTMLInputElement} */ (find('#range-from'));
  #to = /** @type {HTMLInputElement} */ (find('#range-to'));
  #state = find('#range-state');
  #timeRange;

  /**
   * @param {import('./time-range.js').TimeRange} timeRange
   * @param {(range: import('./time-range.js').Range) => void} onSelect
   */
  constructor(timeRange, onSelect) {
    this.#timeRange = timeRange;
    this.#root.addEventListener('toggle', () => this.#root.open && this.fill());
    this.#to.addEventListener('input', () => this.#to.setCustomValidity(''));
    this.#from.addEventListener('input', () => this.#to.setCustomValidity(''));
    find('#range-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#select(onSelect);
    });
    this.#root.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape' && this.#root.open) {
        this.#root.open = false;
        find('summary', this.#root).focus();
      }
    });
  }

  /** Updates the label. @param {number} now the server's time in seconds */
  update(now) {
    const { isLive, isPaused, range } = this.#timeRange;
    const state = isLive ? 'live' : isPaused ? 'paused' : 'past';
    const [from, to] = range.map((time) => formatMoment(time, now));
    const texts = { live: 'Live', paused: `Paused at ${to}`, past: `${from} – ${to}` };
    this.#state.dataset.rangeState = state;
    setText(this.#state, texts[state]);
  }

  /** Shows the visible range in the fields. */
  fill() {
    [this.#from.value, this.#to.value] = this.#timeRange.range.map(formatInput);
  }

  /** @param {(range: import('./time-range.js').Range) => void} onSelect */
  #select(onSelect) {
    const [from, to] = [this.#from, this.#to].map(({ value }) => parseInput(value));
    if (!(from < to)) {
      this.#to.setCustomValidity('The end must be after the start');
      this.#to.reportValidity();
      return;
    }
    this.#root.open = false;
    onSelect([from, to]);
  }
}
