/**
 * @file The networks of sd-scripts for transformers (`create_network` of `networks/lora_flux.py` and
 * `lora_sd3.py`): every linear layer of the blocks, or of some of them. Query, key and value, which are one layer
 * there unless `split_qkv` says otherwise, are three here.
 */

import { said } from "@atelier/engine";
import { blocksOf, type FlowFamily } from "./flow-family.js";
import { type Arguments, leaveArgument, take } from "./network-arguments.js";
import type { Translation } from "./translation.js";
import { isOff } from "./values.js";

/** Arguments that choose among blocks of one kind, and what these are called here. */
const choices: Readonly<Record<FlowFamily, readonly (readonly [string, string, string?])[]>> = {
  flux: [
    ["train_double_block_indices", "transformer_blocks", "double"],
    ["train_single_block_indices", "single_transformer_blocks", "single"],
  ],
  sd3: [["train_block_indices", "transformer_blocks"]],
};

/** Ranks of single kinds of layers. */
const kindsOfLayers =
  /^(img|txt|x|context)_(attn|mlp|mod)_dim$|^single(_mod)?_dim$|^(in|emb)_dims$/;

/** The layers of a network. */
export function importFlowNetwork(
  family: FlowFamily,
  args: Arguments,
  translation: Translation,
): void {
  const kind = take(args, "train_blocks") ?? "all";
  const targets = choices[family].flatMap(([argument, blocks, name = kind]) => {
    // "none" is a choice here, unlike in other arguments.
    const chosen = args.get(argument) ?? "all";
    args.delete(argument);
    if (kind !== "all" && kind !== name) return [];
    const patterns = patternsOf(blocks, chosen);
    if (patterns !== undefined) return patterns;
    leaveArgument(translation, argument, chosen, said`expected all, none or numbers such as 0-3,7`);
    return [`${blocks}.*`];
  });
  if (targets.length === 0)
    translation.leave("network_args", kind, said`no block is left: all of them are adapted`);
  translation.set("lora.targets", targets.length === 0 ? [...blocksOf[family]] : targets);
  // Layers of a block learn apart from each other here in any case.
  args.delete("split_qkv");
  args.delete("verbose");
  for (const name of [...args.keys()].filter((one) => kindsOfLayers.test(one))) {
    const value = take(args, name);
    if (!isOff(value))
      leaveArgument(translation, name, value, said`see lora.rankPattern and lora.targets`);
  }
}

/** `0-3,7` as patterns of layers; `undefined` where it is no such list. */
function patternsOf(blocks: string, chosen: string): string[] | undefined {
  if (chosen === "all") return [`${blocks}.*`];
  if (chosen === "none" || chosen === "") return [];
  const patterns: string[] = [];
  for (const part of chosen.split(",")) {
    const [, first = "", last = first] = /^\s*(\d{1,3})\s*(?:-\s*(\d{1,3})\s*)?$/.exec(part) ?? [];
    if (first === "" || Number(last) < Number(first)) return undefined;
    for (let block = Number(first); block <= Number(last); block++)
      patterns.push(`${blocks}.${block}.*`);
  }
  return patterns;
}
