// textlint plugins for the two ways to read a file: its prose, or every character of it.
import { hasMessages } from "./files.mjs";
import { javaTokens } from "./java.mjs";
import { markupTokens } from "./markup.mjs";
import { proseOf } from "./prose.mjs";
import { scriptTokens } from "./script.mjs";

/** Reads comments and, in main code, string literals of source files of any kind. */
export const sourcePlugin = plugin([".*"], (source, path) => {
  const { text, paragraphs } = proseOf(source, tokensOf(source, path));
  return { text, ast: documentOf(text, paragraphs) };
});

/** Reads a whole file as one paragraph, whatever its kind. */
export const wholePlugin = plugin([".*"], (source) => ({
  text: source,
  ast: documentOf(source, [[0, source.length]]),
}));

function tokensOf(source, path) {
  const tokens = allTokensOf(source, path);
  return hasMessages(path) ? tokens : tokens.filter(({ type }) => type !== "string" && type !== "text");
}

function allTokensOf(source, path) {
  if (path.endsWith(".java")) {
    return javaTokens(source);
  }
  return /\.(ts|m?js)$/.test(path) || source.startsWith("#!/usr/bin/env node")
    ? scriptTokens(source, path.endsWith(".ts"))
    : markupTokens(source, path);
}

function plugin(extensions, read) {
  class Processor {
    availableExtensions() {
      return extensions;
    }

    processor() {
      return {
        preProcess: read,
        postProcess: (messages, filePath) => ({ messages, filePath }),
      };
    }
  }
  return { Processor };
}

function documentOf(text, paragraphs) {
  const locate = locator(text);
  const node = (type, [start, end], rest) => ({
    type,
    raw: text.slice(start, end),
    range: [start, end],
    loc: { start: locate(start), end: locate(end) },
    ...rest,
  });
  return node("Document", [0, text.length], {
    children: paragraphs.map((range) =>
      node("Paragraph", range, {
        children: [node("Str", range, { value: text.slice(...range) })],
      }),
    ),
  });
}

/** Returns a function from an index to its line, counted from 1, and its column, from 0. */
function locator(text) {
  const starts = [0];
  for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) {
    starts.push(i + 1);
  }
  return (index) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= index) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return { line: low + 1, column: index - starts[low] };
  };
}
