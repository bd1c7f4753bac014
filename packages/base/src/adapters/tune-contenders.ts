/** @file Those whom `npm run experiment:tune` compares: tuning, the usual settings watched, and what other trainers ship. */

import { lockFolder, nodeTrainDeps } from "@atelier/diffusion/node";
import { resultOfKind, type TrainConfig, train } from "@atelier/diffusion/train";
import { factorKinds, type ProbeStage, type Trainer, tune } from "@atelier/diffusion/tune";
import { internalError } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import {
  configOfRecipe,
  configOfUsual,
  configToTune,
  type Recipe,
  recipes,
} from "../experiments/tune/contenders.js";
import type { Entry, Outcome } from "../experiments/tune/task-record.js";
import { type Followed, followToEnd, followTraining } from "./follow-training.js";
import { type BegunTask, type Contender, outcomeOf, wherever } from "./task-bench.js";

/** Tuning first: recipes are cut off after as much time. @param minutes that a tune is given */
export function tuneContenders(minutes: number): Contender[] {
  return [
    {
      ids: ["tune"],
      run: async (begun, { signal }) => [
        { contender: "tune", whole: await runTune(begun, minutes, signal) },
      ],
    },
    {
      ids: ["usual"],
      run: async (begun, { signal }) => [
        { contender: "usual", whole: await runUsual(begun, signal) },
      ],
    },
    ...recipes.map((recipe): Contender => {
      return {
        ids: [recipe.id],
        async run(begun, { before, signal }) {
          const tuned = before.find(({ contender }) => contender === "tune")?.whole;
          if (tuned === undefined)
            throw internalError(`${begun.task.id}: a recipe before the tune`);
          return [await runRecipe(begun, recipe, { tuneSeconds: tuned.seconds, signal })];
        },
      };
    }),
  ];
}

/** Trains a recipe, and measures it where the tune's time is over and at its end. */
async function runRecipe(
  begun: BegunTask,
  recipe: Recipe,
  { tuneSeconds, signal }: { readonly tuneSeconds: number; readonly signal: AbortSignal },
): Promise<Entry> {
  const { setup, task, learned, requests } = begun;
  const config = configOfRecipe(recipe, task, await begun.placesOf(recipe.id));
  const began = performance.now();
  let cut: { readonly step: number; readonly seconds: number } | undefined;
  const followed = await followToEnd(setup.world, {
    ...{ ...learned, config, signal },
    truth: () => ({
      requestsAt: () => requests,
      due(step, spent) {
        const seconds = (performance.now() - began) / 1000 - spent;
        if (cut === undefined && seconds >= tuneSeconds && step < config.steps) {
          cut = { step, seconds };
          return true;
        }
        return step === config.steps;
      },
    }),
  });
  const outcomeAt = async (step: number, seconds: number) => {
    const drawn = followed.measured.drawn.find((look) => look.step === step)?.pictures;
    return drawn && outcomeOf(begun, followed, { step, seconds, drawn });
  };
  const whole = followed.done && (await outcomeAt(config.steps, followed.seconds));
  const early = cut && (await outcomeAt(cut.step, cut.seconds));
  return {
    contender: recipe.id,
    ...(whole === undefined ? {} : { whole }),
    ...(early === undefined ? {} : { cut: early }),
  };
}

/** Trains the usual settings, and measures what they have kept. */
async function runUsual(begun: BegunTask, signal: AbortSignal): Promise<Outcome> {
  const config = configOfUsual(begun.task, await begun.placesOf("usual"));
  const training = { ...begun.learned, config, signal, truth: wherever };
  const followed = await followToEnd(begun.setup.world, training);
  return keptOutcome(begun, followed, followed.seconds);
}

/** Tunes, and measures what the final training has kept. */
async function runTune(begun: BegunTask, minutes: number, signal: AbortSignal): Promise<Outcome> {
  const { setup, task, learned } = begun;
  const { run: folder, ...places } = await begun.placesOf("tune");
  const config = configToTune(task, places);
  let stage: ProbeStage | undefined;
  let last: Followed | undefined;
  let finalSeconds = 0;
  async function* trainFinal(own: TrainConfig, options: Parameters<Trainer>[1]) {
    const began = performance.now();
    const training = { ...learned, config: own, ...options, truth: wherever };
    last = yield* followTraining(setup.world, training);
    finalSeconds = (performance.now() - began) / 1000;
  }
  const trainer: Trainer = (own, options) =>
    stage === "final" || stage === "defaults"
      ? trainFinal(own, options)
      : train(
          own,
          { ...nodeTrainDeps(own), runtime: setup.world.runtime },
          options.signal,
          options.resume,
        );
  const settings = { config, minutes, prefer: "balance", vary: factorKinds } as const;
  const deps = { files: nodeFiles, lockFolder, now: Date.now, train: trainer };
  const began = performance.now();
  for await (const event of tune(deps, { folder, settings, signal })) {
    if (event.type === "probe") ({ stage } = event.probe);
  }
  signal.throwIfAborted();
  if (last === undefined) throw internalError("experiment: a tune without a final training");
  // What was measured beside the final training is no part of the tune.
  const seconds = (performance.now() - began) / 1000 - (finalSeconds - last.seconds);
  return keptOutcome(begun, last, seconds);
}

/** What is true of the result of a watched training, which may be that of an earlier step. */
export async function keptOutcome(
  begun: BegunTask,
  followed: Followed,
  seconds: number,
): Promise<Outcome> {
  const { done } = followed;
  const path = done && resultOfKind(done.results, "adapter")?.path;
  if (path === undefined) throw internalError(`${begun.task.id}: a run without an adapter`);
  const step = done?.kept?.best.step ?? followed.doneSteps;
  const drawn = await begun.setup.world.drawWithAdapter(path, begun.requests);
  return outcomeOf(begun, followed, { step, seconds, drawn });
}
