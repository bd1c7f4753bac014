/** @file `atelier convert`: a checkpoint or a LoRA in another form. */

import { isSystemFile } from "@atelier/diffusion/data";
import {
  DIFFUSERS_EMBEDDING_NAMES,
  DIFFUSERS_LORA_NAME,
  detectEmbeddingFile,
  detectLoraFile,
  hasDenoiser,
  isDiffusersLora,
  isLoraFolder,
  isPytorchName,
  openTensorFile,
  readEmbedding,
  type StoredFloat,
  toldByMetadata,
  writeComfyLora,
  writeDiffusersEmbedding,
  writeDiffusersLora,
  writeFolder,
  writeKohyaLora,
  writePeftAdapter,
  writeSingleFile,
  writeWebuiEmbedding,
} from "@atelier/diffusion/files";
import { AtelierError, said } from "@atelier/engine";
import { type Command, Option } from "commander";
import { layersFor, readWholeLora } from "../adapter-layers.js";
import { type CliContext, print, printJson } from "../cli-context.js";
import { formatBytes } from "../format.js";
import { addModelOptions, type ModelOptions, openModel } from "../model-options.js";
import { findAdapter } from "../open-base.js";
import { createProgress, type Progress } from "../progress.js";
import { storedTypes } from "../stored-types.js";

const forms = ["diffusers", "single-file", "kohya", "comfyui"] as const;
interface ConvertFlags extends ModelOptions {
  readonly json?: boolean;
  readonly to: (typeof forms)[number];
  readonly dtype?: keyof typeof storedTypes;
  readonly base?: string;
  readonly tokenizer?: string;
  readonly force?: boolean;
}

/** Adds the command. */
export function addConvertCommand(program: Command, context: CliContext): void {
  const { text } = context;
  const { convert: own } = text;
  const command = program
    .command("convert")
    .description(own.description)
    .argument("<in>", own.input)
    .argument("<out>", own.output)
    .addOption(new Option("--to <form>", own.to).choices(forms).makeOptionMandatory())
    .addOption(new Option("--dtype <type>", own.dtype).choices(Object.keys(storedTypes)))
    .option("--base <model>", own.base);
  addModelOptions(command, text)
    .option("--tokenizer <folder>", text.base.tokenizer)
    .option("--force", own.force)
    .option("--json", text.program.json)
    .addHelpText("after", own.more)
    .action((input: string, output: string, flags: ConvertFlags) =>
      convert({ context, input, output, flags }),
    );
}

interface Conversion {
  readonly context: CliContext;
  readonly input: string;
  readonly output: string;
  readonly flags: ConvertFlags;
}

async function convert(given: Conversion): Promise<void> {
  const { context, flags } = given;
  const { files, text } = context;
  const progress = createProgress(context, { json: flags.json === true });
  try {
    const { path: input } = await findAdapter(context, given.input, progress);
    const conversion = { ...given, input };
    await requireFree(conversion);
    progress.update({ label: text.convert.working });
    const write = converters[await kindOf(context, input)];
    const path = await write(conversion, progress);
    progress.clear();
    const entry = await files.stat(path);
    const size = entry?.kind === "file" ? formatBytes(entry.sizeBytes) : undefined;
    if (flags.json) printJson(context, { type: "written", path });
    else print(context, size === undefined ? path : text.convert.wrote(path, size));
  } finally {
    progress.clear();
  }
}

/** Whether nothing but what systems leave stands in a folder. */
async function isEmpty(files: CliContext["files"], folder: string): Promise<boolean> {
  return (await files.list(folder)).every(({ name }) => isSystemFile(name));
}

async function requireFree({ context, input, output, flags }: Conversion): Promise<void> {
  const { files } = context;
  const normal = (path: string) => files.join(path);
  if (normal(input) === normal(output)) {
    throw new AtelierError(
      "config",
      said`${output}: expected another place than the input, got the same. A file cannot be replaced while it is read.`,
    );
  }
  const entry = await files.stat(output);
  const isEmptyFolder = entry?.kind === "folder" && (await isEmpty(files, output));
  if (entry === undefined || isEmptyFolder || flags.force === true) return;
  throw new AtelierError(
    "config",
    said`${output}: expected a new place, got one where something stands. Choose another, or give --force to replace it.`,
  );
}

/** What the input is; what cannot be read is left to the checkpoint's messages. */
async function kindOf({ files }: CliContext, path: string): Promise<keyof typeof converters> {
  const entry = await files.stat(path);
  if (entry?.kind === "folder") {
    if (await isLoraFolder(files, path)) return "lora";
    const names = (await files.list(path)).map(({ name }) => name);
    const isWord = names.some((name) => /^learned_embeds\.(safetensors|bin)$/.test(name));
    return isWord && !names.includes("model_index.json") ? "word" : "checkpoint";
  }
  const isKnown = /\.safetensors$/i.test(path) || isPytorchName(path);
  if (entry === undefined || !isKnown) return "checkpoint";
  const file = await openTensorFile(files, path);
  try {
    // A tensor of an adapter that has strayed into a checkpoint makes it no adapter.
    if (hasDenoiser(file.entries)) return "checkpoint";
    if (detectLoraFile(file.entries, file.metadata) !== undefined) return "lora";
    return detectEmbeddingFile(file.entries, file.metadata) === undefined ? "checkpoint" : "word";
  } finally {
    await file.close();
  }
}

async function convertCheckpoint(
  { context, input, output, flags }: Conversion,
  progress: Progress,
): Promise<string> {
  const { files, text } = context;
  const { to, tokenizer } = flags;
  if (to === "kohya" || to === "comfyui") {
    throw new AtelierError(
      "config",
      said`--to ${to}: expected diffusers or single-file for a checkpoint, got a LoRA's form. The input is a checkpoint.`,
    );
  }
  const checkpoint = await openModel(context, flags, { path: input, progress });
  try {
    const { unknownKeys } = checkpoint;
    if (unknownKeys.length > 0) {
      progress.warn(text.convert.unused(unknownKeys.length, unknownKeys.slice(0, 5).join(", ")));
    }
    const options = dtypeOption(flags);
    if (to === "single-file") {
      await writeSingleFile(files, checkpoint, { path: output, ...options });
    } else {
      await writeFolder(files, checkpoint, {
        folder: output,
        ...options,
        ...(tokenizer === undefined ? {} : { tokenizerFolder: tokenizer }),
      });
    }
    return output;
  } finally {
    await checkpoint.close();
  }
}

async function convertLora(
  { context, input, output, flags }: Conversion,
  progress: Progress,
): Promise<string> {
  const { files, text } = context;
  if (flags.to === "single-file") throw notAdapterForm(flags.to);
  const model = await layersFor(context, { input, flags, progress, option: "--base" });
  const { family, layers, metadata } = model;
  const lora = await readWholeLora(context, input, { model, progress });
  const options = dtypeOption(flags);
  if (flags.to !== "diffusers") {
    const title = lora.weights.metadata.get("modelspec.title") ?? stemOf(output);
    // What the LoRA says itself counts more than what its base is.
    const isTold = toldByMetadata(lora.weights.metadata) !== undefined;
    await (flags.to === "comfyui" ? writeComfyLora : writeKohyaLora)(files, output, lora.weights, {
      family,
      layers,
      predictionType: flags.predictionType ?? (isTold ? undefined : model.predictionType),
      title,
      metadata,
      ...options,
    });
    return output;
  }
  for (const { token } of lora.weights.words ?? []) {
    progress.warn(text.convert.wordLeftOut(token));
  }
  if (!isDiffusersLora(lora.weights)) {
    // LoHa and LoKr are PEFT's, which has a folder for each part of the pipeline.
    const [first = output] = await writePeftAdapter(files, output, lora.weights, options);
    return first;
  }
  // diffusers looks for one name in a folder; a path that names a file is taken as it is.
  const isFile = /\.safetensors$/i.test(output);
  const path = isFile ? output : files.join(output, DIFFUSERS_LORA_NAME);
  await writeDiffusersLora(files, path, lora.weights, options);
  return path;
}

/** A word in the form of A1111 and ComfyUI, or of diffusers, which has a file for each text encoder. */
async function convertWord(
  { context, input, output, flags }: Conversion,
  progress: Progress,
): Promise<string> {
  const { files } = context;
  if (flags.to === "single-file") throw notAdapterForm(flags.to);
  const { embedding, notes } = await readEmbedding(files, input);
  progress.tell(notes);
  const options = dtypeOption(flags);
  if (flags.to !== "diffusers") {
    await writeWebuiEmbedding(files, output, embedding, options);
    return output;
  }
  const encoders = [...embedding.vectors.keys()];
  const isFile = /\.(safetensors|bin)$/i.test(output);
  if (isFile && encoders.length > 1) {
    throw new AtelierError(
      "config",
      "--to diffusers: expected a folder for a word of two text encoders, which has a file for each there, got the name of a file. Name a folder.",
    );
  }
  for (const encoder of encoders) {
    const path = isFile ? output : files.join(output, DIFFUSERS_EMBEDDING_NAMES[encoder]);
    await writeDiffusersEmbedding(files, path, embedding, { encoder, ...options });
  }
  return output;
}

const converters = { checkpoint: convertCheckpoint, lora: convertLora, word: convertWord } as const;

function notAdapterForm(to: string): AtelierError {
  return new AtelierError(
    "config",
    said`--to ${to}: expected kohya, comfyui or diffusers for a LoRA or a word, got a checkpoint's form. The input is no checkpoint.`,
  );
}

function dtypeOption({ dtype }: ConvertFlags): { readonly dtype?: StoredFloat } {
  return dtype === undefined ? {} : { dtype: storedTypes[dtype] };
}

function stemOf(path: string): string {
  return (path.split(/[\\/]/).at(-1) ?? path).replace(/\.(safetensors|pt|bin)$/i, "");
}
