/**
 * @file `npm run demo`: `atelier demo` in a clone, with its folder in runs/. Everything after `--` is
 * handed on: `npm run demo -- --steps 150`.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const program = fileURLToPath(new URL("../apps/cli/bin/atelier.mjs", import.meta.url));
const child = spawn(process.execPath, [program, "demo", ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
// A terminal's Ctrl-C reaches the child too, which stops cleanly; this process waits for it.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("close", (code) => {
  process.exitCode = code ?? 1;
});
