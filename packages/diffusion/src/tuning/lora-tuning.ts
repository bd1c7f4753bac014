/**
 * @file The LoRA family as a way of training: which layers are adapted and how, what the adapters
 * start with, and how trained parts become an adapter and an adapter the start of a training.
 */

import {
  AtelierError,
  type FloatTensor,
  formatShape,
  said,
  sameShape,
  sentenceIn,
  sizeOf,
} from "@atelier/engine";
import {
  mapParts,
  methodTitles,
  type Parts,
  partEntries,
  partOf,
  titleOf,
} from "../core/adapter-parts.js";
import type { AdaptedComponent } from "../core/component-name.js";
import { type LoraModule, type LoraWeights, splitModulePath } from "../core/lora-weights.js";
import type { DropShares } from "./drops.js";
import { type InitialLoraOptions, initialLora, type LoraSlot } from "./lora-initial.js";
import { type LoraLayer, loraOverlay, loraParameterNames } from "./lora-overlay.js";
import { type LoraSlotsOptions, loraSlots } from "./lora-slots.js";
import { adapterMethods } from "./methods/methods.js";
import type { Tuning } from "./tuning.js";

/** What an adapter is made of. */
export interface LoraTuningOptions extends LoraSlotsOptions {
  /** What training leaves out at random. */
  readonly drops?: DropShares;
}

/** An adapter to be trained. */
export interface LoraTuning extends Tuning {
  /** Adapted layers by component and path. */
  readonly slots: readonly LoraSlot[];
  /** First values by parameter name. */
  initial(start: InitialLoraOptions): Promise<Map<string, FloatTensor>>;
  /** The parameter names of parts by module. */
  named(parts: ReadonlyMap<string, Parts<FloatTensor>>): Map<string, FloatTensor>;
  /**
   * An adapter as first values.
   * @throws AtelierError `weights` unless it adapts exactly these layers in this way, with this rank
   *   and alpha.
   */
  valuesOf(where: string, weights: LoraWeights): Map<string, FloatTensor>;
  /** The adapter that parameter values make. @throws AtelierError `weights` when one is missing. */
  adapterOf(
    values: ReadonlyMap<string, FloatTensor>,
    metadata?: ReadonlyMap<string, string>,
  ): LoraWeights;
}

/** Plans an adapter. @throws AtelierError `config` for patterns that mean no layer. */
export function loraTuning({ drops = {}, ...options }: LoraTuningOptions): LoraTuning {
  const slots = loraSlots(options);
  const names = new Map(
    slots.map(({ module, method, shapes }) => {
      const all = loraParameterNames(module, method);
      return [module, mapParts(shapes, (_, part) => partOf(all, part))] as const;
    }),
  );
  const named: LoraTuning["named"] = (parts) =>
    new Map(
      [...parts].flatMap(([module, own]) =>
        partEntries(own).map(
          ([part, tensor]) => [partOf(names.get(module) ?? {}, part), tensor] as const,
        ),
      ),
    );
  return {
    slots,
    parameterNames: new Set(
      [...names.values()].flatMap((parts) => partEntries(parts).map(([, name]) => name)),
    ),
    parameterCount: slots.reduce((sum, slot) => sum + countOf(slot), 0),
    changes: (component) =>
      slots.some(({ module }) => splitModulePath(module).component === component),
    overlay(component, { drops: isTraining = true } = {}) {
      const layers = layersOf(slots, component, isTraining ? drops : {});
      return loraOverlay({ layers, component });
    },
    initial: async (start) => named(await initialLora(slots, start)),
    named,
    valuesOf(where, { modules }) {
      requireSameModules(where, slots, modules);
      return named(new Map([...modules].map(([module, { parts }]) => [module, parts])));
    },
    adapterOf(values, metadata = new Map()) {
      const modules = slots.map(({ module, method, alpha, rank }) => {
        const parts = mapParts(names.get(module) ?? {}, (name) => requireValue(values, name));
        return [module, { method, parts, alpha, rank }] as const;
      });
      return { modules: new Map(modules), metadata };
    },
  };
}

function countOf({ shapes }: LoraSlot): number {
  return partEntries(shapes).reduce((sum, [, shape]) => sum + sizeOf(shape), 0);
}

function layersOf(
  slots: readonly LoraSlot[],
  component: AdaptedComponent,
  drops: DropShares,
): Map<string, LoraLayer> {
  return new Map(
    slots.flatMap(({ module, method, shapes, alpha, rank }) => {
      const place = splitModulePath(module);
      if (place.component !== component) return [];
      return [[place.path, { method, shapes, scale: alpha / rank, drops }] as const];
    }),
  );
}

function requireValue(values: ReadonlyMap<string, FloatTensor>, name: string): FloatTensor {
  const value = values.get(name);
  if (value !== undefined) return value;
  throw new AtelierError(
    "weights",
    said`lora: expected a value of ${name}, got ${values.size} others. The state is of another run.`,
  );
}

function requireSameModules(
  where: string,
  slots: readonly LoraSlot[],
  modules: ReadonlyMap<string, LoraModule>,
): void {
  const problems = slots.flatMap((slot) => differenceOf(slot, modules.get(slot.module)));
  const wanted = new Set(slots.map(({ module }) => module));
  problems.push(
    ...[...modules.keys()]
      .filter((module) => !wanted.has(module))
      .map((module) => `${splitModulePath(module).path} is not adapted by this config`),
  );
  if (problems.length === 0) return;
  const shown = problems.slice(0, 8).map((problem) => `  ${problem}`);
  if (problems.length > shown.length) shown.push(`  … and ${problems.length - shown.length} more`);
  throw new AtelierError(
    "weights",
    said`${where}: expected the layers, method, rank and alpha of this config, got ${problems.length} differences:\n${shown.join("\n")}\nSet lora.method, lora.rank, lora.alpha and lora.targets to those of the adapter.`,
    { context: { problems } },
  );
}

/** What of a module is not as a slot has it: nothing or one problem. */
function differenceOf(slot: LoraSlot, found: LoraModule | undefined): string[] {
  const { module, method, shapes, rank, alpha } = slot;
  if (found === undefined) return [`no factors for ${module}`];
  if (found.method !== method) {
    const title = sentenceIn(said`${titleOf(found.method, found.parts)}`, {});
    return [`${module} is a ${title}, must be a ${methodTitles[method]}`];
  }
  const names = new Set(
    [...partEntries(shapes), ...partEntries(found.parts)].map(([part]) => part),
  );
  for (const part of names) {
    const [own, wanted] = [found.parts[part]?.shape, shapes[part]];
    if (own !== undefined && wanted !== undefined && sameShape(own, wanted)) continue;
    const show = (shape: typeof own) => (shape === undefined ? "missing" : formatShape(shape));
    return [`${part} of ${module} is ${show(own)}, must be ${show(wanted)}`];
  }
  // Files keep alpha as float32, and √rank is rarely one.
  const isSame = Math.abs(found.alpha / found.rank - alpha / rank) <= (1e-6 * alpha) / rank;
  if (isSame) return [];
  const isScaled = adapterMethods[method].isScaled(shapes);
  return [
    isScaled
      ? `${module} has alpha ${found.alpha}, must be ${alpha}`
      : `${module} is scaled by ${found.alpha / found.rank}, must be by 1`,
  ];
}
