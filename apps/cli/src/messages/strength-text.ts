/** @file Texts of `atelier strength`. */

import { errorRange, errorText, shareText } from "@atelier/diffusion/english";
import type { ChosenStrength, MeasuredStrength } from "@atelier/diffusion/verdicts";

/** What was measured, as the table and the sentences name it. */
interface MeasuredRows {
  readonly bank: "held-out" | "echo";
  readonly classPrompt: string | undefined;
}

const bankNames = { "held-out": "pictures held out", echo: "enlarged views" };

const preferences = {
  likeness: "likeness",
  balance: "a balance of what is learned and what is kept",
  keep: "keeping what the base knows",
};

const worse = (value: number): string => `${shareText(value)} worse`;

/** The English texts. */
export const strengthText = {
  description:
    "Chooses the strength of what a run has made by measurement, and writes the result at it.",
  argument: "folder of the run",
  strengths: "strengths to measure, with commas between; 1 is what was trained",
  prefer:
    "what is wanted: likeness, balance or keep (what the base knows); by default what the run was watched for, else the lowest error",
  out: "where to write the result: a .safetensors file, or else a folder of diffusers' forms; beside the run's files by default",
  allowChanges: "measure although pictures, captions or the base are not what they were",
  draw: "pictures to draw by the base and at each of the two best strengths, into strength.png",
  dryRun: "measure and write nothing",
  force: "replace a file that exists",
  measuring: "batches predicted",
  drawing: "Drawing",
  rows: ({ bank, step }: MeasuredRows & { readonly step: number }): string =>
    `Measuring what step ${step} made, on ${bankNames[bank]} of its pictures and on what the base has drawn`,
  /** A line of the table for its head, and one for each strength. */
  head: ({ bank, classPrompt }: MeasuredRows): string[] => [
    "strength",
    `error on ${bankNames[bank]}`,
    "in training",
    "other things",
    ...(classPrompt === undefined ? [] : [`"${classPrompt}"`]),
  ],
  row: ({ strength, learned, train, generic, class: ofClass }: MeasuredStrength): string[] => [
    String(strength),
    `${errorText(learned.ofThese.value)} (${errorRange(learned.ofThese)})`,
    errorText(train.ofThese.value),
    ...[generic, ofClass].flatMap((moved) => (moved === undefined ? [] : [worse(moved.value)])),
  ],
  chosen: (
    { strength, reason, prefer, lowest, beatsBase }: ChosenStrength,
    measured: readonly MeasuredStrength[],
    { bank, classPrompt }: MeasuredRows,
  ): string => {
    const at = (wanted: number) => measured.find((one) => one.strength === wanted);
    const error = (wanted: number) => errorText(at(wanted)?.learned.ofThese.value ?? 0);
    if (!beatsBase) {
      return `No strength is better than the base itself${prefer === undefined ? "" : ` for ${preferences[prefer]}`}: nothing is written.`;
    }
    switch (reason) {
      case "lowest":
        return `Strength ${strength}: the error on ${bankNames[bank]} is lowest there (${error(strength)}).`;
      case "as-good":
        return `Strength ${strength}: the error on ${bankNames[bank]} is as good as lowest there (${error(strength)}; at ${lowest} ${error(lowest)}), and less is forgotten.`;
      case "preferred": {
        const { generic, class: ofClass } = at(strength) ?? {};
        const parts = [
          `error on ${bankNames[bank]} ${error(strength)}`,
          ...(generic === undefined ? [] : [`other things ${worse(generic.value)}`]),
          ...(ofClass === undefined ? [] : [`"${classPrompt ?? ""}" ${worse(ofClass.value)}`]),
        ];
        return `Strength ${strength}, the best for ${preferences[prefer ?? "balance"]}: ${parts.join(", ")}.`;
      }
    }
  },
  atEdge: (strength: number): string =>
    `${strength} is the last of the strengths measured; others beyond it may be better: --strengths.`,
  own: "The run's own files have this strength; no other is written.",
  written: (path: string): string => `Written: ${path}`,
  record: (path: string): string => `Measured strengths: ${path}`,
  sheet: (path: string): string => `Drawings: ${path}`,
  base: (seed: number): string => `base, seed ${seed}`,
  drawn: (strength: number, seed: number): string => `strength ${strength}, seed ${seed}`,
  more: `
What was trained is tried at each strength on the rows that watched runs are looked at with: views that training
does not show (or pictures held out), pictures in training, and latents that the base itself has drawn. Of strengths
that are as good but for chance the smallest is taken, since it forgets least; --prefer weighs what is forgotten as
well. The run's files stay as they are; an adapter is written with its alpha scaled, a model between the base and
what was trained.

Examples:
  atelier strength runs/lora-20261124-093015
  atelier strength runs/lora-20261124-093015 --prefer balance --draw 4
  atelier strength runs/dog --strengths 0.5,0.7,0.9 --dry-run
  atelier strength runs/dog --out dog-softer.safetensors`,
};
