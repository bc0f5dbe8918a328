/**
 * The keys of a chart.
 *
 * @typedef {object} ChartCursor
 * @property {(step: number) => void} move
 * @property {number | undefined} time the time under the cursor
 */

/** Handles a key, unless it belongs to the browser. @param {KeyboardEvent} event @param {import('./time-range.js').TimeRange} timeRange @param {ChartCursor} cursor */
export function handleKey(event, timeRange, cursor) {
  /** @type {Record<string, () => void>} */
  const actions = {
    ArrowLeft: () => (event.shiftKey ? timeRange.panBy(-0.25) : cursor.move(-1)),
    ArrowRight: () => (event.shiftKey ? timeRange.panBy(0.25) : cursor.move(1)),
    Backspace: () => timeRange.stepBack(),
    '+': () => timeRange.zoomBy(0.5, cursor.time),
    '-': () => timeRange.zoomBy(2, cursor.time),
    Escape: () => timeRange.goLive(),
  };
  const action = actions[event.key === '=' ? '+' : event.key];
  if (action && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    action();
  }
}
