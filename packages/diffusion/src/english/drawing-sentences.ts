/** @file What is said of settings and parts of prompts without effect. */

import { option } from "../core/option-words.js";
import type { SentencesOf, WarningParams } from "../core/warnings/warning.js";
import { listed } from "./list.js";

/** By code. */
export const drawingSentences: SentencesOf<"drawing"> = {
  "unknown-scheduler-fields": ({ fields }) =>
    `scheduler config: ${listed(fields)} ${fields.count === 1 ? "has" : "have"} no effect: no sampler here knows ${fields.count === 1 ? "it" : "them"}.`,
  "unused-eta": ({ eta, sampler }) =>
    `An eta of ${eta} has no effect with the sampler ${sampler}: only ddim reads it. Leave ${option("eta")} out, or draw with ${option("sampler", "ddim")}.`,
  "unused-negative-prompt": ({ guidanceScale }) =>
    `${option("negativePrompt")} has no effect with ${option("guidanceScale", guidanceScale)}. Guide by more than 1 to use it.`,
  "unused-guidance-rescale": ({ guidanceRescale, guidanceScale }) =>
    `${option("guidanceRescale", guidanceRescale)} has no effect with ${option("guidanceScale", guidanceScale)}. Guide by more than 1 to use it.`,
  "unused-sizes": ({ model }) => `sizes have no effect: ${model} is not told any. Leave them out.`,
  "unused-negative-sizes": () =>
    "negativeSizes have no effect without guidance. Guide by more than 1 to use them.",
  "unused-second-prompt": ({ model, options }) =>
    `${options.join(" and ")} ${options.length === 1 ? "has" : "have"} no effect: ${model} has one text encoder. Write all into the prompt.`,
  "unused-tag": ({ prompt, tag, ...meant }) =>
    `${option(prompt)}: ${tag} is no text and was left out: ${insteadOf(meant)}`,
  "unsupported-syntax": ({ prompt, typed }) =>
    `${option(prompt)}: ${typed} has no meaning here and is read as words. Prompts that change or are composed while a picture is drawn are not supported.`,
  "unused-embedding": ({ token, inside }) => {
    const found = inside === undefined ? "" : ` It does not count inside "${inside}".`;
    return `embedding ${token}: has no effect: no prompt holds its word within the length that the text encoder reads.${found} Write ${token} where it belongs.`;
  },
  "truncated-prompt": ({ prompt, cut, chunkTokens }) => {
    const advice =
      chunkTokens === undefined
        ? "Shorten it."
        : `Shorten it, or write BREAK where another ${chunkTokens} tokens may begin.`;
    return `${option(prompt)}: its end did not fit into the text encoder and has no effect: "${cut}". ${advice}`;
  },
};

function insteadOf({
  means,
  name,
  strength,
}: Pick<WarningParams<"unused-tag">, "means" | "name" | "strength">): string {
  switch (means) {
    case "hypernetwork":
      return "hypernetworks are not supported.";
    case "used-adapter":
      return `the adapter ${name} is in use with the strength ${strength ?? 1} that it was given beside the prompt.`;
    case "adapter-file": {
      const file = `${name}.safetensors${strength === undefined ? "" : `:${strength}`}`;
      return `a LoRA is given by its file, ${option("adapters", file)}.`;
    }
    default:
      return means satisfies never;
  }
}
