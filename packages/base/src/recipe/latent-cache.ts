/**
 * @file Latents of the scenes that the UNet learns from, encoded once and kept in files of some
 * hundred scenes, so that a preparation that was cut off goes on where it was.
 */

import {
  encodeImage,
  narrowFromFloat32,
  sha256Hex,
  type VaeConfig,
  widenToFloat32,
} from "@atelier/diffusion";
import {
  AtelierError,
  byteView,
  type CompiledGraph,
  createWeights,
  type FileStore,
  input,
  type Runtime,
  sizeOf,
} from "@atelier/engine";
import { pictureSize } from "../world/layout.js";
import { type SceneOptions, sceneAt } from "../world/scene.js";
import type { PreparationEvent } from "./pretrain-event.js";
import type { DrawScene, NamedWeights } from "./recipe.js";
import { drawPictures, worldSeeds } from "./scene-batches.js";

/** A part of the world by the curriculum that draws it. */
export type Curriculum = NonNullable<SceneOptions["curriculum"]>;

/** Latents of scenes 0 to `scenes` − 1 of each curriculum. */
export interface CachedLatents {
  /** Of one scene, `[channels, height, width]`. */
  readonly shape: readonly number[];
  /** Number of scenes of a curriculum. */
  readonly count: (curriculum: Curriculum) => number;
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
  /** Scenes of each curriculum. */
  readonly scenes: Readonly<Record<Curriculum, number>>;
}

/** Scenes of one file, and of one run of the encoder. */
const scenesPerFile = 256;
const encodeBatch = 16;
/** Scenes whose latents tell the scale. */
const measuredScenes = 256;

/** Encodes what is missing and opens the rest. @throws AtelierError `file`, `runtime`. */
export async function* openLatentCache(
  options: LatentCacheOptions,
): AsyncGenerator<PreparationEvent, CachedLatents, undefined> {
  const { files, config, scenes } = options;
  const folder = files.join(options.folder, (await fingerprintOf(options.weights)).slice(0, 16));
  await using encoder = await openEncoder(options);
  const chunks = (["single", "full"] as const).flatMap((curriculum) =>
    Array.from({ length: Math.ceil(scenes[curriculum] / scenesPerFile) }, (_, chunk) => ({
      curriculum,
      chunk,
    })),
  );
  const codes: Record<Curriculum, Uint16Array[]> = { single: [], full: [] };
  for (const [position, { curriculum, chunk }] of chunks.entries()) {
    const path = files.join(folder, `${curriculum}-${String(chunk).padStart(4, "0")}.f16`);
    if ((await files.stat(path)) === undefined) {
      const indices = range(chunk * scenesPerFile, scenesPerFile);
      const latents = await encoder.encode(curriculum, indices);
      await files.write(path, [narrowFromFloat32(latents, "F16")]);
      yield { type: "preparation", done: position + 1, total: chunks.length };
    }
    codes[curriculum].push(await readCodes(files, path, scenesPerFile * sizeOf(encoder.shape)));
  }
  const size = sizeOf(encoder.shape);
  const { shiftFactor, scalingFactor } = config;
  return {
    shape: encoder.shape,
    count: (curriculum) => scenes[curriculum],
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
  const latents = await encoder.encode("full", range(0, measuredScenes));
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
  encode(curriculum: Curriculum, indices: readonly number[]): Promise<Float32Array>;
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
    async encode(curriculum, indices) {
      const latents = new Float32Array(indices.length * sizeOf(shape));
      for (let start = 0; start < indices.length; start += encodeBatch) {
        const scenes = indices
          .slice(start, start + encodeBatch)
          .map((index) => sceneAt(worldSeeds.training, index, { curriculum }));
        const out = await compiled.run({ pictures: await drawPictures(draw, scenes) });
        latents.set(Float32Array.from(out["mean"]?.data ?? [], Number), start * sizeOf(shape));
      }
      return latents;
    },
    [Symbol.asyncDispose]: () => compiled[Symbol.asyncDispose](),
  };
}

async function readCodes(files: FileStore, path: string, count: number): Promise<Uint16Array> {
  const file = await files.open(path);
  try {
    if (file.sizeBytes !== 2 * count) {
      throw new AtelierError(
        "format",
        `${path}: expected ${2 * count} bytes of latents, got ${file.sizeBytes}. Delete the file; it is made again.`,
      );
    }
    const bytes = await file.read(0, file.sizeBytes);
    return new Uint16Array(bytes.slice().buffer);
  } finally {
    await file.close();
  }
}

const range = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first + i);
