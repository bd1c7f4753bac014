/** @file The names that components' tensors have in diffusers folders of any age, as key rules. */

import type { ComponentName } from "../../core/component-name.js";
import type { KeyRule } from "./key-rules.js";
import { diffusersVaeRules, huggingFaceClipRules } from "./ldm-rules.js";
import { t5Rules } from "./t5-rules.js";

/** The rules for a component's files; none where names are the model's own. */
export function folderRules(
  component: ComponentName,
  names: Iterable<string>,
): readonly KeyRule[] | undefined {
  switch (component) {
    case "unet":
    case "transformer":
      return undefined;
    case "vae":
      return diffusersVaeRules();
    case "text_encoder":
    case "text_encoder_2":
    case "text_encoder_3": {
      const own = [...names];
      if (own.includes("shared.weight")) return t5Rules;
      // With or without `text_model.`, as versions of transformers differ.
      const isBare = !own.some((name) => name.startsWith("text_model."));
      return huggingFaceClipRules({ isBare });
    }
    default:
      return component satisfies never;
  }
}
