// Reduces a source file to its prose: comments and, where asked for, messages. Everything else
// becomes a space, and code inside of prose becomes CODE, so that each remaining character stands
// at its own line and column.

/** Stands for code within a sentence. No rule matches across it. */
export const CODE = "·";

/** Separates paragraphs within one comment. It replaces markup of at least one character. */
const BREAK = "\u2029";

/**
 * Reduces a source file to its prose.
 *
 * @param {string} source
 * @param {{type: "block" | "line" | "hash" | "markup" | "string" | "text", start: number, end:
 *     number}[]} tokens in order
 * @returns {{text: string, paragraphs: [number, number][]}} a text as long as the source, and the
 *     ranges of its paragraphs
 */
export function proseOf(source, tokens) {
  const parts = [];
  let end = 0;
  for (const passage of passages(source, tokens)) {
    parts.push(blank(source.slice(end, passage.start)), passage.text);
    end = passage.start + passage.text.length;
  }
  parts.push(blank(source.slice(end)));
  const text = parts.join("");
  return { text: text.replaceAll(BREAK, " "), paragraphs: paragraphsOf(text) };
}

function* passages(source, tokens) {
  for (let i = 0; i < tokens.length; i++) {
    const first = tokens[i];
    while (i + 1 < tokens.length && belongTogether(source, tokens[i], tokens[i + 1])) {
      i++;
    }
    const raw = source.slice(first.start, tokens[i].end);
    const isMessage = first.type === "string" || first.type === "text";
    const text = isMessage ? messageText(first.type === "text" ? byLine(raw) : raw) : commentText(raw, first.type);
    if (text !== null) {
      yield { start: first.start, text: ended(text) };
    }
  }
}

/** Returns whether two tokens are lines of one comment, or parts of one concatenated message. */
function belongTogether(source, left, right) {
  const between = source.slice(left.end, right.start);
  switch (left.type === right.type && left.type) {
    case "line":
    case "hash":
      return /^[ \t]*\r?\n[ \t]*$/.test(between);
    case "string":
      return /^\s*\+\s*$/.test(between);
    default:
      return false;
  }
}

/** Keeps two neighboring passages apart: each begins or ends with a delimiter, which is free. */
function ended(text) {
  return BREAK + text.slice(1);
}

function blank(text) {
  return text.replace(/[^\n]/g, " ");
}

function code(text) {
  return text.replace(/\S/g, CODE);
}

function broken(text) {
  return BREAK + blank(text.slice(1));
}

/** The delimiters of each type of comment. */
const DELIMITERS = {
  line: /^[ \t]*\/\/+/gm,
  hash: /^[ \t]*#+/gm,
  markup: /^<!--|-->$|^<description>|<\/description>$/g,
  block: /^\/\*+|\*+\/$|^[ \t]*\*+(?=\s|$)/gm,
};

function commentText(raw, type) {
  return withoutMarkup(raw.replace(DELIMITERS[type], blank));
}

function withoutMarkup(content) {
  return withoutInlineTags(content.replace(/<pre\b[^>]*>[^]*?<\/pre>/g, broken))
    .replace(/<(code|a)\b[^>]*>[^]*?<\/\1>/g, code)
    .replace(/`[^`]+`/g, code)
    .replace(/\bhttps?:\/\/\S+/g, code)
    .replace(/<\/?(?:p|ul|ol|li|dl|dt|dd|h[1-6]|table|caption|thead|tbody|tr|th|td)\b[^>]*>/g, broken)
    .replace(/<\/?[a-zA-Z][^<>]*>/g, blank)
    .replace(/^[ \t]*@(?:see|author|type|typedef|template|import|ts-\S+)\b.*$/gm, broken)
    .replace(/^[ \t]*@(?:param|property|throws|exception)\s+(?:\{[^}\n]*\}\s+)?\S+/gm, broken)
    .replace(/^[ \t]*@\w[\w-]*(?:\s+\{[^}\n]*\})?/gm, broken)
    .replace(/^[ \t]*(?:[-*•]|\d+\.)(?=\s)/gm, broken);
}

/** Masks tags such as `{@code …}` and `{@link …}`, whose braces may nest. */
function withoutInlineTags(content) {
  let result = "";
  let from = 0;
  for (let at = content.indexOf("{@"); at >= 0; at = content.indexOf("{@", from)) {
    const end = closingBrace(content, at);
    result += content.slice(from, at) + code(content.slice(at, end));
    from = end;
  }
  return result + content.slice(from);
}

function closingBrace(content, start) {
  let depth = 0;
  for (let i = start; i < content.length; i++) {
    if (content[i] === "{") {
      depth++;
    } else if (content[i] === "}" && --depth === 0) {
      return i + 1;
    }
  }
  return content.length;
}

const ESCAPE = /\\(?:u[0-9a-fA-F]{4}|[^])/g;

/** Makes each line of a text block a paragraph, unless the line ends with a backslash. */
function byLine(raw) {
  return raw.replace(/(?<!\\)\n[ \t]/g, `\n${BREAK}`);
}

/** Returns a literal, or several joined by `+`, as prose; null if it is not a sentence. */
function messageText(raw) {
  const joined = raw
    .replace(/(["'`])\s*\+\s*["'`]/g, blank)
    .replace(/^(?:"""|["'`}])|(?:"""|["'`]|\$)$/g, blank)
    .replace(ESCAPE, blank)
    .replace(/`[^`]+`/g, code)
    .replace(/\bhttps?:\/\/\S+/g, code);
  return /[A-Za-z]{2,}[,;:]? +[a-z]+[,;:]? +[a-z]+/.test(joined) ? joined : null;
}

function paragraphsOf(text) {
  const ranges = [];
  const paragraph = /[^\s\u2029](?:(?!\n[^\S\n]*\n)[^\u2029])*/gu;
  for (const match of text.matchAll(paragraph)) {
    ranges.push([match.index, match.index + match[0].trimEnd().length]);
  }
  return ranges;
}
