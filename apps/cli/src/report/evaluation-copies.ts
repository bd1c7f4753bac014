/** @file Which drawings of an evaluation are copies, and which of a prompt is the nearest to one. */

import { isCopy, type NearestPicture } from "@atelier/diffusion/evaluate";
import type { Evaluation, ModelEvaluation } from "../evaluate/evaluation.js";

/** A drawing beside the picture that it is most like. */
export interface DrawingBeside {
  /** Positions among the protocol's prompts and of its seeds. */
  readonly prompt: number;
  readonly seed: number;
  readonly nearest: NearestPicture;
  /** Below the evaluation's folder. */
  readonly path: string;
  readonly isCopy: boolean;
}

/** The drawings of a prompt, the one first that is most like a picture that was learned from. */
export function drawingsBeside(
  { protocol, real }: Evaluation,
  { scores, drawings }: ModelEvaluation,
  prompt: number,
): DrawingBeside[] {
  const { mostAlike } = real;
  const counts = mostAlike !== undefined && protocol.learned[prompt] === false;
  const nearest = scores.prompts[prompt]?.nearest ?? [];
  return nearest
    .map((each, seed) => ({
      ...{ prompt, seed, nearest: each, path: drawings[prompt]?.[seed] ?? "" },
      isCopy: counts && isCopy(each, mostAlike),
    }))
    .sort((a, b) => b.nearest.similarity - a.nearest.similarity);
}

/** All copies, the nearest first. */
export function copiesOf(evaluation: Evaluation, model: ModelEvaluation): DrawingBeside[] {
  return evaluation.protocol.prompts
    .flatMap((_, prompt) => drawingsBeside(evaluation, model, prompt))
    .filter((drawing) => drawing.isCopy)
    .sort((a, b) => b.nearest.similarity - a.nearest.similarity);
}
