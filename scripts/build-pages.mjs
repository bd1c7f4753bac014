/** @file Builds the pages, the Studio's and the playground's, each where its sources are newer than what was built. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
/** What each page is made of beside its own folder. */
const pages = {
  studio: ["apps/server/src/api", "packages/engine/src", "packages/diffusion/src"],
  playground: ["packages/engine/src", "packages/diffusion/src", "packages/base"],
};
/** All by default. */
const asked = process.argv.slice(2);

for (const [name, others] of Object.entries(pages)) {
  if (asked.length === 0 || asked.includes(name)) build(name, others);
}

function build(name, others) {
  const folder = join(root, "apps", name);
  const built = join(folder, "dist/index.html");
  const own = ["src", "public", "index.html", "vite.config.ts", "package.json"];
  // What npm installs comes with a new lock file.
  const sources = [
    ...own.map((path) => join(folder, path)),
    ...[...others, "package-lock.json"].map((path) => join(root, path)),
  ];
  if (existsSync(built) && newest(sources) <= statSync(built).mtimeMs) return;
  console.log(`${name}: building its page …`);
  const manifest = createRequire(join(folder, "package.json")).resolve("vite/package.json");
  const vite = join(dirname(manifest), "bin/vite.js");
  const { status } = spawnSync(process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: folder,
    stdio: "inherit",
  });
  if (status !== 0) process.exitCode = status ?? 1;
}

function newest(paths) {
  return Math.max(
    0,
    ...paths.filter(existsSync).flatMap((path) => {
      const stats = statSync(path);
      if (!stats.isDirectory()) return [stats.mtimeMs];
      return readdirSync(path, { recursive: true, withFileTypes: true })
        .filter(
          (entry) =>
            entry.isFile() && !/\.test\.tsx?$|\/dist\//.test(join(entry.parentPath, entry.name)),
        )
        .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
    }),
  );
}
