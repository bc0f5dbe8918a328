/**
 * The last two steps of docs/getting-started.md, with the page's own commands: a subscription with wscat and the TypeScript client.
 * GettingStartedTest of the quickstart runs the Java of the page.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from './server.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MODULES = fileURLToPath(new URL('node_modules/', import.meta.url));
const PROGRAM = /```java\n(import [^`]*?queueSource[^`]*?)```/;
const SUBSCRIPTION = /^\{"type":"subscribe".*$/m;
const TYPESCRIPT = /```ts\n(.*?)```/s;
const ADDRESS = 'ws://localhost:8000/ws/metrics';

describe('getting started', () => {
  /** @type {string} */
  let page;
  /** @type {string} */
  let folder;
  /** @type {import('./server.mjs').Server} */
  let shop;

  before(async () => {
    page = await readFile(join(ROOT, 'docs/getting-started.md'), 'utf8');
    folder = await mkdtemp(join(tmpdir(), 'getting-started-'));
    await writeFile(join(folder, 'Shop.java'), find(PROGRAM));
    shop = await startServer({ command: `java -cp examples/quickstart/target/quickstart.jar ${join(folder, 'Shop.java')}`, secret: null });
  });
  after(async () => {
    await shop?.kill();
    await rm(folder, { recursive: true });
  });

  /** Returns the part of the page that an expression finds. @param {RegExp} pattern */
  function find(pattern) {
    const found = pattern.exec(page);
    assert.ok(found, `docs/getting-started.md contains ${pattern}`);
    return found[1] ?? found[0];
  }

  /** Returns the first line of a process's output that contains a text. @param {import('node:child_process').ChildProcess} child */
  async function lineWith(child, text) {
    const lines = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line.includes(text)) {
        return line;
      }
    }
    throw new Error(`the output ended without '${text}': ${lines.join('\n')}`);
  }

  test('the subscription receives windows in wscat', { timeout: 600_000 }, async () => {
    const url = `ws://localhost:${shop.port}/ws/metrics?token=${shop.token}`;
    const wscat = spawn(process.execPath, [join(MODULES, 'wscat/bin/wscat'), '-c', url, '-x', find(SUBSCRIPTION), '-w', '50']);
    try {
      assert.match(await lineWith(wscat, '"name":"orders"'), /"delta":.*"rate":|"rate":.*"delta":/);
    } finally {
      wscat.kill();
    }
  });

  test('the TypeScript program prints orders', { timeout: 600_000 }, async () => {
    await mkdir(join(folder, 'node_modules/@greenlang'), { recursive: true });
    await symlink(join(ROOT, 'clients/greenlang-metrics-client-js'), join(folder, 'node_modules/@greenlang/metrics-client'));
    await symlink(join(MODULES, 'ws'), join(folder, 'node_modules/ws'));
    const program = find(TYPESCRIPT);
    assert.ok(program.includes(ADDRESS));
    await writeFile(join(folder, 'shop.mjs'), program.replace(ADDRESS, `ws://localhost:${shop.port}/ws/metrics`));
    const node = spawn(process.execPath, ['shop.mjs'], { cwd: folder, env: { ...process.env, TOKEN: shop.token } });
    try {
      assert.match(await lineWith(node, 'orders'), /^orders \d+$/);
    } finally {
      node.kill();
    }
  });
});
