// Lints one text by the rules in rules/.
import { readFileSync } from "node:fs";
import { TextlintKernel } from "@textlint/kernel";
import markdownModule from "@textlint/textlint-plugin-markdown";
import prhModule from "textlint-rule-prh";
import sentenceLengthModule from "textlint-rule-sentence-length";
import { sourcePlugin, wholePlugin } from "./plugins.mjs";
import "./rules-once.mjs";

const kernel = new TextlintKernel();
const markdownPlugin = markdownModule.default ?? markdownModule;

/** About 40 words. The goal is 25; this catches the sentences that hold four facts. */
const MAX_SENTENCE_LENGTH = 250;

const sentenceLength = {
  ruleId: "sentence-length",
  rule: sentenceLengthModule.default ?? sentenceLengthModule,
  // The indentation of a comment's lines does not count.
  options: { max: MAX_SENTENCE_LENGTH, skipPatterns: ["/\\s{2,}/"] },
};

/**
 * A finding. Lines and columns count from 1.
 *
 * @typedef {{line: number, column: number, message: string}} Finding
 */

/** Lints the prose of a Markdown file, or the comments and messages of another file. */
export function lintProse(text, path) {
  const plugin = path.endsWith(".md") ? markdownPlugin : sourcePlugin;
  return lint(text, path, plugin, [vocabulary("prose.yml"), sentenceLength]);
}

/** Lints all of a file for names that were replaced. */
export function lintNames(text, path) {
  return lint(text, path, wholePlugin, [vocabulary("names.yml")]);
}

async function lint(text, path, plugin, rules) {
  const ext = plugin === markdownPlugin ? ".md" : ".*";
  const result = await kernel.lintText(text, {
    ext,
    filePath: path,
    plugins: [{ pluginId: "reader", plugin }],
    rules,
  });
  const lines = text.split("\n");
  return result.messages.map(({ line, column, message }) => ({
    line,
    // Of a sentence on its paragraph's first line, sentence-splitter counts columns from the
    // start of the file.
    column: column <= lines[line - 1].length ? column : 1,
    message: onOneLine(message),
  }));
}

/** Joins "found text => replacement", whose text may have line breaks, and the explanation. */
function onOneLine(message) {
  const end = message.indexOf(" => ");
  const found = message.slice(0, Math.max(end, 0)).replace(/\s+/g, " ");
  return found + message.slice(Math.max(end, 0)).trim().replaceAll("\n", ". ").replace(/^=>/, " =>");
}

const vocabularies = new Map();

/** Returns the rule that applies a file of patterns and replacements. */
function vocabulary(file) {
  if (!vocabularies.has(file)) {
    const yaml = readFileSync(new URL(`../rules/${file}`, import.meta.url), "utf8");
    vocabularies.set(file, {
      ruleId: "prh",
      rule: prhModule.default ?? prhModule,
      options: {
        ruleContents: [yaml],
        checkLink: true,
        checkEmphasis: true,
        checkBlockQuote: true,
      },
    });
  }
  return vocabularies.get(file);
}
