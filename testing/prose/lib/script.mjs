// Finds the comments of JavaScript and TypeScript. Regular expressions and templates make that a
// job for a parser.
import { parse } from "@babel/parser";

/**
 * Returns the comments of a script.
 *
 * @param {string} source
 * @param {boolean} typescript
 * @returns {{type: "block" | "line", start: number, end: number}[]} ranges that include the
 *     delimiters, in order
 */
export function scriptTokens(source, typescript) {
  const { comments } = parse(source, {
    sourceType: "unambiguous",
    errorRecovery: true,
    plugins: typescript ? ["typescript"] : [],
  });
  return comments.map(({ type, start, end }) => ({
    type: type === "CommentBlock" ? "block" : "line",
    start,
    end,
  }));
}
