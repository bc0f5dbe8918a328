// Finds the comments of files that are not programs, and of scripts of the shell.

/** The comments of each kind of file, and the descriptions of modules. */
const COMMENTS = [
  { files: /\.(html|xml|vue)$/, type: "markup", pattern: /<!--[^]*?-->|<description>[^]*?<\/description>/g },
  { files: /\.css$/, type: "block", pattern: /\/\*[^]*?\*\//g },
  { files: /(\.(yml|yaml|sh|py)|(^|\/)Makefile|^scripts\/[\w-]+)$/, type: "hash", pattern: /(?<=^|[ \t])#+ [^\n]*/gm },
];

/**
 * Returns the comments of a file.
 *
 * @param {string} source
 * @param {string} path
 * @returns {{type: "block" | "hash" | "markup", start: number, end: number}[]} ranges that include
 *     the delimiters, in order
 */
export function markupTokens(source, path) {
  const { type, pattern } = COMMENTS.find(({ files }) => files.test(path));
  return [...source.matchAll(pattern)].map(({ 0: text, index }) => ({
    type,
    start: index,
    end: index + text.length,
  }));
}
