/**
 * A measurement of the TypeScript client's decoders in Chromium: `make bench-decode`.
 *
 * It decodes the same publications of 1,000 series as JSON batches, as MessagePack batches and as columns, in turn. The folder of
 * the frames, which `RecordedFrames` has written, is the argument. The browser gives a client the text of a JSON frame, so the
 * conversion of its bytes is not measured.
 */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from '../dashboard/browser.mjs';

const FORMS = ['json_batch', 'messagepack_batch', 'columnar'];
const WARM_UP_PASSES = 5;
const PASSES = 15;
const GOAL = 0.3; // of the time of JSON, for columns
const ORIGIN = 'http://bench.test';

const client = fileURLToPath(new URL('../../../clients/greenlang-metrics-client-js/', import.meta.url));
const { build } = createRequire(join(client, 'package.json'))('esbuild');
const [folder] = process.argv.slice(2);
assert.ok(folder, 'The argument is missing: the folder with the frames');

const browser = await launch();
try {
  const page = await browser.newPage();
  await page.route(`${ORIGIN}/**`, (route) => answer(route));
  await page.goto(`${ORIGIN}/`);
  await page.addScriptTag({ content: await bundle() });
  const results = await page.evaluate(measure, { forms: FORMS, warmUp: WARM_UP_PASSES, passes: PASSES });
  report(results);
} finally {
  await browser.close();
}

/** Serves an empty page and the frames. @param {import('playwright-core').Route} route */
async function answer(route) {
  const { pathname } = new URL(route.request().url());
  const isPage = pathname === '/';
  await route.fulfill({ contentType: isPage ? 'text/html' : 'application/octet-stream', body: isPage ? '' : await readFile(join(folder, pathname)) });
}

/** Returns the client's decoders as a script that defines `decoders`. */
async function bundle() {
  const { outputFiles } = await build({
    stdin: {
      contents: "export { decodeFrame, decoder } from './src/codec.ts'; export { readMessage } from './src/messages.ts';",
      resolveDir: client,
    },
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    globalName: 'decoders',
  });
  return outputFiles[0].text;
}

/** Decodes all forms in turn, and returns the milliseconds of each pass. Runs in the page. */
async function measure({ forms, warmUp, passes }) {
  const { decodeFrame, decoder, readMessage } = window.decoders;
  await decoder.load();
  const messages = {};
  for (const form of forms) {
    messages[form] = payloads(new Uint8Array(await (await fetch(`/${form}.frames`)).arrayBuffer()));
  }
  const decodeAll = (form, read) => {
    const connection = {};
    return messages[form].map((message) => read(decodeFrame(message, connection)));
  };
  const metricsOf = (form) => JSON.stringify(decodeAll(form, readMessage).map(({ metrics }) => metrics));
  const expected = metricsOf(forms[0]);
  const differing = forms.filter((form) => metricsOf(form) !== expected);
  if (differing.length > 0) {
    throw new Error(`Decoded into other metrics than ${forms[0]}: ${differing}`);
  }
  const parts = { decode: () => 0, 'decode and validate': readMessage };
  const millis = {};
  for (let pass = 0; pass < warmUp + passes; pass++) {
    for (const [part, read] of Object.entries(parts)) {
      for (const form of forms) {
        const start = performance.now();
        decodeAll(form, read);
        const taken = performance.now() - start;
        if (pass >= warmUp) {
          ((millis[part] ??= {})[form] ??= []).push(taken);
        }
      }
    }
  }
  return { publications: messages[forms[0]].length, millis };

  /** Returns the payloads of unmasked WebSocket frames. @param {Uint8Array} bytes */
  function payloads(bytes) {
    const view = new DataView(bytes.buffer);
    const found = [];
    for (let position = 0; position < bytes.length; ) {
      const isText = (bytes[position] & 15) === 1;
      const short = bytes[position + 1];
      position += 2;
      const length = short < 126 ? short : short === 126 ? view.getUint16(position) : Number(view.getBigUint64(position));
      position += short < 126 ? 0 : short === 126 ? 2 : 8;
      const payload = bytes.slice(position, position + length);
      position += length;
      found.push(isText ? new TextDecoder().decode(payload) : payload);
    }
    return found;
  }
}

/** Prints the medians, and fails if columns miss their goal. */
function report({ publications, millis }) {
  const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
  for (const [part, byForm] of Object.entries(millis)) {
    const json = median(byForm.json_batch);
    for (const form of FORMS) {
      const taken = median(byForm[form]);
      const ratio = taken / json;
      console.log(`${part}, ${form}: ${((1000 * taken) / publications).toFixed(0)} us per publication, ${ratio.toFixed(2)} times JSON`);
      if (part === 'decode' && form === 'columnar' && ratio > GOAL) {
        console.error(`The goal is ${GOAL} times JSON.`);
        process.exitCode = 1;
      }
    }
  }
}
