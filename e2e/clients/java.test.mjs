import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { clientContract } from './contract.mjs';
import { PipePeer } from './pipe-peer.mjs';

const SOURCE = fileURLToPath(new URL('JavaClient.java', import.meta.url));

/** The compiler's best is not worth its time in a program that lives for seconds. */
const QUICK_START = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

// Compiled once; `java JavaClient.java` would do it for each connection.
let classes;
before(() => {
  classes = mkdtempSync(join(tmpdir(), 'greenlang-java-client-'));
  execFileSync('javac', ['-d', classes, SOURCE]);
});
after(() => rmSync(classes, { recursive: true }));

clientContract("the JDK's WebSocket", (address) =>
  PipePeer.connect('java', [...QUICK_START, '-cp', classes, 'JavaClient'], address),
);
