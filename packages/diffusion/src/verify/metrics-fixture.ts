/**
 * @file Checks a fixture of metrics: a JSON file with two sets of vectors, `X` and `Y`, and what the
 * authors' code of each metric made of them in float64.
 */

import { AtelierError, said, type TensorOf } from "@atelier/engine";
import { z } from "zod";
import { isJsonObject } from "../core/json-object.js";
import { cmmd, kernelDistance } from "../evaluate/distribution-distance.js";
import { meanSimilarity, selfSimilarity } from "../evaluate/similarity.js";
import { vendiScore } from "../evaluate/vendi-score.js";
import type { FixtureCheck } from "./fixture-check.js";

/** Absolute, of numbers computed in float64. */
const tolerance = 1e-9;

const rows = z.array(z.array(z.number()).min(1)).min(2);
const schema = z.object({ X: rows, Y: rows });

/** Whether parsed JSON is laid out as a metrics fixture. */
export function isMetricsFixture(json: unknown): boolean {
  return isJsonObject(json) && ["X", "Y"].every((name) => Array.isArray(json[name]));
}

type Matrix = TensorOf<"float64">;

/** What is computed here, by the fixture's names. */
const metrics: Readonly<Record<string, (x: Matrix, y: Matrix) => number>> = {
  kid_full_subset_first64: (x, y) => kernelDistance(x, firstRows(y, 64)),
  cmmd_sigma10_scale1000: cmmd,
  vendi_X_cosine: (x) => vendiScore(x),
  mean_pairwise_cos_X: (x) => selfSimilarity(x),
  mean_cross_cos_XY: meanSimilarity,
};

/** What describes the vectors. */
const descriptions = ["seedX", "seedY", "dtype", "note", "X", "Y"];

/**
 * Compares each stored metric with the one computed here; those that Atelier does not have are
 * skipped by name.
 * @throws AtelierError `format` when the vectors are no matrices of one width.
 */
export function verifyMetricsFixture(name: string, json: unknown): FixtureCheck[] {
  const parsed = schema.safeParse(json);
  const widths = parsed.success
    ? [...parsed.data.X, ...parsed.data.Y].map((row) => row.length)
    : [];
  if (!isJsonObject(json) || !parsed.success || new Set(widths).size !== 1) {
    throw new AtelierError(
      "format",
      said`${name}: expected matrices X and Y of one width, got other values. Restore the file.`,
    );
  }
  const [x, y] = [matrixOf(parsed.data.X), matrixOf(parsed.data.Y)];
  return Object.entries(json)
    .filter(([key]) => !descriptions.includes(key))
    .map(([key, expected]) => {
      const label = `${name} ${key}`;
      const metric = metrics[key];
      if (metric === undefined) {
        return { status: "skip", name: label, detail: "Atelier does not compute this metric" };
      }
      const error = Math.abs(metric(x, y) - Number(expected));
      return { status: error <= tolerance ? "ok" : "FAIL", name: label, error, tolerance };
    });
}

function matrixOf(values: readonly (readonly number[])[]): Matrix {
  const shape = [values.length, values[0]?.length ?? 0];
  return { dtype: "float64", shape, data: Float64Array.from(values.flat()) };
}

function firstRows({ shape, data }: Matrix, count: number): Matrix {
  const [, width = 0] = shape;
  const kept = data.subarray(0, count * width);
  return { dtype: "float64", shape: [kept.length / width, width], data: kept };
}
