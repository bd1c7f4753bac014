/**
 * @file What others do where Atelier judges: rules that keep a step of a run, replayed on the same records. None
 * says in what state a training is.
 */

import type { RunRecord } from "./record.js";
import type { RunKind } from "./run-list.js";
import { fixedEvery } from "./truth-watcher.js";

/** A rule. */
export interface Baseline {
  readonly title: string;
  /** The step that it keeps; nothing where it has none for such a run. */
  readonly kept: (record: RunRecord) => number | undefined;
}

const lastStep = ({ doneSteps }: RunRecord): number => doneSteps;

/** Pictures that a step sees. */
const batch = 8;

/** Pictures seen by default, or by the recipe of the documentation, at batch one; `shared/reference`, 2026-11. */
const peers: readonly (readonly [
  title: string,
  seen: { readonly [Kind in RunKind]?: (pictures: number) => number },
])[] = [
  // kohya's fall-back of 1,600 steps; textual inversion with batches of four.
  ["kohya's", everyKind(() => 1600, { word: () => 6400 })],
  // ai-toolkit's interface asks for 3,000 steps, its example of full tuning for 2,000.
  ["ai-toolkit's", { lora: () => 3000, prior: () => 3000, full: () => 2000 }],
  // OneTrainer's presets have 100 epochs.
  ["OneTrainer's", everyKind((pictures) => 100 * pictures)],
  // SimpleTuner's FLUX.2 quickstart.
  ["SimpleTuner's", { lora: () => 10_000, prior: () => 10_000 }],
  // diffusers' DreamBooth: LoRA, full, with prior preservation; textual inversion with batches of four.
  ["diffusers'", { lora: () => 500, full: () => 400, prior: () => 800, word: () => 12_000 }],
];

function everyKind(
  seen: (pictures: number) => number,
  other: { readonly [Kind in RunKind]?: (pictures: number) => number } = {},
): { readonly [Kind in RunKind]?: (pictures: number) => number } {
  return { lora: seen, full: seen, word: seen, prior: seen, ...other };
}

/** All rules. */
export const baselines: readonly Baseline[] = [
  { title: "last step", kept: lastStep },
  ...peers.map(([peer, seen]): Baseline => {
    return {
      title: `${peer} default steps`,
      kept(record) {
        const pictures = seen[record.run.kind]?.(record.run.pictures);
        if (pictures === undefined) return undefined;
        return Math.min(lastStep(record), Math.round(pictures / batch));
      },
    };
  }),
  { title: "DVAR, its windows", kept: (record) => dvar(record, dvarOf[record.run.kind].window) },
  { title: "DVAR, a quarter of the run", kept: (record) => dvar(record, record.run.steps / 4) },
  { title: "patience 5", kept: patience },
  { title: "kohya's four timesteps", kept: fourTimesteps },
];

/**
 * DVAR (Voronov et al. 2023, arXiv 2302.04841) with the windows and thresholds of its authors' code: the run
 * stops when the variance of the last losses on fixed inputs is small beside that of all.
 */
const dvarOf: Readonly<Record<RunKind, { readonly window: number; readonly share: number }>> = {
  word: { window: 310, share: 0.15 },
  full: { window: 180, share: 0.15 },
  lora: { window: 440, share: 0.4 },
  prior: { window: 440, share: 0.4 },
};

function dvar(record: RunRecord, window: number): number {
  const { fixedLosses, run } = record;
  const count = Math.max(2, Math.round(window / fixedEvery));
  for (let end = count; end <= fixedLosses.length; end++) {
    const share =
      variance(fixedLosses.slice(end - count, end)) / variance(fixedLosses.slice(0, end));
    if (share < dvarOf[run.kind].share) return (end - 1) * fixedEvery;
  }
  return lastStep(record);
}

/** Validation loss by look: of pictures held out, as all who validate have it, else of none. */
function validation(
  record: RunRecord,
  isRead: (time: number) => boolean = () => true,
): { readonly step: number; readonly loss: number }[] | undefined {
  const rows = record.banks["held-out"];
  if (rows === undefined) return undefined;
  const places = [...rows.keys()].filter((place) => isRead(rows[place]?.time ?? Number.NaN));
  return [{ step: 0, rows: record.start }, ...record.looks].map(({ step, rows: values }) => {
    const losses = places.map((place) => values["held-out"]?.[place] ?? Number.NaN);
    return { step, loss: losses.reduce((sum, value) => sum + value, 0) / losses.length };
  });
}

/** Ends after five looks without a new lowest validation loss, and keeps that one. */
function patience(record: RunRecord): number | undefined {
  const looks = validation(record);
  if (looks === undefined) return undefined;
  let best = { step: 0, loss: Number.POSITIVE_INFINITY };
  let waited = 0;
  for (const look of looks) {
    if (look.loss < best.loss) {
      best = look;
      waited = 0;
    } else waited += 1;
    if (waited >= 5) break;
  }
  return best.step;
}

/** The lowest mean loss at the recorded timesteps next to kohya's 200, 400, 600, 800. */
function fourTimesteps(record: RunRecord): number | undefined {
  const times = [...new Set((record.banks["held-out"] ?? []).map(({ time }) => time))];
  const nearest = [200, 400, 600, 800].map((wanted) =>
    times.reduce(
      (best, time) => (Math.abs(time - wanted) < Math.abs(best - wanted) ? time : best),
      Number.POSITIVE_INFINITY,
    ),
  );
  const looks = validation(record, (time) => nearest.includes(time));
  return looks?.reduce((best, look) => (look.loss < best.loss ? look : best)).step;
}

function variance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
