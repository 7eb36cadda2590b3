// node check_budget.mjs DIST: fails the build when the page has become too heavy for a slow line or a small device.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

// Everything there is, and what the first screen needs before it shows: compressed as the server sends it.
const most = { everything: 200 * 1024, first: 40 * 1024 };

const dist = process.argv[2];
const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
const size = (file) => gzipSync(readFileSync(file), { level: 9 }).length;

const page = readFileSync(join(dist, "index.html"), "utf8");
const named = [...page.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map((match) => join(dist, match[1]));
const sums = {
  everything: files.reduce((sum, file) => sum + size(file), 0),
  first: [join(dist, "index.html"), ...named].reduce((sum, file) => sum + size(file), 0),
};

for (const [what, limit] of Object.entries(most)) {
  const line = `web app, ${what}: ${(sums[what] / 1024).toFixed(1)} of ${limit / 1024} KiB compressed`;
  if (sums[what] > limit) {
    console.error(`${line}: too much`);
    process.exitCode = 1;
  } else {
    console.log(line);
  }
}
