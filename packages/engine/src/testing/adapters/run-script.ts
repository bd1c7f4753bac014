/** @file Scripts in a process of their own, which compiles nothing: they import the engine's build. */

import { spawn } from "node:child_process";
import { env, execPath } from "node:process";
import { pathToFileURL } from "node:url";

/** How a script's process ended. */
export interface ScriptEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

/** Options of {@link runScript}. */
export interface ScriptOptions {
  /** Of Node. */
  readonly flags?: readonly string[];
  /** Beside this process's own; `undefined` removes one. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Where the engine's build lies; its own by default. */
  readonly build?: string;
  /** KiB of address space, on Linux. */
  readonly limitKibibytes?: number;
}

/** The engine's build, as a folder. */
export const buildFolder: string = new URL("../../../dist/", import.meta.url).href;

/** Runs a script that sees `engine` and `node`, the engine's two entry points. */
export function runScript(
  script: string,
  { flags = [], variables = {}, build, limitKibibytes }: ScriptOptions = {},
): Promise<ScriptEnd> {
  const folder = build === undefined ? buildFolder : `${pathToFileURL(build).href}/`;
  const text = `
    import * as engine from ${JSON.stringify(`${folder}index.js`)};
    import * as node from ${JSON.stringify(`${folder}adapters/node.js`)};
    ${script}`;
  const program = [execPath, ...flags, "--input-type=module", "-e", text];
  const [command = "", ...rest] =
    limitKibibytes === undefined
      ? program
      : ["bash", "-c", `ulimit -v ${limitKibibytes}; exec "$@"`, "script", ...program];
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...env, ...variables },
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (data: string) => {
      stdout += data;
    });
    child.stderr.setEncoding("utf8").on("data", (data: string) => {
      stderr += data;
    });
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve({ code, signal, stdout, stderr, milliseconds: performance.now() - begun }),
    );
  });
}
