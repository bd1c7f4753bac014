/** @file Batches as pure functions of their number: rows, captions, weights, prior. */

import { floatTensor } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import { families } from "../../families/families.js";
import { discreteProcess } from "../../process/discrete.js";
import { createNoiseSchedule } from "../../process/noise-schedule.js";
import { tinyConfig } from "../../testing/tiny-training.js";
import { trainingBatches } from "./training-batch.js";
import type { TrainingData } from "./training-data.js";

const statesOf = (first: number, second: number) => ({
  encoder_hidden_states: floatTensor(Float32Array.of(first, second), [1, 2, 1]),
});
const sizesOf = (n: number) => ({
  original: { width: 10 * n, height: 20 * n },
  crop: { left: n, top: 2 * n },
  target: { width: 30 * n, height: 40 * n },
});

/** Pictures whose latents hold their number, each with captions of as many tokens. */
function dataOf(name: string, first: number, count: number, captions: number): TrainingData {
  const numbers = Array.from({ length: count }, (_, i) => first + i);
  const latents = (value: number) => floatTensor(new Float32Array(4).fill(value), [1, 1, 2, 2]);
  return {
    pictures: numbers.map((n) => ({
      ...{ name: `${name}${n}.png`, path: `${n}.png`, sizeBytes: 1, captionFiles: [] },
      ...{ caption: "", captionSource: "prompt" },
      ...{ repeats: 1, flip: false, lossWeight: 1, size: { width: 2, height: 2 } },
    })),
    captions: numbers.map((n) =>
      Array.from({ length: captions }, (_, i) => ({
        text: `${n}-${i}`,
        ids: { text_encoder: [n, i] },
        conditioning: statesOf(n, i),
      })),
    ),
    noCaption: { text: "", ids: { text_encoder: [0, 0] }, conditioning: statesOf(0, 0) },
    variants: numbers.map((n) => [
      [{ mean: latents(n), logVariance: latents(-n), sizes: sizesOf(n) }],
    ]),
  };
}

const schedule = createNoiseSchedule({
  ...{ numTrainTimesteps: 1000, betaStart: 0.0001, betaEnd: 0.02, betaSchedule: "linear" },
});
const source = {
  family: families.sd1,
  config: tinyConfig("pictures", { batchSize: 3, seed: 4 }),
  data: dataOf("p", 1, 3, 4),
  process: discreteProcess(schedule, "epsilon"),
  encoders: [],
  isWeighted: false,
  encode: (caption: string) => ({ text_encoder: [caption.length, 0] }),
  dropout: new Map(),
  parts: 1,
} as const;

describe("trainingBatches", () => {
  it("draws one of a picture's captions each time, the same for the same number", () => {
    const batches = trainingBatches(source);
    const seen = new Set<string>();
    for (let index = 0; index < 40; index++) {
      const batch = batches(index);
      expect(batch).toEqual(trainingBatches(source)(index));
      for (const [row, text] of batch.captions.entries()) {
        const [picture, caption] = text.split("-").map(Number);
        expect(batch.pictures[row]).toBe(`p${picture}.png`);
        const states = batch.values["encoder_hidden_states"]?.data.slice(2 * row, 2 * row + 2);
        expect(states).toEqual(Float32Array.of(picture ?? 0, caption ?? 0));
        seen.add(text);
      }
    }
    expect(seen.size).toBe(12);
  });

  it("puts as many pictures of the class behind those of the subject, weighted by λ", () => {
    const config = tinyConfig("pictures", {
      ...{ batchSize: 3, seed: 4 },
      prior: { classPrompt: "a dog", lossWeight: 0.25 },
    });
    const prior = { kind: "pictures", data: dataOf("class", 10, 5, 1) } as const;
    const batch = trainingBatches({ ...source, config, prior, isWeighted: true })(0);
    expect(batch.pictures.map((name) => name.startsWith("class"))).toEqual([
      ...[false, false, false],
      ...[true, true, true],
    ]);
    expect(batch.values["mean"]?.shape).toEqual([6, 1, 2, 2]);
    // mean over 6 rows of w·l is the mean over 3 plus a quarter of the mean over the other 3.
    expect([...(batch.values["loss_weights"]?.data ?? [])]).toEqual([2, 2, 2, 0.5, 0.5, 0.5]);
    expect(batch.timesteps).toHaveLength(6);
  });

  it("gives the rows of a whole batch in parts, each with its share of the class", () => {
    const config = tinyConfig("pictures", {
      ...{ batchSize: 4, seed: 4, noiseOffset: 0.1 },
      prior: { classPrompt: "a dog", lossWeight: 0.25 },
    });
    const prior = { kind: "pictures", data: dataOf("class", 10, 5, 1) } as const;
    const dropout = new Map([["dropout:layer", [7]]]);
    const whole = {
      ...source,
      config,
      prior,
      isWeighted: true,
      encoders: ["text_encoder"] as const,
    };
    const inOne = trainingBatches(whole);
    const inHalves = trainingBatches({ ...whole, parts: 2, dropout });
    for (const number of [0, 3]) {
      const expected = inOne(number);
      const [first, second] = [inHalves(2 * number), inHalves(2 * number + 1)];
      const rows = [...[0, 1, 4, 5], ...[2, 3, 6, 7]];
      expect([...first.timesteps, ...second.timesteps]).toEqual(
        rows.map((row) => expected.timesteps[row]),
      );
      expect([...first.pictures, ...second.pictures]).toEqual(
        rows.map((row) => expected.pictures[row]),
      );
      for (const [name, { data, shape }] of Object.entries(expected.values)) {
        const size = data.length / 8;
        const both = [first, second].flatMap(({ values }) => [...(values[name]?.data ?? [])]);
        expect(first.values[name]?.shape, name).toEqual([4, ...shape.slice(1)]);
        expect(both, name).toEqual(
          rows.flatMap((row) => [...data.slice(row * size, (row + 1) * size)]),
        );
      }
      expect(first.values["dropout:layer"]).not.toEqual(second.values["dropout:layer"]);
      // In whatever order they are asked for.
      expect(inHalves(2 * number)).toEqual(first);
    }
  });

  it("repeats the class's caption for every row where its prediction is kept", () => {
    const caption = {
      text: "a dog",
      ids: { text_encoder: [7, 8] },
      conditioning: statesOf(5, 6),
    };
    const prior = { kind: "prediction", caption } as const;
    const { values } = trainingBatches({ ...source, prior, encoders: ["text_encoder"] as const })(
      0,
    );
    expect([...(values["prior:encoder_hidden_states"]?.data ?? [])]).toEqual([5, 6, 5, 6, 5, 6]);
    expect([...(values["prior:ids:text_encoder"]?.data ?? [])].map(Number)).toEqual([
      7, 8, 7, 8, 7, 8,
    ]);
    expect(values["ids:text_encoder"]?.shape).toEqual([3, 2]);
  });

  it("tells a model that is told sizes those of each picture, and of the class the same", () => {
    const caption = { text: "a dog", ids: { text_encoder: [7, 8] }, conditioning: statesOf(5, 6) };
    const prior = { kind: "prediction", caption } as const;
    const { values, pictures } = trainingBatches({ ...source, prior, family: families.sdxl })(0);
    const sizes = pictures.flatMap((name) => {
      const n = Number(name.slice(1, -".png".length));
      return [20 * n, 10 * n, 2 * n, n, 40 * n, 30 * n];
    });
    expect(values["time_ids"]).toEqual(floatTensor(sizes, [3, 6]));
    expect(values["prior:time_ids"]).toEqual(values["time_ids"]);
    expect(trainingBatches(source)(0).values["time_ids"]).toBeUndefined();
  });
});
