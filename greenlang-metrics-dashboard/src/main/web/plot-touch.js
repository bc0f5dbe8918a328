/**
 * The gestures on a plot: one finger moves the range, two fingers zoom it. A vertical movement scrolls the page, because the style of the
 * plot has `touch-action: pan-y`; the browser then cancels the gesture.
 *
 * @typedef {import('./time-range.js').TimeRange} TimeRange
 */

/** The distance from which a movement is not a tap. */
const TAP_PIXELS = 8;

/** The minimum distance of two fingers in the calculation. A smaller one would zoom without limit. */
const MIN_DISTANCE_PIXELS = 24;

/** @param {import('uplot')} plot @param {TimeRange} timeRange */
export function enableTouch(plot, timeRange) {
  /** The positions of the fingers by pointer. @type {Map<number, number>} */
  const fingers = new Map();
  /** @type {Gesture | null} */
  let gesture = null;
  const onMove = (/** @type {PointerEvent} */ event) => {
    if (fingers.has(event.pointerId)) {
      fingers.set(event.pointerId, event.clientX);
      gesture?.move(fingers) && plot.setData(plot.data); // the other charts follow at the end
    }
  };
  const onEnd = (/** @type {PointerEvent} */ event) => {
    if (fingers.delete(event.pointerId)) {
      gesture?.end(event.type === 'pointercancel');
      gesture = fingers.size > 0 ? new Gesture(plot, timeRange, fingers) : null;
    }
    if (fingers.size === 0) {
      /** @type {const} */ (['pointerup', 'pointercancel']).forEach((type) => document.removeEventListener(type, onEnd));
      document.removeEventListener('pointermove', onMove);
    }
  };
  plot.over.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'touch' && fingers.size < 2) {
      gesture?.end(false);
      fingers.set(event.pointerId, event.clientX);
      gesture = new Gesture(plot, timeRange, fingers);
      /** @type {const} */ (['pointerup', 'pointercancel']).forEach((type) => document.addEventListener(type, onEnd));
      document.addEventListener('pointermove', onMove);
    }
  });
}

/** A movement with a constant number of fingers. The time under each finger stays under it. */
class Gesture {
  #drag;
  #left;
  #width;
  /** @type {number[]} */
  #starts;
  /** @type {number[]} */
  #times;
  #secondsPerPixel;
  #isMoved = false;

  /** @param {import('uplot')} plot @param {TimeRange} timeRange @param {Map<number, number>} fingers */
  constructor(plot, timeRange, fingers) {
    const { left, width } = plot.over.getBoundingClientRect();
    this.#drag = timeRange.startDrag();
    this.#left = left;
    this.#width = width;
    this.#secondsPerPixel = (this.#drag.range[1] - this.#drag.range[0]) / width;
    this.#starts = [...fingers.values()];
    this.#times = this.#starts.map((x) => this.#drag.range[0] + (x - left) * this.#secondsPerPixel);
  }

  /** @param {Map<number, number>} fingers @returns {boolean} true if the range has changed */
  move(fingers) {
    const positions = [...fingers.values()];
    this.#isMoved ||= positions.some((x, i) => Math.abs(x - this.#starts[i]) >= TAP_PIXELS);
    if (this.#isMoved) {
      const perPixel = positions.length > 1 ? secondsPerPixel(this.#times, positions) : this.#secondsPerPixel;
      const from = this.#times[0] - (positions[0] - this.#left) * perPixel;
      this.#drag.show([from, from + this.#width * perPixel]);
    }
    return this.#isMoved;
  }

  /** @param {boolean} isCancelled true if the browser scrolls the page instead */
  end(isCancelled) {
    if (isCancelled) {
      this.#drag.cancel();
    } else {
      this.#drag.end();
    }
  }
}

/**
 * Returns the scale at which two times are under two fingers.
 *
 * @param {number[]} times
 * @param {number[]} positions in pixels
 */
export function secondsPerPixel([firstTime, secondTime], [first, second]) {
  return Math.abs(secondTime - firstTime) / Math.max(MIN_DISTANCE_PIXELS, Math.abs(second - first));
}
