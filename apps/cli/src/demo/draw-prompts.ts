/** @file Draws the demo's prompts with the base, or with the base and an adapter. */

import { type Adapter, generate, type Pipeline, type RgbPicture } from "@atelier/diffusion";
import { firstSeed, picturesPerPrompt } from "./demo-settings.js";

/** What is drawn. */
export interface DrawOptions {
  readonly prompts: readonly string[];
  readonly adapters: readonly Adapter[];
  readonly signal: AbortSignal;
  /** Told the share of the work that is done, from 0 to 1. */
  readonly onShare: (share: number) => void;
  readonly onWarning: (message: string) => void;
}

/** The pictures of each prompt. @throws AtelierError as `generate`. */
export async function drawPrompts(
  pipeline: Pipeline,
  { prompts, adapters, signal, onShare, onWarning }: DrawOptions,
): Promise<RgbPicture[][]> {
  const drawn: RgbPicture[][] = [];
  for (const [index, prompt] of prompts.entries()) {
    const pictures: RgbPicture[] = [];
    const options = { prompt, adapters, seed: firstSeed, count: picturesPerPrompt };
    for await (const event of generate(pipeline, options, signal)) {
      if (event.type === "warning") onWarning(event.message);
      else if (event.type === "image") pictures.push(event.picture);
      else {
        const here = (event.index + event.step / event.steps) / event.count;
        onShare((index + here) / prompts.length);
      }
    }
    drawn.push(pictures);
  }
  return drawn;
}
