import { CopyLink } from './copy-link.js';
import { hasView, viewFragment } from './view-address.js';

/** The address of the page, which holds the view, and the button that copies it. */
export class AddressBar {
  #preferences;
  #timeRange;

  /** @param {import('./preferences.js').Preferences} preferences @param {import('./time-range.js').TimeRange} timeRange */
  constructor(preferences, timeRange) {
    this.#preferences = preferences;
    this.#timeRange = timeRange;
    new CopyLink(() => new URL(this.#fragment || location.pathname + location.search, location.href).href);
  }

  /** The fragment of the current view, without a token. */
  get #fragment() {
    return viewFragment(this.#preferences, this.#timeRange.isLive ? null : this.#timeRange.range, location.hash);
  }

  /** Keeps the view in the address. The token leaves it: this tab keeps the token. */
  show() {
    const fragment = this.#fragment;
    if (hasView(fragment) || hasView(location.hash)) {
      history.replaceState(null, '', fragment || location.pathname + location.search);
    }
  }
}
