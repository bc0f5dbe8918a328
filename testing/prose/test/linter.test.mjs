// The rules, by the sentences that made them; and the positions of findings.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { hasApi, hasNames, hasProse } from "../lib/files.mjs";
import { lintNames, lintProse } from "../lib/linter.mjs";
import { lintOpenings } from "../lib/openings.mjs";

const yaml = createRequire(createRequire(import.meta.url).resolve("prh"))("js-yaml");
const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const rulesOf = (file) => yaml.safeLoad(read(`../rules/${file}`)).rules;

for (const rule of rulesOf("prose.yml")) {
  test(`rule_${rule.expected}_failsInEachKindOfText`, async () => {
    const counterexamples = rule.specs.filter(({ from, to }) => from !== to);
    assert.ok(counterexamples.length > 0, "has a counterexample");
    for (const { from } of counterexamples) {
      const comment = from.replaceAll(" ", "\n * ");
      for (const [text, path] of [
        [`${from}\n`, "a.md"],
        [`/**\n * ${comment}\n */\nclass A {}\n`, "A.java"],
        [`/** ${from} */\nconst a = 1;\n`, "a.ts"],
        [`// ${from}\nconst a = 1;\n`, "a.mjs"],
        [`<!-- ${from} -->\n`, "pom.xml"],
        [`/* ${from} */\n`, "a.css"],
        [`# ${from}\n`, "Makefile"],
      ]) {
        const found = (await lintProse(text, path)).map(({ message }) => message);
        const ours = found.filter((message) => message.includes(` => ${rule.expected.replace(/\$\d.*/, "")}`));
        assert.ok(ours.length > 0, `${path}: ${from}`);
      }
    }
  });

  test(`rule_${rule.expected}_acceptsItsExamples`, async () => {
    for (const { from, to } of rule.specs) {
      if (from === to) {
        assert.deepEqual(await lintProse(`${from}\n`, "a.md"), [], from);
      }
    }
  });
}

for (const { before, after } of JSON.parse(read("sentences.json"))) {
  test(`sentence_${before.slice(0, 40)}_isRejectedAndItsBetterFormAccepted`, async () => {
    assert.notDeepEqual(await lintProse(`${before}\n`, "a.md"), []);
    assert.deepEqual(await lintProse(`${after}\n`, "a.md"), []);
  });
}

for (const [name, replacement] of Object.entries({
  Turnstile: "ConnectionThrottle",
  Gatekeeper: "HandshakeAuthorizer",
  HistoryDesk: "HistoryHandler",
  FeedLane: "FeedGroup",
  Vitality: "KeepAlive",
  KeptWindows: "WindowRecorder",
  Prelude: "CatchUp",
  ForeignBacklog: "External*",
  historyLetGo: "historyEvicted",
  FakeTime: "ManualSleeper",
  RedisAwayTest: "RedisUnavailableTest",
})) {
  test(`name_${name}_isRejectedInCodeAndText`, async () => {
    for (const text of [`new ${name}();`, `See \`${name}\`.`, `{@link ${name}#x}`]) {
      const [finding] = await lintNames(text, "a.md");
      assert.ok(finding?.message.includes(`=> ${replacement}`), text);
      assert.equal(finding.column, text.indexOf(name) + 1);
    }
  });
}

test("names_ofTheTable_areReplacedByAccepted", async () => {
  for (const { expected } of rulesOf("names.yml")) {
    assert.deepEqual(await lintNames(`${expected}\n`, "a.md"), []);
  }
});

test("finding_inJavadoc_hasLineAndColumnOfTheSource", async () => {
  const source = "package a;\n\n/**\n * Returns the\n *     newest value.\n */\nclass A {}\n";
  assert.deepEqual(await lintProse(source, "src/main/java/A.java"), [
    { line: 5, column: 8, message: "newest => latest" },
  ]);
});

test("finding_inMessage_hasLineAndColumnOfTheSource", async () => {
  const source = 'class A {\n  void f() {\n    throw new X("the value " + v + " is the newest of all");\n  }\n}\n';
  assert.deepEqual(await lintProse(source, "src/main/java/A.java"), [
    { line: 3, column: 45, message: "newest => latest" },
  ]);
  assert.deepEqual(await lintProse(source, "src/test/java/ATest.java"), []);
});

test("finding_inTextBlockOrScript_hasLineAndColumnOfTheSource", async () => {
  const block = 'class A {\n  String s = """\n      One line of text.\n      The value is the newest of all.\n      """;\n}\n';
  assert.deepEqual(await lintProse(block, "src/main/java/A.java"), [
    { line: 4, column: 24, message: "newest => latest" },
  ]);
  assert.deepEqual(await lintProse(block, "src/test/java/ATest.java"), []);
  const script = "const a = 'the newest of all';\nconst b = `the value ${a} is the newest of all`;\n";
  assert.deepEqual(
    (await lintProse(script, "client/src/a.ts")).map(({ line, column }) => [line, column]),
    [[1, 16], [2, 34]],
  );
  assert.deepEqual(await lintProse(script, "client/test/a.test.ts"), []);
});

test("opening_ofType_isNounPhrase", () => {
  const type = (text) => `/** ${text} */\n@Deprecated\npublic final class A {}\n`;
  assert.deepEqual(lintOpenings(type("The reader of a line.")), []);
  assert.deepEqual(lintOpenings(type("Counters of a hub.")), []);
  for (const text of ["Reads a line.", "Thrown if a line ends.", "How a line ends."]) {
    const [finding] = lintOpenings(type(text));
    assert.match(finding.message, /a noun phrase/);
    assert.deepEqual([finding.line, finding.column], [1, 1]);
  }
});

test("opening_ofMethod_isVerb", () => {
  const method = (text) => `class A {\n  /**\n   * ${text}\n   */\n  private static <T> List<T> find(String name) {}\n}\n`;
  for (const text of ["Returns a line.", "Called when a line ends.", "{@inheritDoc}", "Connects, or retries."]) {
    assert.deepEqual(lintOpenings(method(text)), [], text);
  }
  for (const text of ["A line can be long.", "This reads a line."]) {
    assert.match(lintOpenings(method(text))[0].message, /a verb/);
  }
  assert.deepEqual(lintOpenings("class A {\n  /** The line. */\n  private int line = find(1);\n}\n"), []);
});

test("code_ofAnyFile_isNoProse", async () => {
  assert.deepEqual(await lintProse("class A { int newest; }\n", "src/main/java/A.java"), []);
  assert.deepEqual(await lintProse("const newest = /newest/;\n", "a.ts"), []);
  assert.deepEqual(await lintProse("Use `newest`.\n\n```java\nnewest();\n```\n", "a.md"), []);
});

test("sentence_of300Characters_isRejected", async () => {
  const sentence = `The server ${"really ".repeat(45)}starts.`;
  const source = `/**\n * The first sentence. ${sentence}\n */\nclass A {}\n`;
  const [finding] = await lintProse(source, "A.java");
  assert.match(finding.message, /exceeds the maximum sentence length/);
  assert.equal(finding.line, 2);
  assert.deepEqual(await lintProse(`${"Short sentence. ".repeat(30)}\n`, "a.md"), []);
});

test("files_builtOrVendored_areNotLinted", () => {
  assert.ok(hasProse("docs/operations.md"));
  assert.ok(hasProse("greenlang-metrics-core/src/main/java/A.java"));
  for (const path of ["Makefile", "pom.xml", "a/b.css", ".github/workflows/ci.yml", "scripts/structure-figures"]) {
    assert.ok(hasProse(path) && hasNames(path), path);
  }
  assert.ok(!hasProse("a/logback.properties") && hasNames("a/logback.properties"));
  assert.ok(hasApi("core/src/main/java/A.java") && !hasApi("testing/kit/src/main/java/A.java"));
  for (const path of [
    "greenlang-metrics-dashboard/src/main/resources/META-INF/resources/greenlang-metrics/app.js",
    "a/src/test/resources/golden/x.json",
    "testing/prose/rules/names.yml",
    "testing/prose/test/linter.test.mjs",
  ]) {
    assert.ok(!hasProse(path) && !hasNames(path), path);
  }
});
