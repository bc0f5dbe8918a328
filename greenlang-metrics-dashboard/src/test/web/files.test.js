/** Tests of the committed files of the page: references, licenses and colors. */

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

const WEB = 'src/main/web/';
const BUILT = 'src/main/resources/META-INF/resources/greenlang-metrics/';

/**
 * The maximum numbers of bytes that a browser loads for the page and for the custom element, compressed with gzip. The list of the tags,
 * the marks on the time axis and the kiosk mode added 1,200 bytes to the page: their buttons, loaders and styles. Their code is loaded on
 * demand. Correct charts took 1,000 bytes of both: the extremes of windows, history in parts, and ranges that are loaded by a zoom. Every
 * chart needs them at once. Changes of the client took 400 bytes. The removal of silent series, the times of outages, failed loads and the
 * checks of the attributes took 600 bytes of the page and 900 of the element. The menu of the charts is loaded on demand, too, which saves
 * 1,600 bytes of the page. The marks of events took 1,500 bytes of the element, of which the export of charts, that it never used, gave 900.
 * Labels that keep the name of a class visible took 100 bytes of both.
 */
const MAX_PAGE_BYTES = 87_000;
const MAX_ELEMENT_BYTES = 67_900;

/** The colors that dichromats see for linear sRGB, by Machado, Oliveira and Fernandes (2009), at full severity. */
const DEFICIENCIES = {
  none: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};
/** From linear sRGB to XYZ, relative to the white of D65. */
const TO_XYZ = [[0.4339, 0.3762, 0.1899], [0.2126, 0.7152, 0.0722], [0.0177, 0.1095, 0.8728]];
const MIN_DISTANCE = 12;

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

  test('contain the licenses of bundled packages', async () => {
    const text = await readFile(`${BUILT}licenses.txt`, 'utf8');
    assert.match(text, /uplot 1\.6\.32 \(MIT\)[\s\S]*Leon Sorokin/);
    assert.match(text, /@msgpack\/msgpack 3\.1\.3 \(ISC\)/);
  });

  test('define lines that people with a color vision deficiency distinguish, in both themes', async () => {
    const lines = [...Array(8).keys()].map((i) => `--line-${i}`);
    const pairs = [...lines.flatMap((a, i) => lines.slice(i + 1).map((b) => [a, b])), ['--received', '--sent'], ['--disk', '--written']];
    for (const [theme, colors] of Object.entries(await themes())) {
      for (const deficiency of Object.keys(DEFICIENCIES)) {
        for (const [a, b] of pairs) {
          const seen = distance(colors[a], colors[b], deficiency);
          assert.ok(seen >= MIN_DISTANCE, `${theme}, ${deficiency}: ${a} and ${b} have a distance of ${seen.toFixed(1)}`);
        }
      }
    }
  });

  test('define a contrast of 4.5 : 1 for text and 3 : 1 for lines in both themes', async () => {
    const { light, dark } = await themes();
    assert.deepEqual(Object.keys(dark), Object.keys(light), 'both themes define the same colors');
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

/** Returns the colors of both themes by name. */
async function themes() {
  const css = await readFile(`${WEB}theme.css`, 'utf8');
  const readColors = (text) => Object.fromEntries([...text.matchAll(/(--[\w-]+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]));
  const [light, dark] = css.split(":root[data-theme='dark']").map(readColors);
  return { light, dark };
}

/** Returns the linear components of a color. @returns {number[]} from 0 to 1 */
function linear(color) {
  return [1, 3, 5].map((start) => {
    const component = parseInt(color.slice(start, start + 2), 16) / 255;
    return component <= 0.04045 ? component / 12.92 : ((component + 0.055) / 1.055) ** 2.4;
  });
}

const multiply = (matrix, vector) => matrix.map((row) => row.reduce((sum, factor, i) => sum + factor * vector[i], 0));

/** Returns the distance of two colors in CIELAB, as a person with the deficiency sees them. A just noticeable one is about 2.3. */
function distance(a, b, deficiency) {
  const [first, second] = [a, b].map((color) => {
    const seen = multiply(DEFICIENCIES[deficiency], linear(color)).map((component) => Math.min(1, Math.max(0, component)));
    const [x, y, z] = multiply(TO_XYZ, seen).map((each) => (each > 216 / 24_389 ? Math.cbrt(each) : ((24_389 / 27) * each + 16) / 116));
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
  });
  return Math.hypot(...first.map((each, i) => each - second[i]));
}

/** Returns the contrast ratio as defined by WCAG 2. */
function contrast(a, b) {
  const luminance = (color) => {
    const [red, green, blue] = linear(color);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}
