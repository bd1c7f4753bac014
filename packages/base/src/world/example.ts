/** @file Scene and caption number so-and-so of a seed: what training and judging draw from. */

import { captionOf, type Fact } from "./caption.js";
import { createDraws } from "./draws.js";
import { drawStreams, type Scene, type SceneOptions, sceneAt } from "./scene.js";

/** A picture of the world before it is drawn: its data and its words. */
export interface Example {
  readonly scene: Scene;
  readonly caption: string;
}

/** Options of {@link exampleAt}. */
export interface ExampleOptions extends SceneOptions {
  /**
   * Share of captions that leave some facts unsaid, so that a model also knows short prompts
   * ("a dog"); 0 by default: then a caption says everything.
   */
  readonly shortShare?: number;
}

/**
 * Example number `index` of a seed: a pure function.
 * @throws AtelierError `config` when seed or index is no safe integer or there is nothing to draw.
 */
export function exampleAt(seed: number, index: number, options: ExampleOptions = {}): Example {
  const { shortShare = 0, ...sceneOptions } = options;
  const scene = sceneAt(seed, index, sceneOptions);
  const draws = createDraws({ seed, index, stream: drawStreams.captionOfIndex });
  const wording = draws.integer(2 ** 32);
  const isShort = draws.chance(shortShare);
  // What is visible but small is said whenever it is there: size, place and accessories stay.
  const unsaid = isShort ? draws.pick<readonly Fact[]>(shortened) : [];
  return { scene, caption: captionOf(scene, wording, { unsaid }) };
}

const shortened: readonly (readonly Fact[])[] = [
  ["style"],
  ["background"],
  ["style", "background"],
];
