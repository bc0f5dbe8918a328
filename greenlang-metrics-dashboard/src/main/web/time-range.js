/**
 * Which stretch of time all charts show: the window, unless the reader has zoomed in or has paused.
 *
 * @typedef {[from: number, to: number]} Range in seconds since the epoch
 */

/** At the start a chart is half a minute wide, so that the first seconds are more than a speck, and then grows. */
const LEAST_SECONDS = 30;
const LEAST_ZOOM_SECONDS = 2;

/** About as wide as a chart is on a desk. */
const CHART_PIXELS = 500;

export class View {
  windowSeconds = 300;
  /** @type {Range | null} */
  zoom = null;
  /** @type {number | null} the right edge at which it was paused */
  pausedAt = null;
  #newest = 0;
  #oldest = 0;
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  get isPaused() {
    return this.pausedAt !== null;
  }

  get isLive() {
    return this.zoom === null && this.pausedAt === null;
  }

  /** How long it takes until what comes has moved the charts by a pixel; at most half a second, or the figures would be late. */
  get pixelMillis() {
    const [from, to] = this.range;
    return Math.min(500, (1000 * (to - from)) / CHART_PIXELS);
  }

  /** What must not be forgotten because the reader looks at it, or will when zooming out. @returns {Range | null} */
  get held() {
    if (this.pausedAt === null) {
      return this.zoom;
    }
    const [from, to] = this.zoom ?? [Infinity, -Infinity];
    return [Math.min(this.pausedAt - this.windowSeconds, from), Math.max(this.pausedAt, to)];
  }

  /**
   * @param {number} newest the live right edge
   * @param {number} oldest
   */
  moveTo(newest, oldest) {
    this.#newest = newest;
    this.#oldest = oldest;
  }

  /** @returns {Range} */
  get range() {
    if (this.zoom) {
      return this.zoom;
    }
    const to = this.pausedAt ?? this.#newest;
    const age = to - this.#oldest;
    return [to - Math.min(this.windowSeconds, Math.max(LEAST_SECONDS, age)), to];
  }

  /** @param {Range} range */
  zoomTo([from, to]) {
    const missing = Math.max(0, LEAST_ZOOM_SECONDS - (to - from)) / 2;
    this.zoom = [from - missing, to + missing];
    this.#onChange();
  }

  /** @param {number} factor below 1 to see less, and nearer @param {number} [around] by default the middle */
  zoomBy(factor, around) {
    const [from, to] = this.range;
    const middle = around ?? (from + to) / 2;
    if ((to - from) * factor >= this.windowSeconds) {
      this.zoom = null;
      this.#onChange();
    } else {
      this.zoomTo([middle - (middle - from) * factor, middle + (to - middle) * factor]);
    }
  }

  togglePause() {
    this.pausedAt = this.isPaused ? null : this.#newest;
    this.#onChange();
  }

  /** Back to now. */
  live() {
    this.zoom = null;
    this.pausedAt = null;
    this.#onChange();
  }

  /** @param {number} seconds */
  setWindow(seconds) {
    this.windowSeconds = seconds;
    this.zoom = null;
    this.#onChange();
  }
}
