/** @file Builds the Studio's page into apps/studio/dist, where its sources are newer than what was built. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const studio = join(root, "apps/studio");
const built = join(studio, "dist/index.html");
/** All that the page is made of; what npm installs comes with a new lock file. */
const sources = [
  ...["src", "public", "index.html", "vite.config.ts", "package.json"].map((name) =>
    join(studio, name),
  ),
  ...[
    "apps/server/src/api",
    "packages/engine/src",
    "packages/diffusion/src",
    "package-lock.json",
  ].map((name) => join(root, name)),
];

if (!existsSync(built) || newest(sources) > statSync(built).mtimeMs) {
  console.log("studio: building its page …");
  const manifest = createRequire(join(studio, "package.json")).resolve("vite/package.json");
  const vite = join(dirname(manifest), "bin/vite.js");
  const build = spawnSync(process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: studio,
    stdio: "inherit",
  });
  process.exitCode = build.status ?? 1;
}

function newest(paths) {
  return Math.max(
    0,
    ...paths.filter(existsSync).flatMap((path) => {
      const stats = statSync(path);
      if (!stats.isDirectory()) return [stats.mtimeMs];
      return readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
        .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
    }),
  );
}
