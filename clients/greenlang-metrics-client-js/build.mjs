/** The build of the package (`dist/`) and, with `--tests`, of its tests (`.build/`). */

import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The snippets of the product API page. The end-to-end tests run them in a browser. */
const SNIPPETS = ['quick-start', 'reconnection', 'resubscribe', 'buffered-metrics'];

process.chdir(fileURLToPath(new URL('.', import.meta.url)));

const common = { bundle: true, target: 'es2022', logLevel: 'warning' };

/** Three files: clients load the second and the third only if they need them. */
const packageBuild = { ...common, sourcemap: true, entryPoints: ['src/index.ts', 'src/messagepack.ts', 'src/events/transport.ts'], external: ['@msgpack/msgpack', './messagepack.js', './events/transport.js'] };

await rm('dist', { recursive: true, force: true });
await build({ ...packageBuild, format: 'esm', outdir: 'dist/esm' });
await build({ ...packageBuild, format: 'cjs', outdir: 'dist/cjs', platform: 'node' }); // import() of CommonJS finds the export names only with this platform
await writeFile('dist/cjs/package.json', '{"type":"commonjs"}\n');
await writeDeclarations();
if (process.argv.includes('--tests')) {
  await buildTests();
}

/** Writes the declarations that the public types need. Both formats get the same files. */
async function writeDeclarations() {
  const typesDir = '.build/types';
  await rm(typesDir, { recursive: true, force: true });
  execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.json', '--emitDeclarationOnly', '--declaration', '--outDir', typesDir, '--rootDir', '.'], {
    stdio: 'inherit',
  });
  const files = ['index.d.ts'];
  for (const file of files) {
    const text = await readFile(join(typesDir, 'src', file), 'utf8');
    for (const [, name] of text.matchAll(/from '\.\/(\w+)\.js'/g)) {
      if (!files.includes(`${name}.d.ts`)) {
        files.push(`${name}.d.ts`);
      }
    }
    for (const format of ['esm', 'cjs']) {
      const target = join('dist', format, file);
      await mkdir(dirname(target), { recursive: true });
      await cp(join(typesDir, 'src', file), target);
    }
  }
}

async function buildTests() {
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
