/**
 * Shows the page without controls, for a display on a wall. Escape brings the controls back: also in a chart, whose own meaning of the
 * key is to return to the present.
 *
 * @param {() => void} onLeave
 */
export function startKiosk(onLeave) {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Escape') {
      document.removeEventListener('keydown', onKey);
      document.body.removeAttribute('data-kiosk');
      onLeave();
    }
  };
  document.body.setAttribute('data-kiosk', '');
  document.addEventListener('keydown', onKey);
}
