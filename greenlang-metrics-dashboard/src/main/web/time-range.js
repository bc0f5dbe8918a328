import { lengthOf } from './resolution.js';

/**
 * The range of time that all charts show: the live window, unless the user has chosen a past range, zoomed or paused.
 *
 * @typedef {[from: number, to: number]} Range in seconds since the epoch
 */

/** The initial width of a chart. It makes the first seconds visible; the chart then grows to the window. */
const MIN_RANGE_SECONDS = 30;
const MIN_ZOOM_SECONDS = 2;

/** The widest range that zooming out shows: that of the greatest window of the page. */
const MAX_ZOOM_SECONDS = 365 * 86_400;

/** The maximum number of steps back. */
const MAX_STEPS = 50;

/** The approximate width of a chart on a desktop screen. */
const CHART_PIXELS = 500;

/** The longest time without a redraw. A longer one would delay the figures noticeably. */
const MAX_PIXEL_MILLIS = 500;

/**
 * Returns the live right edge of the charts.
 *
 * For samples it is the server's time. For windows it is the start of the latest window, which may be a little more than two
 * lengths before: a window is dated at its start and delivered after its end.
 *
 * @param {number} now the server's time in seconds
 * @param {import('./resolution.js').Resolution} resolution
 * @param {number | undefined} latest the time of the latest data
 * @returns {number}
 */
export function liveEdge(now, resolution, latest) {
  const seconds = lengthOf(resolution);
  if (seconds === 0) {
    return now;
  }
  return Math.min(now, Math.max(latest ?? -Infinity, Math.floor(now / seconds) * seconds - 2 * seconds));
}

export class TimeRange {
  windowSeconds = 300;
  /** The range that is shown in place of the live window. @type {Range | null} */
  past = null;
  /** @type {Range | null} */
  zoom = null;
  /** The right edge at the time of the pause; null while live. @type {number | null} */
  pausedAt = null;
  #latest = 0;
  #oldest = 0;
  /** The ranges to step back to, oldest first. @type {Array<{past: Range | null, zoom: Range | null}>} */
  #steps = [];
  #onChange;
  #isFiner;

  /**
   * @param {() => void} onChange
   * @param {(range: Range) => boolean} [isFiner] tests whether history has a range at a finer resolution than the loaded data
   */
  constructor(onChange, isFiner = () => false) {
    this.#onChange = onChange;
    this.#isFiner = isFiner;
  }

  get isPaused() {
    return this.pausedAt !== null;
  }

  get isLive() {
    return this.past === null && this.zoom === null && this.pausedAt === null;
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

  /** The width in seconds of the live window, or of the range in its place. */
  get fullSeconds() {
    return this.past ? this.past[1] - this.past[0] : this.windowSeconds;
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
    const fixed = this.zoom ?? this.past;
    if (fixed) {
      return fixed;
    }
    const to = this.pausedAt ?? this.#latest;
    const age = to - this.#oldest;
    return [to - Math.min(this.windowSeconds, Math.max(MIN_RANGE_SECONDS, age)), to];
  }

  get canStepBack() {
    return this.#steps.length > 0;
  }

  /** Returns to the range before the last zoom, pan or return to live. */
  stepBack() {
    const step = this.#steps.pop();
    if (step) {
      Object.assign(this, step);
      this.#onChange();
    }
  }

  #rememberStep() {
    this.#steps = [...this.#steps, { past: this.past, zoom: this.zoom }].slice(-MAX_STEPS);
  }

  /** Moves the range. @param {number} share of its width; negative for earlier */
  panBy(share) {
    const [from, to] = this.range;
    this.#show([from + share * (to - from), to + share * (to - from)]);
  }

  /** Starts to move the range with the pointer. The range is shown at once, and the other parts of the page know it at the end. */
  startDrag() {
    const { range, zoom } = this;
    return {
      range,
      move: (/** @type {number} */ seconds) => (this.zoom = [range[0] + seconds, range[1] + seconds]),
      show: (/** @type {Range} */ shown) => (this.zoom = shown),
      cancel: () => (this.zoom = zoom),
      end: () => {
        const target = this.zoom;
        this.zoom = zoom;
        if (target && target !== zoom) {
          this.#show(target);
        }
      },
    };
  }

  /** Shows a range: a part of the loaded one, or a past one that is loaded then. @param {Range} range */
  #show([from, to]) {
    const width = to - from;
    const shown = /** @type {Range} */ (to < this.#latest ? [from, to] : [this.#latest - width, this.#latest]);
    const [loadedFrom, loadedTo] = this.past ?? [this.#latest - this.windowSeconds, this.#latest];
    if (to >= this.#latest && width >= this.windowSeconds * 0.99) {
      this.goLive();
    } else if (shown[0] >= loadedFrom && shown[1] <= loadedTo) {
      this.zoomTo(shown);
    } else {
      this.#load(shown);
    }
  }

  /** Shows a past range, which is loaded then. @param {Range} past */
  #load(past) {
    this.#rememberStep();
    Object.assign(this, { past, zoom: null, pausedAt: null });
    this.#onChange();
  }

  /** Shows a part of the loaded range, or loads it if that makes it finer. @param {Range} range */
  zoomTo([from, to]) {
    const padding = Math.max(0, MIN_ZOOM_SECONDS - (to - from)) / 2;
    const range = /** @type {Range} */ ([from - padding, to + padding]);
    if (this.#isFiner(range)) {
      this.#load(range);
    } else {
      this.#rememberStep();
      this.zoom = range;
      this.#onChange();
    }
  }

  /**
   * Zooms in or out. Zooming out to the window ends the zoom, and zooming out of a past range loads a wider one. A live window shows
   * all that is loaded.
   *
   * @param {number} factor below 1 to zoom in
   * @param {number} [center] the middle of the range by default
   */
  zoomBy(factor, center) {
    const [from, to] = this.range;
    const fixedTime = center ?? (from + to) / 2;
    const width = Math.min((to - from) * factor, MAX_ZOOM_SECONDS);
    const start = fixedTime - ((fixedTime - from) * width) / (to - from);
    if (width < this.fullSeconds && (factor < 1 || this.zoom || this.past)) {
      this.zoomTo([start, start + width]);
    } else if (this.past) {
      this.#show([start, start + width]);
    } else if (this.zoom) {
      this.#rememberStep();
      this.zoom = null;
      this.#onChange();
    }
  }

  togglePause() {
    this.pausedAt = this.isPaused ? null : this.#latest;
    this.#onChange();
  }

  /** Ends a zoom, a pause and a past range. */
  goLive() {
    if (this.past ?? this.zoom) {
      this.#rememberStep();
    }
    this.past = null;
    this.zoom = null;
    this.pausedAt = null;
    this.#onChange();
  }

  /** Shows a live window, or a past range. @param {number} seconds @param {Range | null} past */
  setWindow(seconds, past = null) {
    this.windowSeconds = seconds;
    this.past = past;
    this.pausedAt = past ? null : this.pausedAt;
    this.zoom = null;
    this.#steps = [];
    this.#onChange();
  }
}
