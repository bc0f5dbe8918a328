/**
 * The choice of the lines of a chart: all lines, all but some, or only some.
 *
 * A choice of only some lines stays when a metric gets another series. Without that, an isolated line would not stay alone.
 *
 * @typedef {{only?: string[], hidden?: string[]}} LineChoice the identifiers of lines; without either, all lines are shown
 */

/** @param {LineChoice} choice @param {string} id */
export function isShown({ only, hidden }, id) {
  return only ? only.includes(id) : !hidden?.includes(id);
}

/**
 * Returns the choice of one line only, or of all lines if that line already is the only one.
 *
 * @param {LineChoice} choice
 * @param {string} id
 * @param {string[]} all the identifiers of the chart's lines
 * @returns {LineChoice}
 */
export function isolate(choice, id, all) {
  const shown = all.filter((each) => isShown(choice, each));
  return shown.length === 1 && shown[0] === id ? {} : { only: [id] };
}

/**
 * Returns the choice with a line hidden, or shown again. A chart without its last line shows all of them.
 *
 * @param {LineChoice} choice
 * @param {string} id
 * @param {string[]} all the identifiers of the chart's lines
 * @returns {LineChoice}
 */
export function toggle(choice, id, all) {
  const toggled = all.filter((each) => (each === id) !== isShown(choice, each));
  if (toggled.length === 0 || toggled.length === all.length) {
    return {};
  }
  return choice.only ? { only: toggled } : { hidden: [...(choice.hidden ?? []).filter((each) => each !== id), ...(isShown(choice, id) ? [id] : [])] };
}
