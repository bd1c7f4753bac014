/** @file What checks of all judge fixtures have in common: prepared pictures, and outputs under the fixture's names. */

import {
  type FloatTensor,
  floatTensor,
  type GraphNode,
  type ParameterSource,
  type Runtime,
  type TensorMap,
} from "@atelier/engine";
import type { RgbPicture } from "../core/rgb-picture.js";
import { type PictureProcessor, planPicture, processPictures } from "../data/picture-processor.js";
import { resampleRgb } from "../data/resample.js";
import { compareTensors, type FixtureCheck, guarded, type Tolerance } from "./fixture-check.js";
import type { FixtureTolerances } from "./fixture-tolerances.js";
import { asFloats } from "./read-model-fixture.js";
import type { TrackedTensors } from "./tracked-tensors.js";

/** An open fixture. */
export interface JudgeFixture extends TrackedTensors {
  readonly label: string;
  readonly texts: readonly string[];
  readonly tolerances: FixtureTolerances;
}

/** Of what is the same number by number. */
export const equal: Tolerance = () => 0;

/** Every picture `<name>.pixels` as it is resized, cropped and normalised. */
export async function* processorChecks(
  fixture: JudgeFixture,
  processor: PictureProcessor,
): AsyncGenerator<FixtureCheck> {
  for (const name of namesBefore(fixture, ".pixels")) {
    yield* await guarded(`${fixture.label} ${name}.pixels`, async () => {
      const { data, shape } = asFloats(await fixture.tensors.read(`${name}.pixels`));
      const [height = 0, width = 0] = shape;
      const picture = { width, height, data: Uint8Array.from(data) };
      const { resized, window } = planPicture(processor, picture);
      const { filter } = processor;
      const results = {
        resized: levelsOf(resampleRgb(picture, resized, { filter })),
        cropped: levelsOf(resampleRgb(picture, resized, { filter, window })),
        pixel_values: processPictures(processor, [picture]),
      };
      return compareAll(fixture, { prefix: `${name}.`, results, tolerance: equal });
    });
  }
}

/** `wide` of `wide.pixels`, for every such tensor. */
export function namesBefore({ tensors }: JudgeFixture, ending: string): string[] {
  return [...tensors.entries.keys()]
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length));
}

/** What was computed, under the fixture's names without a prefix. */
export interface Results {
  readonly prefix?: string;
  readonly results: Readonly<Record<string, FloatTensor>>;
  readonly tolerance: Tolerance;
}

/** Compares results with what the fixture has of them. */
export async function compareAll(
  fixture: JudgeFixture,
  { prefix = "", results, tolerance }: Results,
): Promise<FixtureCheck[]> {
  const { label, tensors } = fixture;
  const stored = Object.entries(results).filter(([name]) => fixture.has(prefix + name));
  return Promise.all(
    stored.map(async ([name, actual]) => {
      const expected = asFloats(await tensors.read(prefix + name));
      return compareTensors(`${label} ${prefix}${name}`, { actual, expected }, tolerance);
    }),
  );
}

/** A graph that runs once. */
export interface SingleRun {
  readonly outputs: Readonly<Record<string, GraphNode>>;
  readonly parameters: ReadonlyMap<string, ParameterSource>;
  readonly values: TensorMap;
}

/** The outputs of a graph. */
export async function runOnce(
  runtime: Runtime,
  { outputs, parameters, values }: SingleRun,
): Promise<Record<string, FloatTensor>> {
  await using graph = await runtime.compile({ outputs }, { parameters });
  const results = Object.entries(await graph.run(values));
  return Object.fromEntries(results.map(([name, tensor]) => [name, asFloats(tensor)]));
}

/** Bytes as the fixture has them: `[height, width, 3]`. */
function levelsOf({ width, height, data }: RgbPicture): FloatTensor {
  return floatTensor(Float32Array.from(data), [height, width, 3]);
}
