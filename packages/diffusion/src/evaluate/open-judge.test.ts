/** @file The judge of a model folder: its vectors are those of its graphs; what it refuses. */

import { readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createWeights, type FloatTensor, floatTensor, input, intTensor } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { pixelsFromRgb, type RgbPicture } from "../core/rgb-picture.js";
import { componentOf } from "../families/model-files.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { largestError } from "../testing/largest-error.js";
import {
  type TinyJudge,
  tinyEncoder,
  writeJudgePart,
  writeTinyJudge,
} from "../testing/tiny-judge.js";
import { loadClipTokenizer } from "../tokenizer/clip-tokenizer.js";
import type { Judge } from "./judge.js";
import { openJudge } from "./open-judge.js";
import { embedCaptions, embedPictures } from "./unit-embeddings.js";

const runtime = createOrtRuntime();
const { pictureSize } = tinyEncoder;

/** A picture that no other index has. */
function picture(index: number, size: number = pictureSize): RgbPicture {
  const data = Uint8Array.from({ length: 3 * size * size }, (_, i) => (i * (index + 3) * 7) % 256);
  return { width: size, height: size, data };
}

describe("openJudge", () => {
  let written: TinyJudge;
  let judge: Judge;
  beforeAll(async () => {
    written = await writeTinyJudge();
    judge = await openJudge(nodeFiles, written.folder, { runtime });
  });
  afterAll(async () => {
    await judge[Symbol.asyncDispose]();
    await rm(written.folder, { recursive: true });
  });

  it.each(["judge", "instance_judge"] as const)(
    "embeds pictures as the graph of %s does",
    async (part) => {
      const pictures = input("pictures", [1, 3, pictureSize, pictureSize]);
      const outputs = { out: embedPictures(tinyEncoder, createWeights(), pictures) };
      const parameters = written.weights[part];
      await using graph = await runtime.compile({ outputs }, { parameters });
      const shown = picture(1);
      const pixels = floatTensor(pixelsFromRgb(shown).data, pictures.shape);
      const expected = (await graph.run({ pictures: pixels }))["out"];
      const embedder = part === "judge" ? judge.clip : judge.instance;
      expect(await embedder.embedPictures([shown])).toEqual(expected);
    },
  );

  it("embeds texts as the graph does with all 77 tokens, short texts and long ones", async () => {
    const checkpoint = await openModelFiles(nodeFiles, written.folder);
    const { config, weights } = componentOf(checkpoint, "text_encoder");
    const names = [...weights.entries.keys()];
    const text = await Promise.all(
      names.map(async (name) => [name, await weights.readFloat32(name)] as const),
    );
    await checkpoint.close();
    const ids = input("ids", [1, 77], "int64");
    const wide = { ...config, projectionDim: tinyEncoder.projectionDim };
    const parameters = new Map([...text, ...written.weights.judge]);
    const outputs = { out: embedCaptions(wide, createWeights(), ids) };
    await using graph = await runtime.compile({ outputs }, { parameters });
    const tokenizer = await loadClipTokenizer(nodeFiles, join(written.folder, "tokenizer"));
    for (const caption of ["a cat", "a photo of a cat and ".repeat(9), "cat ".repeat(100)]) {
      const encoded = tokenizer.encode(caption);
      const expected = (await graph.run({ ids: intTensor(encoded.ids, [1, 77]) }))["out"];
      if (expected?.dtype !== "float32") throw new Error("the output is no float32");
      const { embeddings, truncated } = await judge.clip.embedTexts([caption]);
      expect(largestError(embeddings, expected)).toBeLessThan(1e-6);
      expect(truncated).toEqual([encoded.truncated]);
    }
  });

  it("gives unit vectors in the order of the pictures, whatever the batches are", async () => {
    const pictures = Array.from({ length: 19 }, (_, index) => picture(index));
    const together = await judge.clip.embedPictures(pictures);
    expect(together.shape).toEqual([19, tinyEncoder.projectionDim]);
    for (const [index, one] of pictures.entries()) {
      const alone = await judge.clip.embedPictures([one]);
      const row = rowOf(together, index);
      expect(largestError(row, alone)).toBeLessThan(1e-6);
      expect(Math.hypot(...row.data)).toBeCloseTo(1, 5);
    }
  });

  it("gives texts of one call the vectors that each has alone", async () => {
    const texts = Array.from(
      { length: 35 },
      (_, index) => `a cat ${"on a ".repeat(index % 12)}mat`,
    );
    const { embeddings } = await judge.clip.embedTexts(texts);
    for (const index of [0, 11, 31, 34]) {
      const alone = await judge.clip.embedTexts([texts[index] ?? ""]);
      expect(largestError(rowOf(embeddings, index), alone.embeddings)).toBeLessThan(1e-6);
    }
  });

  it("refuses to embed nothing, and to work after it was disposed", async () => {
    await expect(judge.clip.embedPictures([])).rejects.toThrow(
      "judge: expected pictures, got none",
    );
    await expect(judge.clip.embedTexts([])).rejects.toThrow("judge: expected texts, got none");
    const other = await openJudge(nodeFiles, written.folder, { runtime });
    await other[Symbol.asyncDispose]();
    await expect(other.instance.embedPictures([picture(0)])).rejects.toThrow(
      "judge: expected an open judge, got one that was disposed",
    );
  });
});

describe("openJudge refuses", () => {
  let written: TinyJudge;
  beforeEach(async () => {
    written = await writeTinyJudge();
    return () => rm(written.folder, { recursive: true });
  });
  const open = () => openJudge(nodeFiles, written.folder, { runtime });

  it.each(["judge", "instance_judge"])("a folder without %s", async (part) => {
    await rm(join(written.folder, part), { recursive: true });
    await expect(open()).rejects.toMatchObject({
      code: "file",
      message: expect.stringContaining(`expected a judge in its folder ${part}/, got none there`),
    });
  });

  it("a judge without weights or config", async () => {
    await rm(join(written.folder, "instance_judge", "model.safetensors"));
    await expect(open()).rejects.toMatchObject({ code: "file" });
    await rm(join(written.folder, "judge", "config.json"));
    await expect(open()).rejects.toMatchObject({ code: "file" });
  });

  it("weights of another shape, and missing or unknown ones", async () => {
    const weights = new Map(written.weights.judge);
    weights.set("text_projection.weight", floatTensor(new Float32Array(12 * 8), [12, 8]));
    weights.delete("vision_model.projection.bias");
    weights.set("vision_model.extra", floatTensor([1], [1]));
    await writeJudgePart(written.folder, "judge", weights);
    const error: unknown = await open().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "weights" });
    expect(String(error)).toContain('"text_projection.weight" must be [12, 16], is [12, 8]');
    expect(String(error)).toContain('missing "vision_model.projection.bias" [12]');
    expect(String(error)).toContain('unexpected "vision_model.extra"');
  });

  it("a file that was cut off", async () => {
    const path = join(written.folder, "judge", "model.safetensors");
    await truncate(path, (await readFile(path)).length - 100);
    await expect(open()).rejects.toMatchObject({ code: "format" });
  });

  it("a config that is no picture encoder's", async () => {
    await writeFile(join(written.folder, "judge", "config.json"), '{"model_type": "clip"}');
    await expect(open()).rejects.toMatchObject({ code: "config" });
  });

  it("weights that give no numbers", async () => {
    const weights = new Map(written.weights.instance_judge);
    weights.set("vision_model.projection.bias", floatTensor(new Float32Array(12).fill(NaN), [12]));
    await writeJudgePart(written.folder, "instance_judge", weights);
    await using judge = await open();
    await expect(judge.instance.embedPictures([picture(0)])).rejects.toThrow(
      "judge: expected finite embeddings of pictures, got NaN",
    );
  });
});

function rowOf({ data, shape }: FloatTensor, index: number): FloatTensor {
  const [, width = 0] = shape;
  return floatTensor(data.subarray(index * width, (index + 1) * width), [1, width]);
}
