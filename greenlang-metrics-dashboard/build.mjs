/**
 * The build of the page from `src/main/web` and the client's source into the resources of the jar. It is reproducible: the same
 * input produces the same bytes.
 *
 * With `--check` the build writes nothing and fails if the committed files differ from its output. With `--tests` it builds the
 * unit tests instead, because they cannot import the client's TypeScript directly.
 */

import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('.', import.meta.url)));

const WEB = 'src/main/web';
const TARGET = 'src/main/resources/META-INF/resources/greenlang-metrics';
const BUNDLED_PACKAGES = ['uplot', '@msgpack/msgpack'];

/** The options that the page and its tests share. */
const common = {
  bundle: true,
  format: 'esm',
  alias: {
    '@greenlang/metrics-client': '../clients/greenlang-metrics-client-js/src/index.ts',
    '@msgpack/msgpack': './node_modules/@msgpack/msgpack', // not the copy in the client's folder, so that the bundle contains it once
  },
  logLevel: 'warning',
};

if (process.argv.includes('--tests')) {
  const tests = (await readdir('src/test/web')).filter((name) => name.endsWith('.test.js'));
  await rm('target/web-tests', { recursive: true, force: true });
  await build({ ...common, entryPoints: tests.map((name) => `src/test/web/${name}`), platform: 'node', outdir: 'target/web-tests', outExtension: { '.js': '.mjs' } });
  process.exit();
}
const files = await buildPage();
if (process.argv.includes('--check')) {
  await checkCommittedFiles();
} else {
  await rm(TARGET, { recursive: true, force: true });
  for (const [name, content] of files) {
    await mkdir(dirname(join(TARGET, name)), { recursive: true });
    await writeFile(join(TARGET, name), content);
  }
}

/** @returns {Promise<Map<string, Buffer>>} by file name */
async function buildPage() {
  const { outputFiles } = await build({
    entryPoints: { app: `${WEB}/app.js`, theme: `${WEB}/theme.js` },
    ...common,
    outdir: TARGET,
    minify: true,
    write: false,
    target: ['es2022', 'chrome111', 'firefox115', 'safari16.4'],
    charset: 'utf8',
    legalComments: 'none', // licenses.txt contains the full licences
  });
  const { outputFiles: styles } = await build({
    stdin: {
      contents: "@import 'uplot/dist/uPlot.min.css'; @import './theme.css'; @import './dashboard.css'; @import './finding.css'; @import './range.css'; @import './media.css';",
      loader: 'css',
      resolveDir: WEB,
    },
    bundle: true,
    minify: true,
    write: false,
    outfile: `${TARGET}/dashboard.css`,
  });
  const built = [...outputFiles, ...styles].map(({ path, contents }) => [path.split('/').at(-1), Buffer.from(contents)]);
  const copied = ['index.html', 'icon.svg'].map(async (name) => [name, await readFile(join(WEB, name))]);
  return new Map([...built, ...(await Promise.all(copied)), ['licenses.txt', await licenseText()]]);
}

/** Returns the licence texts that a copy must include. */
async function licenseText() {
  const parts = BUNDLED_PACKAGES.map(async (name) => {
    const { version, license } = JSON.parse(await readFile(`node_modules/${name}/package.json`, 'utf8'));
    return `${name} ${version} (${license})\n\n${(await readFile(`node_modules/${name}/LICENSE`, 'utf8')).trim()}\n`;
  });
  return Buffer.from(`app.js and dashboard.css contain:\n\n${(await Promise.all(parts)).join(`\n${'-'.repeat(80)}\n\n`)}`);
}

async function checkCommittedFiles() {
  const committed = await readdir(TARGET);
  const names = [...new Set([...files.keys(), ...committed])];
  const differing = [];
  for (const name of names) {
    const content = committed.includes(name) ? await readFile(join(TARGET, name)) : null;
    if (!content || !files.get(name)?.equals(content)) {
      differing.push(name);
    }
  }
  if (differing.length > 0) {
    console.error(`The committed dashboard files differ from the build: ${differing.join(', ')}. Run "make assets" and commit them.`);
    process.exit(1);
  }
  console.log(`The ${files.size} committed dashboard files match the build.`);
}
