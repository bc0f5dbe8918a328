/**
 * Runs `paint` at most once per animation frame, however often it is asked for: a hundred messages in one frame are one
 * redraw, and a hidden tab, which has no frames, draws nothing.
 *
 * What merely streams in waits until it would move the picture by about a pixel, and after a painting that took long until
 * that is a small share of the time. What the reader does is painted at once.
 */

/** The share of the time that painting what streams in may take. */
const SHARE = 0.15;

/**
 * @param {() => void} paint
 * @param {() => number} pixelMillis how long it takes until new values have moved the picture by a pixel
 * @returns {(isUrgent?: boolean) => void} asks for a redraw
 */
export function oncePerFrame(paint, pixelMillis) {
  let asked = false;
  let urgent = false;
  let notBefore = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let rest;
  const frame = () => {
    asked = false; // first, so that a fault in one painting does not stop all later ones
    urgent = false;
    clearTimeout(rest);
    const began = performance.now();
    try {
      paint();
    } finally {
      notBefore = began + Math.max(pixelMillis(), (performance.now() - began) / SHARE);
    }
  };
  return (isUrgent = false) => {
    if (urgent || (asked && !isUrgent)) {
      return;
    }
    asked = true;
    urgent = isUrgent;
    const wait = isUrgent ? 0 : notBefore - performance.now();
    if (wait <= 0) {
      urgent = true; // a frame is on its way
      requestAnimationFrame(frame);
    } else {
      rest = setTimeout(() => {
        if (!urgent) {
          urgent = true;
          requestAnimationFrame(frame);
        }
      }, wait);
    }
  };
}
