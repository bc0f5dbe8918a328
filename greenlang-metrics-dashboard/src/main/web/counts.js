import { find, setText } from './dom.js';
import { NO_VALUE, formatCount, formatDecimal } from './format.js';
import { Meter } from './meter.js';
import { delayOf } from './sample-time.js';

/** The figures of the page's connections: the rate of messages, the delay, and the numbers of metrics that are missing from the charts. */
export class Counts {
  #meter = new Meter();
  /** @type {number | null} */
  #delayMillis = null;
  #missed = 0;

  onMessage() {
    this.#meter.mark(performance.now());
  }

  /** @param {import('@greenlang/metrics-client').Metric} metric @param {number} now the server's time in seconds */
  onMetric(metric, now) {
    this.#delayMillis = delayOf(metric, now);
  }

  /** @param {import('./outage.js').Loss} loss */
  onLoss({ missed = 0 }) {
    this.#missed += missed;
  }

  /** Shows the rate, which falls to zero without messages, so callers do this once per second. */
  showRate() {
    setText(find('#rate'), formatDecimal(this.#meter.perSecond(performance.now())));
    setText(find('#delay'), this.#delayMillis === null ? NO_VALUE : formatCount(this.#delayMillis));
  }

  /** @param {{malformed: number, ignored: number}} others */
  show(others) {
    for (const [stat, value] of Object.entries({ missed: this.#missed, ...others })) {
      const target = find(`[data-stat="${stat}"]`);
      setText(target, formatCount(value));
      target.toggleAttribute('data-any', value > 0);
    }
    find('#malformed').hidden = others.malformed === 0;
    find('#ignored').hidden = others.ignored === 0;
  }
}
