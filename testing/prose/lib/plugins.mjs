// textlint plugins for the two ways to read a file: its prose, or every character of it.
import { javaTokens } from "./java.mjs";
import { proseOf } from "./prose.mjs";
import { scriptTokens } from "./script.mjs";

/** Reads comments and, where `messages(path)` says so, string literals of source files. */
export const sourcePlugin = plugin([".java", ".ts", ".js", ".mjs"], (source, path) => {
  const { text, paragraphs } = proseOf(source, tokensOf(source, path));
  return { text, ast: documentOf(text, paragraphs) };
});

/** Reads a whole file as one paragraph, whatever its kind. */
export const wholePlugin = plugin([".*"], (source) => ({
  text: source,
  ast: documentOf(source, [[0, source.length]]),
}));

function tokensOf(source, path) {
  if (!path.endsWith(".java")) {
    return scriptTokens(source, path.endsWith(".ts"));
  }
  const tokens = javaTokens(source);
  return path.includes("src/main/java/")
    ? tokens
    : tokens.filter((token) => token.type !== "string");
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
