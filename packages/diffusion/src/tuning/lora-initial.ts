/**
 * @file First values of an adapter's parts, number by number those of PEFT after
 * `torch.manual_seed(seed)` and `add_adapter`. PEFT visits layers in the order in which diffusers
 * and transformers register them.
 */

import {
  createTorchGenerator,
  type FloatTensor,
  floatTensor,
  type Shape,
  sizeOf,
} from "@atelier/engine";
import type { MethodName, Parts } from "../core/adapter-parts.js";
import { adaptedComponents } from "../core/component-name.js";
import type { AdapterInit, Draw } from "./methods/adapter-method.js";
import { adapterMethods } from "./methods/methods.js";

/** A layer to be adapted. */
export interface LoraSlot {
  /** Component and path: `unet.mid_block.….to_q`. */
  readonly module: string;
  readonly weightShape: Shape;
  readonly method: MethodName;
  /** Of the adapter's parts. */
  readonly shapes: Parts<Shape>;
  readonly rank: number;
  /** The scale is alpha / rank. */
  readonly alpha: number;
}

/** Reads the weight of a layer. */
export type WeightReader = (slot: Pick<LoraSlot, "module" | "weightShape">) => Promise<FloatTensor>;

/** What first values depend on. */
export interface InitialLoraOptions {
  /** The method's own by default. */
  readonly init?: AdapterInit | undefined;
  readonly seed: number;
  /** The weight of a layer; only read by methods that start from it. */
  readonly weightOf?: WeightReader;
}

/** Parts by module. The adapters change nothing yet. */
export async function initialLora(
  slots: readonly Omit<LoraSlot, "rank" | "alpha">[],
  { init, seed, weightOf }: InitialLoraOptions,
): Promise<Map<string, Parts<FloatTensor>>> {
  const draw = drawFrom(seed);
  const parts = new Map<string, Parts<FloatTensor>>();
  for (const slot of inRegistrationOrder(slots)) {
    const { start, inits, startsFromWeight } = adapterMethods[slot.method];
    const weight = startsFromWeight ? await weightOf?.(slot) : undefined;
    parts.set(slot.module, start(slot.shapes, { draw, init: init ?? inits[0], weight }));
  }
  return parts;
}

function drawFrom(seed: number): Draw {
  const generator = createTorchGenerator(seed);
  return {
    kaiming(shape) {
      const bound = 1 / Math.sqrt(sizeOf(shape.slice(1)));
      return floatTensor(generator.uniform(sizeOf(shape), -bound, bound), shape);
    },
    normal(shape, deviation) {
      const factor = Math.fround(deviation);
      const values = generator.randn(sizeOf(shape));
      for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) * factor;
      return floatTensor(values, shape);
    },
    zeros: (shape) => floatTensor(new Float32Array(sizeOf(shape)), shape),
  };
}

/**
 * Parts of paths in the order in which their modules are registered. Only parts that can stand side
 * by side are compared, so one list serves all models.
 */
const registrationOrder: readonly string[] = [
  adaptedComponents,
  ["conv_in", "time_embedding", "add_embedding", "linear_1", "linear_2"],
  ["down_blocks", "up_blocks", "mid_block", "conv_out"],
  ["attentions", "proj_in", "transformer_blocks", "attn1", "attn2", "to_q", "to_k", "to_v"],
  ["to_out", "ff", "net", "proj_out"],
  ["resnets", "conv1", "time_emb_proj", "conv2", "conv_shortcut", "downsamplers", "upsamplers"],
  ["text_model", "self_attn", "k_proj", "v_proj", "q_proj", "out_proj", "mlp", "fc1", "fc2"],
].flat();

function inRegistrationOrder<T extends { readonly module: string }>(slots: readonly T[]): T[] {
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
