/**
 * @file Runs the training trajectories of a pipeline fixture: the same batches, noise and first
 * weights as in PyTorch, then losses, gradient norms and trained weights after every step are
 * compared. Techniques that are not known here are reported as skipped.
 */

import { AtelierError, type FileStore, messageOf, type Runtime } from "@atelier/engine";
import { z } from "zod";
import { readJson } from "../core/read-text.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { loadPipeline } from "../pipeline/load-pipeline.js";
import { compareSteps, compareTrainedWeights } from "./compare-training.js";
import { type FixtureCheck, lossTolerance, type Tolerance } from "./fixture-check.js";
import {
  embeddingTraining,
  type FixtureTraining,
  fullTraining,
  loraTraining,
  readBatches,
  type TrainingParts,
} from "./trajectory-training.js";

/** What the checks work with. */
export interface TrajectoryOptions {
  readonly files: FileStore;
  readonly runtime: Runtime;
}

const trajectorySchema = z.looseObject({
  losses: z.array(z.number()).min(1),
  grad_norms: z.array(z.number()).min(1).optional(),
  lr: z.number(),
  weight_decay: z.number(),
  max_grad_norm: z.number().nullable(),
  betas: z.tuple([z.number(), z.number()]).optional(),
  eps: z.number().optional(),
  prior_weight: z.number().nullish(),
  token: z.string().optional(),
  token_id: z.int().min(0).optional(),
});

type Trajectory = z.output<typeof trajectorySchema>;

/** How each technique trains; the order is that of the checks. */
const techniques: ReadonlyMap<
  string,
  (parts: TrainingParts, technique: string) => Promise<FixtureTraining>
> = new Map([
  ["lora", loraTraining],
  ["full", fullTraining],
  ["dreambooth", fullTraining],
  ["textual_inversion", embeddingTraining],
]);

/** Relative: PyTorch sums squares in another order. */
const gradNormTolerance: Tolerance = (scale) => 1e-4 * scale;

/**
 * Checks the trajectories of a folder with `pipeline/`, `expected.json`, `tensors.safetensors` and
 * the weights before and after. What is in the folder never makes it throw.
 */
export async function* verifyTrajectories(
  folder: string,
  options: TrajectoryOptions,
): AsyncGenerator<FixtureCheck, void, undefined> {
  const path = options.files.join(folder, "expected.json");
  let training: Record<string, unknown>;
  try {
    training = await readTraining(options.files, path);
  } catch (error) {
    yield failed("training", error);
    return;
  }
  for (const [technique, settings] of Object.entries(training)) {
    const name = `training ${technique}`;
    if (!techniques.has(technique)) {
      yield {
        status: "skip",
        name,
        detail: `training with ${technique} comes with a later version`,
      };
      continue;
    }
    try {
      yield* await checkTrajectory(folder, technique, requireTrajectory(path, settings), options);
    } catch (error) {
      yield failed(name, error);
    }
  }
}

function failed(name: string, error: unknown): FixtureCheck {
  if (!(error instanceof AtelierError)) throw error;
  return { status: "FAIL", name, detail: messageOf(error) };
}

async function readTraining(files: FileStore, path: string): Promise<Record<string, unknown>> {
  const file = z.looseObject({ training: z.record(z.string(), z.unknown()).default({}) });
  const parsed = file.safeParse(await readJson(files, path));
  if (parsed.success) return parsed.data.training;
  throw new AtelierError(
    "format",
    `${path}: expected a field "training" by technique, got another value. Write the fixture again.`,
  );
}

function requireTrajectory(path: string, settings: unknown): Trajectory {
  const parsed = trajectorySchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  throw new AtelierError(
    "format",
    `${path}: expected losses and settings of each training: ${z.prettifyError(parsed.error)}`,
  );
}

async function checkTrajectory(
  folder: string,
  technique: string,
  expected: Trajectory,
  { files, runtime }: TrajectoryOptions,
): Promise<FixtureCheck[]> {
  const begin = techniques.get(technique) ?? fullTraining;
  const model = await openModelFiles(files, files.join(folder, "pipeline"));
  await using pipeline = await loadPipeline(model, { runtime, files });
  const tensors = await openSafetensors(files, files.join(folder, "tensors.safetensors"));
  try {
    const batches = await readBatches(tensors, pipeline);
    const made = { folder, files, runtime, model, pipeline };
    const parts = { ...made, settings: expected, batches, tensors };
    const training = await begin(parts, technique);
    await using stepper = training.stepper;
    const losses: number[] = [];
    const norms: number[] = [];
    for (const batch of training.batches) {
      const [results] = await stepper.run([batch], expected.lr);
      losses.push(Number(results?.["loss"]?.data[0]));
      norms.push(Number(results?.["gradNorm"]?.data[0]));
    }
    const name = `training ${technique}`;
    return [
      compareSteps(`${name} losses`, { actual: losses, expected: expected.losses }, lossTolerance),
      ...(expected.grad_norms === undefined
        ? []
        : [
            compareSteps(
              `${name} grad_norms`,
              { actual: norms, expected: expected.grad_norms },
              gradNormTolerance,
            ),
          ]),
      ...compareTrainedWeights(name, { ...training, actual: training.current() }),
    ];
  } finally {
    await tensors.close();
  }
}
