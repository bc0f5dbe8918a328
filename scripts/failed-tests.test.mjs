// The summary of failed tests, from small trees of reports.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('failed-tests', import.meta.url));

/** Runs the script on a tree of files, given by path, and returns its lines. */
function summaryOf(files) {
  const root = mkdtempSync(join(tmpdir(), 'failed-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    const { status, stdout } = spawnSync(process.execPath, [script, root], { encoding: 'utf8' });
    assert.equal(status, 0);
    return stdout.trimEnd().split('\n');
  } finally {
    rmSync(root, { recursive: true });
  }
}

const PASSED = '<testcase classname="a.PassingTest" name="works" time="0.1"/>';

test('failure_andError_areListedWithModuleMessageAndOwnStack', () => {
  const lines = summaryOf({
    'testing/m/target/surefire-reports/TEST-a.B.xml': `<testsuite>${PASSED}
      <testcase classname="a.BTest" name="x_fails" time="0.1">
        <failure message="expected: &lt;1&gt;&#10;but was: &quot;2&quot;" type="E"><![CDATA[E: expected
\tat org.junit.Assertions.fail(Assertions.java:1)
\tat io.greenlang.metrics.BTest.x_fails(BTest.java:7)
]]></failure>
        <system-out>noise</system-out>
      </testcase></testsuite>`,
    'core/target/failsafe-reports/TEST-a.C.xml':
      '<testsuite><testcase classname="a.C" name="y"><error type="java.lang.Error"/></testcase></testsuite>',
  });
  assert.deepEqual(lines, [
    'Failed tests: 2',
    '',
    'core: a.C.y',
    '  java.lang.Error',
    '',
    'testing/m: a.BTest.x_fails',
    '  expected: <1>',
    '  but was: "2"',
    '    at io.greenlang.metrics.BTest.x_fails(BTest.java:7)',
  ]);
});

test('cause_ofFailure_isListedWithItsOwnStack', () => {
  const lines = summaryOf({
    'm/target/surefire-reports/TEST-a.B.xml': `<testsuite>
      <testcase classname="a.B" name="x"><failure message="affected" type="E"><![CDATA[E: affected
\tat io.greenlang.metrics.B.x(B.java:7)
Caused by: java.net.SocketTimeoutException: Read timed out
\tat java.net.Socket.read(Socket.java:1)
\tat io.greenlang.metrics.Client.next(Client.java:9)
]]></failure></testcase></testsuite>`,
  });
  assert.deepEqual(lines.slice(2), [
    'm: a.B.x',
    '  affected',
    '    at io.greenlang.metrics.B.x(B.java:7)',
    '  Caused by: java.net.SocketTimeoutException: Read timed out',
    '    at io.greenlang.metrics.Client.next(Client.java:9)',
  ]);
});

test('noFailure_printsWhereToLook', () => {
  const lines = summaryOf({ 'm/target/surefire-reports/TEST-a.xml': `<testsuite>${PASSED}</testsuite>` });
  assert.deepEqual(lines, ['No report names a failed test; see the first ERROR above.']);
});

test('otherXml_isIgnored', () => {
  const report = '<testsuite><testcase classname="a" name="b"><failure message="m"/></testcase></testsuite>';
  const lines = summaryOf({ 'm/src/test/resources/TEST-a.xml': report, 'm/target/x/TEST-a.xml': report });
  assert.equal(lines.length, 1);
});
