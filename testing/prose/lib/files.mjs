// Which files are linted, and how. Paths are relative to the root of the repository, with slashes.

/** Built, vendored or binary files, and the files that hold the rules and their counterexamples. */
const NEVER =
  /(^|\/)(node_modules|target|vendor|golden|dist)\/|(^|\/)package-lock\.json$|^greenlang-metrics-dashboard\/src\/main\/resources\/|^testing\/prose\/(rules|test)\/|\.(png|svg|msgpack|jar|ico|woff2)$/;

/** The files whose prose is linted: documents, and files with comments or messages. */
const PROSE = /\.(md|java|ts|js|mjs|css|html|vue|xml|yml|yaml|sh|py)$|(^|\/)Makefile$|^scripts\/[\w-]+$/;

/** Returns whether the prose of a file is linted: documents, comments and messages. */
export function hasProse(path) {
  return PROSE.test(path) && !NEVER.test(path);
}

/** Returns whether the messages of a file are linted: string literals of the main code. */
export function hasMessages(path) {
  return path.includes("src/main/java/") || /(^|\/)src\/(?!test\/).*\.(ts|js)$/.test(path);
}

/** Returns whether the first words of Javadoc are checked: in the published modules. A contract's test says its reason. */
export function hasApi(path) {
  return path.includes("src/main/java/") && !/^(testing|examples)\//.test(path) && !NEVER.test(path);
}

/** Returns whether a file is searched for names that were replaced. */
export function hasNames(path) {
  return !NEVER.test(path);
}
