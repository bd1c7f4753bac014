/** @file The `data` section of the training config: folders, captions, sizes, buckets. */

import { type Sentence, said } from "@atelier/engine";
import { z } from "zod";
import { fieldText } from "../events/messages.js";
import { problemAt } from "./config-problem.js";
import type { DataConfig, FolderConfig } from "./train-config.js";

const text = z.string().min(1);
const extent = z.int().min(8).max(8192);
const repeats = z.number().gt(0).max(10_000);
const weight = z.number().positive().max(1000);

/** A path alone means the settings of the first folder. */
const furtherFolder = z.union([
  text.transform((folder) => ({ folder })),
  z.strictObject({
    folder: text,
    prompt: z.string().optional(),
    captions: z.enum(["auto", "prompt"]).optional(),
    repeats: repeats.optional(),
    flip: z.boolean().optional(),
    lossWeight: weight.optional(),
  }),
]);

const bucketsSection = z.strictObject({
  use: z.boolean().default(false).describe(fieldText["data.buckets.use"]),
  step: z.int().min(8).max(1024).optional().describe(fieldText["data.buckets.step"]),
  maxAspect: z.number().min(1).max(16).default(2).describe(fieldText["data.buckets.maxAspect"]),
  upscale: z.boolean().default(false).describe(fieldText["data.buckets.upscale"]),
});

const masksSection = z
  .strictObject({
    source: z
      .enum(["none", "alpha", "folder"])
      .default("none")
      .describe(fieldText["data.masks.source"]),
    folder: text.optional().describe(fieldText["data.masks.folder"]),
    unmaskedWeight: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe(fieldText["data.masks.unmaskedWeight"]),
  })
  .superRefine(({ source, folder, unmaskedWeight }, context) => {
    const refuse = (field: string, sentence: Sentence) =>
      context.addIssue(problemAt([field], sentence));
    if (source === "folder" && folder === undefined) {
      refuse(
        "folder",
        said`expected the folder of the masks because their source is folder, got none`,
      );
    }
    if (source !== "folder" && folder !== undefined) {
      refuse("folder", said`expected none with the source ${source}, got one`);
    }
    if (source === "none" && unmaskedWeight !== 0) {
      refuse("unmaskedWeight", said`expected none where nothing is masked, got ${unmaskedWeight}`);
    }
  });

/** Checks the pictures' settings, and that they go together. */
export const dataSection: z.ZodType<DataConfig> = z
  .strictObject({
    folder: text.describe(fieldText["data.folder"]),
    folders: z.array(furtherFolder).max(1000).default([]).describe(fieldText["data.folders"]),
    prompt: z.string().optional().describe(fieldText["data.prompt"]),
    captions: z.enum(["auto", "prompt"]).default("auto").describe(fieldText["data.captions"]),
    captionDropout: z.number().min(0).max(1).default(0).describe(fieldText["data.captionDropout"]),
    wildcards: z.boolean().default(false).describe(fieldText["data.wildcards"]),
    shuffleTags: z.boolean().default(false).describe(fieldText["data.shuffleTags"]),
    keepTags: z.int().min(0).max(1000).default(0).describe(fieldText["data.keepTags"]),
    tagDropout: z.number().min(0).max(1).default(0).describe(fieldText["data.tagDropout"]),
    tagSeparator: text.default(",").describe(fieldText["data.tagSeparator"]),
    width: extent.optional().describe(fieldText["data.width"]),
    height: extent.optional().describe(fieldText["data.height"]),
    buckets: bucketsSection.prefault({}).describe(fieldText["data.buckets"]),
    masks: masksSection.prefault({}).describe(fieldText["data.masks"]),
    crop: z.enum(["center", "random"]).default("center").describe(fieldText["data.crop"]),
    flip: z.boolean().default(false).describe(fieldText["data.flip"]),
    repeats: repeats.default(1).describe(fieldText["data.repeats"]),
    filter: z
      .enum(["lanczos", "bicubic", "bilinear"])
      .default("lanczos")
      .describe(fieldText["data.filter"]),
    animated: z
      .enum(["refuse", "first-frame"])
      .default("refuse")
      .describe(fieldText["data.animated"]),
    minSidePixels: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .default(16)
      .describe(fieldText["data.minSidePixels"]),
  })
  .superRefine((data, context) => {
    for (const [index, folder] of [data, ...data.folders].entries()) {
      const { captions, prompt } = folderSettings(data, folder);
      if (captions === "auto" || prompt !== undefined) continue;
      const where = index === 0 ? "data.captions" : `data.folders.${index - 1}`;
      const path = index === 0 ? ["prompt"] : ["folders", index - 1];
      const sentence = said`expected a prompt because ${where} is prompt, got none`;
      context.addIssue(problemAt(path, sentence));
    }
    if (data.keepTags > 0 && !data.shuffleTags && data.tagDropout === 0) {
      const sentence = said`expected 0 where tags are neither shuffled nor dropped, got ${data.keepTags}`;
      context.addIssue(problemAt(["keepTags"], sentence));
    }
  });

/** A folder's settings, all of them. */
export interface FolderSettings extends Pick<DataConfig, "folder" | "prompt" | "captions"> {
  readonly repeats: number;
  readonly flip: boolean;
  readonly lossWeight: number;
}

/** A folder's settings, with those of the first folder where it has none of its own. */
export function folderSettings(
  data: Pick<DataConfig, "prompt" | "captions" | "repeats" | "flip">,
  { folder, prompt, captions, repeats: times, flip, lossWeight = 1 }: FolderConfig,
): FolderSettings {
  return {
    folder,
    prompt: prompt ?? data.prompt,
    captions: captions ?? data.captions,
    repeats: times ?? data.repeats,
    flip: flip ?? data.flip,
    lossWeight,
  };
}
