/**
 * A scheduler that renders at most once per animation frame. A hundred messages within one frame cause one redraw. A hidden tab
 * has no frames and renders nothing.
 *
 * Streamed data waits until it would move the picture by about a pixel. After a slow render it also waits until rendering takes
 * only a small share of the time. The response to user input is rendered immediately.
 */

/** The maximum share of the time for rendering streamed data. */
const MAX_RENDER_SHARE = 0.15;

/**
 * Creates a scheduler.
 *
 * @param {() => void} render
 * @param {() => number} pixelMillis returns the time in which new values move the picture by a pixel
 * @returns {(isUrgent?: boolean) => void} a function that requests a render
 */
export function frameScheduler(render, pixelMillis) {
  let isRequested = false;
  let isFrameRequested = false;
  let earliestStart = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const onFrame = () => {
    isRequested = false; // before rendering, so that an error in one frame does not block all later ones
    isFrameRequested = false;
    clearTimeout(timer);
    const start = performance.now();
    try {
      render();
    } finally {
      earliestStart = start + Math.max(pixelMillis(), (performance.now() - start) / MAX_RENDER_SHARE);
    }
  };
  const requestFrame = () => {
    if (!isFrameRequested) {
      isFrameRequested = true;
      requestAnimationFrame(onFrame);
    }
  };
  return (isUrgent = false) => {
    if (isFrameRequested || (isRequested && !isUrgent)) {
      return;
    }
    isRequested = true;
    const delay = isUrgent ? 0 : earliestStart - performance.now();
    if (delay <= 0) {
      requestFrame();
    } else {
      timer = setTimeout(requestFrame, delay);
    }
  };
}
