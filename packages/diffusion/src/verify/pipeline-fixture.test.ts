/** @file The checks of pipeline fixtures, on a small one of our own and on the reference in place. */

import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { floatTensor, intTensor } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeDiffusersLora } from "../files/adapter/write-diffusers-lora.js";
import { writeKohyaLora } from "../files/adapter/write-kohya-lora.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { tensorSource, writeSafetensors } from "../files/safetensors/write-safetensors.js";
import { sequenceOf } from "../pipeline/conditioning.js";
import { loadPipeline } from "../pipeline/load-pipeline.js";
import { readAdapter } from "../pipeline/read-adapter.js";
import { firstTokenizer } from "../pipeline/tokenizers.js";
import { fixture, sharedFile, tinyCheckpoint, tinyTokenizer } from "../testing/fixtures.js";
import { isPipelineFixture, verifyPipelineFixture } from "./pipeline-fixture.js";

const reference = sharedFile("fixtures", "pipeline/");
const runtime = createOrtRuntime({ threads: 2 });
const context = { files: nodeFiles, runtime };

async function verify(folder: string) {
  const checks = [];
  for await (const check of verifyPipelineFixture(folder, context)) checks.push(check);
  return checks;
}

let folder = "";
const at = (...names: string[]) => join(folder, ...names);

/** A pipeline fixture of the tiny checkpoint, with what diffusers drew with it. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-fixture-"));
  await cp(tinyCheckpoint("tiny-sd1"), at("pipeline"), { recursive: true });
  await cp(tinyTokenizer, at("pipeline", "tokenizer"), { recursive: true });
  const drawn = await openSafetensors(nodeFiles, fixture("pipeline/tensors.safetensors"));
  const checkpoint = await openModelFiles(nodeFiles, at("pipeline"));
  await using pipeline = await loadPipeline(checkpoint, context);
  const prompts = ["a photo of an old clock beside a cat", "a drawing, dogs"];
  const tokenizer = firstTokenizer(await pipeline.tokenizers());
  const ids = prompts.flatMap((prompt) => tokenizer.encode(prompt).ids);
  const { conditioning } = await pipeline.encodePrompts(prompts);
  const tensors = [
    tensorSource("tokens", intTensor(ids, [2, 77])),
    tensorSource("text_embeddings", sequenceOf(pipeline, conditioning)),
  ];
  for (const [ours, theirs] of [
    ["own", "own_scheduler"],
    ["euler_lora", "one_adapter"],
  ]) {
    const read = (part: string) => drawn.readFloat32(`${theirs}.${part}`);
    tensors.push(tensorSource(`sample.${ours}.latent`, await read("latents")));
    tensors.push(tensorSource(`sample.${ours}.image`, await read("pixels")));
  }
  await drawn.close();
  await writeSafetensors(nodeFiles, at("tensors.safetensors"), tensors);
  const common = { guidance: 5, seed: 7, height: 16, width: 16 };
  const texts = { prompt: prompts[0], negative_prompt: prompts[1] };
  const samples = [
    { name: "own", scheduler: "PNDMScheduler", steps: 5, ...common, ...texts },
    { name: "euler_lora", scheduler: "EulerDiscreteScheduler", steps: 4, ...common, ...texts },
  ];
  await writeFile(at("expected.json"), JSON.stringify({ samples }));

  // The picture was drawn with a strength of 0.8, which a factor of alpha stands for.
  const path = fixture("pipeline/attention.safetensors");
  const { adapter } = await readAdapter(nodeFiles, path, { base: pipeline });
  const scaled = [...adapter.weights.modules].map(
    ([name, module]) => [name, { ...module, alpha: module.alpha * 0.8 }] as const,
  );
  const weights = { modules: new Map(scaled), metadata: new Map<string, string>() };
  const kohya = { family: "sd1", layers: pipeline.layers, title: "test" } as const;
  await writeKohyaLora(nodeFiles, at("lora_kohya.safetensors"), weights, kohya);
  await writeDiffusersLora(nodeFiles, at("lora_final.safetensors"), weights);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("verifyPipelineFixture", () => {
  it("finds tokens, embeddings, samples and LoRA files as stored, and skips what is absent", async () => {
    expect(await isPipelineFixture(nodeFiles, folder)).toBe(true);
    expect(await isPipelineFixture(nodeFiles, fixture())).toBe(false);
    const checks = await verify(folder);
    expect(checks.map(({ status, name }) => `${status} ${name}`)).toEqual([
      "ok pipeline tokens",
      "ok pipeline text_embeddings",
      "ok pipeline sample.own.latent",
      "ok pipeline sample.own.image",
      "ok pipeline sample.euler_lora.latent",
      "ok pipeline sample.euler_lora.image",
      "ok pipeline lora_kohya.safetensors",
    ]);
    expect(checks.every(({ error = 0 }) => error < 1e-4)).toBe(true);
  });

  it("fails for every part that differs, and goes on", async () => {
    const stored = await openSafetensors(nodeFiles, at("tensors.safetensors"));
    const tensors = [];
    for (const name of stored.entries.keys()) {
      const tensor = name === "tokens" ? undefined : await stored.readFloat32(name);
      const data = tensor?.data.map((value, i) => (i === 3 ? value + 0.5 : value));
      tensors.push(
        data === undefined || tensor === undefined
          ? tensorSource(name, intTensor(new Array<number>(154).fill(1), [2, 77]))
          : tensorSource(name, floatTensor(data, tensor.shape)),
      );
    }
    await stored.close();
    const broken = await mkdtemp(join(tmpdir(), "atelier-fixture-"));
    await cp(folder, broken, { recursive: true });
    await writeSafetensors(nodeFiles, join(broken, "tensors.safetensors"), tensors);
    await rm(join(broken, "lora_kohya.safetensors"));
    const checks = await verify(broken);
    expect(checks.map(({ status, name }) => `${status} ${name}`)).toEqual([
      "FAIL pipeline tokens",
      "FAIL pipeline text_embeddings",
      "FAIL pipeline sample.own.latent",
      "FAIL pipeline sample.own.image",
      "FAIL pipeline sample.euler_lora",
      // The file that it is drawn with is gone.
      "skip pipeline tensors",
    ]);
    await appendFile(join(broken, "expected.json"), "}");
    expect(await verify(broken)).toMatchObject([{ status: "FAIL", name: "pipeline" }]);
    await rm(broken, { recursive: true });
  });
});

describe("the reference pipeline", { tags: ["shared"] }, () => {
  it("draws every sample as diffusers did", async () => {
    const checks = await verify(reference);
    expect(checks.filter(({ status }) => status === "FAIL")).toEqual([]);
    // Nobody has stored the noise by which the pictures became latents.
    expect(checks.filter(({ status }) => status === "skip")).toMatchObject([
      { name: "pipeline tensors", detail: "no check reads train.pixels" },
    ]);
    // Written by diffusers in this form; another one only fails the test.
    const { samples } = JSON.parse(await readFile(`${reference}expected.json`, "utf8")) as {
      samples: unknown[];
    };
    const [texts, files, trainings] = [2, 3, 4 * 3 + 4];
    expect(checks).toHaveLength(texts + 2 * samples.length + files + trainings + 1);
  });
});
