/**
 * @file Runs a pipeline fixture: a folder with a Stable Diffusion `pipeline/`, settings of samples in
 * expected.json and diffusers' results in tensors.safetensors. Token ids, text embeddings, every
 * sample's latents and picture, and the LoRA files are compared.
 */

import {
  AtelierError,
  type FileStore,
  type FloatTensor,
  floatTensor,
  messageOf,
  type Runtime,
} from "@atelier/engine";
import { z } from "zod";
import type { LoraWeights } from "../core/lora-weights.js";
import { readJson } from "../core/read-text.js";
import { readLora } from "../files/adapter/read-lora.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { openSafetensors, type SafetensorsFile } from "../files/safetensors/open-safetensors.js";
import { sequenceOf } from "../pipeline/conditioning.js";
import { generate } from "../pipeline/generate.js";
import type { GeneratedImage } from "../pipeline/generate-events.js";
import type { GenerateOptions } from "../pipeline/generate-settings.js";
import { loadPipeline } from "../pipeline/load-pipeline.js";
import type { Pipeline } from "../pipeline/pipeline.js";
import { readAdapter } from "../pipeline/read-adapter.js";
import { firstTokenizer } from "../pipeline/tokenizers.js";
import { isField } from "../samplers/scheduler-fields.js";
import {
  compareTensors,
  type FixtureCheck,
  outputTolerance,
  type Tolerance,
  worstOf,
} from "./fixture-check.js";
import { asFloats } from "./read-model-fixture.js";

/** What the checks work with. */
export interface PipelineFixtureOptions {
  readonly files: FileStore;
  readonly runtime: Runtime;
}

const sampleSchema = z.looseObject({
  name: z.string(),
  scheduler: z.string(),
  steps: z.int(),
  guidance: z.number(),
  seed: z.int(),
  height: z.int(),
  width: z.int(),
  prompt: z.string(),
  negative_prompt: z.string().default(""),
  guidance_rescale: z.number().default(0),
  eta: z.number().default(0),
  clip_skip: z.int().default(0),
});

type Sample = z.output<typeof sampleSchema>;

/** Draws the samples with "lora" in their name. Unlike the other LoRA files it holds its alpha. */
const kohyaFile = "lora_kohya.safetensors";

/** LoRA files of one training. */
const loraFiles = [kohyaFile, "lora_diffusers"] as const;

/** The same factors under PEFT's names, without an alpha. */
const loraReference = "lora_final.safetensors";

/** Whether a folder is laid out as a pipeline fixture. */
export async function isPipelineFixture(files: FileStore, folder: string): Promise<boolean> {
  for (const name of ["pipeline", "expected.json", "tensors.safetensors"]) {
    if ((await files.stat(files.join(folder, name))) === undefined) return false;
  }
  return true;
}

/**
 * Checks a pipeline fixture, one result at a time. What is in the folder never makes it throw: a part
 * that cannot be read or run is a failed check.
 */
export async function* verifyPipelineFixture(
  folder: string,
  { files, runtime }: PipelineFixtureOptions,
): AsyncGenerator<FixtureCheck, void, undefined> {
  try {
    const checkpoint = await openModelFiles(files, files.join(folder, "pipeline"));
    await using pipeline = await loadPipeline(checkpoint, { runtime, files });
    const expected = await openSafetensors(files, files.join(folder, "tensors.safetensors"));
    try {
      yield* checkAll({ files, folder, pipeline, expected });
    } finally {
      await expected.close();
    }
  } catch (error) {
    yield failure("pipeline", error);
  }
}

interface Context {
  readonly files: FileStore;
  readonly folder: string;
  readonly pipeline: Pipeline;
  readonly expected: SafetensorsFile;
}

async function* checkAll(context: Context): AsyncGenerator<FixtureCheck, void, undefined> {
  const samples = await readSamples(context);
  yield* checkText(context, samples);
  for (const sample of samples) yield* checkSample(context, sample);
  for (const name of loraFiles) yield* checkLora(context, name);
}

async function readSamples({ files, folder }: Context): Promise<Sample[]> {
  const path = files.join(folder, "expected.json");
  const parsed = z
    .object({ samples: z.array(sampleSchema).min(1) })
    .safeParse(await readJson(files, path));
  if (parsed.success) return parsed.data.samples;
  throw new AtelierError(
    "format",
    `${path}: expected the settings of samples: ${z.prettifyError(parsed.error)}`,
  );
}

/** The prompt and the negative prompt that all samples share, as ids and as embeddings. */
async function* checkText(
  { pipeline, expected }: Context,
  [sample]: readonly Sample[],
): AsyncGenerator<FixtureCheck, void, undefined> {
  const prompts = [sample?.prompt ?? "", sample?.negative_prompt ?? ""];
  yield* guarded("pipeline tokens", async () => {
    const tokenizer = firstTokenizer(await pipeline.tokenizers());
    const ids = prompts.flatMap((prompt) => tokenizer.encode(prompt).ids);
    const actual = floatTensor(ids, [prompts.length, tokenizer.maxLength]);
    const reference = asFloats(await expected.read("tokens"));
    return [compareTensors("pipeline tokens", { actual, expected: reference }, () => 0)];
  });
  yield* guarded("pipeline text_embeddings", async () => {
    const { conditioning } = await pipeline.encodePrompts(prompts);
    const embeddings = sequenceOf(pipeline, conditioning);
    const reference = await expected.readFloat32("text_embeddings");
    const pair = { actual: embeddings, expected: reference };
    return [compareTensors("pipeline text_embeddings", pair, outputTolerance)];
  });
}

async function* checkSample(
  context: Context,
  sample: Sample,
): AsyncGenerator<FixtureCheck, void, undefined> {
  const name = `pipeline sample.${sample.name}`;
  yield* guarded(name, async () => {
    const image = await drawSample(context, sample);
    const check = async (part: "latent" | "image", actual: FloatTensor) => {
      const reference = await context.expected.readFloat32(`sample.${sample.name}.${part}`);
      const tolerance = sampleTolerance(reference);
      return compareTensors(`${name}.${part}`, { actual, expected: reference }, tolerance);
    };
    return [await check("latent", image.latents), await check("image", image.pixels)];
  });
}

/** 2 % of the reference's standard deviation, or of 1 where that is less. */
function sampleTolerance({ data }: FloatTensor): Tolerance {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
  return () => 2e-2 * Math.max(1, Math.sqrt(variance));
}

async function drawSample(
  { files, folder, pipeline }: Context,
  sample: Sample,
): Promise<GeneratedImage> {
  const readKohya = () => readAdapter(files, files.join(folder, kohyaFile), { base: pipeline });
  const options: GenerateOptions = {
    prompt: sample.prompt,
    negativePrompt: sample.negative_prompt,
    sampler: sample.scheduler,
    schedulerOverrides: Object.fromEntries(
      Object.entries(sample).filter(([field]) => isField(field)),
    ),
    steps: sample.steps,
    guidanceScale: sample.guidance,
    guidanceRescale: sample.guidance_rescale,
    eta: sample.eta,
    seed: sample.seed,
    width: sample.width,
    height: sample.height,
    clipSkip: sample.clip_skip,
    negativeClipSkip: 0,
    promptSyntax: "plain",
    adapters: sample.name.includes("lora") ? [(await readKohya()).adapter] : [],
  };
  for await (const event of generate(pipeline, options)) {
    if (event.type === "image") return event;
  }
  throw new AtelierError("runtime", `${sample.name}: expected a picture, got none.`);
}

/** A LoRA file holds the factors of the reference. */
async function* checkLora(
  { files, folder, pipeline }: Context,
  fileName: string,
): AsyncGenerator<FixtureCheck, void, undefined> {
  const name = `pipeline ${fileName}`;
  for (const needed of [fileName, loraReference]) {
    if ((await files.stat(files.join(folder, needed))) !== undefined) continue;
    yield { status: "skip", name, detail: `${needed} is absent` };
    return;
  }
  yield* guarded(name, async () => {
    const read = (file: string) =>
      readLora(files, files.join(folder, file), { layers: pipeline.layers });
    const { weights, unknownKeys } = await read(fileName);
    if (unknownKeys.length > 0) {
      const detail = `unknown tensors: ${unknownKeys.slice(0, 10).join(", ")}`;
      return [{ status: "FAIL", name, detail }];
    }
    return [worstOf(name, compareFactors(weights, (await read(loraReference)).weights))];
  });
}

function compareFactors(actual: LoraWeights, expected: LoraWeights): FixtureCheck[] {
  const absent = floatTensor([], [0]);
  const modules = new Set([...expected.modules.keys(), ...actual.modules.keys()]);
  return [...modules].flatMap((module) =>
    (["down", "up"] as const).map((factor) =>
      compareTensors(
        `${module} ${factor}`,
        {
          actual: actual.modules.get(module)?.parts[factor] ?? absent,
          expected: expected.modules.get(module)?.parts[factor] ?? absent,
        },
        () => 0,
      ),
    ),
  );
}

/** The checks, or one that has failed where they could not be made. */
async function* guarded(
  name: string,
  check: () => Promise<FixtureCheck[]>,
): AsyncGenerator<FixtureCheck, void, undefined> {
  try {
    yield* await check();
  } catch (error) {
    yield failure(name, error);
  }
}

function failure(name: string, error: unknown): FixtureCheck {
  if (!(error instanceof AtelierError) || error.code === "internal") throw error;
  return { status: "FAIL", name, detail: messageOf(error) };
}
