// The rules, by the sentences that made them; and the positions of findings.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { hasNames, hasProse } from "../lib/files.mjs";
import { lintNames, lintProse } from "../lib/linter.mjs";

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
  assert.ok(!hasProse("Makefile") && hasNames("Makefile"));
  for (const path of [
    "greenlang-metrics-dashboard/src/main/resources/META-INF/resources/greenlang-metrics/app.js",
    "a/src/test/resources/golden/x.json",
    "testing/prose/rules/names.yml",
    "testing/prose/test/linter.test.mjs",
  ]) {
    assert.ok(!hasProse(path) && !hasNames(path), path);
  }
});
