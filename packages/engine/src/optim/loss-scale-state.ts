/** @file The factor of the loss in the state of a training. */

import { type FloatTensor, floatTensor, type HostTensor } from "../tensor.js";
import type { LossScale } from "./loss-scaling.js";
import { lacks } from "./state-vectors.js";
import { stateNames } from "./training-graph.js";

/** As it stands in the state of a training. */
export function exportScale({ scale, steps }: LossScale): ReadonlyMap<string, FloatTensor> {
  return new Map([
    [stateNames.lossScale, floatTensor([scale], [])],
    [stateNames.lossScaleSteps, floatTensor([steps], [])],
  ]);
}

/** What {@link exportScale} wrote, and the rest of the state. @throws AtelierError `training` where it is lacking. */
export function importScale(state: ReadonlyMap<string, HostTensor>): {
  readonly scale: LossScale;
  readonly rest: ReadonlyMap<string, HostTensor>;
} {
  const rest = new Map(state);
  const take = (name: string): number => {
    const value = Number(rest.get(name)?.data[0]);
    if (!rest.delete(name)) throw lacks({ name });
    return value;
  };
  return {
    scale: { scale: take(stateNames.lossScale), steps: take(stateNames.lossScaleSteps) },
    rest,
  };
}
