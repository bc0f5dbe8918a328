/** Returns the text of an annotation with its kind. @param {import('./annotations.js').Annotation} annotation */
export function textOf({ kind, text }) {
  return ['event', 'start', 'gap'].includes(kind) ? text : `${kind[0].toUpperCase()}${kind.slice(1)}: ${text}`;
}
