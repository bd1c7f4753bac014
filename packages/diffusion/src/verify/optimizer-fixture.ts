/**
 * @file Checks an optimizer fixture: five steps on mean((A·p + q − Y)²) with the loss before each
 * step and the parameters after it. The file does not say which optimizer made it.
 */

import {
  AtelierError,
  adafactor,
  adam,
  adamW,
  add,
  createStepper,
  type FloatTensor,
  floatTensor,
  input,
  lion,
  matmul,
  mean,
  type Optimizer,
  parameter,
  parametersOf,
  type Runtime,
  said,
  sgd,
  square,
  sub,
  torchAdafactor,
} from "@atelier/engine";
import type { SafetensorsFile } from "../files/safetensors/open-safetensors.js";
import {
  compareTensors,
  type FixtureCheck,
  lossTolerance,
  outputTolerance,
  worstOf,
} from "./fixture-check.js";

/** Hyper-parameters of all optimizer fixtures that are not their references' defaults. */
const learningRate = 1e-2;
/** A pattern says what a fixture of this name must be; the others are known by their numbers. */
const candidates: readonly (readonly [pattern: RegExp | undefined, create: () => Optimizer])[] = [
  [/adamw/i, () => adamW({ weightDecay: 1e-2 })],
  [/adam(?!ax)/i, () => adam()],
  [/sgd/i, () => sgd({ momentum: 0.9, weightDecay: 1e-3 })],
  [/adafactor_torch/i, () => torchAdafactor()],
  [undefined, () => adafactor()],
  [undefined, () => adafactor({ scaleParameter: true })],
  [undefined, () => adafactor({ scaleParameter: true, relativeStep: true })],
  [undefined, () => lion()],
];
/** An optimizer is taken for the right one when half of its numbers are nearer than this. */
const recognisedAt = 1e-2;

/** Whether a file is laid out as an optimizer fixture. */
export function isOptimizerFixture(file: SafetensorsFile): boolean {
  return ["A", "Y", "p0", "q0", "p1", "q1", "loss0"].every((name) => file.entries.has(name));
}

/**
 * Compares losses and parameters step by step. The optimizer follows from the fixture's name, and
 * where that says nothing from the numbers; one that Atelier does not have is skipped.
 * @throws AtelierError `shape` when tensors do not fit, `weights` when one is missing.
 */
export async function verifyOptimizerFixture(
  name: string,
  file: SafetensorsFile,
  runtime: Runtime,
): Promise<FixtureCheck[]> {
  const tensors = await readAll(file);
  const named = candidates.find(([pattern]) => pattern?.test(name));
  const runs: Tensors[] = [];
  for (const [, create] of named === undefined ? candidates : [named]) {
    runs.push(await runOptimizer(tensors, create(), runtime));
  }
  const [nearest] = runs
    .map((run) => ({ run, distance: distanceOf(tensors, run) }))
    .sort((a, b) => a.distance - b.distance);
  if (nearest !== undefined && (named !== undefined || nearest.distance < recognisedAt)) {
    return compare(name, tensors, nearest.run);
  }
  return [{ status: "skip", name, detail: "no optimizer of Atelier's takes these steps" }];
}

type Tensors = ReadonlyMap<string, FloatTensor>;

async function readAll(file: SafetensorsFile): Promise<Tensors> {
  const tensors = new Map<string, FloatTensor>();
  for (const key of file.entries.keys()) tensors.set(key, await file.readFloat32(key));
  return tensors;
}

function pick(tensors: Tensors, name: string): FloatTensor {
  const tensor = tensors.get(name);
  if (tensor !== undefined) return tensor;
  throw new AtelierError("format", said`optimizer fixture: expected a tensor "${name}", got none.`);
}

/** The same names as in the file, with what Atelier computes. */
async function runOptimizer(
  tensors: Tensors,
  optimizer: Optimizer,
  runtime: Runtime,
): Promise<Tensors> {
  const [a, y] = [pick(tensors, "A"), pick(tensors, "Y")];
  const [p0, q0] = [pick(tensors, "p0"), pick(tensors, "q0")];
  const product = matmul(input("A", a.shape), parameter("p", p0.shape));
  const prediction = add(product, parameter("q", q0.shape));
  const loss = mean(square(sub(prediction, input("Y", y.shape))));
  await using stepper = await createStepper(runtime, {
    loss,
    parameters: parametersOf({ outputs: { loss } }),
    optimizer,
    frozen: new Map(),
    initial: new Map([
      ["p", p0],
      ["q", q0],
    ]),
  });
  const computed = new Map<string, FloatTensor>();
  for (let step = 0; tensors.has(`loss${step}`); step++) {
    const [results] = await stepper.run([{ A: a, Y: y }], learningRate);
    const before = Number(results?.["loss"]?.data[0] ?? Number.NaN);
    computed.set(`loss${step}`, floatTensor([before], [1]));
    // The next step overwrites the stepper's own.
    const state = structuredClone(await stepper.values());
    computed.set(`p${step + 1}`, pick(state, "p"));
    computed.set(`q${step + 1}`, pick(state, "q"));
  }
  return computed;
}

/** The median error relative to the change so far, which one wrong number does not move. */
function distanceOf(expected: Tensors, computed: Tensors): number {
  const errors: number[] = [];
  const last = [...computed.keys()].filter((key) => key.startsWith("p")).length;
  for (let step = 1; step <= last; step++) {
    const [start, stored, got] = [
      pick(expected, "p0").data,
      pick(expected, `p${step}`).data,
      pick(computed, `p${step}`).data,
    ];
    for (const [index, value] of stored.entries()) {
      const change = Math.abs(value - (start[index] ?? 0));
      errors.push(Math.abs((got[index] ?? Number.NaN) - value) / Math.max(change, 1e-6));
    }
  }
  return errors.sort((x, y) => x - y)[Math.floor(errors.length / 2)] ?? Number.POSITIVE_INFINITY;
}

function compare(name: string, expected: Tensors, computed: Tensors): FixtureCheck[] {
  const checks = (prefix: string, tolerance: typeof lossTolerance): FixtureCheck =>
    worstOf(
      `${name} ${prefix}`,
      [...computed]
        .filter(([key]) => key.startsWith(prefix) && /^\d+$/.test(key.slice(prefix.length)))
        .map(([key, actual]) =>
          compareTensors(key, { actual, expected: pick(expected, key) }, tolerance),
        ),
    );
  return [
    checks("loss", lossTolerance),
    checks("p", outputTolerance),
    checks("q", outputTolerance),
  ];
}
