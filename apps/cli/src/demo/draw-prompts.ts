/** @file Draws the demo's prompts with the base, or with the base and an adapter. */

import type { RgbPicture, Warning } from "@atelier/diffusion/core";
import { type Adapter, generate, type Pipeline } from "@atelier/diffusion/pipeline";
import { firstSeed } from "./demo-settings.js";

/** A prompt and the number of its pictures. */
export interface DrawOrder {
  readonly prompt: string;
  readonly count: number;
}

/** One picture of an order. */
export interface DrawnPicture {
  /** Which order, from 0. */
  readonly order: number;
  readonly prompt: string;
  readonly seed: number | bigint;
  readonly picture: RgbPicture;
}

/** What is drawn. */
export interface DrawOptions {
  readonly orders: readonly DrawOrder[];
  readonly adapters: readonly Adapter[];
  readonly signal: AbortSignal;
  /** Told the share of the work that is done, from 0 to 1. */
  readonly onShare: (share: number) => void;
  /** Told each picture as soon as it is drawn. */
  readonly onPicture?: ((drawn: DrawnPicture) => Promise<void>) | undefined;
  readonly onWarning: (warning: Warning) => void;
}

/** The pictures of each order. @throws AtelierError as `generate`. */
export async function drawPrompts(
  pipeline: Pipeline,
  { orders, adapters, signal, onShare, onPicture, onWarning }: DrawOptions,
): Promise<RgbPicture[][]> {
  const drawn: RgbPicture[][] = [];
  const total = orders.reduce((sum, { count }) => sum + count, 0);
  let done = 0;
  for (const [order, { prompt, count }] of orders.entries()) {
    const pictures: RgbPicture[] = [];
    const options = { prompt, adapters, seed: firstSeed, count };
    for await (const event of generate(pipeline, options, signal)) {
      if (event.type === "warning") onWarning(event);
      else if (event.type === "image") {
        pictures.push(event.picture);
        await onPicture?.({ order, prompt, seed: event.seed, picture: event.picture });
      } else {
        onShare((done + event.index + event.step / event.steps) / total);
      }
    }
    drawn.push(pictures);
    done += count;
  }
  return drawn;
}
