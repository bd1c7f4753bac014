/**
 * @file `npm run bench`: whole training steps, each case in processes of its own, as a Markdown
 * table. With `--peer <python>` the same steps in diffusers and peft, interleaved with ours. The
 * DreamBooth and Textual Inversion steps of the peer are those of diffusers' example scripts, which encode
 * pictures and captions in every step; ours are cached, but for the captions of a word that trains.
 *
 * Options: --peer <python>, --rounds <n> (3), --only <case, …>.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { trainingEnvironment } from "@atelier/engine/node";
import { presets, smallText } from "./presets.js";

interface Measurement {
  readonly secondsBeforeFirstStep: number;
  readonly firstStep: number;
  readonly seconds: readonly number[];
  readonly peakBytes: number;
}

interface Case {
  readonly title: string;
  readonly preset: string;
  readonly mode: "lora" | "full" | "dreambooth" | "textual-inversion";
  readonly steps: number;
}

const cases: Readonly<Record<string, Case>> = {
  "small-lora": {
    title: "16.5 M UNet, batch 8, 16×16: LoRA step",
    preset: "small-16",
    mode: "lora",
    steps: 20,
  },
  "small-full": {
    title: "16.5 M UNet, batch 8, 16×16: full step, AdamW",
    preset: "small-16",
    mode: "full",
    steps: 24,
  },
  "embedded-full": {
    title: "UNet of the embedded base, batch 16, 16×16: full step, AdamW",
    preset: "embedded",
    mode: "full",
    steps: 16,
  },
  "small-dreambooth": {
    title: "16.5 M UNet, 4 pictures and 4 of the class: DreamBooth step, AdamW",
    preset: "small-16",
    mode: "dreambooth",
    steps: 24,
  },
  "small-word": {
    title: "16.5 M UNet, batch 8, 12 text layers: Textual Inversion step",
    preset: "small-16",
    mode: "textual-inversion",
    steps: 20,
  },
  "sd15-32": {
    title: "SD 1.5-size UNet, batch 1, 32×32: LoRA step",
    preset: "sd15-32",
    mode: "lora",
    steps: 5,
  },
  "sd15-64": {
    title: "SD 1.5-size UNet, batch 1, 64×64: LoRA step",
    preset: "sd15-64",
    mode: "lora",
    steps: 4,
  },
  "sd15-64-fp16": {
    title: "the same from weights in float16",
    preset: "sd15-64-fp16",
    mode: "lora",
    steps: 4,
  },
  "sd15-64-bf16": {
    title: "the same from weights in bfloat16",
    preset: "sd15-64-bf16",
    mode: "lora",
    steps: 4,
  },
  "sdxl-128-fp16": {
    title: "SDXL-size UNet, batch 1, 128×128, blocks computed again, from float16: LoRA step",
    preset: "sdxl-128-fp16",
    mode: "lora",
    steps: 3,
  },
};

const { values: options } = parseArgs({
  options: {
    peer: { type: "string" },
    rounds: { type: "string", default: "3" },
    only: { type: "string" },
  },
});
const names = options.only?.split(",") ?? Object.keys(cases);
const folder = mkdtempSync(join(tmpdir(), "atelier-bench-"));
try {
  console.log(`${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} threads\n`);
  console.log(
    "| case | s/step | first step after, s | peak memory, GB | time to peer's | memory to peer's |",
  );
  console.log("|---|---|---|---|---|---|");
  for (const name of names) {
    const found = cases[name];
    if (found === undefined) {
      throw new Error(`bench: expected cases ${Object.keys(cases).join(", ")}, got "${name}".`);
    }
    console.log(await measure(found));
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** A table row: medians over all steps of all rounds. */
async function measure(found: Case): Promise<string> {
  const ours: Measurement[] = [];
  const theirs: Measurement[] = [];
  for (let round = 0; round < Number(options.rounds); round++) {
    ours.push(runOurs(found));
    if (options.peer !== undefined) theirs.push(runPeer(found, options.peer));
  }
  const step = median(ours.flatMap((m) => m.seconds));
  const ready = median(ours.map((m) => m.secondsBeforeFirstStep + m.firstStep));
  const peak = median(ours.map((m) => m.peakBytes));
  const ratio = (own: number, peer: readonly number[]): string =>
    peer.length === 0 ? "–" : (own / median(peer)).toFixed(2);
  const times = theirs.flatMap((m) => m.seconds);
  const peaks = theirs.map((m) => m.peakBytes);
  const cells = [step.toFixed(3), ready.toFixed(1), (peak / 1e9).toFixed(2)];
  return `| ${[found.title, ...cells, ratio(step, times), ratio(peak, peaks)].join(" | ")} |`;
}

function runOurs({ preset, mode, steps }: Case): Measurement {
  const worker = fileURLToPath(new URL("step-worker.js", import.meta.url));
  return run(process.execPath, [worker, preset, mode, String(steps)], trainingEnvironment);
}

function runPeer({ preset, mode, steps }: Case, python: string): Measurement {
  const found = presets[preset];
  if (found === undefined) throw new Error(`bench: no preset ${preset}`);
  const { config, batch, size, recomputes } = found;
  const path = join(folder, `${preset}.json`);
  writeFileSync(path, JSON.stringify({ unet: config, text: smallText }));
  const script = fileURLToPath(new URL("../peer.py", import.meta.url));
  const checkpoints = recomputes === "blocks" ? ["checkpointing"] : [];
  return run(
    python,
    [script, path, String(batch), String(size), mode, String(steps), ...checkpoints],
    {},
  );
}

function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Measurement {
  const result = spawnSync(command, args, {
    encoding: "utf8",
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const line = result.stdout.trim().split("\n").at(-1) ?? "";
  if (result.status !== 0 || line === "") {
    throw new Error(`bench: ${command} ${args.join(" ")} failed:\n${result.stderr.slice(-2000)}`);
  }
  // Both workers are ours and print exactly this record.
  return JSON.parse(line) as Measurement;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
