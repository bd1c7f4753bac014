/** @file Numbers of curves before they are drawn: smoothed, joined on one axis, within the part that tells something. */

/** Numbers by index, typed or not. */
export type Numbers = ArrayLike<number>;

/** A loss as it is measured, with the least and the most of the steps that one point stands for. */
export interface LossPoints {
  readonly step: Float64Array;
  readonly value: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * A moving average that halves in about `overSteps` steps, whatever the distance of the points. The first points count
 * fully (the average is corrected for its start); what is not finite is passed over.
 */
export function smoothed(steps: Numbers, values: Numbers, overSteps: number): Float64Array {
  const result = new Float64Array(values.length);
  let [mean, weight] = [0, 0];
  for (let index = 0; index < values.length; index += 1) {
    const [value = Number.NaN, step = 0] = [values[index], steps[index]];
    if (Number.isFinite(value)) {
      const apart = index === 0 ? 1 : Math.max(0, step - (steps[index - 1] ?? 0));
      const keep = 0.5 ** (apart / overSteps);
      mean = keep * mean + (1 - keep) * value;
      weight = keep * weight + (1 - keep);
    }
    result[index] = weight === 0 ? Number.NaN : mean / weight;
  }
  return result;
}

/** A loss with steps after its last one. Each of them stands for itself. */
export function withTail(
  loss: {
    readonly step: Numbers;
    readonly value: Numbers;
    readonly low: Numbers;
    readonly high: Numbers;
  },
  tail: readonly { readonly step: number; readonly loss: number }[],
): LossPoints {
  const last = loss.step[loss.step.length - 1] ?? -1;
  const rest = tail.filter(({ step }) => step > last);
  const joined = (known: Numbers, added: readonly number[]): Float64Array => {
    const all = new Float64Array(known.length + added.length);
    all.set(known);
    all.set(added, known.length);
    return all;
  };
  const losses = rest.map((each) => each.loss);
  return {
    step: joined(
      loss.step,
      rest.map(({ step }) => step),
    ),
    value: joined(loss.value, losses),
    low: joined(loss.low, losses),
    high: joined(loss.high, losses),
  };
}

/** Curves with steps of their own on one axis; where a curve has no value there is `null`. */
export function onOneAxis(curves: readonly { readonly step: Numbers; readonly value: Numbers }[]): {
  readonly steps: Float64Array;
  readonly values: (number | null)[][];
} {
  const all = new Set<number>();
  for (const { step } of curves) for (const each of Array.from(step)) all.add(each);
  const steps = Float64Array.from(all).sort();
  const places = new Map(Array.from(steps, (step, index) => [step, index] as const));
  const values = curves.map(({ step, value }) => {
    const column = new Array<number | null>(steps.length).fill(null);
    for (let index = 0; index < step.length; index += 1) {
      const place = places.get(step[index] ?? Number.NaN);
      const own = value[index];
      if (place !== undefined && own !== undefined && Number.isFinite(own)) column[place] = own;
    }
    return column;
  });
  return { steps, values };
}

/** The value below which a share of the finite ones lies; of many, a sample of them tells. */
export function quantile(values: Numbers, share: number): number {
  const stride = Math.max(1, Math.floor(values.length / 4_000));
  const sample: number[] = [];
  for (let index = 0; index < values.length; index += stride) {
    const value = values[index];
    if (value !== undefined && Number.isFinite(value)) sample.push(value);
  }
  const sorted = Float64Array.from(sample).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** From where to where values are shown: all of a smoothed curve, and of single steps all but a few far off. */
export function shownRange({ low, high }: LossPoints, middle: Numbers): readonly [number, number] {
  const [least, most] = [quantile(low, 0.005), quantile(high, 0.985)];
  let [bottom, top] = [least, most];
  for (let index = 0; index < middle.length; index += 1) {
    const value = middle[index];
    if (value === undefined || !Number.isFinite(value)) continue;
    bottom = Math.min(bottom, value);
    top = Math.max(top, value);
  }
  if (!Number.isFinite(bottom) || !Number.isFinite(top)) return [0, 1];
  const room = 0.05 * (top - bottom || Math.abs(top) || 1);
  return [bottom >= 0 ? Math.max(0, bottom - room) : bottom - room, top + room];
}

/** Steps to write below an axis: the last, and of 0, 1, 2, 5, 10, 20 … those that leave each other room. */
export function stepTicks(placeOf: (step: number) => number, last: number, room: number): number[] {
  const round = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((power) => [1, 2, 5].map((n) => n * 10 ** power));
  const ticks: number[] = [];
  for (const step of [0, ...round]) {
    const before = ticks.at(-1);
    const hasRoom = before === undefined || placeOf(step) - placeOf(before) > room;
    if (step < last && hasRoom && placeOf(last) - placeOf(step) > room) ticks.push(step);
  }
  return [...ticks, last];
}

/** The index of the value that is nearest to `index`, that one included; of a curve with gaps. */
export function nearestValue(
  values: ArrayLike<number | null | undefined>,
  index: number,
): number | undefined {
  const isThere = (at: number) => values[at] !== null && values[at] !== undefined;
  for (let apart = 0; apart < values.length; apart += 1) {
    if (isThere(index - apart)) return index - apart;
    if (isThere(index + apart)) return index + apart;
  }
  return undefined;
}
