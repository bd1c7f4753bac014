/**
 * @file LoRA as a way of training: which layers are adapted, what their factors start with, and how
 * trained factors become an adapter and an adapter the start of a training.
 */

import {
  AtelierError,
  type FloatTensor,
  formatShape,
  type Overlay,
  sameShape,
} from "@atelier/engine";
import {
  type LoraComponent,
  type LoraModule,
  type LoraWeights,
  splitModulePath,
} from "../io/lora-files/lora-weights.js";
import type { LayerInfo } from "../models/list-layers.js";
import { initialLora, type LoraInit, type LoraSlot } from "./lora-initial.js";
import { type LoraLayer, loraOverlay, loraParameterNames, loraShapes } from "./lora-overlay.js";

/** What a LoRA is made of. */
export interface LoraTuningOptions {
  /** Adapted layers of each component. */
  readonly layers: ReadonlyMap<LoraComponent, readonly LayerInfo[]>;
  readonly rank: number;
  readonly alpha: number;
  readonly dropout?: number;
}

/** A LoRA to be trained. */
export interface LoraTuning {
  /** Adapted layers by component and path. */
  readonly slots: readonly LoraSlot[];
  /** Number of trained weights. */
  readonly parameterCount: number;
  /** The low-rank paths of one component, for `createWeights`. */
  overlay(component: LoraComponent): Overlay;
  /** First values by parameter name. */
  initial(start: { readonly init: LoraInit; readonly seed: number }): Map<string, FloatTensor>;
  /**
   * An adapter as first values.
   * @throws AtelierError `weights` unless it adapts exactly these layers with this rank and alpha.
   */
  valuesOf(where: string, weights: LoraWeights): Map<string, FloatTensor>;
  /** The adapter that parameter values make. @throws AtelierError `weights` when one is missing. */
  adapterOf(
    values: ReadonlyMap<string, FloatTensor>,
    metadata?: ReadonlyMap<string, string>,
  ): LoraWeights;
}

/** Plans a LoRA. */
export function loraTuning({ layers, rank, alpha, dropout = 0 }: LoraTuningOptions): LoraTuning {
  const slots = [...layers].flatMap(([component, infos]) =>
    infos.map(({ path, weightShape }) => ({ module: `${component}.${path}`, weightShape, rank })),
  );
  const layer: LoraLayer = { rank, scale: alpha / rank, dropout };
  return {
    slots,
    parameterCount: slots.reduce((sum, slot) => sum + countOf(slot), 0),
    overlay(component) {
      const adapted = new Map((layers.get(component) ?? []).map(({ path }) => [path, layer]));
      return loraOverlay({ layers: adapted, component });
    },
    initial: (start) =>
      byParameterName(
        [...initialLora(slots, start)].map(([module, pair]) => ({ module, ...pair })),
      ),
    valuesOf(where, { modules }) {
      requireSameModules(where, slots, modules, alpha);
      return byParameterName([...modules].map(([module, pair]) => ({ module, ...pair })));
    },
    adapterOf(values, metadata = new Map()) {
      const modules = slots.map(({ module }) => {
        const names = loraParameterNames(module);
        const [down, up] = [values.get(names.down), values.get(names.up)];
        if (down !== undefined && up !== undefined)
          return [module, { down, up, alpha, rank }] as const;
        throw new AtelierError(
          "weights",
          `lora: expected values of ${names.down} and ${names.up}, got ${values.size} others. The state is of another run.`,
        );
      });
      return { modules: new Map(modules), metadata };
    },
  };
}

function countOf({ weightShape, rank }: LoraSlot): number {
  const { down, up } = loraShapes(weightShape, rank);
  return [...down].reduce((a, b) => a * b, 1) + [...up].reduce((a, b) => a * b, 1);
}

function byParameterName(
  factors: readonly {
    readonly module: string;
    readonly down: FloatTensor;
    readonly up: FloatTensor;
  }[],
): Map<string, FloatTensor> {
  return new Map(
    factors.flatMap(({ module, down, up }) => {
      const names = loraParameterNames(module);
      return [[names.down, down] as const, [names.up, up] as const];
    }),
  );
}

function requireSameModules(
  where: string,
  slots: readonly LoraSlot[],
  modules: ReadonlyMap<string, LoraModule>,
  alpha: number,
): void {
  const problems = slots.flatMap(({ module, weightShape, rank }) => {
    const found = modules.get(module);
    if (found === undefined) return [`no factors for ${module}`];
    const shapes = loraShapes(weightShape, rank);
    if (!sameShape(found.down.shape, shapes.down) || !sameShape(found.up.shape, shapes.up)) {
      return [`${module} is ${formatShape(found.down.shape)}, must be ${formatShape(shapes.down)}`];
    }
    return found.alpha === alpha ? [] : [`${module} has alpha ${found.alpha}, must be ${alpha}`];
  });
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
    `${where}: expected the layers, rank and alpha of this config, got ${problems.length} differences:\n${shown.join("\n")}\nSet lora.rank, lora.alpha and lora.targets to those of the adapter.`,
    { context: { problems } },
  );
}
