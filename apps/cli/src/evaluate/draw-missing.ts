/** @file Draws what an evaluation needs and has not drawn yet. */

import type { Warning } from "@atelier/diffusion/core";
import { formatA1111Parameters } from "@atelier/diffusion/files";
import {
  type Adapter,
  type GenerateOptions,
  generate,
  type Pipeline,
} from "@atelier/diffusion/pipeline";
import type { DrawOrder, PictureStore } from "./picture-store.js";

/** What is drawn with. */
export interface DrawOptions {
  readonly orders: readonly DrawOrder[];
  readonly store: PictureStore;
  readonly adapters: readonly Adapter[];
  readonly settings: Omit<GenerateOptions, "prompt" | "seed" | "count" | "adapters">;
  readonly signal: AbortSignal;
  /** Told how many pictures were there already. */
  readonly onFound: (pictures: number) => void;
  /** Told of each step's share of a picture. */
  readonly onStep: (share: number) => void;
  readonly onWarning: (warning: Warning) => void;
}

/** Draws every picture that the store lacks; one by one they are written. @throws AtelierError as `generate`. */
export async function drawMissing(
  pipeline: Pipeline,
  { orders, store, adapters, settings, signal, onFound, onStep, onWarning }: DrawOptions,
): Promise<void> {
  for (const order of orders) {
    const { prompt, seeds } = order;
    const missing = await store.missing(order);
    onFound(seeds.length - missing.length);
    for (const { first, count } of consecutive(missing)) {
      // Judges read a prompt as text, and so does training.
      const options = { ...settings, prompt, promptSyntax: "plain", adapters } as const;
      for await (const event of generate(pipeline, { ...options, seed: first, count }, signal)) {
        if (event.type === "warning") onWarning(event);
        else if (event.type === "step") onStep(1 / event.steps);
        else {
          const parameters = formatA1111Parameters(event.parameters);
          await store.write(prompt, first + event.index, event.picture, parameters);
        }
      }
    }
  }
}

/** Seeds in a row, which one call can draw. */
function consecutive(seeds: readonly number[]): { first: number; count: number }[] {
  const runs: { first: number; count: number }[] = [];
  for (const seed of seeds) {
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.count === seed) last.count += 1;
    else runs.push({ first: seed, count: 1 });
  }
  return runs;
}
