/** @file The transformers of whole pipelines against diffusers: one call each, with the gradients by its inputs. */

import {
  createWeights,
  type GraphNode,
  gradients,
  input,
  mean,
  square,
  sub,
} from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { expect, it } from "vitest";
import { readJson } from "../core/read-text.js";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { sharedFile } from "../testing/fixtures.js";
import {
  absent,
  compareTensors,
  type FixtureCheck,
  gradientTolerance,
  lossTolerance,
  outputTolerance,
} from "../verify/fixture-check.js";
import { type FixtureInputs, fixtureModels } from "../verify/fixture-models.js";
import { asFloats } from "../verify/read-model-fixture.js";
import { listParameters } from "./list-layers.js";

async function checkDenoiser(pipeline: string): Promise<FixtureCheck[]> {
  const at = (...names: string[]) => sharedFile("fixtures", "pipelines", pipeline, ...names);
  const config = await readJson(nodeFiles, at("pipeline", "transformer", "config.json"));
  const stored = await openSafetensors(
    nodeFiles,
    at("pipeline", "transformer", "diffusion_pytorch_model.safetensors"),
  );
  const tensors = await openSafetensors(nodeFiles, at("tensors.safetensors"));
  const names = [...tensors.entries.keys()].filter((name) => name.startsWith("denoiser.in."));
  const values = await Promise.all(
    names.map(async (name) => [name.slice(12), asFloats(await tensors.read(name))] as const),
  );
  const nodes = new Map(values.map(([name, { shape }]) => [name, input(name, shape)]));
  const inputs: FixtureInputs = {
    has: (name) => nodes.has(name),
    get: (name) => nodes.get(name) ?? input("missing", []),
  };
  const model = fixtureModels.find(({ owns }) => owns(new Set(stored.entries.keys())));
  const build = (weights = createWeights()): GraphNode => {
    const { out } = model?.build(config, weights, inputs, new Set()) ?? {};
    if (out === undefined) throw new Error(`${pipeline}: no model`);
    return out;
  };
  const target = await tensors.readFloat32("denoiser.target");
  const out = build();
  const loss = mean(square(sub(out, input("target", target.shape))));
  const graded = [...nodes].filter(([name]) => tensors.entries.has(`denoiser.grad.${name}`));
  const cotangents = gradients(
    loss,
    graded.map(([, node]) => node),
  );
  const grads = graded.map(([name], i) => [`grad.${name}`, cotangents[i] ?? out] as const);
  const outputs = { out, loss, ...Object.fromEntries(grads) };
  const parameters = await Promise.all(
    listParameters(build).map(async ({ name }) => [name, await stored.readFloat32(name)] as const),
  );
  await using graph = await createOrtRuntime().compile(
    { outputs },
    { parameters: new Map(parameters) },
  );
  const results = await graph.run({ ...Object.fromEntries(values), target });
  const checks = Object.keys(outputs).map(async (name) => {
    const expected = await tensors.readFloat32(`denoiser.${name}`);
    const actual = { ...asFloats(results[name] ?? absent), shape: expected.shape };
    const tolerances = { out: outputTolerance, loss: lossTolerance };
    const tolerance = name === "out" || name === "loss" ? tolerances[name] : gradientTolerance;
    return compareTensors(name, { actual, expected }, tolerance);
  });
  try {
    return await Promise.all(checks);
  } finally {
    await stored.close();
    await tensors.close();
  }
}

it.each(["sd3", "sd35", "flux1", "flux1-schnell"])(
  "the denoiser of %s gives diffusers' numbers",
  { tags: ["shared"] },
  async (pipeline) => {
    const checks = await checkDenoiser(pipeline);
    expect(checks.filter(({ status }) => status !== "ok")).toEqual([]);
    expect(checks.map(({ name }) => name)).toEqual([
      ...["out", "loss", "grad.encoder_hidden_states", "grad.hidden_states"],
      "grad.pooled_projections",
    ]);
  },
);
