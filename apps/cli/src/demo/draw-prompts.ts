/** @file Draws the demo's prompts with the base, or with the base and an adapter. */

import type { RgbPicture, Warning } from "@atelier/diffusion/core";
import { type Adapter, generate, type Pipeline } from "@atelier/diffusion/pipeline";
import { firstSeed } from "./demo-settings.js";

/** A prompt and the number of its pictures. */
export interface DrawOrder {
  readonly prompt: string;
  readonly count: number;
}

/** What is drawn. */
export interface DrawOptions {
  readonly orders: readonly DrawOrder[];
  readonly adapters: readonly Adapter[];
  readonly signal: AbortSignal;
  /** Told the share of the work that is done, from 0 to 1. */
  readonly onShare: (share: number) => void;
  readonly onWarning: (warning: Warning) => void;
}

/** The pictures of each order. @throws AtelierError as `generate`. */
export async function drawPrompts(
  pipeline: Pipeline,
  { orders, adapters, signal, onShare, onWarning }: DrawOptions,
): Promise<RgbPicture[][]> {
  const drawn: RgbPicture[][] = [];
  const total = orders.reduce((sum, { count }) => sum + count, 0);
  let done = 0;
  for (const { prompt, count } of orders) {
    const pictures: RgbPicture[] = [];
    const options = { prompt, adapters, seed: firstSeed, count };
    for await (const event of generate(pipeline, options, signal)) {
      if (event.type === "warning") onWarning(event);
      else if (event.type === "image") pictures.push(event.picture);
      else {
        onShare((done + event.index + event.step / event.steps) / total);
      }
    }
    drawn.push(pictures);
    done += count;
  }
  return drawn;
}
