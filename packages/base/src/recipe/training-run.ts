/** @file A pre-training between two events: the stepper of the current phase, the average, the saved state. */

import {
  AtelierError,
  createStepper,
  type FileStore,
  parametersOf,
  type Runtime,
  type Stepper,
  type StepResults,
} from "@atelier/engine";
import type { NamedWeights, Recipe, TrainingPhase } from "./recipe.js";
import { loadState, type SavedState, saveState } from "./training-state.js";
import { averageEverySteps, updateAverage } from "./weight-average.js";

/** A recipe being trained. */
export interface TrainingRun extends AsyncDisposable {
  /** Finished steps. */
  readonly step: number;
  /** Finished steps when the optimizer had no moments yet: 0, or those of an import. */
  readonly momentsSince: number;
  /** Of all weights of the model. */
  readonly average: NamedWeights;
  /** One step; its scalars by name. @throws AtelierError `training` when one is not finite. */
  advance(learningRate: number): Promise<Readonly<Record<string, number>>>;
  /** Saves the state and returns the file's path. */
  save(): Promise<string>;
}

/** Where a run's state is and what computes it. */
export interface TrainingRunOptions {
  readonly runtime: Runtime;
  readonly files: FileStore;
  readonly folder: string;
}

/** Gradients are scaled down to this norm. */
const maxGradNorm = 1;

/** Continues from the folder's state, or begins. @throws AtelierError `training`, `file`, `runtime`. */
export async function openTrainingRun(
  recipe: Recipe,
  { runtime, files, folder }: TrainingRunOptions,
): Promise<TrainingRun> {
  const saved = await loadState(files, folder, recipe.name);
  if (saved !== undefined) requireSame(recipe, saved, folder);
  const momentsSince = saved?.momentsSince ?? 0;
  let step = saved?.step ?? 0;
  let average = new Map(
    [...recipe.initial].map(([name, first]) => [name, saved?.average.get(name) ?? first]),
  );
  let phase = recipe.phaseAt(step + 1);
  let stepper = await compile({ ...recipe, initial: average }, phase, runtime);
  // Adam corrects its moments by the number of steps that they are made of.
  if (saved !== undefined) stepper.restore(saved.state, step - momentsSince);

  const whole = (): NamedWeights => new Map([...(recipe.kept ?? []), ...average]);

  /** Phases differ in their graphs and go on with the same state. */
  const enter = async (next: TrainingPhase): Promise<void> => {
    if (next.name === phase.name) return;
    const state = stepper.state();
    await stepper[Symbol.asyncDispose]();
    phase = next;
    stepper = await compile(recipe, phase, runtime);
    stepper.restore(state, step - momentsSince);
  };

  return {
    get step() {
      return step;
    },
    momentsSince,
    get average() {
      return whole();
    },
    async advance(learningRate) {
      await enter(recipe.phaseAt(step + 1));
      const batch = await phase.batchAt(step + 1);
      const [results = {}] = await stepper.run([batch], learningRate);
      const scalars = requireFinite(recipe, step + 1, results);
      step += 1;
      if (step % averageEverySteps === 0) {
        average = updateAverage(average, stepper.values(), { decay: recipe.averageDecay, step });
      }
      return scalars;
    },
    save: () =>
      saveState(files, folder, {
        model: recipe.name,
        step,
        momentsSince,
        fingerprint: recipe.fingerprint,
        state: stepper.state(),
        average: whole(),
      }),
    [Symbol.asyncDispose]: () => stepper[Symbol.asyncDispose](),
  };
}

function compile(recipe: Recipe, phase: TrainingPhase, runtime: Runtime): Promise<Stepper> {
  const { loss, metrics = {} } = phase.build();
  const parameters = parametersOf({ outputs: { loss } }).filter(({ attributes }) =>
    recipe.initial.has(attributes.name),
  );
  return createStepper(runtime, {
    loss,
    metrics,
    parameters,
    optimizer: recipe.optimizer,
    groups: recipe.groups,
    maxGradNorm,
    frozen: new Map([...recipe.frozen, ...(recipe.kept ?? [])]),
    initial: recipe.initial,
  });
}

function requireFinite(
  { name }: Recipe,
  step: number,
  results: StepResults,
): Readonly<Record<string, number>> {
  const scalars = Object.entries(results).map(([key, { data }]) => [key, Number(data[0])] as const);
  const bad = scalars.find(([, value]) => !Number.isFinite(value));
  if (bad === undefined) return Object.fromEntries(scalars);
  throw new AtelierError(
    "training",
    `pretrain ${name}: expected a finite ${bad[0]} at step ${step}, got ${bad[1]}. The saved state is an earlier one; go on from it with a lower learning rate.`,
    { context: { step } },
  );
}

function requireSame(
  { name, fingerprint, initial }: Recipe,
  saved: SavedState,
  folder: string,
): void {
  const isSameShape = [...initial].every(
    ([key, { shape }]) => saved.average.get(key)?.shape.join() === shape.join(),
  );
  if (isSameShape && saved.fingerprint === fingerprint) return;
  throw new AtelierError(
    "training",
    `pretrain ${name}: expected the state in ${folder} to be of this architecture and built on the same models (${fingerprint}), got another one (${saved.fingerprint}). Move the folder away to begin anew.`,
  );
}
