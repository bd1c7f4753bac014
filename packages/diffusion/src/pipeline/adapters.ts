/**
 * @file LoRA adapters on a pipeline: whether they fit it, and the overlays and values with which
 * they take part in a graph. Several adapters add up.
 */

import {
  AtelierError,
  formatShape,
  type HostTensor,
  type Overlay,
  sameShape,
} from "@atelier/engine";
import type { CheckpointFamily } from "../io/checkpoint/checkpoint.js";
import { type LoraWeights, splitModulePath } from "../io/lora-files/lora-weights.js";
import type { LayerInfo } from "../models/list-layers.js";
import {
  type LoraLayer,
  loraOverlay,
  loraParameterNames,
  loraShapes,
} from "../tuning/lora-overlay.js";

/** An adapter in use. */
export interface Adapter {
  /** How messages and picture parameters call it. */
  readonly name: string;
  readonly weights: LoraWeights;
  /** Factor of its changes: 1 by default, 0 for none, negative to subtract them. */
  readonly strength?: number;
}

/** What adapters are checked against. */
export interface AdapterBase {
  readonly family: CheckpointFamily;
  /** By component and path: `unet.mid_block.….to_q`. */
  readonly layers: ReadonlyMap<string, LayerInfo>;
}

/** The part that adapters take in one component's graph. */
export interface AppliedAdapters {
  /** Tells graphs with other adapted layers, ranks or strengths apart; "" without adapters. */
  readonly key: string;
  readonly overlay: Overlay;
  /** The factors, to be given at every run: other factors of the same form need no new graph. */
  readonly values: Readonly<Record<string, HostTensor>>;
}

/**
 * Checks that every module of every adapter stands in the model with the same shape.
 * @throws AtelierError `weights` that names the modules that do not fit and what would,
 *   `config` for a strength that is no number.
 */
export function requireAdapters(adapters: readonly Adapter[], base: AdapterBase): void {
  for (const { name, weights, strength = 1 } of adapters) {
    if (!Number.isFinite(strength)) {
      throw new AtelierError(
        "config",
        `adapter ${name}: expected a finite strength, got ${strength}. Use about 0 to 1.`,
      );
    }
    const problems = [...weights.modules].flatMap(([path, { down, up, rank }]) => {
      const layer = base.layers.get(path);
      if (layer === undefined) return [`${path}: the model has no such layer`];
      const shapes = loraShapes(layer.weightShape, rank);
      if (sameShape(down.shape, shapes.down) && sameShape(up.shape, shapes.up)) return [];
      return [
        `${path}: ${formatShape(shapes.down)} and ${formatShape(shapes.up)}, got ${formatShape(down.shape)} and ${formatShape(up.shape)}`,
      ];
    });
    if (problems.length > 0) throw misfit(name, problems, base);
  }
}

/** The overlays of adapters, in their order, on one component. Check them first. */
export function applyAdapters(
  adapters: readonly Adapter[],
  component: "unet" | "text_encoder",
): AppliedAdapters {
  const overlays: Overlay[] = [];
  const values: Record<string, HostTensor> = {};
  const forms: unknown[] = [];
  adapters.forEach(({ weights, strength = 1 }, index) => {
    const adapter = `adapter-${index}`;
    const layers = new Map<string, LoraLayer>();
    for (const [module, { down, up, rank, alpha }] of weights.modules) {
      const place = splitModulePath(module);
      if (place.component !== component || strength === 0) continue;
      layers.set(place.path, { rank, scale: (strength * alpha) / rank });
      const names = loraParameterNames(module, adapter);
      values[names.down] = down;
      values[names.up] = up;
    }
    if (layers.size === 0) return;
    forms.push([adapter, ...layers]);
    overlays.push(loraOverlay({ layers, component, adapter }));
  });
  return {
    key: forms.length === 0 ? "" : JSON.stringify(forms),
    overlay: (call) => overlays.reduce((y, overlay) => overlay({ ...call, y }), call.y),
    values,
  };
}

function misfit(name: string, problems: readonly string[], base: AdapterBase): AtelierError {
  const shown = problems.slice(0, 10).map((problem) => `  ${problem}`);
  if (problems.length > shown.length) shown.push(`  … and ${problems.length - shown.length} more`);
  return new AtelierError(
    "weights",
    `adapter ${name}: expected factors for the layers of this ${base.family} model, got ${problems.length} modules that do not fit:\n${shown.join("\n")}\nUse an adapter that was trained on ${base.family}.`,
    { context: { adapter: name, problems } },
  );
}
