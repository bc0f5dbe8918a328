// Which files are linted, and how. Paths are relative to the root of the repository, with slashes.

/** Built, vendored or binary files, and the files that hold the rules and their counterexamples. */
const NEVER =
  /(^|\/)(node_modules|target|vendor|golden|dist)\/|(^|\/)package-lock\.json$|^greenlang-metrics-dashboard\/src\/main\/resources\/|^testing\/prose\/(rules|test)\/|\.(png|svg|msgpack|jar|ico|woff2)$/;

/** Returns whether the prose of a file is linted: documents, comments and messages. */
export function hasProse(path) {
  return /\.(md|java|ts|js|mjs)$/.test(path) && !NEVER.test(path);
}

/** Returns whether a file is searched for names that were replaced. */
export function hasNames(path) {
  return !NEVER.test(path);
}
