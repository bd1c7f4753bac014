/**
 * @file What every block of a transformer is told beside its tokens: the timestep, the pooled text and, where a model
 * was distilled from its own guidance, how much of it. Named as diffusers' `CombinedTimestepTextProjEmbeddings`.
 */

import { add, cast, type GraphNode, type Weights } from "@atelier/engine";
import { sinusoidalEmbedding, twoLayers } from "./sinusoidal-embedding.js";

/** Components of an embedded number, whatever the width of the model. */
const numberWidth = 256;

/** What is embedded. */
export interface TimestepTextInputs {
  /** `[batch]` or `[1]` float32, from 0 to 1000. */
  readonly timestep: GraphNode;
  /** As the timestep, a thousand times the guidance; absent where the model was not distilled. */
  readonly guidance?: GraphNode | undefined;
  /** `[batch, any]` */
  readonly pooled: GraphNode;
}

/** The sum of the embeddings, `[batch, width]`. */
export function timestepTextEmbedding(
  weights: Weights,
  { timestep, guidance, pooled }: TimestepTextInputs,
  width: number,
): GraphNode {
  const number = (name: string, values: GraphNode): GraphNode => {
    const options = { width: numberWidth, flipSinToCos: true, freqShift: 0 };
    const embedded = cast(sinusoidalEmbedding(values, options), pooled.dtype);
    return twoLayers(weights.scope(name), embedded, width);
  };
  const time = number("timestep_embedder", timestep);
  const both = guidance === undefined ? time : add(time, number("guidance_embedder", guidance));
  return add(both, twoLayers(weights.scope("text_embedder"), pooled, width));
}
