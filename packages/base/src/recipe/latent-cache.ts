/**
 * @file Latents of the scenes that the UNet learns from, encoded once and kept in files of some
 * hundred scenes, so that a preparation that was cut off goes on where it was.
 */

import { sha256Hex } from "@atelier/diffusion/core";
import { narrowFromFloat32, widenToFloat32 } from "@atelier/diffusion/files";
import { encodeImage, type VaeConfig } from "@atelier/diffusion/models";
import {
  AtelierError,
  byteView,
  type CompiledGraph,
  createWeights,
  type FileStore,
  input,
  type Runtime,
  said,
  sizeOf,
} from "@atelier/engine";
import { pictureSize } from "../world/layout.js";
import { type Scene, type SceneOptions, sceneAt, singleScenes } from "../world/scene.js";
import type { PreparationEvent } from "./pretrain-event.js";
import type { DrawScene, NamedWeights } from "./recipe.js";
import { drawPictures, worldSeeds } from "./scene-batches.js";

/** A part of the world by the curriculum that draws it. */
export type Curriculum = NonNullable<SceneOptions["curriculum"]>;

/** Latents of all single scenes, and of a part of the full ones. */
export interface CachedLatents {
  /** Of one scene, `[channels, height, width]`. */
  readonly shape: readonly number[];
  /** The scenes of a curriculum. */
  readonly scenes: Readonly<Record<Curriculum, readonly Scene[]>>;
  /** Scaled latents of a scene. */
  readonly read: (curriculum: Curriculum, index: number) => Float32Array;
}

/** What latents are made with. */
export interface EncoderOptions {
  readonly config: VaeConfig;
  readonly weights: NamedWeights;
  readonly runtime: Runtime;
  readonly draw: DrawScene;
}

/** Which latents are made, and where they are kept. */
export interface LatentCacheOptions extends EncoderOptions {
  readonly files: FileStore;
  /** Holds a folder for each autoencoder. */
  readonly folder: string;
  readonly scenes: CachedLatents["scenes"];
}

/** Scenes of one file, and of one run of the encoder. */
const scenesPerFile = 256;
const encodeBatch = 16;
/** Scenes whose latents tell the scale. */
const measuredScenes = 256;

/** The scenes that a UNet learns from: all single ones, and so many of the whole world. */
export function trainingScenes(full: number): CachedLatents["scenes"] {
  return {
    single: singleScenes(),
    full: Array.from({ length: full }, (_, index) => sceneAt(worldSeeds.training, index)),
  };
}

/** Encodes what is missing and opens the rest. @throws AtelierError `file`, `runtime`. */
export async function* openLatentCache(
  options: LatentCacheOptions,
): AsyncGenerator<PreparationEvent, CachedLatents, undefined> {
  const { files, config, scenes } = options;
  const folder = files.join(options.folder, (await fingerprintOf(options.weights)).slice(0, 16));
  await using encoder = await openEncoder(options);
  const chunks = (["single", "full"] as const).flatMap((curriculum) =>
    Array.from({ length: Math.ceil(scenes[curriculum].length / scenesPerFile) }, (_, chunk) => ({
      curriculum,
      members: scenes[curriculum].slice(chunk * scenesPerFile, (chunk + 1) * scenesPerFile),
    })),
  );
  const codes: Record<Curriculum, Uint16Array[]> = { single: [], full: [] };
  for (const [position, { curriculum, members }] of chunks.entries()) {
    const path = files.join(folder, `${await fileNameOf(members)}.f16`);
    if ((await files.stat(path)) === undefined) {
      const latents = await encoder.encode(members);
      await files.write(path, [narrowFromFloat32(latents, "F16")]);
      yield { type: "preparation", done: position + 1, total: chunks.length };
    }
    codes[curriculum].push(await readCodes(files, path, members.length * sizeOf(encoder.shape)));
  }
  const size = sizeOf(encoder.shape);
  const { shiftFactor, scalingFactor } = config;
  return {
    shape: encoder.shape,
    scenes,
    read(curriculum, index) {
      const file = codes[curriculum][Math.floor(index / scenesPerFile)];
      const start = (index % scenesPerFile) * size;
      const part = file?.slice(start, start + size) ?? new Uint16Array(size);
      return widenToFloat32(byteView(part), "F16").map((x) => (x - shiftFactor) * scalingFactor);
    },
  };
}

/** The scaling factor of an autoencoder: one over the deviation of the latents of some pictures. */
export async function measureScalingFactor(options: EncoderOptions): Promise<number> {
  await using encoder = await openEncoder(options);
  const latents = await encoder.encode(trainingScenes(measuredScenes).full);
  const mean = latents.reduce((sum, value) => sum + value, 0) / latents.length;
  const squares = latents.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return 1 / Math.sqrt(squares / latents.length);
}

/** Identifies weights by their content. */
export async function fingerprintOf(weights: NamedWeights): Promise<string> {
  const parts = await Promise.all(
    [...weights].map(async ([name, { data }]) => `${name} ${await sha256Hex(byteView(data))}`),
  );
  return sha256Hex(new TextEncoder().encode(parts.sort().join("\n")));
}

interface Encoder extends AsyncDisposable {
  /** Latents of one scene. */
  readonly shape: readonly number[];
  /** Unscaled centres of the latents of scenes, one after the other. */
  encode(scenes: readonly Scene[]): Promise<Float32Array>;
}

async function openEncoder({ config, weights, runtime, draw }: EncoderOptions): Promise<Encoder> {
  const pictures = input("pictures", [encodeBatch, 3, pictureSize, pictureSize]);
  const { mean } = encodeImage(config, createWeights(), pictures);
  const compiled: CompiledGraph = await runtime.compile(
    { outputs: { mean } },
    { parameters: weights },
  );
  const shape = mean.shape.slice(1);
  return {
    shape,
    async encode(scenes) {
      const latents = new Float32Array(scenes.length * sizeOf(shape));
      for (let start = 0; start < scenes.length; start += encodeBatch) {
        const batch = scenes.slice(start, start + encodeBatch);
        const wanted = batch.length * sizeOf(shape);
        // The graph has one batch size; the last batch is filled up with scenes that nobody reads.
        while (batch.length < encodeBatch)
          batch.push(...scenes.slice(0, encodeBatch - batch.length));
        const out = await compiled.run({ pictures: await drawPictures(draw, batch) });
        const encoded = Float32Array.from(out["mean"]?.data ?? [], Number);
        latents.set(encoded.subarray(0, wanted), start * sizeOf(shape));
      }
      return latents;
    },
    [Symbol.asyncDispose]: () => compiled[Symbol.asyncDispose](),
  };
}

/** Another world, or another order of its scenes, has files of other names. */
async function fileNameOf(scenes: readonly Scene[]): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify(scenes));
  return (await sha256Hex(text)).slice(0, 16);
}

async function readCodes(files: FileStore, path: string, count: number): Promise<Uint16Array> {
  const file = await files.open(path);
  try {
    if (file.sizeBytes !== 2 * count) {
      throw new AtelierError(
        "format",
        said`${path}: expected ${2 * count} bytes of latents, got ${file.sizeBytes}. Delete the file; it is made again.`,
      );
    }
    const bytes = await file.read(0, file.sizeBytes);
    return new Uint16Array(bytes.slice().buffer);
  } finally {
    await file.close();
  }
}
