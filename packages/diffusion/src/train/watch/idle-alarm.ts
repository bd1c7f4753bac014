/** @file Tells of a training that changes nothing. */

import type { FloatTensor } from "@atelier/engine";
import { warning, warningEvent } from "../../core/warnings/warning.js";
import type { ParameterValues } from "../parts/tuning-part.js";
import type { Watcher } from "./watcher.js";

/** After so many steps a training that has changed no number is told of. */
const idleSteps = 10;

/** A thousandth of what the first step of a long warm-up moves. */
const stillness = 1e-10;

/** Of each parameter, so many are compared with their first values. */
const compared = 4096;

/** Compares with first values, of which it keeps some. */
export function idleAlarm(initial: ParameterValues): Watcher {
  const hasMoved = movementSince(initial);
  return {
    name: "idle alarm",
    due: (step) => step === idleSteps,
    async *look({ step, latestValues }) {
      if (!hasMoved(await latestValues())) {
        yield warningEvent(warning("moves-nothing", { steps: step }));
      }
      return { kind: "go" };
    },
  };
}

/** Tells whether parameters have moved from `initial`, by some of each. Keeps none of the rest. */
function movementSince(initial: ParameterValues): (now: ParameterValues) => boolean {
  const sample = ({ data }: FloatTensor): Float32Array => {
    const stride = Math.ceil(data.length / compared);
    const count = Math.ceil(data.length / Math.max(stride, 1));
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = data[i * stride] ?? Number.NaN;
    return values;
  };
  const before = new Map([...initial].map(([name, tensor]) => [name, sample(tensor)]));
  return (now) =>
    [...now].some(([name, tensor]) => {
      const first = before.get(name);
      return sample(tensor).some((value, i) => Math.abs(value - (first?.[i] ?? 0)) > stillness);
    });
}
