/** @file An SDXL small enough for tests, made of parts of the tiny Stable Diffusions. */

import { cp } from "node:fs/promises";
import { join } from "node:path";
import { type FloatTensor, floatTensor, type HostTensor, sizeOf } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import type { OpenModelOptions } from "../files/model/open-options.js";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import {
  type TensorSource,
  tensorSource,
  writeSafetensors,
} from "../files/safetensors/write-safetensors.js";
import { tinyCheckpoint, tinyTokenizer } from "./fixtures.js";

const clip = { numAttentionHeads: 2, bosTokenId: 598, eosTokenId: 599 };

/** What shapes do not tell of it. */
export const tinySdxlConfigs: NonNullable<OpenModelOptions["configs"]> = {
  unet: { attentionHeads: [2, 4], normNumGroups: 4, additionTimeEmbedDim: 4 },
  vae: { normNumGroups: 2 },
  text_encoder: clip,
  text_encoder_2: clip,
};

/** The second text encoder's projection, `[in, out]` as OpenCLIP stores it. */
export const tinySdxlProjection: FloatTensor = floatTensor(
  Array.from({ length: 16 * 16 }, (_, i) => i / 256),
  [16, 16],
);

/**
 * Writes a file with SDXL's parts: SD 2's UNet with size conditioning, which reads both encoders' states,
 * CLIP without its prefix, OpenCLIP with its projection.
 */
export async function writeTinySdxl(path: string): Promise<void> {
  const body = await collect(tinyCheckpoint("tiny-sd2.safetensors"), (name) =>
    /text_projection|betas|model_ema/.test(name)
      ? undefined
      : name.replace("cond_stage_model.model.", "conditioner.embedders.1.model."),
  );
  const first = await collect(
    join(tinyCheckpoint("tiny-sd1"), "text_encoder", "model.safetensors"),
    (name) => `conditioner.embedders.0.transformer.${name}`,
  );
  const label = "model.diffusion_model.label_emb.0";
  const sizes = [
    [`${label}.0.weight`, [32, 40]],
    [`${label}.0.bias`, [32]],
    [`${label}.2.weight`, [32, 32]],
    [`${label}.2.bias`, [32]],
  ] as const;
  await writeSafetensors(nodeFiles, path, [
    ...body,
    ...first,
    tensorSource("conditioner.embedders.1.model.text_projection", tinySdxlProjection),
    ...sizes.map(([name, shape]) => tensorSource(name, floatTensor(waves(sizeOf(shape)), shape))),
  ]);
}

/** Fills a folder with the tiny tokenizer under the names of both of SDXL's. */
export async function writeTinyTokenizers(folder: string): Promise<void> {
  for (const name of ["tokenizer", "tokenizer_2"]) {
    await cp(tinyTokenizer, join(folder, name), { recursive: true });
  }
}

/** The tensors of a file, renamed; names without a new name are left out. */
async function collect(
  source: string,
  rename: (name: string) => string | undefined,
): Promise<TensorSource[]> {
  const file = await openSafetensors(nodeFiles, source);
  const tensors: TensorSource[] = [];
  for (const name of file.entries.keys()) {
    const target = rename(name);
    if (target === undefined) continue;
    const readsText = /attn2\.to_[kv]\.weight$/.test(name);
    tensors.push(
      tensorSource(
        target,
        readsText ? twiceAsWide(await file.readFloat32(name)) : await file.read(name),
      ),
    );
  }
  await file.close();
  return tensors;
}

/** A matrix `[out, in]` beside another one, `[out, 2·in]`. */
function twiceAsWide({ data, shape: [out = 0, inner = 0] }: FloatTensor): HostTensor {
  const wide = new Float32Array(2 * data.length);
  for (let row = 0; row < out; row++) {
    const own = data.subarray(row * inner, (row + 1) * inner);
    wide.set(own, 2 * row * inner);
    wide.set(
      own.map((value) => value / 2),
      (2 * row + 1) * inner,
    );
  }
  return floatTensor(wide, [out, 2 * inner]);
}

const waves = (count: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(i) / 4);
