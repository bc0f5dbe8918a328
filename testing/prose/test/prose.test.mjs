// The reduction of source files to their prose.
import assert from "node:assert/strict";
import { test } from "node:test";
import { javaTokens } from "../lib/java.mjs";
import { markupTokens } from "../lib/markup.mjs";
import { proseOf } from "../lib/prose.mjs";
import { scriptTokens } from "../lib/script.mjs";

const java = (source) => proseOf(source, javaTokens(source));
const script = (source) => proseOf(source, scriptTokens(source, true));

/** Returns the paragraphs, with runs of white space as one space. */
function paragraphs({ text, paragraphs }) {
  return paragraphs.map(([start, end]) => text.slice(start, end).replace(/\s+/g, " "));
}

test("prose_ofAnySource_hasItsLengthAndLines", () => {
  const source = 'class A {\n  /** One. */ // Two {@code x}.\n  String s = "a message of four words";\n}\n';
  const { text } = java(source);
  assert.equal(text.length, source.length);
  assert.deepEqual(
    [...text.matchAll(/\n/g)].map((match) => match.index),
    [...source.matchAll(/\n/g)].map((match) => match.index),
  );
  assert.equal(text.indexOf("One"), source.indexOf("One"));
});

test("javadoc_withStars_isOneParagraph", () => {
  assert.deepEqual(paragraphs(java("/**\n * Returns the\n * position.\n */\nint x;")), [
    "Returns the position.",
  ]);
});

test("javadoc_withTagsAndMarkup_isSplitIntoParagraphs", () => {
  const source = `/**
   * First. <b>Bold</b> text.
   *
   * <p>Second.
   * <ul>
   *   <li>Item.
   * </ul>
   * <pre>{@code int who; }</pre>
   * @param name the name
   * @return the result
   * @throws IOException if it fails
   * @see Other
   */`;
  assert.deepEqual(paragraphs(java(source)), [
    "First. Bold text.",
    "Second.",
    "Item.",
    "the name",
    "the result",
    "if it fails",
  ]);
});

test("javadoc_withInlineCode_isMasked", () => {
  const source = "/** Takes {@code a{b}c}, {@link A#b c} and <code>d</code>. See `e`. */";
  assert.deepEqual(paragraphs(java(source)), ["Takes ······ ······, ······ ··· ·· and ··············. See ···."]);
});

test("lineComments_ofNeighboringLines_areOneParagraph", () => {
  const source = "// First\n  // second.\n\n// Third.\nint x; // fourth";
  assert.deepEqual(paragraphs(java(source)), ["First second.", "Third.", "fourth"]);
});

test("java_withoutProse_isBlank", () => {
  const source = `char c = '"'; String a = "/* no"; String b = "\\" // no"; String t = """
      // no "comment"
      """; int x = 1 / 2;`;
  assert.equal(java(source).text.trim(), "");
});

test("message_ofThreeWords_isProse", () => {
  const source = 'log.warn("Failed to send; " + "retrying in {}", seconds); map.get("two words");';
  assert.deepEqual(paragraphs(java(source)), ["Failed to send; retrying in {}"]);
});

test("message_withEscapes_hasSpaces", () => {
  assert.deepEqual(paragraphs(java('f("the \\"name\\" is\\nnot set");')), ["the name is not set"]);
});

test("script_withTemplatesAndExpressions_hasCommentsAndMessages", () => {
  const source = "const a = `/* no ${b /* yes */} // no`; const r = /\\/\\* no/; // also\n/** @param {string} x the x */";
  assert.deepEqual(paragraphs(script(source)), ["yes", "also", "the x"]);
  assert.deepEqual(paragraphs(script("f(`the value of ${a}`, 'is not ' + \"in the range\");")), ["the value of", "is not in the range"]);
});

test("textBlock_ofSeveralLines_hasOneParagraphPerLine", () => {
  const source = 'String s = """\n    The first line of text.\n    The second one \\\n    goes further.\n    """;';
  assert.deepEqual(paragraphs(java(source)), ["The first line of text.", "The second one goes further."]);
});

test("comments_ofOtherFiles_areProse", () => {
  const prose = (source, path) => paragraphs(proseOf(source, markupTokens(source, path)));
  assert.deepEqual(prose("<a><!-- One. --><description>Two\n words.</description></a>", "pom.xml"), ["One.", "Two words."]);
  assert.deepEqual(prose("/* One. */ a { b: url(#x) }", "a.css"), ["One."]);
  assert.deepEqual(prose("#!/bin/sh\n# One\n# two.\necho $# a#b ## Three.\n", "scripts/run"), ["One two.", "Three."]);
});
