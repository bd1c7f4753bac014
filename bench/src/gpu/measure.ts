/**
 * @file `bench/gpu/run.sh`: LoRA steps of models of published sizes, with random weights that are made here, on this
 * machine's graphics card, as a Markdown table. First every backend is asked for right numbers; one that has none is not
 * measured. With a Python that has PyTorch for CUDA, diffusers and peft, their steps in bfloat16 on the same card stand beside
 * ours. What the minutes do not allow is said to be left out.
 *
 * Options: --backends webgpu,cuda  --models sd15,sdxl,flux  --edges 512,1024  --precisions float16,float32  --steps 6
 *          --peer python3  --minutes 7.5
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { messageOf, probeHalf, probeRuntime, probeTolerance } from "@atelier/engine";
import { createOrtRuntime } from "@atelier/engine/node";
import { type Measurement, median, runWorker } from "../measurement.js";
import { gpuModels } from "./models.js";

const { values: options } = parseArgs({
  options: {
    backends: { type: "string", default: "webgpu,cuda" },
    models: { type: "string", default: "sd15,sdxl,flux" },
    edges: { type: "string", default: "512,1024" },
    precisions: { type: "string", default: "float16,float32" },
    steps: { type: "string", default: "6" },
    peer: { type: "string", default: "python3" },
    minutes: { type: "string", default: "7.5" },
  },
});
const listed = (text: string): string[] => text.split(",");
const deadline = performance.now() + Number(options.minutes) * 60_000;
const left = (): number => Math.max(0, Math.floor(deadline - performance.now()));

/** What a program says in one line, or why it says nothing. */
function lineOf(command: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8" });
  return status === 0 ? stdout.trim().split("\n")[0] : undefined;
}

type Backend = "webgpu" | "cuda" | "cpu";
const isBackend = (name: string): name is Backend => ["webgpu", "cuda", "cpu"].includes(name);

/** Precisions in which a backend computes right numbers. */
async function precisionsOf(backend: Backend): Promise<string[]> {
  try {
    const runtime = createOrtRuntime({ provider: backend });
    const error = await probeRuntime(runtime);
    const isRight = error < probeTolerance;
    console.log(
      `${backend}: ${isRight ? "right" : "WRONG"} numbers (off by ${error.toExponential(1)})`,
    );
    if (!isRight) return [];
    const hasHalf = await probeHalf(runtime);
    console.log(`${backend}: ${hasHalf ? "computes" : "does not compute"} in float16`);
    return hasHalf ? ["float16", "float32"] : ["float32"];
  } catch (error) {
    console.log(`${backend}: does not run here: ${messageOf(error)}`);
    return [];
  }
}

interface Row {
  readonly what: string;
  readonly how: string;
  readonly outcome: Measurement | string;
}

const rows: Row[] = [];
const folder = mkdtempSync(join(tmpdir(), "atelier-gpu-"));
const program = fileURLToPath(new URL("step.js", import.meta.url));
const peerProgram = fileURLToPath(new URL("../../peer/gpu.py", import.meta.url));

function measure(what: string, how: string, command: string, args: readonly string[]): void {
  const outcome = ((): Row["outcome"] => {
    if (left() < 5000) return "not measured: out of time";
    try {
      return runWorker(command, args, { timeoutMs: left() });
    } catch (error) {
      return `not measured: ${messageOf(error)}`;
    }
  })();
  rows.push({ what, how, outcome });
  const said = typeof outcome === "string" ? outcome : `${median(outcome.seconds).toFixed(3)} s`;
  console.log(`${what}, ${how}: ${said}`);
}

try {
  console.log(`Node ${process.versions.node}; ${lineOf("nvidia-smi", ["-L"]) ?? "no nvidia-smi"}`);
  const asks =
    "import diffusers, peft, torch; assert torch.cuda.is_available(); print(torch.__version__)";
  const peer = lineOf(options.peer, ["-c", asks]);
  console.log(`peer: ${peer === undefined ? `none in ${options.peer}` : `PyTorch ${peer}`}`);
  const backends: (readonly [string, readonly string[]])[] = [];
  for (const name of listed(options.backends).filter(isBackend)) {
    const found = await precisionsOf(name);
    backends.push([name, listed(options.precisions).filter((own) => found.includes(own))]);
  }
  for (const model of listed(options.models)) {
    for (const edge of listed(options.edges)) {
      const what = `${model} ${edge}²`;
      for (const [backend, precisions] of backends) {
        for (const precision of precisions) {
          const args = [program, model, edge, backend, precision, options.steps];
          measure(what, `${backend} ${precision}`, process.execPath, args);
        }
      }
      const known = gpuModels[model];
      if (peer === undefined || known === undefined) continue;
      const config = join(folder, `${model}.json`);
      writeFileSync(config, JSON.stringify(known.config));
      const recomputes = Number(edge) >= known.recomputesFrom ? "1" : "0";
      const args = [peerProgram, model, edge, options.steps, config, recomputes];
      measure(what, "diffusers bfloat16", options.peer, args);
    }
  }
} finally {
  rmSync(folder, { recursive: true });
  console.log(`\n${tableOf(rows)}`);
}

/** Seconds of a step, to the peer's where there is one. */
function tableOf(all: readonly Row[]): string {
  const lines = all.map(({ what, how, outcome }) => {
    if (typeof outcome === "string") return `| ${what} | ${how} | ${outcome} | | |`;
    const step = median(outcome.seconds);
    const peer = all.find((row) => row.what === what && row.how.startsWith("diffusers"))?.outcome;
    const ratio = typeof peer === "object" ? (step / median(peer.seconds)).toFixed(2) : "–";
    const before = (outcome.secondsBeforeFirst + outcome.firstSeconds).toFixed(1);
    return `| ${what} | ${how} | ${step.toFixed(3)} s | ${ratio} | ${before} s |`;
  });
  const head = [
    "| LoRA step | computed by | time | to diffusers | to the first step |",
    "|---|---|---|---|---|",
  ];
  return [...head, ...lines].join("\n");
}
