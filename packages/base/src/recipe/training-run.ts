/** @file A recipe as a training: its loop, who watches it, and its snapshots. */

import {
  createTrainingLoop,
  createWatching,
  type FinishedStep,
  type Watcher,
  type Watching,
} from "@atelier/diffusion/train";
import {
  AtelierError,
  type FileStore,
  parametersOf,
  type Runtime,
  type StepResults,
  said,
} from "@atelier/engine";
import type { EvaluationEvent, SavedEvent } from "./pretrain-event.js";
import type { NamedWeights, Recipe, StepLoss } from "./recipe.js";
import {
  averageState,
  loadTraining,
  recordText,
  type SavedTraining,
  saveSnapshot,
} from "./recipe-folder.js";
import { weightAverage } from "./weight-average.js";

/** What watchers see of a pre-training. */
export interface RecipeView {
  /** Finished steps. */
  readonly step: number;
  /** Of all weights of the model: maybe overwritten by the next step. */
  readonly average: () => Promise<NamedWeights>;
}

/** Looks at a pre-training. */
export type RecipeWatcher = Watcher<RecipeView, EvaluationEvent>;

/** A recipe being trained. */
export interface TrainingRun extends RecipeView, AsyncDisposable {
  readonly watching: Watching<RecipeView, EvaluationEvent>;
  /** Why newer snapshots than the one that it goes on from cannot be used. */
  readonly damaged: readonly string[];
  /** One step. @throws AtelierError `training` when one of its numbers is not finite. */
  advance(): Promise<FinishedStep>;
  readonly save: () => Promise<SavedEvent>;
}

/** Where a run's snapshots are and what computes it. */
export interface TrainingRunOptions {
  readonly runtime: Runtime;
  readonly files: FileStore;
  readonly folder: string;
  /** Steps in all, those of earlier runs included; the last third lowers the learning rate. */
  readonly steps: number;
}

/** Gradients are scaled down to this norm. */
const maxGradNorm = 1;

/** Goes on from the folder's newest snapshot, or begins. @throws AtelierError `training`, `file`, `runtime`. */
export async function openTrainingRun(
  recipe: Recipe,
  { runtime, files, folder, steps }: TrainingRunOptions,
  watchers: readonly RecipeWatcher[] = [],
): Promise<TrainingRun> {
  const { name: model, fingerprint, initial } = recipe;
  const kept: NamedWeights = recipe.kept ?? new Map();
  const saved = await loadTraining(files, folder, model);
  if (saved !== undefined) requireSame(recipe, saved, folder);
  // Beside a damaged one, the newest whole snapshot may be older than the moments.
  const since = Math.min(saved?.momentsSince ?? 0, saved?.step ?? 0);
  await recordText(files, folder, { model, fingerprint, momentsSince: since });
  const watching = createWatching(watchers, { record: saved?.watch });
  const unmoved = averageState(kept);
  const state = new Map([...(saved?.state ?? [])].filter(([name]) => !unmoved.has(name)));
  const withParameters = (graph: StepLoss) => ({
    ...graph,
    parameters: parametersOf({ outputs: { loss: graph.loss } }).filter(({ attributes }) =>
      initial.has(attributes.name),
    ),
  });
  const [first, ...variants] = recipe.build();
  // The loop counts from where the moments begin: Adam corrects them by the number of their steps.
  const loop = await createTrainingLoop({
    ...withParameters(first),
    variants: variants.map(withParameters),
    runtime,
    maxGradNorm,
    optimizer: recipe.optimizer,
    groups: recipe.groups,
    frozen: new Map([...recipe.frozen, ...kept]),
    initial: saved?.weights ?? initial,
    average: weightAverage(recipe.averageDecay, since),
    batchAt: async (index) => ({ values: await recipe.batchAt(since + index + 1) }),
    learningRateAt: (step) => learningRateAt(recipe, since + step, { steps, since }),
    notFinite: (step, _, results) => notFinite(model, since + step, results),
    resumeFrom: saved && saved.step > since ? { step: saved.step - since, state } : undefined,
  });
  return {
    get step() {
      return since + loop.step;
    },
    average: async () => new Map([...kept, ...(await loop.values())]),
    watching,
    damaged: saved?.damaged ?? [],
    async advance() {
      const finished = await loop.advance();
      return { ...finished, step: since + finished.step };
    },
    async save() {
      const step = since + loop.step;
      const state = new Map([...(await loop.state()), ...unmoved]);
      const path = await saveSnapshot(files, folder, { step, state, watch: watching.record() });
      return { type: "saved", step, path };
    },
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  };
}

/**
 * A linear warm-up from the step `since`, where the optimizer had no moments, then constant; the last
 * third of the steps after it falls linearly to a twentieth.
 */
export function learningRateAt(
  { learningRate, warmupSteps }: Pick<Recipe, "learningRate" | "warmupSteps">,
  step: number,
  { steps, since = 0 }: { readonly steps: number; readonly since?: number },
): number {
  const warmth = Math.min(1, (step - since) / Math.max(1, warmupSteps));
  const left = (steps - step) / ((steps - since) / 3);
  return learningRate * warmth * Math.min(1, Math.max(0.05, left));
}

function notFinite(model: string, step: number, [results = {}]: readonly StepResults[]) {
  const scalars = Object.entries(results).map(([key, { data }]) => [key, Number(data[0])] as const);
  const [name, value] = scalars.find(([, number]) => !Number.isFinite(number)) ?? [];
  return new AtelierError(
    "training",
    said`pretrain ${model}: expected a finite ${name} at step ${step}, got ${value}. The newest snapshot is an earlier one; go on from it with a lower learning rate.`,
    { context: { step } },
  );
}

function requireSame(
  { name, fingerprint, initial }: Recipe,
  saved: SavedTraining,
  folder: string,
): void {
  const isSameShape = [...initial].every(
    ([key, { shape }]) => saved.weights.get(key)?.shape.join() === shape.join(),
  );
  if (isSameShape && saved.fingerprint === fingerprint) return;
  throw new AtelierError(
    "training",
    said`pretrain ${name}: expected the state in ${folder} to be of this architecture and built on the same models (${fingerprint}), got another one (${saved.fingerprint}). Move the folder away to begin anew.`,
  );
}
