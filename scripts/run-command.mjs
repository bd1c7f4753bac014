/**
 * @file `npm run demo` and `npm run studio`: the commands of these names in a clone, with the demo's folder in runs/.
 * Everything after `--` is handed on: `npm run demo -- --steps 150`, `npm run studio -- --port 5000`.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const program = fileURLToPath(new URL("../apps/cli/bin/atelier.mjs", import.meta.url));
const child = spawn(process.execPath, [program, ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
// A terminal's Ctrl-C reaches the child too, which ends cleanly; this process waits for it.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("close", (code) => {
  process.exitCode = code ?? 1;
});
