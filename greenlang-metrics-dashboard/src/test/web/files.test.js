/** Tests of the committed files of the page: references, licences and colours. */

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

const WEB = 'src/main/web/';
const BUILT = 'src/main/resources/META-INF/resources/greenlang-metrics/';

/** The maximum numbers of bytes that a browser loads for the page and for the custom element, compressed with gzip. */
const MAX_PAGE_BYTES = 84_000;
const MAX_ELEMENT_BYTES = 65_000;

describe('the files', () => {
  test('have compressed copies with the same content and within the limit', async () => {
    let bytes = 0;
    for (const file of ['app.js', 'dashboard.css', 'index.html', 'greenlang-chart.js']) {
      const [original, gzip, brotli] = await Promise.all(['', '.gz', '.br'].map((extension) => readFile(BUILT + file + extension)));
      assert.ok(gunzipSync(gzip).equals(original), `${file}.gz`);
      assert.ok(brotliDecompressSync(brotli).equals(original), `${file}.br`);
      assert.ok(brotli.length < gzip.length && gzip.length < original.length / 2, `${file}: ${original.length}, ${gzip.length}, ${brotli.length}`);
      assert.equal(gzip.readUInt32LE(4), 0, `${file}.gz has no time stamp`);
      bytes += file === 'greenlang-chart.js' ? 0 : gzip.length;
      assert.ok(file !== 'greenlang-chart.js' || gzip.length <= MAX_ELEMENT_BYTES, `the element has ${gzip.length} bytes`);
    }
    assert.ok(bytes <= MAX_PAGE_BYTES, `the page has ${bytes} bytes`);
  });

  test('refer only to existing files and write no markup', async () => {
    const files = await readdir(BUILT);
    const page = await readFile(`${BUILT}index.html`, 'utf8');
    for (const [, reference] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
      assert.ok(files.includes(reference), `index.html refers to ${reference}`);
    }
    assert.doesNotMatch(page, /\sstyle="|\son\w+="|<script>|<style>/, 'no inline script or style');
    for (const file of (await readdir(WEB, { recursive: true })).filter((name) => name.endsWith('.js'))) {
      const source = await readFile(WEB + file, 'utf8');
      assert.doesNotMatch(source, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/, file);
    }
  });

  test('contain the licences of bundled packages', async () => {
    const text = await readFile(`${BUILT}licenses.txt`, 'utf8');
    assert.match(text, /uplot 1\.6\.32 \(MIT\)[\s\S]*Leon Sorokin/);
    assert.match(text, /@msgpack\/msgpack 3\.1\.3 \(ISC\)/);
  });

  test('define a contrast of 4.5 : 1 for text and 3 : 1 for lines in both themes', async () => {
    const css = await readFile(`${WEB}theme.css`, 'utf8');
    const readColors = (text) => Object.fromEntries([...text.matchAll(/(--[\w-]+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]));
    const [light, dark] = css.split(":root[data-theme='dark']").map(readColors);
    assert.deepEqual(Object.keys(dark), Object.keys(light), 'both themes define the same colours');
    for (const [theme, colors] of Object.entries({ light, dark })) {
      const check = (foreground, background, minimum) => {
        const ratio = contrast(colors[foreground], colors[background]);
        assert.ok(ratio >= minimum, `${theme}: ${foreground} on ${background} has ${ratio.toFixed(2)}`);
      };
      for (const background of ['--background', '--card']) {
        check('--text', background, 4.5);
        check('--muted', background, 4.5);
      }
      check('--on-accent', '--accent', 4.5);
      check('--muted', '--grid', 4.5); // the state label while disconnected
      ['success', 'warning', 'error'].forEach((status) => check(`--${status}`, `--${status}-background`, 4.5));
      check('--success', '--background', 4.5);
      check('--warning', '--background', 4.5);
      check('--warning', '--card', 4.5);
      check('--error', '--card', 4.5);
      ['warning-line', 'critical-line', 'heat'].forEach((name) => check(`--${name}`, '--card', 3));
      ['cpu', 'memory', 'disk', 'received', 'sent', 'written', 'accent', ...[...Array(8).keys()].map((i) => `line-${i}`)].map((name) => `--${name}`).forEach((line) => check(line, '--card', 3));
    }
  });
});

/** Returns the contrast ratio as defined by WCAG 2. */
function contrast(a, b) {
  const luminance = (color) => {
    const [red, green, blue] = [1, 3, 5].map((start) => {
      const component = parseInt(color.slice(start, start + 2), 16) / 255;
      return component <= 0.04045 ? component / 12.92 : ((component + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}
