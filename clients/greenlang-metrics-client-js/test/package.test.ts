/** Tests of the published package: its exports, its size, and that importing it touches no globals. */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** 11 KB, by ADR 72. */
const MAX_BYTES = 11_264;
const API = ['MetricError', 'createMetricService', 'getMetricService', 'resetMetricService', 'transforms'];

/** The limits of the files that load on demand. */
const MAX_MESSAGEPACK_BYTES = 6_000;
const MAX_EVENTS_BYTES = 5_000;

/** Measures the bundle, minified and gzipped: the initial chunk and those that load on demand, by the name of their module. */
async function bundleSizes(): Promise<{ initial: number; messagepack: number; transport: number }> {
  const { outputFiles } = await build({
    entryPoints: ['dist/esm/index.js'],
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    format: 'esm',
    outdir: '.build/bundle',
  });
  const size = (pattern: RegExp): number => {
    const matching = outputFiles.filter(({ path }) => pattern.test(path));
    assert.equal(matching.length, 1, `one file of ${outputFiles.map(({ path }) => path)} matches ${pattern}`);
    return gzipSync(matching[0]!.contents, { level: 9 }).length;
  };
  return { initial: size(/\/index\.js$/), messagepack: size(/messagepack/), transport: size(/transport/) };
}

/** Packs the package, and returns the name of the file. */
function pack(...options: string[]): string {
  const command = ['pack', '--json', '--ignore-scripts', ...options];
  const packed = JSON.parse(execFileSync('npm', command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  const [{ filename }] = Array.isArray(packed) ? packed : (Object.values(packed) as [{ filename: string }]);
  return filename;
}

describe('the package', () => {
  test('bundle_gzipped_isWithinLimit', async (t) => {
    const { initial, messagepack, transport } = await bundleSizes();
    t.diagnostic(`${initial} bytes minified and gzipped; ${messagepack} more for MessagePack, ${transport} for server-sent events`);
    assert.ok(initial <= MAX_BYTES, `${initial} bytes of at most ${MAX_BYTES}`);
    assert.ok(messagepack > 2_000 && messagepack < MAX_MESSAGEPACK_BYTES, `${messagepack} bytes in a separate file: the decoders of MessagePack and columns, without the encoder`);
    assert.ok(transport < MAX_EVENTS_BYTES, `${transport} bytes in a separate file: server-sent events without the rest of the client`);
  });

  test('transforms_alone_leaveOutTheClient', async () => {
    const stdin = { contents: "import { transforms } from './dist/esm/index.js'; console.log(transforms.rate)", resolveDir: '.' };
    const { outputFiles } = await build({ stdin, bundle: true, minify: true, write: false, format: 'esm', external: ['./messagepack.js', './events/transport.js'] });
    assert.ok(outputFiles[0]!.contents.length < 1_000, `${outputFiles[0]!.contents.length} bytes`);
  });

  test('import_asEsmAndCommonJs_hasSameApi', () => {
    const esm = execFileSync('node', ['--input-type=module', '-e', 'console.log(Object.keys(await import("@greenlang/metrics-client")).sort().join())'], { encoding: 'utf8' });
    const cjs = execFileSync('node', ['--input-type=commonjs', '-e', 'console.log(Object.keys(require("@greenlang/metrics-client")).sort().join())'], { encoding: 'utf8' });
    assert.deepEqual([esm.trim(), cjs.trim()], [API.join(), API.join()]);
  });

  test('import_touchesNoGlobals_andUsesNoEval', () => {
    const code = readFileSync('dist/cjs/index.js', 'utf8');
    const bare = "const vm = require('vm'); const m = { exports: {} };"
      + "vm.runInNewContext(require('fs').readFileSync('dist/cjs/index.js', 'utf8'), { module: m, exports: m.exports, require: () => ({}), Symbol });"
      + 'console.log(Object.keys(m.exports).length)';
    assert.equal(execFileSync('node', ['--input-type=commonjs', '-e', bare], { encoding: 'utf8' }).trim(), String(API.length));
    assert.doesNotMatch(code, /\beval\(|new Function\(/);
  });

  for (const format of ['module', 'commonjs']) {
    test(`import_as_${format}_readsMessagePack`, () => {
      const client = format === 'module' ? 'await import("@greenlang/metrics-client")' : 'require("@greenlang/metrics-client")';
      // `ws` replaces the WebSocket of a browser. The server sends the welcome in JSON and a ping in MessagePack.
      const script = `
        const { WebSocket, WebSocketServer } = ${format === 'module' ? 'await import("ws")' : 'require("ws")'};
        const { createMetricService } = ${client};
        const server = new WebSocketServer({ port: 0 }, () => {
          const service = createMetricService('ws://127.0.0.1:' + server.address().port, null, { WebSocket });
          service.connect();
        });
        server.on('connection', (socket) => {
          socket.on('message', (text) => { console.log(String(text)); process.exit(); });
          socket.send('{"type":"welcome"}');
          socket.send(Buffer.from('82a474797065a470696e67a974696d657374616d7007', 'hex'));
        });`;
      const pong = execFileSync('node', [`--input-type=${format}`, '-e', script], { encoding: 'utf8', timeout: 60_000 });
      assert.equal(pong.trim(), '{"type":"pong","timestamp":7}');
    });
  }

  test('types_strictConsumer_needsNoExtraLibrary', () => {
    const file = '.build/consumer.mts';
    writeFileSync(file, `import { createMetricService } from '@greenlang/metrics-client';
      const service = createMetricService('ws://h', null, { WebSocket });
      await service[Symbol.asyncDispose]();
      for await (const { value } of service.metrics('*')) value.toFixed();`);
    const strict = ['--ignoreConfig', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--skipLibCheck', 'false', '--noEmit'];
    const { status, stdout } = spawnSync('node_modules/.bin/tsc', [...strict, '--target', 'es2022', '--lib', 'es2022,dom', '--types', '', '--module', 'nodenext', file], { encoding: 'utf8' });
    assert.equal(status, 0, stdout);
  });

  test('publintAndAttw_reportNothing', () => {
    const tarball = `.build/${pack('--pack-destination', '.build')}`;
    try {
      for (const command of [['publint', '--strict', tarball], ['attw', tarball, '--no-emoji']]) {
        const { status, stdout, stderr } = spawnSync('node_modules/.bin/' + command[0], command.slice(1), { encoding: 'utf8' });
        assert.equal(status, 0, `${command[0]} reported:\n${stdout}${stderr}`);
      }
    } finally {
      rmSync(tarball);
    }
  });

  /** `make test` itself runs `npm pack` without packages, as in a fresh clone. */
  test('documentation_namesTheFileThatNpmPackCreates', () => {
    const created = pack('--dry-run');
    for (const page of ['README.md', '../../docs/getting-started.md', '../../docs/how-to/browser-client.md']) {
      const named = [...readFileSync(page, 'utf8').matchAll(/[\w-]+-\d[\d.]*\.tgz/g)].map(([name]) => name);
      assert.deepEqual([...new Set(named)], [created], page);
    }
  });

  test('dependencies_atRuntime_areOnlyMsgpack', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    assert.deepEqual(Object.keys(dependencies), ['@msgpack/msgpack']);
  });
});
