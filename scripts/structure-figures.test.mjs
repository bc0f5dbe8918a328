// The figures of small source trees.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('structure-figures', import.meta.url));

/** Runs the script on a tree of files, given by path. */
function figuresOf(files) {
  const root = mkdtempSync(join(tmpdir(), 'figures-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    const { status, stdout } = spawnSync(process.execPath, [script, root], { encoding: 'utf8' });
    const line = (name) => stdout.split('\n').find((row) => row.startsWith(name))?.split(/\s{2,}/);
    return { status, stdout, line };
  } finally {
    rmSync(root, { recursive: true });
  }
}

const SOURCE = 'm/src/main/java/a/';

/** Returns a type whose file has the given number of lines. */
function type(name, lines, body = '') {
  const head = `package a;\n\nclass ${name} {\n${body}`;
  return `${head}${'\n'.repeat(lines - head.split('\n').length)}}\n`;
}

test('methods_ofEveryForm_countFromDeclarationToBrace', () => {
  const { line } = figuresOf({
    [`${SOURCE}A.java`]: `package a;

public final class A {
  private static final Runnable TASK =
      () -> {
        int notAMethod;
      };
  private final int[] values = {1, 2};

  static {
    int notAMethod = 0; // } is not a brace
  }

  @Deprecated
  @SuppressWarnings({"a", "b"})
  A(
      int first,
      int second) {
    String text = "}";
  }

  abstract static class Nested {
    abstract void withoutBody();

    <T extends Comparable<T>> T generic(T value) throws java.io.IOException {
      if (value == null) {
        return null;
      }
      return value;
    }
  }

  record Pair(int x, int y) {
    Pair {
      x = 1;
    }
  }

  Object anonymous() {
    return new Object() {
      @Override
      public String toString() {
        return "{";
      }
    };
  }
}
`,
  });
  // Pair 3, toString 3, the constructor 5, generic 6, anonymous 8
  assert.equal(line('m ')[6], '5/7/8');
});

test('publicTypes_inInternalPackages_areNotCounted', () => {
  const { line } = figuresOf({
    'm/src/main/java/a/A.java': 'package a;\n\npublic sealed interface A permits B {}\n',
    'm/src/main/java/a/B.java': 'package a;\n\nfinal class B implements A {\n  public class C {}\n}\n',
    'm/src/main/java/a/internal/D.java': 'package a.internal;\n\npublic class D {}\n',
  });
  assert.equal(line('m ')[7], '1');
});

test('files_thatAreNoMainCode_areNotCountedAsSuch', () => {
  const { line, status } = figuresOf({
    [`${SOURCE}A.java`]: type('A', 40),
    [`${SOURCE}package-info.java`]: 'package a;\n',
    'm/src/main/java/module-info.java': 'module a {}\n',
    'm/src/test/java/a/ATest.java': type('ATest', 100),
    'm/target/x/src/main/java/a/B.java': type('B', 400),
    'm/target/x/src/test/java/a/BTest.java': type('BTest', 400),
    'm/src/main/resources/page.js': '\n'.repeat(400),
  });
  assert.deepEqual(line('m ').slice(0, 5), ['m', '1', '40', '40', '40']);
  assert.deepEqual(line('all tests').slice(1), ['1', '100', '100', '100']);
  assert.equal(status, 0);
});

test('tests_ofEveryLanguage_areCounted', () => {
  const { line } = figuresOf({
    [`${SOURCE}A.java`]: type('A', 40),
    'm/src/test/java/a/ATest.java': type('ATest', 100),
    'client/test/a.test.ts': '\n'.repeat(50),
    'client/test/fakes.ts': '\n'.repeat(60),
    'client/node_modules/b/test/b.test.js': '\n'.repeat(400),
    'm/src/test/web/c.test.js': '\n'.repeat(70),
    'testing/e2e/d.test.mjs': '\n'.repeat(80),
    'testing/e2e/server.mjs': '\n'.repeat(90),
    'scripts/e.test.mjs': '\n'.repeat(110),
  });
  assert.deepEqual(['java', 'ts', 'js', 'mjs'].map((language) => line(`tests in ${language}`)[1]), ['1', '2', '1', '3']);
  assert.deepEqual(line('all tests').slice(1), ['7', '80', '104', '110']);
});

test('scripts_ofTheMainCode_areHeldToTheLimitOfLines', () => {
  const figures = (lines) =>
    figuresOf({
      [`${SOURCE}A.java`]: type('A', 40),
      'client/src/a.ts': '\n'.repeat(lines),
      'client/src/types.d.ts': '\n'.repeat(400),
      'm/src/main/web/page.js': '\n'.repeat(50),
      'm/src/main/web/vendor/other.js': '\n'.repeat(400),
    });
  assert.deepEqual(figures(350).line('all scripts').slice(1, 3), ['2', '200']);
  assert.equal(figures(350).status, 0);
  const { status, stdout } = figures(351);
  assert.equal(status, 1);
  assert.match(stdout, /BROKEN client\/src\/a\.ts has 351 lines/);
});

test('limits_atTheirValue_hold', () => {
  const files = { [`${SOURCE}Long.java`]: type('Long', 350), 'm/src/test/java/a/LongTest.java': type('LongTest', 350) };
  for (let i = 1; i < 18; i++) {
    files[`${SOURCE}A${i}.java`] = type(`A${i}`, 31);
  }
  files[`${SOURCE}B1.java`] = type('B1', 30);
  files[`${SOURCE}B2.java`] = type('B2', 30);
  const { status, stdout } = figuresOf(files);
  assert.match(stdout, /m a +20\n/);
  assert.match(stdout, /structure: all limits hold/);
  assert.equal(status, 0);
});

for (const [limit, files, expected] of [
  ['package', Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`${SOURCE}A${i}.java`, type(`A${i}`, 40)])), /m a has 21 files/],
  ['file', { [`${SOURCE}A.java`]: type('A', 351) }, /A\.java has 351 lines/],
  ['testFile', { [`${SOURCE}A.java`]: type('A', 40), 'm/test/a.test.ts': '\n'.repeat(351) }, /m\/test\/a\.test\.ts has 351 lines/],
  ['shortFiles', { [`${SOURCE}A.java`]: type('A', 30) }, /100\.0% of the files/],
  ['methods', { [`${SOURCE}A.java`]: type('A', 40, `  void f() {\n${'\n'.repeat(13)}  }\n`) }, /p90 of the methods is 15/],
]) {
  test(`limit_of_${limit}_isReportedAndFails`, () => {
    const { status, stdout } = figuresOf(files);
    assert.match(stdout, new RegExp(`BROKEN .*${expected.source}`));
    assert.match(stdout, /structure: 1 limits are broken/);
    assert.equal(status, 1);
  });
}
