/** @file Names of a T5 encoder in files: the model's own. Older ones hold its table of tokens twice. */

import type { KeyRule } from "./key-rules.js";

const modules = ["shared", "encoder.block", "encoder.final_layer_norm"];

/** The rules, the same for folders and single files. */
export const t5Rules: readonly KeyRule[] = modules.map((name) => ({ model: name, file: name }));
