/**
 * @file `npm run base:report`: measures the embedded base and writes its model card, a sheet of pictures and
 * all numbers. Ctrl-C ends it and writes nothing.
 */

import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { encodePng } from "@atelier/diffusion/files";
import { AtelierError, messageOf, said } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { embeddedBaseFolder, openEmbeddedBase } from "../adapters/embedded-base.js";
import { createInstanceIcons } from "../adapters/instance-icons.js";
import { createMascotRenderer } from "../adapters/render-mascot.js";
import { createSceneRenderer } from "../adapters/render-scenes.js";
import { calibrationSheet } from "../recipe/report/calibration.js";
import {
  type Measured,
  type MeasureProgress,
  type MeasureStage,
  measureQuality,
} from "../recipe/report/measure-quality.js";
import { calibrationName, modelCard, sheetName } from "../recipe/report/model-card.js";
import { qualitySheet } from "../recipe/report/quality-sheet.js";
import { qualityTable } from "../recipe/report/quality-table.js";

const usage = `npm run base:report -- [options]

  --model FOLDER    an exported model (packages/base/model)
  --prompts N       captions (200)
  --seeds N         pictures of each, two at least (4)
  --threads T       of ONNX Runtime (2)
  --out FOLDER      for MODEL_CARD.md, ${sheetName}, ${calibrationName} and
                    report.json; packages/base for the
                    shipped model, runs/base-report for others

Measure when nothing else runs: seconds count. Ctrl-C ends it and writes nothing.`;

const stageNames: Readonly<Record<MeasureStage, string>> = {
  speed: "timing single pictures",
  drawing: "drawing pictures",
  judging: "judging captions",
  calibration: "scoring the calibration sheet",
  structure: "comparing with renders",
  diversity: "drawing things by name alone",
  reconstruction: "reconstructing renders",
  instances: "trying the instance judge",
};

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort(signal));

await run().catch(fail);

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: "string", default: embeddedBaseFolder },
      prompts: { type: "string", default: "200" },
      seeds: { type: "string", default: "4" },
      threads: { type: "string", default: "2" },
      out: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const threads = count("threads", values.threads, 1);
  // Numbers of a damaged model would be wrong, and nobody would know.
  await openEmbeddedBase({ folder: values.model });
  const [renderer, mascots] = [createSceneRenderer(), createMascotRenderer()];
  const options = {
    files: nodeFiles,
    folder: values.model,
    runtime: createOrtRuntime({ threads }),
    machine: { threads, processor: processorName() },
    draw: renderer.render.bind(renderer),
    drawMascot: mascots.render.bind(mascots),
    icons: createInstanceIcons(),
    prompts: count("prompts", values.prompts, 1),
    picturesPerPrompt: count("seeds", values.seeds, 2),
  };
  const show = createProgressLine();
  const measuring = measureQuality(options, stop.signal);
  let next = await measuring.next();
  while (next.done !== true) {
    show(next.value);
    next = await measuring.next();
  }
  await write(next.value, values.out ?? defaultOut(values.model));
}

function defaultOut(model: string): string {
  const root = fileURLToPath(new URL("../../../..", import.meta.url));
  return model === embeddedBaseFolder
    ? nodeFiles.join(root, "packages", "base")
    : nodeFiles.join(root, "runs", "base-report");
}

async function write({ quality, drawn, calibration }: Measured, folder: string): Promise<void> {
  const text = (name: string, content: string) =>
    nodeFiles.write(nodeFiles.join(folder, name), [new TextEncoder().encode(content)]);
  await nodeFiles.write(nodeFiles.join(folder, sheetName), [await encodePng(qualitySheet(drawn))]);
  await nodeFiles.write(nodeFiles.join(folder, calibrationName), [
    await encodePng(calibrationSheet(calibration)),
  ]);
  await text("report.json", `${JSON.stringify(quality, undefined, 2)}\n`);
  await text("MODEL_CARD.md", modelCard(quality));
  for (const { measure, generated, real, must, aim, reached } of qualityTable(quality)) {
    const beside = real === "" ? "" : ` (renders ${real})`;
    console.log(
      `${measure}: ${generated}${beside}, must ${must}, aim ${aim || "none"}: ${reached}`,
    );
  }
  console.log(`written to ${folder}: MODEL_CARD.md, ${sheetName}, ${calibrationName}, report.json`);
}

/** A line every few seconds, and for each new part, with the time that the part will still take. */
function createProgressLine(): (progress: MeasureProgress) => void {
  const everyMs = 5000;
  let current: MeasureStage | undefined;
  let begunAt = 0;
  let shownAt = 0;
  return ({ stage, done, total }) => {
    const now = performance.now();
    if (stage !== current) {
      [current, begunAt, shownAt] = [stage, now, now];
      console.error(`${stageNames[stage]}: ${total}`);
    } else if (now - shownAt > everyMs && done > 0) {
      shownAt = now;
      const secondsLeft = Math.round((((now - begunAt) / done) * (total - done)) / 1000);
      console.error(
        `${stageNames[stage]}: ${done} of ${total}, about ${duration(secondsLeft)} left`,
      );
    }
  };
}

function duration(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function processorName(): string {
  const [first] = cpus();
  return `${first?.model ?? "an unknown processor"}, ${availableParallelism()} cores`;
}

function count(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new AtelierError(
    "config",
    said`base report --${name}: expected a whole number of at least ${least}, got "${text}".\n\n${usage}`,
  );
}

function fail(error: unknown): void {
  const isStopped = stop.signal.aborted;
  console.error(isStopped ? "base report: stopped; nothing was written." : messageOf(error));
  process.exitCode = isStopped ? 130 : 1;
}
