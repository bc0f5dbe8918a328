/**
 * The range of time that all charts show: the live window, unless the user has zoomed or paused.
 *
 * @typedef {[from: number, to: number]} Range in seconds since the epoch
 */

/** The initial width of a chart. It makes the first seconds visible; the chart then grows to the window. */
const MIN_RANGE_SECONDS = 30;
const MIN_ZOOM_SECONDS = 2;

/** The approximate width of a chart on a desktop screen. */
const CHART_PIXELS = 500;

/** The longest time without a redraw. A longer one would delay the figures noticeably. */
const MAX_PIXEL_MILLIS = 500;

/** The lengths of the server's windows in seconds. @type {Record<import('@greenlang/metrics-client').Interval, number>} */
const WINDOW_SECONDS = { '1s': 1, '5s': 5, '1m': 60, '5m': 300, '1h': 3600 };

/**
 * Returns the live right edge of the charts.
 *
 * For samples it is the server's time. For windows it is the start of the latest window, which may be a little more than two
 * lengths before: a window is dated at its start and delivered after its end.
 *
 * @param {number} now the server's time in seconds
 * @param {import('@greenlang/metrics-client').Interval | 'raw'} interval
 * @param {number | undefined} latest the time of the latest data
 * @returns {number}
 */
export function liveEdge(now, interval, latest) {
  if (interval === 'raw') {
    return now;
  }
  const seconds = WINDOW_SECONDS[interval];
  return Math.min(now, Math.max(latest ?? -Infinity, Math.floor(now / seconds) * seconds - 2 * seconds));
}

export class TimeRange {
  windowSeconds = 300;
  /** @type {Range | null} */
  zoom = null;
  /** The right edge at the time of the pause; null while live. @type {number | null} */
  pausedAt = null;
  #latest = 0;
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

  /** The live right edge, also while the user has zoomed or paused. */
  get latest() {
    return this.#latest;
  }

  /** The time in which new data moves the charts by a pixel, at most half a second. */
  get pixelMillis() {
    const [from, to] = this.range;
    return Math.min(MAX_PIXEL_MILLIS, (1000 * (to - from)) / CHART_PIXELS);
  }

  /** The range that must not be evicted: the user is viewing it, or will view it after zooming out. @returns {Range | null} */
  get pinned() {
    if (this.pausedAt === null) {
      return this.zoom;
    }
    const [from, to] = this.zoom ?? [Infinity, -Infinity];
    return [Math.min(this.pausedAt - this.windowSeconds, from), Math.max(this.pausedAt, to)];
  }

  /**
   * Sets the bounds of the available data.
   *
   * @param {number} latest the live right edge
   * @param {number} oldest
   */
  setDataBounds(latest, oldest) {
    this.#latest = latest;
    this.#oldest = oldest;
  }

  /** The visible range. @returns {Range} */
  get range() {
    if (this.zoom) {
      return this.zoom;
    }
    const to = this.pausedAt ?? this.#latest;
    const age = to - this.#oldest;
    return [to - Math.min(this.windowSeconds, Math.max(MIN_RANGE_SECONDS, age)), to];
  }

  /** @param {Range} range */
  zoomTo([from, to]) {
    const padding = Math.max(0, MIN_ZOOM_SECONDS - (to - from)) / 2;
    this.zoom = [from - padding, to + padding];
    this.#onChange();
  }

  /**
   * Zooms in or out. Zooming out to the window ends the zoom.
   *
   * @param {number} factor below 1 to zoom in
   * @param {number} [center] the middle of the range by default
   */
  zoomBy(factor, center) {
    const [from, to] = this.range;
    const fixedTime = center ?? (from + to) / 2;
    if ((to - from) * factor >= this.windowSeconds) {
      this.zoom = null;
      this.#onChange();
    } else {
      this.zoomTo([fixedTime - (fixedTime - from) * factor, fixedTime + (to - fixedTime) * factor]);
    }
  }

  togglePause() {
    this.pausedAt = this.isPaused ? null : this.#latest;
    this.#onChange();
  }

  /** Ends a zoom and a pause. */
  goLive() {
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
