/** @file The built program as a process: signals, streams, exit codes. Run `npm run build` first. */

import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { writePictures } from "./testing/pictures.js";
import { fixture, temporaryFolder } from "./testing/run-cli.js";
import { atelierVersion } from "./version.js";

const program = fileURLToPath(new URL("../bin/atelier.mjs", import.meta.url));
const isBuilt = existsSync(fileURLToPath(new URL("../dist/main.js", import.meta.url)));
if (!isBuilt) console.warn("skip: apps/cli/dist is absent; `npm run build` makes it");

interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `atelier` and calls `onOutput` with all that it has printed, each time it prints. */
function start(
  argv: readonly string[],
  {
    cwd,
    variables = {},
    limitKibibytes,
    onOutput = () => {},
  }: {
    cwd?: string;
    variables?: Readonly<Record<string, string>>;
    /** Of address space, on Linux. */
    limitKibibytes?: number;
    onOutput?: (all: string, pid: number) => void;
  } = {},
): Promise<Ending> {
  const env = { ...process.env, ATELIER_CACHE: temporaryFolder(), ...variables };
  const limited = ["bash", "-c", `ulimit -v ${limitKibibytes}; exec "$@"`, "atelier"];
  const [command = "", ...rest] = [
    ...(limitKibibytes === undefined ? [] : limited),
    ...[process.execPath, program, ...argv],
  ];
  const child = spawn(command, rest, { cwd, env });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    if (child.pid !== undefined) onOutput(stdout, child.pid);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => {
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

async function trainArguments(...more: string[]): Promise<string[]> {
  return [
    ...[
      "lora",
      await writePictures(temporaryFolder(), 2),
      "--prompt",
      "a photo of a dog",
      "--rank",
      "2",
      "--json",
    ],
    ...["--base", fixture("tiny-checkpoints", "tiny-sd1")],
    ...["--tokenizer", fixture("tokenizer-small"), "--samples-every-steps", "0", ...more],
  ];
}

describe.skipIf(!isBuilt)("the atelier program", () => {
  it("prints its version", async () => {
    const { code, stdout } = await start(["--version"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${atelierVersion}\n` });
  });

  it("ends with 2 on a mistyped option", async () => {
    const { code, stderr } = await start(["verify", "x", "--jsn"]);
    expect(code).toBe(2);
    expect(stderr).toContain("Did you mean --json?");
  });

  it("ends where nothing is trained after all, with the process that waits for it", async () => {
    const { code, stderr } = await start(["lora", temporaryFolder(), "--stps", "3"]);
    expect(code).toBe(2);
    expect(stderr).toContain("Did you mean --steps?");
  });

  it("trains, and saves an adapter that changes what is drawn", async () => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await start(await trainArguments("--steps", "3"), { cwd });
    expect(code, stderr).toBe(0);
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(events.at(-1)).toMatchObject({ type: "done", step: 3 });
    const [run = ""] = readdirSync(join(cwd, "runs"));
    const adapter = join(cwd, "runs", run, "lora.safetensors");
    const draw = async (out: string, ...more: string[]) => {
      const ending = await start(
        [
          ...["generate", "--base", fixture("tiny-checkpoints", "tiny-sd1"), "--prompt", "a dog"],
          ...["--tokenizer", fixture("tokenizer-small"), "--steps", "2", "--out", out, ...more],
        ],
        { cwd },
      );
      expect(ending.code, ending.stderr).toBe(0);
      const bytes = readFileSync(join(cwd, out));
      return bytes.subarray(bytes.indexOf("IDAT"));
    };
    const plain = await draw("plain.png");
    expect((await draw("adapted.png", "--adapter", `${adapter}:50`)).equals(plain)).toBe(false);
  });

  it("saves and ends with 130 when it is interrupted", async () => {
    const cwd = temporaryFolder();
    let isAsked = false;
    const { code, stdout, stderr } = await start(await trainArguments("--steps", "1000000"), {
      cwd,
      onOutput(all, pid) {
        if (isAsked || !all.includes('"type":"step"')) return;
        isAsked = true;
        process.kill(pid, "SIGINT");
      },
    });
    expect(code, stderr).toBe(130);
    expect(stderr).toContain("Stopping: what is done so far is saved.");
    const last = stdout.trimEnd().split("\n").at(-1) ?? "";
    expect(JSON.parse(last)).toMatchObject({ type: "stopped" });
    const [run = ""] = readdirSync(join(cwd, "runs"));
    expect(readdirSync(join(cwd, "runs", run))).toContain("lora.safetensors");
  });

  it("trains the same bits where SharedArrayBuffer is switched off", async () => {
    const train = async (variables: Readonly<Record<string, string>>) => {
      const cwd = temporaryFolder();
      const { code, stderr } = await start(await trainArguments("--steps", "2"), {
        cwd,
        variables,
      });
      expect(code, stderr).toBe(0);
      const [run = ""] = readdirSync(join(cwd, "runs"));
      return readFileSync(join(cwd, "runs", run, "lora.safetensors"));
    };
    // Also in the training's own process.
    const flag = "--import=data:text/javascript,delete%20globalThis.SharedArrayBuffer";
    expect((await train({ NODE_OPTIONS: flag })).equals(await train({}))).toBe(true);
  });

  // Node reserves 10 GB for every WebAssembly memory, its own readers of HTTP among them.
  describe.skipIf(process.platform !== "linux")("in 3 GB of address space", () => {
    const limitKibibytes = 3_000_000;

    it("trains", async () => {
      const argv = await trainArguments("--steps", "2");
      const { code, stderr } = await start(argv, { cwd: temporaryFolder(), limitKibibytes });
      expect(code, stderr).toBe(0);
    });

    it("says what a request to the Hub would need", async () => {
      const argv = ["generate", "--base", "org/model", "--prompt", "a dog", "--out", "dog.png"];
      const { code, stderr } = await start(argv, { cwd: temporaryFolder(), limitKibibytes });
      expect(code).toBe(1);
      expect(stderr).toMatch(/hub: expected 10 GB of free address space.*HF_HUB_OFFLINE=1\.\n$/);
    });
  });

  it("proves the CPU backend in a process of its own", async () => {
    const { code, stdout } = await start(["doctor", "--json"]);
    expect(code).toBe(0);
    const findings = stdout
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(findings).toContainEqual(expect.objectContaining({ id: "backend.cpu", status: "ok" }));
    for (const id of ["backend.webgpu", "backend.cuda", "memory", "disk.work", "cache.hub"]) {
      expect(findings).toContainEqual(expect.objectContaining({ id }));
    }
  });

  it.each([
    ["capi", "by ONNX Runtime's C API"],
    ["binding", "by onnxruntime-node and not by ONNX Runtime's C API: ATELIER_ORT=binding asks"],
    ["other", 'ATELIER_ORT: expected capi or binding, got "other"'],
  ])(
    "tells the way to ONNX Runtime: ATELIER_ORT=%s",
    async (route, message) => {
      const { stdout } = await start(["doctor", "--json"], { variables: { ATELIER_ORT: route } });
      const cpu = stdout.split("\n").find((line) => line.includes('"backend.cpu"')) ?? "";
      expect(JSON.parse(cpu)).toMatchObject({ message: expect.stringContaining(message) });
    },
    60_000,
  );
});
