// Lints one text by the rules in rules/.
import { readFileSync } from "node:fs";
import { TextlintKernel } from "@textlint/kernel";
import markdownModule from "@textlint/textlint-plugin-markdown";
import prhModule from "textlint-rule-prh";
import { sourcePlugin, wholePlugin } from "./plugins.mjs";

const kernel = new TextlintKernel();
const markdownPlugin = markdownModule.default ?? markdownModule;
const prh = prhModule.default ?? prhModule;

/**
 * A finding. Lines and columns count from 1.
 *
 * @typedef {{line: number, column: number, message: string}} Finding
 */

/** Lints the prose of a Markdown file or the comments and messages of a source file. */
export function lintProse(text, path) {
  const plugin = path.endsWith(".md") ? markdownPlugin : sourcePlugin;
  return lint(text, path, plugin, "prose.yml");
}

/** Lints all of a file for names that were replaced. */
export function lintNames(text, path) {
  return lint(text, path, wholePlugin, "names.yml");
}

async function lint(text, path, plugin, rules) {
  const ext = plugin === wholePlugin ? ".*" : path.slice(path.lastIndexOf("."));
  const result = await kernel.lintText(text, {
    ext,
    filePath: path,
    plugins: [{ pluginId: "reader", plugin }],
    rules: [{ ruleId: "prh", rule: prh, options: optionsFor(rules) }],
  });
  return result.messages.map(({ line, column, message }) => ({ line, column, message }));
}

const options = new Map();

function optionsFor(rules) {
  if (!options.has(rules)) {
    const yaml = readFileSync(new URL(`../rules/${rules}`, import.meta.url), "utf8");
    options.set(rules, {
      ruleContents: [yaml],
      checkLink: true,
      checkEmphasis: true,
      checkBlockQuote: true,
    });
  }
  return options.get(rules);
}
