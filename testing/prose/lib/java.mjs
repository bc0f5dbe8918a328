// Finds the comments and string literals of a Java file without parsing the rest of it.

/**
 * Splits Java source into the tokens that can hold prose.
 *
 * @param {string} source
 * @returns {{type: "block" | "line" | "string" | "text", start: number, end: number}[]} ranges that
 *     include the delimiters, in order. Character literals are skipped.
 */
export function javaTokens(source) {
  const tokens = [];
  const opener = /\/\*|\/\/|"""|"|'/g;
  for (let match = opener.exec(source); match; match = opener.exec(source)) {
    const start = match.index;
    const end = endOf(source, start, match[0]);
    const type = TYPES[match[0]];
    if (type) {
      tokens.push({ type, start, end });
    }
    opener.lastIndex = end;
  }
  return tokens;
}

const TYPES = { "/*": "block", "//": "line", '"': "string", '"""': "text" };

function endOf(source, start, delimiter) {
  const from = start + delimiter.length;
  switch (delimiter) {
    case "/*":
      return indexAfter(source, "*/", from);
    case "//": {
      const newline = source.indexOf("\n", from);
      return newline < 0 ? source.length : newline;
    }
    default:
      return endOfLiteral(source, from, delimiter);
  }
}

function endOfLiteral(source, from, delimiter) {
  for (let i = from; i < source.length; i++) {
    if (source[i] === "\\") {
      i++;
    } else if (source.startsWith(delimiter, i)) {
      return i + delimiter.length;
    }
  }
  return source.length;
}

function indexAfter(source, text, from) {
  const index = source.indexOf(text, from);
  return index < 0 ? source.length : index + text.length;
}
