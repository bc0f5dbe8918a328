import { find, setText } from './dom.js';
import { NO_VALUE, formatCount, formatDecimal } from './format.js';

/** The figures of the connection: the rate of messages, the delay, and the numbers of metrics that are missing from the charts. */

/** @param {number} perSecond @param {number | null} delayMillis null if it is unknown */
export function showRate(perSecond, delayMillis) {
  setText(find('#rate'), formatDecimal(perSecond));
  setText(find('#delay'), delayMillis === null ? NO_VALUE : formatCount(delayMillis));
}

/** @param {{missed: number, malformed: number, ignored: number}} counts */
export function showCounts(counts) {
  for (const [stat, value] of Object.entries(counts)) {
    const target = find(`[data-stat="${stat}"]`);
    setText(target, formatCount(value));
    target.toggleAttribute('data-any', value > 0);
  }
  find('#malformed').hidden = counts.malformed === 0;
  find('#ignored').hidden = counts.ignored === 0;
}
