/** A test of the example page, which one command builds and serves. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch, openTab } from '../dashboard/browser.mjs';
import { freePort, startServer } from '../server.mjs';

const EXAMPLE = fileURLToPath(new URL('../../../examples/browser-client/', import.meta.url));

test('the example page shows the live CPU value', { timeout: 600_000 }, async (t) => {
  const port = await freePort();
  const make = spawn('make', [`PORT=${port}`], { cwd: EXAMPLE, stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  t.after(() => process.kill(-make.pid)); // ends make and its children; esbuild also exits when its standard input closes
  const server = await startServer({ env: { WS_ALLOWED_ORIGINS: `http://localhost:${port}` } });
  t.after(() => server.kill());
  const browser = await launch();
  t.after(() => browser.close());
  const { page, errors } = await openTab(browser);
  const pageUrl = `http://localhost:${port}/?server=ws://localhost:${server.port}/ws/metrics#token=${server.token}`;
  const deadline = Date.now() + 120_000;
  while (!(await page.goto(pageUrl).catch(() => null))) {
    assert.ok(Date.now() < deadline, 'the page is not served');
  }
  await page.waitForFunction(() => document.getElementById('state').textContent === 'Connected');
  await page.waitForFunction(() => / %$/.test(document.getElementById('cpu').value));
  assert.deepEqual(errors.filter((each) => !/favicon|404/.test(each)), []);
});
