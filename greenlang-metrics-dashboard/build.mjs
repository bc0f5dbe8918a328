/**
 * The build of the page from `src/main/web` and the client's source into the resources of the jar. It is reproducible: the same
 * input produces the same bytes.
 *
 * Next to each file that compresses well are copies compressed with Brotli and gzip. Servers send the copies as they are.
 *
 * With `--check` the build writes nothing and fails if the committed files differ from its output. A compressed copy matches if it
 * expands to the file: versions of Node compress to different bytes. With `--tests` it builds the unit tests instead, because they
 * cannot import the client's TypeScript directly.
 */

import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, brotliDecompressSync, constants, gunzipSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('.', import.meta.url)));

const WEB = 'src/main/web';
const TARGET = 'src/main/resources/META-INF/resources/greenlang-metrics';

const TARGETS = ['es2022', 'chrome111', 'firefox115', 'safari16.4'];

/** The share of its bytes that a copy must save. An icon is smaller than the headers of its response. */
const MIN_SAVING = 0.1;
const MIN_BYTES = 1_000;

/** The content codings of the copies, by extension. gzip gets no time stamp from Node. */
const CODINGS = {
  '.br': {
    compress: (content) => brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }),
    expand: brotliDecompressSync,
  },
  '.gz': { compress: (content) => gzipSync(content, { level: 9 }), expand: gunzipSync },
};
/** The files that app.js loads on demand, with the modules that only they have. @type {Record<string, RegExp>} */
const PARTS = {
  'chart-menu': /^(chart-(export|menu)|figure-table)$/,
  dashboards: /^(dashboards|dashboard-(alerts|editor|queries|schema|store|view)|query-charts|shared-connection)$/,
  facets: /^(facets|facet-index)$/,
  annotations: /^(annotations|annotation-(list|marks|text)|event-store|process-starts)$/,
};
const BUNDLED_PACKAGES = ['uplot', '@msgpack/msgpack'];

/** Leaves the title, the legend and the font of uPlot out: the charts have their own, and axes are drawn with the font of the page. */
const plotStyles = {
  name: 'plot-styles',
  setup: (plugin) =>
    plugin.onLoad({ filter: /uPlot\.min\.css$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll(/(?<=^|\})\.u-(title|legend|inline|series)[^}]*\}|font-family:[^;]+;/g, ''),
      loader: 'css',
    })),
};

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
  printSizes();
}

/** @returns {Promise<Map<string, Buffer>>} by file name */
async function buildPage() {
  const { outputFiles } = await build({
    entryPoints: { app: `${WEB}/app.js`, theme: `${WEB}/theme.js`, ...Object.fromEntries(Object.keys(PARTS).map((name) => [name, `${WEB}/${name}.js`])) },
    ...common,
    outdir: TARGET,
    minify: true,
    write: false,
    target: TARGETS,
    charset: 'utf8',
    legalComments: 'none', // licenses.txt contains the full licenses
    plugins: [{ name: 'page-parts', setup: sharePageParts }],
  });
  const { outputFiles: element } = await build({
    entryPoints: { 'greenlang-chart': `${WEB}/element/greenlang-chart.js` },
    ...common,
    format: 'iife', // a page of another origin may load a script, but no module without CORS
    outdir: TARGET,
    minify: true,
    write: false,
    target: TARGETS,
    charset: 'utf8',
    legalComments: 'none',
    plugins: [{ name: 'element-styles', setup: addElementStyles }],
  });
  const { outputFiles: styles } = await build({
    stdin: {
      contents: "@import 'uplot/dist/uPlot.min.css'; @import './theme.css'; @import './chart.css'; @import './dashboard.css'; @import './finding.css'; @import './range.css'; @import './annotations.css'; @import './custom-dashboards.css'; @import './media.css';",
      loader: 'css',
      resolveDir: WEB,
    },
    bundle: true,
    minify: true,
    write: false,
    outfile: `${TARGET}/dashboard.css`,
    plugins: [plotStyles],
  });
  const built = [...outputFiles, ...element, ...styles].map(({ path, contents }) => [path.split('/').at(-1), Buffer.from(contents)]);
  const page = (await readFile(`${WEB}/index.html`, 'utf8')).replaceAll(/\n *<!--[^]*?-->/g, ''); // comments are for developers
  const copied = ['icon.svg', 'icon-warning.svg', 'icon-critical.svg'].map(async (name) => [name, await readFile(join(WEB, name))]);
  return withCopies([...built, ['index.html', Buffer.from(page)], ...(await Promise.all(copied)), ['licenses.txt', await licenseText()]]);
}

/**
 * Keeps the parts that app.js loads on demand out of it, and the modules that app.js has out of the parts.
 *
 * @param {import('esbuild').PluginBuild} plugin
 */
async function sharePageParts(plugin) {
  const parts = await readFile(`${WEB}/page-parts.js`, 'utf8');
  const shared = [...parts.matchAll(/from '([^']+)'/g)].map(([, path]) => path);
  const isPart = (importer) => Object.values(PARTS).some((modules) => modules.test(basename(importer, '.js')));
  plugin.onResolve({ filter: /^(\.\/|@greenlang\/)/ }, ({ path, importer, kind }) => {
    if (kind === 'dynamic-import' && basename(path, '.js') in PARTS) {
      return { path, external: true };
    }
    return isPart(importer) && shared.includes(path) ? { path: './app.js', external: true } : undefined;
  });
}

/** Resolves the styles of the custom element, which its script contains as text. @param {import('esbuild').PluginBuild} plugin */
function addElementStyles(plugin) {
  plugin.onResolve({ filter: /^greenlang-chart\.css$/ }, ({ path }) => ({ path, namespace: 'element-styles' }));
  plugin.onLoad({ filter: /.*/, namespace: 'element-styles' }, async () => {
    const { outputFiles } = await build({
      stdin: { contents: `@import 'uplot/dist/uPlot.min.css'; @import './chart.css'; @import './element/element.css'; ${await elementTheme()}`, loader: 'css', resolveDir: WEB },
      bundle: true,
      minify: true,
      write: false,
      plugins: [plotStyles],
    });
    return { contents: outputFiles[0].text, loader: 'text' };
  });
}

/** Returns the theme of the page for the root of the element. A property `--greenlang-…` of the element overrides each of its properties. */
async function elementTheme() {
  const theme = await readFile(join(WEB, 'theme.css'), 'utf8');
  const overridable = theme.replaceAll(/^ {2}--([\w-]+): ([^;]+);/gm, '  --$1: var(--greenlang-$1, $2);');
  return overridable.replaceAll(":root[data-theme='dark']", ".root[data-theme='dark']").replaceAll(':root', '.root');
}

/** Adds the compressed copies. @param {Array<[string, Buffer]>} originals @returns {Map<string, Buffer>} by file name */
function withCopies(originals) {
  const copies = originals
    .filter(([, content]) => content.length >= MIN_BYTES)
    .flatMap(([name, content]) => Object.entries(CODINGS).map(([extension, { compress }]) => [name + extension, compress(content), content.length]))
    .filter(([, copy, length]) => copy.length <= length * (1 - MIN_SAVING));
  return new Map([...originals, ...copies.map(([name, copy]) => [name, copy])]);
}

function printSizes() {
  const names = [...files.keys()].filter((name) => !codingOf(name));
  const sizes = (name) => [name, ...['', ...Object.keys(CODINGS)].map((extension) => files.get(name + extension)?.length ?? files.get(name)?.length)];
  const rows = names.map(sizes);
  const total = ['total', ...[1, 2, 3].map((column) => rows.reduce((sum, row) => sum + row[column], 0))];
  for (const [name, ...bytes] of [['bytes', 'file', 'Brotli', 'gzip'], ...rows, total]) {
    console.log(`${name.padEnd(16)}${bytes.map((each) => String(each).padStart(10)).join('')}`);
  }
}

/** @param {string} name */
function codingOf(name) {
  return CODINGS[name.slice(name.lastIndexOf('.'))];
}

/** Returns the license texts that a copy must include. */
async function licenseText() {
  const parts = BUNDLED_PACKAGES.map(async (name) => {
    const { version, license } = JSON.parse(await readFile(`node_modules/${name}/package.json`, 'utf8'));
    return `${name} ${version} (${license})\n\n${(await readFile(`node_modules/${name}/LICENSE`, 'utf8')).trim()}\n`;
  });
  return Buffer.from(`app.js, greenlang-chart.js and dashboard.css contain:\n\n${(await Promise.all(parts)).join(`\n${'-'.repeat(80)}\n\n`)}`);
}

/** @param {string} name @param {Buffer} content the committed bytes */
function isCurrent(name, content) {
  const coding = codingOf(name);
  if (!coding || !files.has(name)) {
    return files.get(name)?.equals(content) ?? false;
  }
  try {
    return coding.expand(content).equals(files.get(name.slice(0, name.lastIndexOf('.'))));
  } catch {
    return false; // the committed bytes are damaged
  }
}

async function checkCommittedFiles() {
  const committed = await readdir(TARGET);
  const names = [...new Set([...files.keys(), ...committed])];
  const differing = [];
  for (const name of names) {
    const content = committed.includes(name) ? await readFile(join(TARGET, name)) : null;
    if (!content || !isCurrent(name, content)) {
      differing.push(name);
    }
  }
  if (differing.length > 0) {
    console.error(`The committed dashboard files differ from the build: ${differing.join(', ')}. Run "make assets" and commit them.`);
    process.exit(1);
  }
  console.log(`The ${files.size} committed dashboard files match the build.`);
}
