/**
 * Runs `paint` at most once per animation frame, however often it is asked for: a hundred messages in one frame are one
 * redraw, and a hidden tab, which has no frames, draws nothing.
 *
 * @param {() => void} paint
 * @returns {() => void} asks for a redraw
 */
export function oncePerFrame(paint) {
  let asked = false;
  return () => {
    if (!asked) {
      asked = true;
      requestAnimationFrame(() => {
        asked = false; // first, so that a fault in one painting does not stop all later ones
        paint();
      });
    }
  };
}
