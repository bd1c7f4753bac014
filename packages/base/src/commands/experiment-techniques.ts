/**
 * @file `npm run experiment:techniques`: the same subject and the same style learned by every technique,
 * with several seeds, and what a judge says of it. A run that was cut off goes on where it was.
 */

import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { dataUri, type RgbPicture } from "@atelier/diffusion/core";
import { openJudge } from "@atelier/diffusion/evaluate";
import { contactSheet, encodePng } from "@atelier/diffusion/files";
import { sharpPictures } from "@atelier/diffusion/node";
import { AtelierError, messageOf, said } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { embeddedBaseFolder, openEmbeddedBase } from "../adapters/embedded-base.js";
import { createMascotRenderer } from "../adapters/render-mascot.js";
import { createSceneRenderer } from "../adapters/render-scenes.js";
import {
  drawBefore,
  drawTruths,
  type GoalSetup,
  runArm,
  writeLessons,
} from "../adapters/run-experiment.js";
import { embeddedBaseInWords } from "../embedded/names.js";
import { type Arm, arms } from "../experiments/arms.js";
import { comparisonPage, comparisonTable } from "../experiments/comparison.js";
import { type Goal, goals } from "../experiments/goals.js";
import type { ArmResult } from "../experiments/result.js";
import { markdownTable } from "../report-page/markdown-table.js";

const usage = `npm run experiment:techniques -- [options]

  --seeds N         trainings of each technique (3)
  --steps N         of each training (200)
  --goals A,B       of ${goals.map(({ id }) => id).join(", ")}; all by default
  --techniques A,B  of ${arms.map(({ id }) => id).join(", ")}; all by default
  --rate-factor X   multiplies all learning rates, to find the best ones (1)
  --model FOLDER    another base with a judge
  --out FOLDER      runs/techniques; results in it are taken over

About a minute a training on two cores. Ctrl-C stops; the same command goes on.`;

const blank: RgbPicture = { width: 64, height: 64, data: new Uint8Array(3 * 64 * 64).fill(255) };

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort(signal));

await run().catch((error: unknown) => {
  console.error(error instanceof AtelierError ? messageOf(error) : error);
  process.exitCode = 1;
});

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "3" },
      steps: { type: "string", default: "200" },
      goals: { type: "string", default: goals.map(({ id }) => id).join(",") },
      techniques: { type: "string", default: arms.map(({ id }) => id).join(",") },
      "rate-factor": { type: "string", default: "1" },
      model: { type: "string", default: embeddedBaseFolder },
      out: { type: "string", default: join("runs", "techniques") },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const chosenGoals = choose("goals", values.goals, goals);
  const chosenArms = choose("techniques", values.techniques, arms);
  const seeds = positive("seeds", values.seeds);
  const steps = positive("steps", values.steps);
  const rateFactor = positive("rate-factor", values["rate-factor"], 0);
  await openEmbeddedBase({ folder: values.model });
  const runtime = createOrtRuntime();
  await using judge = await openJudge(nodeFiles, values.model, {
    runtime,
    name: embeddedBaseInWords,
  });
  const plan = chosenGoals.flatMap((goal) =>
    armsOf(goal, chosenArms).flatMap((arm) =>
      Array.from({ length: seeds }, (_, seed) => ({ goal, arm, seed })),
    ),
  );
  const begun = performance.now();
  let [done, trained] = [0, 0];
  const sections = [];
  for (const goal of chosenGoals) {
    const setup = await prepare(goal, { ...values, runtime, judge });
    const results: ArmResult[] = [];
    const shown = new Map<string, readonly (readonly RgbPicture[])[]>();
    for (const { arm, seed } of plan.filter((each) => each.goal === goal)) {
      const name = `${arm.id}-${seed}${rateFactor === 1 ? "" : `-x${rateFactor}`}`;
      const stem = join(setup.folder, name);
      const kept = await readKept(stem, steps);
      const made =
        kept ??
        (await runArm(
          setup,
          {
            ...{ name, arm, seed, steps, rateFactor },
            onProgress: (step, total) =>
              tell(`${goal.id}, ${arm.title}, seed ${seed}: ${step}/${total}`),
          },
          stop.signal,
        ));
      if (kept === undefined) {
        await keep(stem, made);
        trained += 1;
      }
      done += 1;
      const left =
        ((performance.now() - begun) / 60_000 / Math.max(1, trained)) * (plan.length - done);
      const { instance, surroundings } = made.result.measures;
      tell(
        `${done}/${plan.length} ${goal.id}, ${arm.title}, seed ${seed}: subject ${instance.after.toFixed(2)} (base ${instance.base.toFixed(2)}), obeyed ${surroundings.after.toFixed(2)}; about ${left.toFixed(0)} min left\n`,
      );
      results.push(made.result);
      if (seed === 0) shown.set(arm.id, made.pictures);
    }
    const table = comparisonTable({ title: goal.id, arms: chosenArms, results });
    const sheet = sheetOf(setup, chosenArms, shown);
    const png = await encodePng(sheet);
    await writeFile(join(values.out, `${goal.id}.png`), png);
    await writeFile(join(values.out, `${goal.id}.md`), `${markdownTable(table)}\n`);
    sections.push({ title: goal.id, table, sheet: dataUri("image/png", png) });
  }
  const intro = `${steps} steps of eight pictures each, ${seeds} seeds, on the embedded base; means and standard deviations.`;
  await writeFile(join(values.out, "techniques.html"), comparisonPage(intro, sections));
  console.log(`Look at ${join(values.out, "techniques.html")}`);
}

async function prepare(
  goal: Goal,
  {
    out,
    model,
    runtime,
    judge,
  }: { out: string; model: string } & Pick<GoalSetup, "runtime" | "judge">,
): Promise<GoalSetup> {
  const folder = join(out, goal.id);
  await mkdir(folder, { recursive: true });
  const renderer = goal.id === "subject" ? createMascotRenderer() : createSceneRenderer();
  await writeLessons(goal, folder, renderer);
  tell(`${goal.id}: drawing with the base alone`);
  const before = await drawBefore(goal, { base: model, runtime });
  const truths = await drawTruths(goal, renderer);
  return { goal, folder, renderer, runtime, judge, base: model, before, truths };
}

/** DreamBooth gives all pictures one prompt, which says nothing of a style. */
function armsOf({ instancePrompt }: Goal, chosen: readonly Arm[]): readonly Arm[] {
  return chosen.filter(({ id }) => instancePrompt !== undefined || !id.startsWith("dreambooth"));
}

interface Made {
  readonly result: ArmResult;
  readonly pictures: readonly (readonly RgbPicture[])[];
}

/** A sheet of each prompt's first picture is enough to show what was learned. */
async function keep(stem: string, { result, pictures }: Made): Promise<void> {
  for (const [index, [first]] of pictures.entries()) {
    if (first !== undefined) await writeFile(`${stem}-${index}.png`, await encodePng(first));
  }
  await writeFile(`${stem}.json`, `${JSON.stringify({ ...result, prompts: pictures.length })}\n`);
}

/** @throws AtelierError `config` for a result of another number of steps. */
async function readKept(stem: string, steps: number): Promise<Made | undefined> {
  if (!existsSync(`${stem}.json`)) return undefined;
  // Written by `keep` alone.
  const { prompts, ...result } = JSON.parse(await readFile(`${stem}.json`, "utf8")) as ArmResult & {
    readonly prompts: number;
  };
  if (result.steps !== steps) {
    throw new AtelierError(
      "config",
      said`${stem}.json: expected a result of ${steps} steps, got one of ${result.steps}. Name another --out, or the same --steps.`,
    );
  }
  const pictures = [];
  for (let index = 0; index < prompts; index++) {
    const path = `${stem}-${index}.png`;
    const limits = { background: [0, 0, 0], maxPixels: 1e6 } as const;
    pictures.push([await sharpPictures.decode(await readFile(path), path, limits)]);
  }
  return { result, pictures };
}

/** A row for the base, each technique and real pictures, a column for each prompt. */
function sheetOf(
  { goal, before, truths }: GoalSetup,
  chosen: readonly Arm[],
  shown: ReadonlyMap<string, readonly (readonly RgbPicture[])[]>,
): RgbPicture {
  const rows = [
    ["the base", before.identifier] as const,
    ...chosen.flatMap(({ id, title }) => {
      const pictures = shown.get(id);
      return pictures === undefined ? [] : [[title, pictures] as const];
    }),
    ["real", truths.map((truth) => (truth === undefined ? [] : [truth.picture]))] as const,
  ];
  const cells = rows.flatMap(([title, pictures]) =>
    goal.prompts.map(({ readable }, index) => ({
      picture: pictures[index]?.[0] ?? blank,
      label: title === "the base" ? `the base: ${readable}` : title,
    })),
  );
  return contactSheet(
    cells.map(({ picture }) => picture),
    { columns: goal.prompts.length, enlarge: 2, labels: cells.map(({ label }) => label), gap: 6 },
  );
}

function choose<T extends { readonly id: string }>(
  name: string,
  value: string,
  all: readonly T[],
): readonly T[] {
  return value.split(",").map((id) => {
    const found = all.find((each) => each.id === id);
    if (found !== undefined) return found;
    const known = all.map((each) => each.id).join(", ");
    throw new AtelierError("config", said`--${name}: expected some of ${known}, got "${id}".`);
  });
}

function positive(name: string, value: string, least = 1): number {
  const number = Number(value);
  if (Number.isFinite(number) && number >= least && number > 0) return number;
  throw new AtelierError("config", said`--${name}: expected a number above 0, got "${value}".`);
}

/** Replaces the line on a terminal. */
function tell(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${text}`);
  else if (text.endsWith("\n")) process.stderr.write(text);
}
