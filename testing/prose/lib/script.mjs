// Finds the comments and string literals of JavaScript and TypeScript. Regular expressions and
// templates make that a job for a parser.
import { parse } from "@babel/parser";

/**
 * Returns the comments and literals of a script.
 *
 * @param {string} source
 * @param {boolean} typescript
 * @returns {{type: "block" | "line" | "string", start: number, end: number}[]} ranges that include
 *     the delimiters, in order. The texts between the expressions of a template are strings too.
 */
export function scriptTokens(source, typescript) {
  const { comments, tokens } = parse(source, {
    sourceType: "unambiguous",
    errorRecovery: true,
    tokens: true,
    plugins: typescript ? ["typescript"] : [],
  });
  return [...comments.map(comment), ...tokens.flatMap(literal)].sort((a, b) => a.start - b.start);
}

function comment({ type, start, end }) {
  return { type: type === "CommentBlock" ? "block" : "line", start, end };
}

function literal({ type, start, end }) {
  if (type.label === "string") {
    return [{ type: "string", start, end }];
  }
  // Between two delimiters, which the token does not have.
  return type.label === "template" && end > start ? [{ type: "string", start: start - 1, end: end + 1 }] : [];
}
