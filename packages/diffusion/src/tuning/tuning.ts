/**
 * @file What a training changes, as the graph of a training step sees it: an adapter, weights of the
 * models, the vectors of a new word, or several of these together. A model never learns of it.
 */

import type { Overlay } from "@atelier/engine";
import type { AdaptedComponent } from "../core/component-name.js";

/** What trains. */
export interface Tuning {
  /** Names of all trained parameters in graphs. */
  readonly parameterNames: ReadonlySet<string>;
  /** Number of trained weights. */
  readonly parameterCount: number;
  /** Whether any of them is part of a model, which then has to run in every step. */
  changes(component: AdaptedComponent): boolean;
  /** How a model's layers see them, for `createWeights`. */
  overlay(component: AdaptedComponent, options?: OverlayOptions): Overlay;
}

/** Options of {@link Tuning.overlay}. */
export interface OverlayOptions {
  /** Whether anything is left out at random, as training does where it is told to; by default. */
  readonly drops?: boolean | undefined;
}

/** Several tunings at once; where two change one layer, the later sees what the earlier made of it. */
export function combineTunings(tunings: readonly Tuning[]): Tuning {
  return {
    parameterNames: new Set(tunings.flatMap(({ parameterNames }) => [...parameterNames])),
    parameterCount: tunings.reduce((sum, { parameterCount }) => sum + parameterCount, 0),
    changes: (component) => tunings.some((tuning) => tuning.changes(component)),
    overlay(component, options) {
      const overlays = tunings.map((tuning) => tuning.overlay(component, options));
      return (call) => overlays.reduce((y, overlay) => overlay({ ...call, y }), call.y);
    },
  };
}
