/** Tests of other clients of server-sent events: the snippets of the guide with curl, Chromium's EventSource, Java and Python. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FaultProxy } from './client-js/fault-proxy.mjs';
import { launch, openPage } from './dashboard/browser.mjs';
import { startServer } from './server.mjs';

const GUIDE = fileURLToPath(new URL('../../docs/how-to/server-sent-events.md', import.meta.url));
const PYTHON = process.env.PYTHON || '/usr/bin/python3';
const PYTHON_RESUME = fileURLToPath(new URL('event_stream.py', import.meta.url));
const JAVA_RESUME = fileURLToPath(new URL('EventStream.java', import.meta.url));

/** The characters of a program's last error messages. */
const MAX_ERRORS = 2_000;

/** Starts a program and returns its first lines for which `accept` is true. */
async function lines(command, args, env, count, accept = () => true) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (text) => (errors = (errors + text).slice(-MAX_ERRORS)));
  const accepted = [];
  for await (const line of createInterface(child.stdout)) {
    if (accept(line) && accepted.push(line) === count) {
      break;
    }
  }
  if (child.exitCode === null) {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  assert.equal(accepted.length, count, `${command} ended early, after ${JSON.stringify(accepted)}: ${errors}`);
  return accepted;
}

describe('server-sent events', { timeout: 600_000 }, () => {
  let server;
  let proxy;
  let browser;
  let snippets;

  before(async () => {
    server = await startServer({ env: { METRIC_COLLECTION_INTERVAL: '0.2' } });
    proxy = await new FaultProxy(server.port).listen();
    browser = await launch({ rules: [`MAP localhost:8000 127.0.0.1:${proxy.port}`] });
    const guide = await readFile(GUIDE, 'utf8');
    snippets = [...guide.matchAll(/```(\w+)\n(.*?)```/gs)].map(([, language, code]) => ({ language, code }));
  });
  after(async () => {
    await browser?.close();
    await proxy?.close();
    await server?.kill();
  });

  const withPort = (code) => code.replace('localhost:8000', `127.0.0.1:${server.port}`);
  const snippet = (language, index = 0) => snippets.filter((each) => each.language === language)[index].code;

  test('curl prints metrics', async () => {
    const data = await lines('sh', ['-c', `exec ${withPort(snippet('sh')).trim()}`], { TOKEN: server.token }, 3, (line) =>
      line.startsWith('data: {"channel":"system.metrics"'),
    );
    for (const line of data) {
      assert.equal(typeof JSON.parse(line.slice(6)).value, 'number');
    }
  });

  test('curl prints windows of a filter', async () => {
    const command = withPort(snippet('sh', 1)).trim().replace('5s', '1s').replace('curl -N', 'exec curl -N -H "Authorization: Bearer $TOKEN"');
    const [line] = await lines('sh', ['-c', command], { TOKEN: server.token }, 1, (each) => each.includes('"interval":"1s"'));
    assert.match(JSON.parse(line.slice(6)).name, /^cpu\./);
  });

  for (const [index, library] of ['urllib', 'requests'].entries()) {
    test(`Python's ${library} reads metrics`, async () => {
      const code = `import os\ntoken = os.environ["TOKEN"]\n${withPort(snippet('python', index))}`;
      const printed = await lines(PYTHON, ['-u', '-c', code], { TOKEN: server.token }, 5, (line) => line.includes("'value'"));
      assert.equal(printed.length, 5);
    });
  }

  test("the JDK's HttpClient reads metrics", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'greenlang-events-'));
    t.after(() => rm(folder, { recursive: true }));
    const [imports, statements] = withPort(snippet('java')).split('\n\n', 2);
    const program = join(folder, 'Snippet.java');
    const main = `String token = System.getenv("TOKEN");\n${statements}`;
    await writeFile(program, `${imports}\nclass Snippet { public static void main(String[] args) throws Exception {\n${main}} }`);
    const printed = await lines('java', [program], { TOKEN: server.token }, 5, (line) => line.includes('"value"'));
    assert.equal(typeof JSON.parse(printed[0]).value, 'number');
  });

  const resuming = {
    "Python's urllib": (url) => [PYTHON, ['-u', PYTHON_RESUME, 'urllib', url]],
    "Python's requests": (url) => [PYTHON, ['-u', PYTHON_RESUME, 'requests', url]],
    "the JDK's HttpClient": (url) => ['java', [JAVA_RESUME, url]],
  };
  for (const [name, program] of Object.entries(resuming)) {
    test(`${name} resumes after cuts without loss or repetition`, async () => {
      // On a busy machine a program can need longer than the interval to receive its first event. Then it is not cut again.
      let hasReceived = true;
      const cutAfterProgress = () => {
        hasReceived && proxy.cut();
        hasReceived = false;
      };
      const cuts = setInterval(cutAfterProgress, 700);
      try {
        const url = `http://127.0.0.1:${proxy.port}/sse/metrics?channels=system.metrics&batch=true`;
        const offsets = (await lines(...program(url), { TOKEN: server.token }, 40, () => (hasReceived = true))).map(Number);
        assert.deepEqual(offsets, offsets.map((_, index) => offsets[0] + index));
      } finally {
        clearInterval(cuts);
      }
    });
  }

  test("Chromium's EventSource receives metrics and resumes by itself", async () => {
    const page = await openPage(browser);
    await page.goto('http://localhost:8000/health');
    await page.evaluate(
      ([code, token]) => {
        window.received = [];
        console.log = (message) => received.push(message);
        new Function('token', `${code.replace("latest: 'true'", "batch: 'true'")}; window.events = events;`)(token);
        window.subscribed = [];
        events.addEventListener('subscribed', (event) => subscribed.push(JSON.parse(event.data)));
      },
      [snippet('js'), server.token],
    );
    await page.waitForFunction(() => received.length > 5);
    proxy.cut();
    await page.waitForFunction(() => subscribed.length === 2 && received.length > 20);
    const offsets = await page.evaluate(() => received.filter((each) => each.metrics).map((each) => each.offset));
    assert.deepEqual(offsets, offsets.map((_, index) => offsets[0] + index), 'no publication is missing or repeated');
    assert.equal(await page.evaluate(() => subscribed[1].positions['system.metrics'].recovered), true);
    await page.context().close();
  });
});
