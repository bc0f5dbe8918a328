/** Tests of the quickstart with `TLS=self-signed`: clients that trust its certificate, and one that does not. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { launch, openTab } from './dashboard/browser.mjs';
import { startServer } from './server.mjs';

const CLIENT = fileURLToPath(new URL('client-js/tls-client.mjs', import.meta.url));
const run = promisify(execFile);

/** Returns the certificate that a server presents. */
async function certificateOf(port) {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { raw } = socket.getPeerCertificate();
  socket.destroy();
  return new X509Certificate(raw);
}

describe('the quickstart with a self-signed certificate', { timeout: 600_000 }, () => {
  let server;
  let certificate;
  let folder;
  let trusted;
  before(async () => {
    server = await startServer({ env: { TLS: 'self-signed', METRIC_COLLECTION_INTERVAL: '0.2' } });
    certificate = await certificateOf(server.port);
    folder = await mkdtemp(join(tmpdir(), 'tls-'));
    trusted = join(folder, 'ca.pem');
    await writeFile(trusted, certificate.toString());
  });
  after(async () => {
    await server?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  const client = (env) => run('node', [CLIENT, `wss://localhost:${server.port}/ws/metrics`, server.token], { env: { ...process.env, ...env } });

  test('prints an address with https, which curl reads', async () => {
    assert.match(server.url, new RegExp(`^https://localhost:${server.port}/#token=`));
    const { stdout } = await run('curl', ['-sS', '--cacert', trusted, `https://localhost:${server.port}/health`]);
    assert.equal(JSON.parse(stdout).status, 'UP');
  });

  test('the TypeScript client receives metrics with NODE_EXTRA_CA_CERTS', async () => {
    const { stdout } = await client({ NODE_EXTRA_CA_CERTS: trusted });
    assert.match(stdout, /^cpu\.percent \d/);
  });

  test('the TypeScript client without it does not connect, and names the reason', async () => {
    await assert.rejects(client({}), ({ stdout }) => /self-signed certificate/.test(stdout));
  });

  test('the dashboard shows live data in Chromium', async (t) => {
    const key = createHash('sha256').update(certificate.publicKey.export({ type: 'spki', format: 'der' })).digest('base64');
    const browser = await launch({ args: [`--ignore-certificate-errors-spki-list=${key}`] });
    t.after(() => browser.close());
    const tab = await openTab(browser, { ignoreHTTPSErrors: true });
    await tab.page.goto(server.url);
    await tab.waitForState('connected');
    await tab.waitForValues('memory.percent', 2);
    assert.deepEqual([...new Set(tab.sockets.map((socket) => new URL(socket).protocol))], ['wss:']); // also those of the searches for channels
    assert.deepEqual(tab.violations, []);
  });
});
