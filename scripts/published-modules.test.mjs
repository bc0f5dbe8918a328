// The modules that Maven installs with the profile `fast`, which the documentation names for an installation.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Returns the artifacts that Maven would build with a profile, without the parent. */
function reactor(profile) {
  const { status, stdout } = spawnSync('mvn', ['-B', '-ntp', `-P${profile}`, 'validate'], { cwd: root, encoding: 'utf8' });
  assert.equal(status, 0, stdout);
  const artifacts = [...stdout.matchAll(/-< io\.greenlang:([\w-]+) >-/g)].map(([, artifact]) => artifact);
  return artifacts.filter((artifact) => artifact !== 'greenlang-metrics-parent');
}

/** Returns the modules that the documentation lists as published. */
function documented() {
  const page = readFileSync(join(root, 'docs/modules.md'), 'utf8');
  const [published] = /## Published Java modules[\s\S]*?(?=\n### )/.exec(page);
  const rows = [...published.matchAll(/^\| `([^`]+)` \|(.*)$/gm)].filter(([, , content]) => !/; no module \|/.test(content));
  return [...rows.map(([, folder]) => basename(folder)), 'greenlang-metrics-client'];
}

test('install_profileFast_buildsThePublishedModulesOnly', () => {
  assert.deepEqual(reactor('fast').sort(), documented().sort());
});
