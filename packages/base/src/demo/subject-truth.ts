/** @file How a taught subject looks in the scene of a prompt, to compare pictures with. */

import type { RgbPicture } from "@atelier/diffusion/core";
import { firstObjectWeights } from "../world/object-weights.js";
import type { Scene } from "../world/scene.js";
import type { PromptTopic } from "./mascot-scenes.js";
import type { SubjectTruth } from "./measure-prompts.js";

/**
 * The subject where a prompt asks for it, or for its class, which should not turn into it.
 * @param draw draws scenes with the subject in the place of its class
 */
export async function subjectTruth(
  draw: (scene: Scene) => Promise<RgbPicture>,
  { scene, asksFor }: { readonly scene: Scene; readonly asksFor: PromptTopic },
): Promise<SubjectTruth | undefined> {
  if (asksFor === "unrelated") return undefined;
  return { picture: await draw(scene), weights: await firstObjectWeights(draw, scene) };
}
