/**
 * @file Makes a fresh clone runnable: installs the pinned packages when node_modules is missing or stale, and
 * says so where the compiler that follows will take long.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `setup: expected Node >= 20.19, got ${process.versions.node}. Install a newer Node.js.`,
  );
  process.exit(1);
}

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = `${root}/node_modules/.atelier-lock`;
const lock = createHash("sha256")
  .update(readFileSync(`${root}/package-lock.json`))
  .digest("hex");
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
  console.log("setup: installing packages (once, about 20 s) …");
  // Windows starts npm through a .cmd file, which needs a shell.
  const npm = spawnSync("npm", ["ci"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) process.exit(npm.status ?? 1);
  writeFileSync(stamp, lock);
}
// After the packages, one of which it needs.
await import("./build-kernels.mjs").then(({ buildKernels }) => buildKernels());
// The compiler itself says nothing while it works.
if (!existsSync(`${root}/apps/cli/dist`)) console.log("setup: compiling (once, about 15 s) …");
