/**
 * @file LoRA adapters on a pipeline: whether they fit it, and the overlays and values with which
 * they take part in a graph. Several adapters add up.
 */

import {
  AtelierError,
  type HostTensor,
  type Overlay,
  type Sentence,
  said,
  sentenceIn,
} from "@atelier/engine";
import { mapParts, partEntries } from "../core/adapter-parts.js";
import type { ComponentName } from "../core/component-name.js";
import { type LoraWeights, splitModulePath } from "../core/lora-weights.js";
import type { ModelFamily } from "../families/family.js";
import type { LayerInfo } from "../models/list-layers.js";
import { adapterMisfits, listMisfits } from "../tuning/adapter-fit.js";
import {
  type LoraLayer,
  type LoraOverlayOptions,
  loraOverlays,
  loraParameterNames,
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
  readonly family: Pick<ModelFamily, "id">;
  /** By component and path: `unet.mid_block.….to_q`. */
  readonly layers: ReadonlyMap<string, LayerInfo>;
}

/** The part that adapters take in one component's graph. */
export interface AppliedAdapters {
  /** Tells graphs with other adapted layers, ranks or strengths apart; "" without adapters. */
  readonly key: string;
  readonly overlay: Overlay;
  /** The factors, to be offered at every run: other factors of the same form need no new graph. */
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
        said`adapter ${name}: expected a finite strength, got ${strength}. Use about 0 to 1.`,
      );
    }
    const problems = adapterMisfits(weights, base.layers);
    if (problems.length > 0) throw misfit(name, problems, base);
  }
}

/** The overlays of adapters, in their order, on one component. Check them first. */
export function applyAdapters(
  adapters: readonly Adapter[],
  component: ComponentName,
): AppliedAdapters {
  const overlays: LoraOverlayOptions[] = [];
  const values: Record<string, HostTensor> = {};
  const forms: unknown[] = [];
  adapters.forEach(({ weights, strength = 1 }, index) => {
    const adapter = `adapter-${index}`;
    const layers = new Map<string, LoraLayer>();
    for (const [module, { method, parts, rank, alpha }] of weights.modules) {
      const place = splitModulePath(module);
      if (place.component !== component || strength === 0) continue;
      const shapes = mapParts(parts, ({ shape }) => shape);
      layers.set(place.path, { method, shapes, scale: alpha / rank, strength });
      const names = loraParameterNames(module, method, adapter);
      for (const [part, tensor] of partEntries(parts)) values[names[part] ?? part] = tensor;
    }
    if (layers.size === 0) return;
    forms.push([adapter, ...layers]);
    overlays.push({ layers, component, adapter });
  });
  return {
    key: forms.length === 0 ? "" : JSON.stringify(forms),
    overlay: loraOverlays(overlays),
    values,
  };
}

function misfit(name: string, problems: readonly Sentence[], base: AdapterBase): AtelierError {
  return new AtelierError(
    "weights",
    said`adapter ${name}: expected factors for the layers of this ${base.family.id} model, got ${problems.length} modules that do not fit:\n${listMisfits(problems)}\nUse an adapter that was trained on ${base.family.id}.`,
    { context: { adapter: name, problems: problems.map((problem) => sentenceIn(problem, {})) } },
  );
}
