/** @file A model folder with judges of random weights, for tests. */

import { cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createTorchGenerator,
  type FloatTensor,
  floatTensor,
  input,
  sizeOf,
} from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { embedPictures } from "../evaluate/unit-embeddings.js";
import { tensorSource, writeSafetensors } from "../files/safetensors/write-safetensors.js";
import { listParameters } from "../models/list-layers.js";
import {
  type PictureEncoderConfig,
  writePictureEncoderConfig,
} from "../models/picture-encoder/config.js";
import { tinyCheckpoint, tinyTokenizer } from "./fixtures.js";

/** The encoder of both judges. */
export const tinyEncoder: PictureEncoderConfig = {
  pictureSize: 16,
  stemChannels: 4,
  stageChannels: [4, 8],
  normNumGroups: 2,
  projectionDim: 12,
};

/** A judge's folder in a {@link TinyJudge}. */
export type JudgePart = "judge" | "instance_judge";

/** What was written. */
export interface TinyJudge {
  /** A new folder with a tiny Stable Diffusion model, its tokenizer and both judges. */
  readonly folder: string;
  /** Text and picture weights by judge. */
  readonly weights: Readonly<Record<JudgePart, ReadonlyMap<string, FloatTensor>>>;
}

/** Writes a model folder with judges. */
export async function writeTinyJudge(): Promise<TinyJudge> {
  const folder = await mkdtemp(join(tmpdir(), "atelier-judge-"));
  await cp(tinyCheckpoint("tiny-sd1"), folder, { recursive: true });
  await cp(tinyTokenizer, join(folder, "tokenizer"), { recursive: true });
  const { pictureSize, projectionDim } = tinyEncoder;
  const shapes = listParameters((scope) =>
    embedPictures(tinyEncoder, scope, input("pictures", [1, 3, pictureSize, pictureSize])),
  );
  const textShapes = [
    // The width of the tiny model's text encoder.
    { name: "text_projection.weight", shape: [projectionDim, 16] },
    { name: "logit_scale", shape: [] },
  ];
  const random = (seed: number, parameters: typeof shapes) => {
    const generator = createTorchGenerator(seed);
    return new Map(
      parameters.map(({ name, shape }) => [
        name,
        floatTensor(generator.uniform(sizeOf(shape), -0.5, 0.5), shape),
      ]),
    );
  };
  const weights = {
    judge: random(1, [...shapes, ...textShapes]),
    instance_judge: random(2, shapes),
  };
  for (const part of ["judge", "instance_judge"] as const) {
    await writeJudgePart(folder, part, weights[part]);
  }
  return { folder, weights };
}

/** Writes one judge's folder. */
export async function writeJudgePart(
  folder: string,
  part: JudgePart,
  weights: ReadonlyMap<string, FloatTensor>,
): Promise<void> {
  const sources = [...weights].map(([name, tensor]) => tensorSource(name, tensor));
  await writeSafetensors(nodeFiles, join(folder, part, "model.safetensors"), sources);
  const config = JSON.stringify(writePictureEncoderConfig(tinyEncoder));
  await nodeFiles.write(join(folder, part, "config.json"), [new TextEncoder().encode(config)]);
}
