/** Builds what is published, `dist/`; with `--tests` also the tests, `.build/`. */

import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Of the product's API page; run in a browser by e2e. */
const SNIPPETS = ['quick-start', 'reconnection', 'resubscribe', 'buffered-metrics'];

process.chdir(fileURLToPath(new URL('.', import.meta.url)));

const common = { bundle: true, target: 'es2022', logLevel: 'warning' };

/** Two files, so that the second is loaded only by those who need it. */
const packaged = { ...common, entryPoints: ['src/index.ts', 'src/messagepack.ts'], external: ['@msgpack/msgpack', './messagepack.js'] };

await rm('dist', { recursive: true, force: true });
await build({ ...packaged, format: 'esm', outdir: 'dist/esm' });
await build({ ...packaged, format: 'cjs', outdir: 'dist/cjs', platform: 'node' }); // so that import() of it finds its names
await writeFile('dist/cjs/package.json', '{"type":"commonjs"}\n');
await declarations();
if (process.argv.includes('--tests')) {
  await tests();
}

/** Only what the public types need; the same for both conditions. */
async function declarations() {
  const all = '.build/types';
  await rm(all, { recursive: true, force: true });
  execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.json', '--emitDeclarationOnly', '--declaration', '--outDir', all, '--rootDir', '.'], {
    stdio: 'inherit',
  });
  const todo = ['index.d.ts'];
  for (const file of todo) {
    const text = await readFile(join(all, 'src', file), 'utf8');
    for (const [, name] of text.matchAll(/from '\.\/(\w+)\.js'/g)) {
      if (!todo.includes(`${name}.d.ts`)) {
        todo.push(`${name}.d.ts`);
      }
    }
    for (const format of ['esm', 'cjs']) {
      const target = join('dist', format, file);
      await mkdir(dirname(target), { recursive: true });
      await cp(join(all, 'src', file), target);
    }
  }
}

async function tests() {
  await rm('.build/test', { recursive: true, force: true });
  const entryPoints = (await readdir('test')).filter((name) => name.endsWith('.test.ts')).map((name) => join('test', name));
  await build({
    entryPoints,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    outdir: '.build/test',
    outExtension: { '.js': '.mjs' },
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  await build({
    ...common,
    entryPoints: ['src/index.ts', ...SNIPPETS.map((name) => `test/snippets/${name}.ts`)],
    format: 'iife',
    globalName: 'greenlang',
    outdir: '.build/browser',
    entryNames: '[name]',
  });
}
