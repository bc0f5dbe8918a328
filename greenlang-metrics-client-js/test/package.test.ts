/** m. What is published: what it exports, how large it is, and that it leaves globals alone. */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const BUDGET = 10_000;
const API = ['MetricError', 'createMetricService', 'getMetricService', 'resetMetricService', 'transforms'];

async function bundled(external: string[]): Promise<number> {
  const { outputFiles } = await build({ entryPoints: ['dist/esm/index.js'], bundle: true, minify: true, write: false, format: 'esm', external });
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
}

describe('the package', () => {
  test('bundle_gzipped_isWithinItsBudget', async (t) => {
    const own = await bundled(['@msgpack/msgpack']);
    const all = await bundled([]);
    t.diagnostic(`${own} bytes minified and gzipped; ${all} with @msgpack/msgpack`);
    assert.ok(own <= BUDGET, `${own} bytes of at most ${BUDGET}`);
  });

  test('imported_byBothConditions_hasTheSameApi', () => {
    const esm = execFileSync('node', ['--input-type=module', '-e', 'console.log(Object.keys(await import("@greenlang/metrics-client")).sort().join())'], { encoding: 'utf8' });
    const cjs = execFileSync('node', ['--input-type=commonjs', '-e', 'console.log(Object.keys(require("@greenlang/metrics-client")).sort().join())'], { encoding: 'utf8' });
    assert.deepEqual([esm.trim(), cjs.trim()], [API.join(), API.join()]);
  });

  test('imported_itTouchesNoGlobal_andNoEval', () => {
    const code = readFileSync('dist/cjs/index.js', 'utf8');
    const bare = "const vm = require('vm'); const m = { exports: {} };"
      + "vm.runInNewContext(require('fs').readFileSync('dist/cjs/index.js', 'utf8'), { module: m, exports: m.exports, require: () => ({}), Symbol });"
      + 'console.log(Object.keys(m.exports).length)';
    assert.equal(execFileSync('node', ['--input-type=commonjs', '-e', bare], { encoding: 'utf8' }).trim(), String(API.length));
    assert.doesNotMatch(code, /\beval\(|new Function\(/);
  });

  test('publint_andAttw_areClean', () => {
    const packed = JSON.parse(execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', '.build'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    const [{ filename }] = Array.isArray(packed) ? packed : (Object.values(packed) as [{ filename: string }]);
    const tarball = `.build/${filename}`;
    try {
      for (const command of [['publint', '--strict', tarball], ['attw', tarball, '--no-emoji']]) {
        const { status, stdout, stderr } = spawnSync('node_modules/.bin/' + command[0], command.slice(1), { encoding: 'utf8' });
        assert.equal(status, 0, `${command[0]} says:\n${stdout}${stderr}`);
      }
    } finally {
      rmSync(tarball);
    }
  });

  test('dependencies_atRunTime_areOne', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    assert.deepEqual(Object.keys(dependencies), ['@msgpack/msgpack']);
  });
});
