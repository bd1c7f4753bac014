/** @file Writes what was trained as a folder that diffusers loads, in 16 bits, with the judge beside it. */

import {
  type ConfigObject,
  generationConfigName,
  trainingConfigName,
  writeGenerationConfig,
} from "@atelier/diffusion/core";
import { tensorSource, writeSafetensors } from "@atelier/diffusion/files";
import {
  writeClipTextConfig,
  writePictureEncoderConfig,
  writeUNetConfig,
  writeVaeConfig,
} from "@atelier/diffusion/models";
import { AtelierError, type FileStore, said } from "@atelier/engine";
import { writeChecksums } from "../embedded/checksums.js";
import { trainingConfig } from "../embedded/training-config.js";
import { generationConfig, type ModelConfigs, type ModelName, schedulerConfig } from "./models.js";
import type { NamedWeights } from "./recipe.js";
import { type TextVocabulary, tokenizerFiles } from "./text-vocabulary.js";
import { type TrainingRecord, trainingRecordName } from "./training-record.js";

/** Everything that is shipped. */
export interface TrainedModels {
  /** With the measured scaling factor. */
  readonly configs: ModelConfigs;
  readonly vocabulary: TextVocabulary;
  readonly vae: NamedWeights;
  /** Text encoder and judge. */
  readonly clip: NamedWeights;
  readonly unet: NamedWeights;
  /** Of the instance judge; previews of a training do without. */
  readonly instance?: NamedWeights;
  /** How far each was trained. */
  readonly training: TrainingRecord;
}

const diffusersFile = "diffusion_pytorch_model.safetensors";
const transformersFile = "model.safetensors";

/** The files of each model's weights below an exported folder. */
export const weightFiles: Readonly<Record<ModelName, readonly (readonly string[])[]>> = {
  vae: [["vae", diffusersFile]],
  clip: [
    ["text_encoder", transformersFile],
    ["judge", transformersFile],
  ],
  unet: [["unet", diffusersFile]],
  instance: [["instance_judge", transformersFile]],
};

/**
 * Writes the models into a folder; model_index.json comes last, so that a folder that was cut off is
 * no model, and after it the checksums of all files.
 * @throws AtelierError `file`, `training` when weights are missing.
 */
export async function writeModel(
  files: FileStore,
  folder: string,
  { configs, vocabulary, vae, clip, unet, instance, training }: TrainedModels,
): Promise<void> {
  const at = (...names: string[]): string => files.join(folder, ...names);
  const isText = (name: string): boolean => name.startsWith("text_model.");
  const write = async (component: string, { file, config, weights }: Component): Promise<void> => {
    if (weights.size === 0) {
      throw new AtelierError(
        "training",
        said`write model: expected weights of ${component}, got none.`,
      );
    }
    const tensors = [...weights].map(([name, tensor]) =>
      tensorSource(name, tensor, { dtype: "F16" }),
    );
    await writeSafetensors(files, at(component, file), tensors, {
      metadata: new Map([["format", "pt"]]),
    });
    await writeText(files, at(component, "config.json"), toJson(config));
  };
  for (const [name, text] of tokenizerFiles(vocabulary)) {
    await writeText(files, at("tokenizer", name), text);
  }
  await write("vae", { file: diffusersFile, config: writeVaeConfig(configs.vae), weights: vae });
  await write("unet", {
    file: diffusersFile,
    config: writeUNetConfig(configs.unet),
    weights: unet,
  });
  await write("text_encoder", {
    file: transformersFile,
    config: writeClipTextConfig(configs.text),
    weights: select(clip, isText),
  });
  await write("judge", {
    file: transformersFile,
    config: writePictureEncoderConfig(configs.image),
    weights: select(clip, (name) => !isText(name)),
  });
  if (instance !== undefined) {
    await write("instance_judge", {
      file: transformersFile,
      config: writePictureEncoderConfig(configs.instance),
      weights: instance,
    });
  }
  await writeText(files, at("scheduler", "scheduler_config.json"), toJson(schedulerConfig));
  await writeText(files, at(generationConfigName), toJson(writeGenerationConfig(generationConfig)));
  await writeText(files, at(trainingConfigName), toJson(trainingConfig));
  await writeText(files, at(trainingRecordName), toJson({ ...training }));
  await writeText(files, at("model_index.json"), toJson(modelIndex));
  await writeChecksums(files, folder);
}

interface Component {
  readonly file: string;
  readonly config: ConfigObject;
  readonly weights: NamedWeights;
}

const modelIndex: ConfigObject = {
  _class_name: "StableDiffusionPipeline",
  requires_safety_checker: false,
  safety_checker: [null, null],
  feature_extractor: [null, null],
  image_encoder: [null, null],
  scheduler: ["diffusers", schedulerConfig["_class_name"]],
  text_encoder: ["transformers", "CLIPTextModel"],
  tokenizer: ["transformers", "CLIPTokenizer"],
  unet: ["diffusers", "UNet2DConditionModel"],
  vae: ["diffusers", "AutoencoderKL"],
};

function select(weights: NamedWeights, accepts: (name: string) => boolean): NamedWeights {
  return new Map([...weights].filter(([name]) => accepts(name)));
}

const toJson = (value: ConfigObject): string => `${JSON.stringify(value, undefined, 2)}\n`;

async function writeText(files: FileStore, path: string, text: string): Promise<void> {
  await files.write(path, [new TextEncoder().encode(text)]);
}
