/**
 * @file `npm run pretrain -- vae|clip|unet|instance`: trains a model of the embedded base, or a part
 * of one (`vae-decoder`, `judge`), going on where the last run ended; `export` writes the result,
 * `import` goes on from one. Ctrl-C saves and stops.
 */

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { lockFolder } from "@atelier/diffusion/node";
import { messageOf } from "@atelier/engine";
import { createOrtRuntime, nodeFiles, trainingEnvironment } from "@atelier/engine/node";
import { embeddedBaseFolder } from "../adapters/embedded-base.js";
import { createInstanceIcons } from "../adapters/instance-icons.js";
import { createSceneRenderer } from "../adapters/render-scenes.js";
import { importTrained } from "../recipe/import-trained.js";
import { type ModelName, modelNames } from "../recipe/models.js";
import { exportTrained, folderOf, openRecipe, type RecipeSource } from "../recipe/open-recipe.js";
import { modelOf, type PartName, partNames } from "../recipe/part-recipe.js";
import { pretrain } from "../recipe/pretrain.js";
import type { PretrainEvent } from "../recipe/pretrain-event.js";
import { appendEvent } from "../recipe/training-seconds.js";

const usage = `npm run pretrain -- vae|clip|unet|instance [options]
npm run pretrain -- vae-decoder|judge [options]
npm run pretrain -- export [--out packages/base/model] [--folder .cache/base]
npm run pretrain -- import [--from packages/base/model] [--folder .cache/base]

  --steps N         steps in all, earlier runs included (vae 20000, clip 8000, unet 100000,
                    instance 6000, vae-decoder 30000, judge 12000); the last third lowers the
                    learning rate
  --minutes M       stop, saved, after so many minutes; the same command goes on later
  --threads T       of ONNX Runtime; all cores by default
  --folder PATH     of states, events and samples, one folder a model (.cache/base)

vae-decoder and judge train the autoencoder's decoder and the judge's eye on while a UNet depends on
the rest of their models, which keeps every bit.
import makes states from an exported model, so that training goes on from it with more --steps.
Ctrl-C saves and stops.`;

const defaultSteps: Readonly<Record<ModelName | PartName, number>> = {
  vae: 20_000,
  clip: 8_000,
  unet: 100_000,
  instance: 6_000,
  "vae-decoder": 30_000,
  judge: 12_000,
};
const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** Memory settings are read when a process starts, so the work is done in a child. */
const childMark = "ATELIER_PRETRAIN_CHILD";

if (process.env[childMark] === undefined) await runChild();
else await run().catch(fail);

async function runChild(): Promise<void> {
  const self = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, [self, ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, ...trainingEnvironment, [childMark]: "1" },
  });
  // A terminal sends Ctrl-C to both, other senders know only this process; twice does no harm.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => child.kill(signal));
  }
  process.exitCode = await new Promise<number>((resolve) => {
    child.on("close", (code) => resolve(code ?? 1));
  });
}

async function run(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      steps: { type: "string" },
      minutes: { type: "string" },
      threads: { type: "string" },
      folder: { type: "string", default: nodeFiles.join(root, ".cache", "base") },
      out: { type: "string", default: embeddedBaseFolder },
      from: { type: "string", default: embeddedBaseFolder },
      help: { type: "boolean", default: false },
    },
  });
  const [action = "", ...rest] = positionals;
  const model = [...modelNames, ...partNames].find((name) => name === action);
  const isKnown = model !== undefined || action === "export" || action === "import";
  if (values.help || rest.length > 0 || !isKnown) {
    console.log(usage);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const threads = count("threads", values.threads);
  const renderer = createSceneRenderer();
  const source: RecipeSource = {
    files: nodeFiles,
    folder: values.folder,
    runtime: createOrtRuntime(threads === undefined ? {} : { threads }),
    draw: (scene) => renderer.render(scene),
    icons: createInstanceIcons(),
  };
  if (action === "import") return importInto(source, values.from);
  if (model === undefined) {
    await exportTrained(source, values.out);
    console.log(`exported to ${values.out}`);
    return;
  }
  const steps = count("steps", values.steps) ?? defaultSteps[model];
  await train(source, { model, steps, minutes: count("minutes", values.minutes) });
}

async function importInto(source: RecipeSource, from: string): Promise<void> {
  const folders = (name: ModelName) => folderOf(source, name);
  const locks: AsyncDisposable[] = [];
  try {
    // A training that has begun and not yet saved must not be taken for none.
    for (const name of modelNames) locks.push(await lockFolder(folders(name)));
    const { steps } = await importTrained(nodeFiles, { from, folderOf: folders });
    for (const [name, step] of Object.entries(steps)) console.log(`${name}: step ${step}`);
  } finally {
    for (const lock of locks) await lock[Symbol.asyncDispose]();
  }
}

interface Task {
  readonly model: ModelName | PartName;
  readonly steps: number;
  readonly minutes: number | undefined;
}

async function train(source: RecipeSource, { model, steps, minutes }: Task): Promise<void> {
  const { files, runtime } = source;
  const folder = folderOf(source, modelOf(model));
  await using _lock = await lockFolder(folder);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (!stop.signal.aborted) console.log("\nstopping after this step; the state is being saved");
      stop.abort();
    });
  }
  const tell = async (event: PretrainEvent): Promise<void> => {
    show(event);
    await appendEvent(files, folder, event);
  };
  const preparation = openRecipe(model, source);
  let next = await preparation.next();
  while (next.done !== true) {
    show(next.value);
    // What has been encoded is on disk.
    if (stop.signal.aborted) return;
    next = await preparation.next();
  }
  const options = { runtime, files, folder, steps, minutes };
  for await (const event of pretrain(next.value, options, stop.signal)) await tell(event);
}

function show(event: PretrainEvent): void {
  const line = lineOf(event);
  if (line !== undefined) console.log(line);
}

/** What is printed of an event; most reports of steps only go to the file. */
function lineOf(event: PretrainEvent): string | undefined {
  switch (event.type) {
    case "plan":
      return `${event.model}: ${(event.trainedParameters / 1e6).toFixed(2)} M parameters, step ${event.step} of ${event.steps}, in ${event.folder}`;
    case "preparation":
      return `latents: ${event.done} of ${event.total} files`;
    case "note":
      return event.text;
    case "steps":
      if (event.step % 50 !== 0 && event.step !== event.steps) return undefined;
      return `step ${event.step}/${event.steps}  loss ${event.loss.toFixed(4)}  ${numbers(event.metrics)}  lr ${event.learningRate.toExponential(1)}  ${event.secondsPerStep.toFixed(3)} s/step  ${duration(event.secondsLeft)} left`;
    case "evaluation":
      return `evaluation at step ${event.step}: ${numbers(event.metrics)} ${event.sheet ?? ""}`;
    case "imported":
    case "saved":
      return `${event.type} at step ${event.step}`;
    case "done":
    case "stopped":
      return `${event.type} at step ${event.step} of ${event.steps} after ${duration(event.seconds)}`;
    default:
      return event satisfies never;
  }
}

function numbers(metrics: Readonly<Record<string, number>>): string {
  return Object.entries(metrics)
    .map(([name, value]) => `${name} ${value.toPrecision(4)}`)
    .join("  ");
}

function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function count(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(
    `pretrain --${name}: expected a positive whole number, got "${text}".\n\n${usage}`,
  );
}

function fail(error: unknown): void {
  console.error(messageOf(error));
  process.exitCode = 1;
}
