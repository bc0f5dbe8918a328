/** m. What is published: what it exports, how large it is, and that it leaves globals alone. */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const BUDGET = 10_000;
const API = ['MetricError', 'createMetricService', 'getMetricService', 'resetMetricService', 'transforms'];

/** Minified and gzipped: what is downloaded at once, and what only when it is needed. */
async function bundled(): Promise<{ first: number; later: number }> {
  const { outputFiles } = await build({
    entryPoints: ['dist/esm/index.js'],
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    format: 'esm',
    outdir: '.build/bundle',
  });
  const sizes = outputFiles.map(({ path, contents }) => ({ isFirst: path.endsWith('/index.js'), bytes: gzipSync(contents, { level: 9 }).length }));
  const sum = (isFirst: boolean): number => sizes.filter((each) => each.isFirst === isFirst).reduce((all, { bytes }) => all + bytes, 0);
  return { first: sum(true), later: sum(false) };
}

describe('the package', () => {
  test('bundle_gzipped_isWithinItsBudget', async (t) => {
    const { first, later } = await bundled();
    t.diagnostic(`${first} bytes minified and gzipped; ${later} more when MessagePack is asked for`);
    assert.ok(first <= BUDGET, `${first} bytes of at most ${BUDGET}`);
    assert.ok(later > 2_000 && later < 5_000, `${later} bytes in a file of their own: the decoder, without the encoder`);
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

  for (const how of ['module', 'commonjs']) {
    test(`imported_by_${how}_itReadsMessagePack`, () => {
      const read = how === 'module' ? 'await import("@greenlang/metrics-client")' : 'require("@greenlang/metrics-client")';
      // `ws` stands in for a browser's WebSocket; the server says the welcome in JSON and a ping in MessagePack.
      const script = `
        const { WebSocket, WebSocketServer } = ${how === 'module' ? 'await import("ws")' : 'require("ws")'};
        const { createMetricService } = ${read};
        const server = new WebSocketServer({ port: 0 }, () => {
          const service = createMetricService('ws://127.0.0.1:' + server.address().port, null, { WebSocket });
          service.connect();
        });
        server.on('connection', (socket) => {
          socket.on('message', (text) => { console.log(String(text)); process.exit(); });
          socket.send('{"type":"welcome"}');
          socket.send(Buffer.from('82a474797065a470696e67a974696d657374616d7007', 'hex'));
        });`;
      const pong = execFileSync('node', [`--input-type=${how}`, '-e', script], { encoding: 'utf8', timeout: 20_000 });
      assert.equal(pong.trim(), '{"type":"pong","timestamp":7}');
    });
  }

  test('types_ofAStrictConsumer_needNoLibraryOfItsOwn', () => {
    const file = '.build/consumer.mts';
    writeFileSync(file, `import { createMetricService } from '@greenlang/metrics-client';
      const service = createMetricService('ws://h', null, { WebSocket });
      await service[Symbol.asyncDispose]();
      for await (const { value } of service.metrics('*')) value.toFixed();`);
    const strict = ['--ignoreConfig', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--skipLibCheck', 'false', '--noEmit'];
    const { status, stdout } = spawnSync('node_modules/.bin/tsc', [...strict, '--target', 'es2022', '--lib', 'es2022,dom', '--types', '', '--module', 'nodenext', file], { encoding: 'utf8' });
    assert.equal(status, 0, stdout);
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
