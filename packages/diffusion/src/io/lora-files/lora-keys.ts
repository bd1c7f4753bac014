/**
 * @file The names under which adapter files keep their tensors: one table per meaning of a key's
 * ending. Sources: kohya sd-scripts, diffusers, PEFT, LyCORIS, ComfyUI.
 */

/** Adapter families that are recognised but cannot be read. */
export type UnsupportedKind =
  | "DoRA"
  | "LoHa"
  | "LoKr"
  | "LoCon with a Tucker core"
  | "LoRA with biases"
  | "OFT"
  | "GLoRA"
  | "IA3"
  | "full difference";

/** What the tensors of a plain LoRA are. */
export type LoraPart = "down" | "up" | "alpha";

/** How a file spells its factors. */
export type KeyStyle = "kohya" | "peft" | "diffusers" | "attn-processor" | "any";

/** A key taken apart; `part` is missing when the ending belongs to another kind of adapter. */
export interface LoraKey {
  /** Everything before the ending, still in the file's own naming. */
  readonly module: string;
  readonly style: KeyStyle;
  readonly part?: LoraPart;
  readonly unsupported?: UnsupportedKind;
}

const partEndings: readonly (readonly [ending: string, part: LoraPart, style: KeyStyle])[] = [
  [".lora_down.weight", "down", "kohya"],
  [".lora_up.weight", "up", "kohya"],
  [".lora_A.weight", "down", "peft"],
  [".lora_B.weight", "up", "peft"],
  [".lora_A.default.weight", "down", "peft"],
  [".lora_B.default.weight", "up", "peft"],
  [".lora.down.weight", "down", "diffusers"],
  [".lora.up.weight", "up", "diffusers"],
  [".lora_linear_layer.down.weight", "down", "diffusers"],
  [".lora_linear_layer.up.weight", "up", "diffusers"],
  ["_lora.down.weight", "down", "attn-processor"],
  ["_lora.up.weight", "up", "attn-processor"],
  [".alpha", "alpha", "any"],
];

const unsupportedEndings: readonly (readonly [pattern: RegExp, kind: UnsupportedKind])[] = [
  [/\.dora_scale$|\.lora_magnitude_vector(?:\.weight|\.default\.weight)?$/, "DoRA"],
  [/\.hada_[wt][12](?:_[ab])?$/, "LoHa"],
  [/\.lokr_[wt][12](?:_[ab])?$/, "LoKr"],
  [/\.lora_mid\.weight$/, "LoCon with a Tucker core"],
  [/\.lora_B\.bias$|\.lora_up\.bias$/, "LoRA with biases"],
  [/\.oft_(?:blocks|diag|R(?:\.weight)?)$/, "OFT"],
  [/\.(?:[ab][12]|bm)\.weight$/, "GLoRA"],
  [/\.on_input$/, "IA3"],
  [/\.(?:diff|diff_b|w_norm|b_norm|set_weight)$/, "full difference"],
];

/** Takes a key apart; `undefined` when it is no key of any known adapter. */
export function parseLoraKey(key: string): LoraKey | undefined {
  for (const [ending, part, style] of partEndings) {
    if (!key.endsWith(ending)) continue;
    const stem = key.slice(0, -ending.length);
    return { module: style === "attn-processor" ? withoutProcessor(stem) : stem, part, style };
  }
  for (const [pattern, unsupported] of unsupportedEndings) {
    const at = key.search(pattern);
    if (at > 0) return { module: key.slice(0, at), unsupported, style: "any" };
  }
  return undefined;
}

/** `…attn1.processor.to_out` of the first LoRA files names the module `…attn1.to_out.0`. */
function withoutProcessor(stem: string): string {
  return stem.replace(".processor.", ".").replace(/\.to_out$/, ".to_out.0");
}
