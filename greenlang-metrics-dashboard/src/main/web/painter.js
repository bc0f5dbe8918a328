/**
 * Runs `paint` at most once per animation frame, however often it is asked for: a hundred messages in one frame are one
 * redraw, and a hidden tab, which has no frames, draws nothing. A painting that takes long is followed by a rest, so that
 * many charts on a slow machine cost smoothness and not the machine.
 */

/** The share of the time that painting may take. */
const SHARE = 0.15;

/** @param {() => void} paint @returns {() => void} asks for a redraw */
export function oncePerFrame(paint) {
  let asked = false;
  let notBefore = 0;
  const frame = () => {
    const began = performance.now();
    if (began < notBefore) {
      setTimeout(() => requestAnimationFrame(frame), notBefore - began);
      return;
    }
    asked = false; // first, so that a fault in one painting does not stop all later ones
    try {
      paint();
    } finally {
      const took = performance.now() - began;
      notBefore = began + took / SHARE;
    }
  };
  return () => {
    if (!asked) {
      asked = true;
      requestAnimationFrame(frame);
    }
  };
}
