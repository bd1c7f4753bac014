/** @file A Studio of its own for a test: the real command, a library in a temporary folder, any free port. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../apps/cli/bin/atelier.mjs", import.meta.url));
/** A machine that runs other tests is slow. */
const startMs = 120_000;

/** A Studio that runs. */
export interface StartedStudio extends AsyncDisposable {
  /** With the key behind `#`, for a browser. */
  readonly address: string;
  /** Without it. */
  readonly origin: string;
  /** For programs. */
  readonly key: string;
  readonly library: string;
  readonly pid: number;
  /** Ends it at once, as a power cut does. */
  kill(): Promise<void>;
}

/** How a Studio is started. */
export interface StartOptions {
  /** By default a new one, which goes with the Studio. */
  readonly library?: string;
  readonly port?: number;
  readonly args?: readonly string[];
}

/** Starts `atelier studio`. @throws Error with what it said where it does not start. */
export async function startStudio({
  library,
  port = 0,
  args = [],
}: StartOptions = {}): Promise<StartedStudio> {
  const folder = library ?? mkdtempSync(join(tmpdir(), "atelier-studio-"));
  const own = ["studio", "--no-open", "--port", String(port), "--library", folder, ...args];
  const child = spawn(process.execPath, [program, ...own], { stdio: ["ignore", "pipe", "pipe"] });
  const address = await addressOf(child);
  const { origin, hash } = new URL(address);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, "close");
    child.kill(signal);
    await closed;
  };
  return {
    ...{ address, origin, library: folder, pid: child.pid ?? 0 },
    key: new URLSearchParams(hash.slice(1)).get("key") ?? "",
    kill: () => end("SIGKILL"),
    async [Symbol.asyncDispose]() {
      await end("SIGINT");
      if (library === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The first address that it prints. */
async function addressOf(child: ChildProcess): Promise<string> {
  let said = "";
  return new Promise((resolve, reject) => {
    const fail = (how: string): void => reject(new Error(`studio ${how}:\n${said}`));
    const timer = setTimeout(() => fail(`printed no address within ${startMs / 1000} s`), startMs);
    const read = (text: Buffer): void => {
      said += text.toString();
      const [found] = /http:\/\/\S+#key=\S+/.exec(said) ?? [];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });
}
