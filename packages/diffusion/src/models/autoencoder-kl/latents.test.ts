/** @file Latents, drawn and scaled as diffusers does. */

import { floatTensor, input } from "@atelier/engine";
import { createOrtRuntime } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { readVaeConfig } from "./config.js";
import { sampleLatents, scaleLatents, unscaleLatents } from "./latents.js";

const config = readVaeConfig({ scaling_factor: 1.5305, shift_factor: 0.0609 });

describe("latents", () => {
  it("are drawn, scaled and unscaled as diffusers does", async () => {
    const node = (name: string) => input(name, [2]);
    const z = sampleLatents({ mean: node("mean"), logVariance: node("logvar") }, node("noise"));
    const scaled = scaleLatents(config, z);
    const unscaled = unscaleLatents(config, scaled);
    await using compiled = await createOrtRuntime().compile({ outputs: { z, scaled, unscaled } });
    const out = await compiled.run({
      mean: floatTensor([0.25, -1], [2]),
      logvar: floatTensor([Math.log(4), 0], [2]),
      noise: floatTensor([0.5, -2], [2]),
    });
    // mean + σ·noise = 0.25 + 2·0.5 and −1 − 2; then (z − 0.0609)·1.5305.
    const expected = { z: [1.25, -3], scaled: [1.81991755, -4.68470745], unscaled: [1.25, -3] };
    for (const [name, values] of Object.entries(expected)) {
      for (const [i, value] of values.entries()) {
        expect(Number(out[name]?.data[i])).toBeCloseTo(value, 5);
      }
    }
  });
});
