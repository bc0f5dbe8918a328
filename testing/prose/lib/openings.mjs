// Checks the first words of Javadoc: a noun phrase for a type, a verb for a method.
import { readFileSync } from "node:fs";

const RULES = JSON.parse(readFileSync(new URL("../rules/openings.json", import.meta.url), "utf8"));
const NO_NOUNS = new Set([...RULES.verbs, ...RULES.conjunctions]);
const NO_VERBS = new Set(RULES.noVerbs);

/** A comment, the annotations and modifiers that follow, and the rest of the declaration's line. */
const COMMENTED =
  /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*(?:@(?!interface)[\w.]+(?:\((?:[^()]|\([^()]*\))*\))?\s*)*((?:(?:public|protected|private|static|final|abstract|default|sealed|non-sealed|synchronized|native)\s+)*[^;={]*)/g;
const TYPE = /^(?:[\w-]+\s+)*(?:class|interface|record|enum|@interface)\s+\w/;
const METHOD = /^(?:[\w-]+\s+)*(?:<[^(){}]*>\s*)?[\w.<>,?@\s[\]]+\s\w+\s*\(/;

/**
 * Returns the findings in the Javadoc of a Java file.
 *
 * @param {string} source
 * @returns {import("./linter.mjs").Finding[]}
 */
export function lintOpenings(source) {
  return [...source.matchAll(COMMENTED)].flatMap((match) => {
    const word = /^[\s*]*(\{@\w+|[\w-]+)/.exec(match[1])?.[1] ?? "";
    const message = messageFor(word, match[2]);
    return message === null ? [] : [{ ...positionOf(source, match.index), message }];
  });
}

function messageFor(word, declaration) {
  if (TYPE.test(declaration)) {
    return NO_NOUNS.has(word) ? `${word} => a noun phrase. The Javadoc of a type says what it is.` : null;
  }
  return METHOD.test(declaration) && !isVerb(word)
    ? `${word} => a verb such as Returns. The Javadoc of a method says what it does, or when it is called.`
    : null;
}

/** Returns whether a method's Javadoc may begin with a word: a verb, "Called" or an inherited text. */
function isVerb(word) {
  return word === "Called" || word === "{@inheritDoc" || (/^[A-Z][a-z]+s$/.test(word) && !NO_VERBS.has(word));
}

function positionOf(source, index) {
  const before = source.slice(0, index).split("\n");
  return { line: before.length, column: before.at(-1).length + 1 };
}
