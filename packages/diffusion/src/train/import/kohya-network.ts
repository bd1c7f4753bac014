/**
 * @file Networks of sd-scripts and LyCORIS and their `network_args`. Flags and algorithm do not depend on
 * each other or on their order, and what is off says nothing.
 *
 * Layers and defaults: `create_network` of `networks/lora.py` (linear layers and 1×1 convolutions of the
 * transformers; with `conv_dim` all of the residual blocks) and of LyCORIS' `kohya.py` (the preset's layers,
 * convolutions included, with the network's rank unless `conv_dim` says otherwise).
 */

import { AtelierError, type Sentence, said } from "@atelier/engine";
import { blocksOf, type FlowFamily } from "./flow-family.js";
import { importFlowNetwork } from "./kohya-flow-network.js";
import { type Arguments, argumentsOf, leaveArgument, take, takeFlag } from "./network-arguments.js";
import { noSuchNetwork, noTuckerCore, notANumber, t5IsRead } from "./reasons.js";
import { rule } from "./rules.js";
import type { Rule, Translation } from "./translation.js";
import { asNumber, asText, asWhole, isOff } from "./values.js";

const transformers = ["attention", "feed-forward", "projections"];
/** What sd-scripts' `conv_dim` adds. */
const residualBlocks = ["convolutions", "time_emb_proj"];

/** Layers of the UNet by LyCORIS' preset, and whether the text encoder is adapted. */
const presets: Readonly<Record<string, { targets: readonly string[]; text?: false }>> = {
  full: { targets: ["all"] },
  "full-lin": { targets: ["all-linear"] },
  "attn-mlp": { targets: ["attention", "feed-forward"] },
  "attn-only": { targets: ["attention"] },
  "unet-only": { targets: ["all"], text: false },
  "unet-transformer-only": { targets: ["attention", "feed-forward"], text: false },
  "unet-convblock-only": { targets: residualBlocks, text: false },
};

const lycorisMethods: Readonly<Record<string, string>> = {
  lora: "lora",
  locon: "lora",
  loha: "loha",
  lokr: "lokr",
};
const ownMethods: Readonly<Record<string, string>> = {
  "networks.lora": "lora",
  "networks.loha": "loha",
  "networks.lokr": "lokr",
};
const otherFamily = /^networks\.\w+_(lumina|hunyuan_image|anima)$/;

/** The family whose network a module is, where its name tells. */
export function flowFamilyOf(module: unknown): FlowFamily | undefined {
  const family = /^networks\.\w+_(flux|sd3)$/.exec(asText(module))?.[1];
  return family === "flux" || family === "sd3" ? family : undefined;
}

/** The network and all of its arguments. */
export const networkModule = (family: FlowFamily | undefined): Rule =>
  rule("`lora.method`, `lora.targets` (with `network_args`)", (value, translation, option) => {
    const module = asText(value);
    const other = otherFamily.exec(module)?.[1];
    if (other !== undefined) {
      throw new AtelierError(
        "config",
        said`import: expected settings for Stable Diffusion or FLUX.1, got a network for ${other} (network_module ${module}). Models of this family are not trained here.`,
      );
    }
    const args = argumentsOf(translation.setting("network_args"), translation);
    if (module === "lycoris.kohya") importLycoris(args, translation, family);
    else if (module === "locon.locon_kohya") {
      // LyCORIS' first form: convolutions have the network's rank and alpha unless they are told.
      for (const [name, option] of [
        ["conv_dim", "network_dim"],
        ["conv_alpha", "network_alpha"],
      ] as const) {
        if (!args.has(name)) args.set(name, asText(translation.setting(option)));
      }
      importOwn("lora", args, translation);
    } else {
      const method = ownMethods[module.replace(/_(flux|sd3)$/, "")];
      if (method === undefined) translation.leave(option, value, noSuchNetwork);
      if (family === undefined) importOwn(method ?? "lora", args, translation);
      else {
        translation.set("lora.method", method ?? "lora");
        importFlowNetwork(family, args, translation);
      }
    }
    importCommon(args, translation);
    for (const [name, argument] of args) {
      if (!isOff(argument) && !usualValues[name]?.includes(argument.toLowerCase()))
        leaveArgument(translation, name, argument, reasonOf[name] ?? said`no equivalent here`);
    }
  });

/** Arguments that mean nothing at these values. */
const usualValues: Readonly<Record<string, readonly string[]>> = {
  wd_on_output: ["true"],
  block_size: ["4", "1"],
  factor: ["-1"],
};

const byBlock = said`see lora.rankPattern and lora.alphaPattern for single layers`;
const oneRate = said`all layers of the UNet learn at one rate here`;
const unperturbed = said`weights are not perturbed`;
const reasonOf: Readonly<Record<string, Sentence>> = {
  block_dims: byBlock,
  block_alphas: byBlock,
  conv_block_dims: byBlock,
  conv_block_alphas: byBlock,
  down_lr_weight: oneRate,
  mid_lr_weight: oneRate,
  up_lr_weight: oneRate,
  train_norm: said`norms are not adapted`,
  use_tucker: noTuckerCore,
  use_cp: noTuckerCore,
  train_t5xxl: t5IsRead,
  ggpo_sigma: unperturbed,
  ggpo_beta: unperturbed,
  network_reg_dims: byBlock,
  network_reg_lrs: said`all layers of the transformer learn at one rate here`,
};

function importOwn(method: string, args: Arguments, translation: Translation): void {
  translation.set("lora.method", method);
  const [rank, alpha] = [asWhole(take(args, "conv_dim")), asNumber(take(args, "conv_alpha"))];
  const hasConvolutions = rank !== undefined && rank > 0;
  translation.set("lora.targets", [...transformers, ...(hasConvolutions ? residualBlocks : [])]);
  if (hasConvolutions) setConvolutions(["conv1", "conv2", "conv"], rank, alpha ?? 1, translation);
  if (method === "lokr") importFactor(args, translation);
}

function importLycoris(
  args: Arguments,
  translation: Translation,
  family: FlowFamily | undefined,
): void {
  const algorithm = (take(args, "algo") ?? "lora").toLowerCase();
  const method = lycorisMethods[algorithm];
  if (method === undefined)
    leaveArgument(translation, "algo", algorithm, said`no such algorithm here; lora is trained`);
  const [hasLengths, usesRoot] = [
    takeFlag(args, "dora_wd", translation),
    takeFlag(args, "rs_lora", translation),
  ];
  if (method === "lora" || method === undefined) {
    translation.set("lora.method", hasLengths ? "dora" : usesRoot ? "rslora" : "lora");
    if (hasLengths && usesRoot)
      leaveArgument(translation, "rs_lora", "True", said`dora's strength is alpha / rank here`);
  } else {
    translation.set("lora.method", method);
    if (hasLengths)
      leaveArgument(translation, "dora_wd", "True", said`${method} has no trained lengths here`);
    if (usesRoot)
      leaveArgument(translation, "rs_lora", "True", said`${method}'s strength is alpha / rank`);
  }
  const preset = take(args, "preset") ?? "full";
  const known = Object.hasOwn(presets, preset) ? presets[preset] : undefined;
  if (known === undefined)
    leaveArgument(translation, "preset", preset, said`not known here; all layers are adapted`);
  const { targets: ofUNet, text } = known ?? { targets: ["all"] };
  // Of a transformer its presets know whole blocks alone.
  const targets = family === undefined ? ofUNet : blocksOf[family];
  if (family !== undefined && preset !== "full" && known !== undefined)
    leaveArgument(translation, "preset", preset, said`all layers of the blocks are adapted`);
  translation.set("lora.targets", [...targets]);
  if (text === false) translation.set("textEncoder.train", false);
  const [rank, alpha] = [asWhole(take(args, "conv_dim")), asNumber(take(args, "conv_alpha"))];
  const main = asNumber(translation.setting("network_dim")) ?? 4;
  const mainAlpha = asNumber(translation.setting("network_alpha")) ?? 1;
  if (targets.includes("all") || targets.includes("convolutions")) {
    const patterns = ["conv1", "conv2", "conv"];
    if (targets.includes("all")) patterns.push("conv_in", "conv_out");
    setConvolutions(patterns, rank || main, alpha || mainAlpha, translation);
  }
  if (method === "lokr") importFactor(args, translation);
  else {
    args.delete("factor");
    args.delete("decompose_both");
  }
}

/** Rank and alpha of convolutions wider than one pixel, where they are not those of the other layers. */
function setConvolutions(
  patterns: readonly string[],
  rank: number,
  alpha: number,
  translation: Translation,
): void {
  const all = (value: number) => Object.fromEntries(patterns.map((name) => [name, value]));
  const main = asNumber(translation.setting("network_dim")) ?? 4;
  const mainAlpha = asNumber(translation.setting("network_alpha")) ?? 1;
  // Ranks above 4096 are those of no layer.
  if (rank !== main) translation.set("lora.rankPattern", all(Math.min(rank, 4096)));
  if (alpha !== mainAlpha) translation.set("lora.alphaPattern", all(alpha));
}

function importFactor(args: Arguments, translation: Translation): void {
  const factor = asWhole(take(args, "factor"));
  if (factor !== undefined && factor > 0) translation.set("lora.lokrFactor", factor);
  if (takeFlag(args, "decompose_both", translation))
    translation.set("lora.lokrDecomposeBoth", true);
}

function importCommon(args: Arguments, translation: Translation): void {
  for (const [name, path] of [
    ["dropout", "lora.dropout"],
    ["rank_dropout", "lora.rankDropout"],
    ["module_dropout", "lora.moduleDropout"],
  ] as const) {
    const value = take(args, name);
    const share = asNumber(value);
    if (share === undefined && value !== undefined)
      leaveArgument(translation, name, value, notANumber);
    else if (share !== undefined && share > 0)
      translation.set(path, share, { option: `network_args ${name}`, given: value });
  }
  const [both, unet, text] = [
    "loraplus_lr_ratio",
    "loraplus_unet_lr_ratio",
    "loraplus_text_encoder_lr_ratio",
  ].map((name) => asNumber(take(args, name)) || undefined);
  const unetRatio = unet ?? both;
  translation.set("lora.loraPlusRatio", unetRatio, {
    option: "network_args loraplus_lr_ratio",
    given: unetRatio,
  });
  const textRatio = text ?? both;
  if (textRatio !== unetRatio)
    leaveArgument(
      translation,
      "loraplus_text_encoder_lr_ratio",
      textRatio ?? "none",
      said`one ratio for both models here`,
    );
}
