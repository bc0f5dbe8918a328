/** Tests of the packed client in fresh applications: React and Vue with Vite, and Node. */

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch, openTab } from '../dashboard/browser.mjs';
import { freePort, startServer } from '../server.mjs';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'frameworks-'));
let tarball;

before(() => {
  const packed = npm(join(ROOT, 'clients/greenlang-metrics-client-js'), 'pack', '--ignore-scripts', '--json', '--pack-destination', folder);
  tarball = join(folder, JSON.parse(packed)[0].filename);
});

after(() => rmSync(folder, { recursive: true }));

function npm(cwd, ...args) {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Copies an example to a folder outside of this repository, once, with the packed client as its dependency. */
function install(example) {
  const app = join(folder, example);
  if (existsSync(app)) {
    return app;
  }
  cpSync(join(ROOT, 'examples', example), app, { recursive: true, filter: (path) => !/node_modules|dist$/.test(path) });
  npm(app, 'install', '--ignore-scripts', tarball);
  return app;
}

/** Serves an application, and returns the address of the page once it is served. */
async function serve(t, app) {
  const port = await freePort();
  const vite = spawn('node_modules/.bin/vite', ['--port', String(port)], { cwd: app, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => vite.kill());
  let output = '';
  for await (const text of vite.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    output += text; // a part of a line, at times
    if (/Local/.test(output)) {
      return `http://localhost:${port}/`;
    }
  }
  throw new Error('Vite ended before it served the page');
}

/** Opens a page and records the commands that it sends to the server of metrics. */
async function openPage(t, address, server) {
  const browser = await launch();
  t.after(() => browser.close());
  const tab = await openTab(browser);
  const commands = [];
  tab.page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => socket.url().includes('/ws/metrics') && commands.push(JSON.parse(payload)));
  });
  await tab.page.goto(`${address}?server=ws://127.0.0.1:${server.port}/ws/metrics#token=${server.token}`);
  return { tab, commands };
}

/** The commands that a page sends when its first component is shown again; the development mode of React mounts it twice. */
const SHOWN_AGAIN = { 'react-client': ['cpu.percent', '', 'cpu.percent'], 'vue-client': ['cpu.percent'] };

for (const [example, shownAgain] of Object.entries(SHOWN_AGAIN)) {
  test(`${example}_twoComponentsOfAChannel_shareASubscriptionUntilTheLastIsUnmounted`, { timeout: 600_000 }, async (t) => {
    const app = install(example);
    npm(app, 'run', 'build');
    const address = await serve(t, app);
    const server = await startServer({ env: { WS_ALLOWED_ORIGINS: new URL(address).origin } });
    t.after(() => server.kill());
    const { tab, commands } = await openPage(t, address, server);
    const value = (name) => tab.page.waitForFunction((id) => / \d+\.\d %$/.test(document.getElementById(id)?.textContent.trim()), name);
    const next = async (name) => {
      const before = await tab.page.getAttribute(`[id="${name}"]`, 'title');
      await tab.page.waitForFunction(([id, title]) => document.getElementById(id)?.title !== title, [name, before]);
    };

    await tab.waitForText('#state', 'Connected');
    await value('cpu.percent');
    await value('memory.percent');
    await next('cpu.percent');
    await tab.page.click('text=Hide cpu.percent');
    await tab.page.waitForFunction(() => !document.getElementById('cpu.percent'));
    await next('memory.percent');
    await next('memory.percent');
    await tab.page.click('text=Hide memory.percent');
    await tab.page.click('text=Show cpu.percent');
    await value('cpu.percent');

    const subscribed = commands.filter(({ type }) => type !== 'pong').map(({ data }) => data?.metrics.toSorted().join() ?? '');
    assert.deepEqual(subscribed, ['cpu.percent,memory.percent', 'memory.percent', '', ...shownAgain]);
    assert.equal(tab.sockets.filter((url) => url.includes('/ws/metrics')).length, 1);
    assert.deepEqual(tab.errors.filter((each) => !/favicon|404/.test(each)), []);
  });
}

for (const example of Object.keys(SHOWN_AGAIN)) {
  test(`${example}_chartElement_showsHistoryAndFollowsItsAttributes`, { timeout: 600_000 }, async (t) => {
    const app = install(example);
    const address = await serve(t, app);
    const server = await startServer({ env: { WS_ALLOWED_ORIGINS: new URL(address).origin } });
    t.after(() => server.kill());
    const page = join(app, 'charts.html');
    writeFileSync(page, readFileSync(page, 'utf8').replace('localhost:8000', `127.0.0.1:${server.port}`));
    const { tab, commands } = await openPage(t, `${address}charts.html`, server);
    const charts = tab.page.locator('greenlang-chart');

    for (const [i, name] of ['cpu.percent', 'memory.percent'].entries()) {
      await charts.nth(i).locator('.chart-value', { hasText: /^\d+\.\d %$/ }).waitFor();
      assert.equal(await charts.nth(i).locator('.chart-title').innerText(), name);
    }
    assert.ok(commands.some(({ type }) => type === 'get_history'));
    await tab.page.click('text=15 minutes');
    const deadline = Date.now() + 60_000;
    while (!commands.some(({ type, data }) => type === 'subscribe' && data.aggregation_interval === '5s')) {
      assert.ok(Date.now() < deadline, 'the new range is not a new subscription');
      await tab.page.evaluate(() => new Promise(requestAnimationFrame));
    }
    assert.deepEqual(tab.errors.filter((each) => !/favicon|404/.test(each)), []);
  });
}

test('node_importsPackedClient_receivesMetrics', { timeout: 600_000 }, async (t) => {
  const app = join(folder, 'node-client');
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{"private":true}');
  const { version } = JSON.parse(readFileSync(join(ROOT, 'testing/e2e/node_modules/ws/package.json'), 'utf8'));
  npm(app, 'install', '--ignore-scripts', tarball, `ws@${version}`);
  const server = await startServer();
  t.after(() => server.kill());
  const url = JSON.stringify(`ws://127.0.0.1:${server.port}/ws/metrics`);
  const program = (imports) => `${imports}
    const service = createMetricService(${url}, '${server.token}', { WebSocket });
    service.onMetric('system.metrics', ({ name }) => {
      console.log(name);
      service.disconnect();
    });
    service.subscribe({ channels: ['system.metrics'], metrics: ['cpu.percent'], compression: true });
    service.connect();`;
  const formats = {
    module: "import { createMetricService } from '@greenlang/metrics-client'; import { WebSocket } from 'ws';",
    commonjs: "const { createMetricService } = require('@greenlang/metrics-client'); const { WebSocket } = require('ws');",
  };
  for (const [format, imports] of Object.entries(formats)) {
    const output = execFileSync('node', [`--input-type=${format}`, '-e', program(imports)], { cwd: app, encoding: 'utf8', timeout: 60_000 });
    assert.equal(output.trim(), 'cpu.percent', format);
  }
});
