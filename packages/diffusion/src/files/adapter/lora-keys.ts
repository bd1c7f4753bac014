/**
 * @file The names under which adapter files keep their tensors: one table per meaning of a key's
 * ending. Sources: kohya sd-scripts, diffusers, PEFT, LyCORIS, ComfyUI.
 */

import type { MethodName, PartName } from "../../core/adapter-parts.js";

/** Adapter families that are recognised but cannot be read. */
export type UnsupportedKind =
  | "LoHa with a Tucker core"
  | "LoKr with a Tucker core"
  | "LoCon with a Tucker core"
  | "LoRA with biases"
  | "OFT"
  | "GLoRA"
  | "IA3"
  | "full difference";

/** How a file spells its factors. */
export type KeyStyle = "kohya" | "peft" | "diffusers" | "attn-processor" | "any";

/** A key taken apart; `part` is missing when the ending belongs to another kind of adapter. */
export interface LoraKey {
  /** Everything before the ending, still in the file's own naming. */
  readonly module: string;
  readonly style: KeyStyle;
  readonly part?: PartName | "alpha";
  /** Whose factor it is. Alpha and magnitude are of any method; a LoRA with a magnitude is a DoRA. */
  readonly method?: MethodName;
  readonly unsupported?: UnsupportedKind;
}

type LowRankPart = "down" | "up" | "magnitude" | "alpha";

const lowRankEndings: readonly (readonly [ending: string, part: LowRankPart, style: KeyStyle])[] = [
  [".lora_down.weight", "down", "kohya"],
  [".lora_up.weight", "up", "kohya"],
  [".lora_A.weight", "down", "peft"],
  [".lora_B.weight", "up", "peft"],
  [".lora.down.weight", "down", "diffusers"],
  [".lora.up.weight", "up", "diffusers"],
  [".lora_linear_layer.down.weight", "down", "diffusers"],
  [".lora_linear_layer.up.weight", "up", "diffusers"],
  ["_lora.down.weight", "down", "attn-processor"],
  ["_lora.up.weight", "up", "attn-processor"],
  [".dora_scale", "magnitude", "kohya"],
  [".lora_magnitude_vector", "magnitude", "any"],
  [".lora_magnitude_vector.weight", "magnitude", "any"],
  [".magnitude", "magnitude", "any"],
  [".alpha", "alpha", "any"],
];

const unsupportedEndings: readonly (readonly [pattern: RegExp, kind: UnsupportedKind])[] = [
  [/\.hada_t[12]$/, "LoHa with a Tucker core"],
  [/\.lokr_t[12]$/, "LoKr with a Tucker core"],
  [/\.lora_mid\.weight$/, "LoCon with a Tucker core"],
  [/\.lora_B\.bias$|\.lora_up\.bias$/, "LoRA with biases"],
  [/\.oft_(?:blocks|diag|R(?:\.weight)?)$/, "OFT"],
  [/\.(?:[ab][12]|bm)\.weight$/, "GLoRA"],
  [/\.on_input$/, "IA3"],
  [/\.(?:diff|diff_b|w_norm|b_norm|set_weight)$/, "full difference"],
];

/**
 * The name of an adapter, which PEFT has in the keys of a model's own state and `save_pretrained` leaves out:
 * `lora_A.default.weight`, `lora_magnitude_vector.default`, `hada_w1_a.default`.
 */
const adapterName =
  /\.(lora_[AB]|lora_magnitude_vector|hada_w[12]_[ab]|lokr_w[12](?:_[ab])?)\.(?!weight$|bias$)[^.]+(\.weight|\.bias)?$/;

/** Tensors that slider tools keep beside an adapter and that nothing reads. */
export function isBookkeeping(key: string): boolean {
  return key.startsWith("_aux.");
}

/** Takes a key apart; `undefined` when it is no key of any known adapter. */
export function parseLoraKey(named: string): LoraKey | undefined {
  const key = named.replace(adapterName, ".$1$2");
  for (const [ending, part, style] of lowRankEndings) {
    if (!key.endsWith(ending)) continue;
    const stem = key.slice(0, -ending.length);
    const module = style === "attn-processor" ? withoutProcessor(stem) : stem;
    return { module, part, style, ...(part === "down" || part === "up" ? { method: "lora" } : {}) };
  }
  const product = parseProductKey(key);
  if (product !== undefined) return product;
  for (const [pattern, unsupported] of unsupportedEndings) {
    const at = key.search(pattern);
    if (at > 0) return { module: key.slice(0, at), unsupported, style: "any" };
  }
  return undefined;
}

/** LoHa and LoKr are spelled alike everywhere; what differs is the module's name before. */
function parseProductKey(key: string): LoraKey | undefined {
  const match = /^(.+)\.(?:hada_(w[12]_[ab])|lokr_(w[12](?:_[ab])?))$/.exec(key);
  if (match === null) return undefined;
  const [, module = "", loha, lokr = ""] = match;
  return {
    module,
    // The patterns above let only names of parts through.
    part: (loha ?? lokr) as PartName,
    method: loha === undefined ? "lokr" : "loha",
    style: module.includes(".") ? "peft" : "kohya",
  };
}

/**
 * `…attn1.processor.to_out` of the first LoRA files names the module `…attn1.to_out.0`, and
 * `…self_attn.to_q` in a text encoder `…self_attn.q_proj`.
 */
function withoutProcessor(stem: string): string {
  const text = /^(.+\.self_attn)\.to_(q|k|v|out)$/.exec(stem);
  if (text !== null) return `${text[1]}.${text[2]}_proj`;
  return stem.replace(".processor.", ".").replace(/\.to_out$/, ".to_out.0");
}
