/**
 * @file First values of a LoRA's factors, number by number those of PEFT after
 * `torch.manual_seed(seed)` and `add_adapter`. PEFT visits layers in the order in which diffusers
 * and transformers register them, and first draws PyTorch's default weights of both factors, which
 * it then overwrites.
 */

import {
  createTorchGenerator,
  type FloatTensor,
  floatTensor,
  type Shape,
  sizeOf,
} from "@atelier/engine";
import { loraShapes } from "./lora-overlay.js";

/** How the first factor starts; the second always starts with zeros. */
export type LoraInit = "gaussian" | "kaiming";

/** A layer to be adapted. */
export interface LoraSlot {
  /** Component and path: `unet.mid_block.….to_q`. */
  readonly module: string;
  readonly weightShape: Shape;
  readonly rank: number;
}

/** The two factors of a layer. */
export interface LoraFactors {
  readonly down: FloatTensor;
  readonly up: FloatTensor;
}

/**
 * Factors by module: `gaussian` draws the first from N(0, 1/rank²), `kaiming` from
 * U(−1/√fan-in, 1/√fan-in) (He et al. 2015 with a = √5, as PyTorch's linear layers).
 */
export function initialLora(
  slots: readonly LoraSlot[],
  { init, seed }: { readonly init: LoraInit; readonly seed: number },
): Map<string, LoraFactors> {
  const generator = createTorchGenerator(seed);
  const kaiming = (shape: Shape): Float32Array => {
    const bound = 1 / Math.sqrt(sizeOf(shape.slice(1)));
    return generator.uniform(sizeOf(shape), -bound, bound);
  };
  const factors = new Map<string, LoraFactors>();
  for (const { module, weightShape, rank } of inRegistrationOrder(slots)) {
    const { down, up } = loraShapes(weightShape, rank);
    kaiming(down);
    kaiming(up);
    const first =
      init === "kaiming"
        ? kaiming(down)
        : generator.randn(sizeOf(down)).map((value) => value * Math.fround(1 / rank));
    factors.set(module, {
      down: floatTensor(first, down),
      up: floatTensor(new Float32Array(sizeOf(up)), up),
    });
  }
  return factors;
}

/**
 * Parts of paths in the order in which their modules are registered. Only parts that can stand side
 * by side are compared, so one list serves all models.
 */
const registrationOrder: readonly string[] = [
  ["unet", "text_encoder", "text_encoder_2"],
  ["conv_in", "time_embedding", "add_embedding", "linear_1", "linear_2"],
  ["down_blocks", "up_blocks", "mid_block", "conv_out"],
  ["attentions", "proj_in", "transformer_blocks", "attn1", "attn2", "to_q", "to_k", "to_v"],
  ["to_out", "ff", "net", "proj_out"],
  ["resnets", "conv1", "time_emb_proj", "conv2", "conv_shortcut", "downsamplers", "upsamplers"],
  ["text_model", "self_attn", "k_proj", "v_proj", "q_proj", "out_proj", "mlp", "fc1", "fc2"],
].flat();

function inRegistrationOrder(slots: readonly LoraSlot[]): LoraSlot[] {
  return [...slots].sort((a, b) => {
    const [left, right] = [a.module.split("."), b.module.split(".")];
    const at = left.findIndex((part, index) => part !== right[index]);
    return placeOf(left[at]) - placeOf(right[at]);
  });
}

function placeOf(part: string | undefined): number {
  const number = Number(part);
  return Number.isInteger(number) ? number : registrationOrder.indexOf(part ?? "");
}
