// Lints the prose of the repository: `node lint.mjs [path …]`. Without paths, every file that git
// knows or would add. Prints findings as path:line:column, and exits with 1 if there are any.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { hasApi, hasNames, hasProse } from "./lib/files.mjs";
import { lintNames, lintProse } from "./lib/linter.mjs";
import { lintOpenings } from "./lib/openings.mjs";

const root = resolve(fileURLToPath(import.meta.url), "../../..");
const started = performance.now();
const paths = selectedPaths(process.argv.slice(2));
let count = 0;
for (const path of paths) {
  for (const { line, column, message } of await findingsIn(path)) {
    console.log(`${path}:${line}:${column} ${message}`);
    count++;
  }
}
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`prose: ${count} findings in ${paths.length} files (${seconds} s)`);
process.exitCode = count === 0 ? 0 : 1;

function selectedPaths(given) {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const selection = given.map((path) => relative(root, resolve(path)) || ".");
  const listed = execFileSync("git", [...args, "--", ...selection], { cwd: root, encoding: "utf8" });
  return [...new Set(listed.split("\0"))]
    .filter((path) => path !== "" && hasNames(path) && existsSync(resolve(root, path)))
    .sort();
}

async function findingsIn(path) {
  const text = readFileSync(resolve(root, path), "utf8");
  const prose = hasProse(path) ? await lintProse(text, path) : [];
  const names = await lintNames(text, path);
  const openings = hasApi(path) ? lintOpenings(text) : [];
  return [...prose, ...names, ...openings].sort((a, b) => a.line - b.line || a.column - b.column);
}
