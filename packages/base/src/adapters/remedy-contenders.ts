/** @file Those whom `npm run experiment:remedies` compares: a training without a remedy, and with each. */

import { nodeTrainDeps } from "@atelier/diffusion/node";
import { measureStrengths, resultOfKind, type StrengthView } from "@atelier/diffusion/train";
import { internalError } from "@atelier/engine";
import {
  configOfActing,
  configOfRemedy,
  nothing,
  type Remedy,
  remedies,
  strengths,
} from "../experiments/remedies/remedies.js";
import type { Entry } from "../experiments/tune/task-record.js";
import type { TruthRows } from "../experiments/verdicts/truth-rows.js";
import {
  readTruth,
  type TruthLook,
  type TruthLosses,
} from "../experiments/verdicts/truth-watcher.js";
import { type Followed, followToEnd } from "./follow-training.js";
import { type BegunTask, type Contender, outcomeOf, requestsOf, wherever } from "./task-bench.js";
import { writeLessons } from "./true-world.js";
import { keptOutcome } from "./tune-contenders.js";

/** That without one, which is drawn with less strength as well, and all others. */
export const remedyContenders: readonly Contender[] = [
  {
    ids: [nothing.id, ...strengths.map(({ id }) => id)],
    async run(begun, { signal }) {
      const { entry, followed } = await trainRemedy(begun, nothing, signal);
      return [entry, ...(await atStrengths(begun, followed, signal))];
    },
  },
  ...remedies.map(
    (remedy): Contender => ({
      ids: [remedy.id],
      run: async (begun, { signal }) => [(await trainRemedy(begun, remedy, signal)).entry],
    }),
  ),
  {
    ids: ["acting"],
    async run(begun, { signal }) {
      const config = configOfActing(begun.task, await begun.placesOf("acting"));
      const training = { ...begun.learned, config, signal, truth: wherever };
      const followed = await followToEnd(begun.setup.world, training);
      const whole = await keptOutcome(begun, followed, followed.seconds);
      return [{ contender: "acting", whole }];
    },
  },
];

/** Trains to the end, and measures what the last step has made. */
async function trainRemedy(
  begun: BegunTask,
  remedy: Remedy,
  signal: AbortSignal,
): Promise<{ readonly entry: Entry; readonly followed: Followed }> {
  const { setup, task } = begun;
  const places = await begun.placesOf(remedy.id);
  const { calls = begun.learned.calls } = remedy;
  const learned = { ...begun.learned, calls };
  const lessons = `${places.run}-lessons`;
  await writeLessons(setup.world.draw, learned, lessons);
  const config = configOfRemedy(remedy, task, { ...places, lessons });
  const { steps } = config;
  const followed = await followToEnd(setup.world, {
    ...{ ...learned, config, signal },
    truth: () => ({
      requestsAt: () => requestsOf(setup, learned),
      due: (step) => step === steps,
    }),
  });
  const drawn = followed.measured.drawn.at(-1)?.pictures ?? [];
  const { seconds } = followed;
  const whole =
    followed.done && (await outcomeOf(begun, followed, { step: steps, seconds, drawn }));
  return { entry: { contender: remedy.id, ...(whole === undefined ? {} : { whole }) }, followed };
}

/** What the training has made, with less strength: the same rows, and drawings with its file. */
async function atStrengths(
  begun: BegunTask,
  { done, seconds }: Followed,
  signal: AbortSignal,
): Promise<Entry[]> {
  const { setup, learned, requests } = begun;
  const path = done && resultOfKind(done.results, "adapter")?.path;
  // Numbers that were no longer finite have no strength.
  if (done === undefined || path === undefined) return [];
  let rows: TruthRows | undefined;
  let start: TruthLosses = {};
  const looks = new Map<number, TruthLook>();
  const beside = async ({ strength, plan, probe }: StrengthView): Promise<void> => {
    rows ??= await setup.world.truthOf({ plan, ...learned, hasHeldOut: false });
    const losses = await readTruth(plan, rows, probe);
    if (strength === 0) start = losses;
    else looks.set(strength, { step: done.step, losses });
  };
  const deps = { ...nodeTrainDeps({ device: deviceOf(setup) }), runtime: setup.world.runtime };
  const wanted = strengths.map(({ strength }) => strength);
  const options = { strengths: wanted, writes: false, beside, signal };
  for await (const _ of measureStrengths(done.folder, deps, options)) {
    // What it measures itself is of no pictures but the run's.
  }
  const entries: Entry[] = [];
  for (const { id, strength } of strengths) {
    const look = looks.get(strength);
    if (rows === undefined || look === undefined)
      throw internalError(`${id}: nothing was measured`);
    const drawn = await setup.world.drawWithAdapter(path, requests, strength);
    const measured = { rows, start, looks: [look] };
    const made = { step: done.step, seconds, drawn };
    entries.push({
      contender: id,
      whole: await outcomeOf(begun, { measured, watch: undefined }, made),
    });
  }
  return entries;
}

const deviceOf = ({ threads }: BegunTask["setup"]) => ({ backend: "cpu", threads }) as const;
