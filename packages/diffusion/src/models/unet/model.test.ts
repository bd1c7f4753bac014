/** @file The UNet: recomputed blocks, timesteps, conditions. Fixtures check its numbers. */

import {
  checkpoint,
  createWeights,
  type Graph,
  gradients,
  input,
  mean,
  nodesOf,
  parametersOf,
  square,
  sub,
  verify,
} from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { openSafetensors } from "../../files/safetensors/open-safetensors.js";
import { fixture as fixturePath } from "../../testing/fixtures.js";
import { readModelFixture } from "../../verify/read-model-fixture.js";
import { readUNetConfig } from "./config.js";
import { type UNetInputs, unetInputs } from "./inputs.js";
import { unet } from "./model.js";

const path = fixturePath("models/unet_sdxl_tiny.safetensors");
const file = await openSafetensors(nodeFiles, path);
const fixture = await readModelFixture(file);
await file.close();
const config = readUNetConfig(fixture.config);
const sizes = { batch: 2, height: 32, width: 32, tokens: 77 };

function trainingGraph(checkpointBlocks: boolean): Graph {
  const out = unet(config, createWeights(), unetInputs(config, sizes), { checkpointBlocks });
  const loss = mean(square(sub(out, input("target", out.shape))));
  const targets = parametersOf({ outputs: { loss } });
  const named = gradients(loss, targets).map(
    (gradient, index) => [targets[index]?.attributes.name ?? "", gradient] as const,
  );
  // A mark puts both graphs into the runtime's exact order, where they are equal to the bit.
  const marked = checkpoint((x) => x, [loss]);
  return { outputs: { loss: marked, ...Object.fromEntries(named) } };
}

async function run(graph: Graph) {
  verify(graph);
  await using compiled = await createOrtRuntime().compile(graph, { parameters: fixture.weights });
  const target = fixture.target ?? input("missing", []);
  if (!("data" in target)) throw new Error("the fixture has no target");
  return await compiled.run({ ...Object.fromEntries(fixture.inputs), target });
}

describe("unet", () => {
  it("gives the same loss and gradients when its blocks are recomputed", async () => {
    const [plain, checkpointed] = [trainingGraph(false), trainingGraph(true)];
    const convolutions = (graph: Graph) =>
      nodesOf(graph).filter(({ kind }) => kind === "conv2d").length;
    expect(convolutions(checkpointed)).toBeGreaterThan(convolutions(plain));
    const [expected, actual] = [await run(plain), await run(checkpointed)];
    expect(Object.keys(actual)).toHaveLength(429);
    expect(actual).toEqual(expected);
  });

  it("embeds one timestep for the whole batch", () => {
    const inputs = { ...unetInputs(config, sizes), timestep: input("timestep", [1]) };
    expect(unet(config, createWeights(), inputs).shape).toEqual([2, 4, 32, 32]);
  });

  it.each<[string, Partial<UNetInputs>, string]>([
    [
      "latents with 3 channels",
      { sample: input("x", [2, 3, 8, 8]) },
      "unet sample: expected [batch, 4, height, width], got [2, 3, 8, 8]",
    ],
    [
      "3 timesteps for 2 latents",
      { timestep: input("t", [3]) },
      "unet timestep: expected [2], got [3]",
    ],
    [
      "text of another width",
      { encoderHiddenStates: input("c", [2, 77, 32]) },
      "unet encoderHiddenStates: expected [2, tokens, 64], got [2, 77, 32]",
    ],
    [
      "pooled text of another width",
      { textEmbeds: input("p", [2, 16]) },
      "unet textEmbeds: expected [2, 32], got [2, 16]",
    ],
    [
      "picture sizes without a crop",
      { timeIds: input("s", [2, 4]) },
      "unet timeIds: expected [2, 6], got [2, 4]",
    ],
  ])("refuses %s", (_, inputs, message) => {
    const all = { ...unetInputs(config, sizes), ...inputs };
    expect(() => unet(config, createWeights(), all)).toThrow(message);
  });

  it("asks for pooled text exactly where the model reads it", () => {
    const { sample, timestep, encoderHiddenStates, ...added } = unetInputs(config, sizes);
    const basic = { sample, timestep, encoderHiddenStates };
    expect(() => unet(config, createWeights(), basic)).toThrow("expected textEmbeds and timeIds");
    const plain = readUNetConfig({ cross_attention_dim: 64 });
    expect(() => unet(plain, createWeights(), { ...basic, ...added })).toThrow(
      "expected no textEmbeds and timeIds",
    );
  });
});
