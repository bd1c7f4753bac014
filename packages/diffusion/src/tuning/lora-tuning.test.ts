/** @file LoRA's first values, against PEFT's, and the choice of layers. */

import { readFile } from "node:fs/promises";
import { input } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import type { AdaptedComponent } from "../core/component-name.js";
import { families } from "../families/families.js";
import { readClipTextConfig } from "../models/clip-text/config.js";
import { clipText } from "../models/clip-text/model.js";
import { type LayerInfo, listLayers } from "../models/list-layers.js";
import { readUNetConfig } from "../models/unet/config.js";
import { unetInputs } from "../models/unet/inputs.js";
import { unet } from "../models/unet/model.js";
import { fixture } from "../testing/fixtures.js";
import { initialLora } from "./lora-initial.js";
import { loraSlots } from "./lora-slots.js";
import { selectLayers } from "./lora-targets.js";
import { loraTuning } from "./lora-tuning.js";

const json = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(fixture(path), "utf8"));

const unetConfig = readUNetConfig(await json("tiny-checkpoints/tiny-sd1/unet/config.json"));
const clipConfig = readClipTextConfig(
  await json("tiny-checkpoints/tiny-sd1/text_encoder/config.json"),
);
const sizes = { batch: 1, height: 8, width: 8, tokens: 4 };
const unetLayers = listLayers((w) => unet(unetConfig, w, unetInputs(unetConfig, sizes)));
const textLayers = listLayers((w) => clipText(clipConfig, w, input("ids", [1, 4], "int64")));

/** By component and start: path, shape of the first factor, its first and last value. */
type Reference = Record<string, readonly [string, readonly number[], readonly [number, number]][]>;
// Made by test/parity/make-lora-init.py with PEFT 0.21 and diffusers 0.42.
const reference = (await json("training/lora-init.json")) as Reference;

const { targets: presets } = families.sd1;
const slotsOf = (component: AdaptedComponent, layers: readonly LayerInfo[]) =>
  loraSlots({ layers: new Map([[component, layers]]), rank: 3, alpha: 3 });

describe("initialLora", () => {
  it.each([
    ["unet", "gaussian", unetLayers, "unet."],
    ["unet", "kaiming", unetLayers, "unet."],
    ["text_encoder", "gaussian", textLayers, "text_encoder.text_model."],
    ["text_encoder", "kaiming", textLayers, "text_encoder.text_model."],
  ] as const)(
    "draws the factors of %s (%s) as PEFT does, layer by layer",
    async (component, init, layers, prefix) => {
      const expected = reference[`${component}-${init}`] ?? [];
      const factors = await initialLora(slotsOf(component, layers), { init, seed: 7 });
      expect(factors.size).toBe(expected.length);
      for (const [path, shape, [first, last]] of expected) {
        const down = factors.get(prefix + path)?.down;
        expect(down?.shape, path).toEqual(shape);
        expect(Math.abs((down?.data[0] ?? 9) - first), path).toBeLessThan(1e-6);
        expect(Math.abs((down?.data.at(-1) ?? 9) - last), path).toBeLessThan(1e-6);
        expect(factors.get(prefix + path)?.up?.data.every((value) => value === 0)).toBe(true);
      }
    },
  );
});

describe("selectLayers", () => {
  const count = (...targets: string[]) => selectLayers(unetLayers, targets, presets).length;

  it("knows the named sets", () => {
    expect(count("attention")).toBe(32);
    expect(count("feed-forward")).toBe(8);
    expect(count("projections")).toBe(8);
    expect(count("all")).toBe(unetLayers.length);
    expect(count("attention", "feed-forward")).toBe(40);
    const convolutions = selectLayers(unetLayers, ["convolutions"], presets);
    expect(convolutions.every(({ kind }) => kind === "conv2d")).toBe(true);
    expect(selectLayers(textLayers, ["attention"], presets).length).toBe(8);
  });

  it("takes paths, ends of paths and patterns", () => {
    expect(count("conv_in")).toBe(1);
    expect(count("to_q")).toBe(8);
    expect(count("mid_block.*.attn2.*")).toBe(4);
  });

  it("names every target that means nothing, and layers that there are", () => {
    expect(() => count("to_q", "attenton", "mid.*")).toThrow(
      /got "attenton", "mid\.\*", which means none of them\. Layers are called time_embedding/,
    );
  });
});

describe("loraTuning", () => {
  const layers = new Map([["unet", selectLayers(unetLayers, ["attention"], presets)]] as const);
  const tuning = loraTuning({ layers, rank: 4, alpha: 8 });

  it("turns values into an adapter and back", async () => {
    const values = await tuning.initial({ init: "gaussian", seed: 1 });
    const adapter = tuning.adapterOf(values);
    expect(adapter.modules.size).toBe(32);
    expect(tuning.valuesOf("again", adapter)).toEqual(values);
    const sizes = [...values.values()].map(({ data }) => data.length);
    expect(tuning.parameterCount).toBe(sizes.reduce((sum, size) => sum + size, 0));
  });

  it("refuses an adapter of another rank, alpha or layer choice", async () => {
    const other = loraTuning({ layers, rank: 2, alpha: 8 });
    const adapter = other.adapterOf(await other.initial({ init: "kaiming", seed: 1 }));
    expect(() => tuning.valuesOf("a.safetensors", adapter)).toThrow(/32 differences/);
    const weaker = loraTuning({ layers, rank: 4, alpha: 1 });
    const weak = weaker.adapterOf(await weaker.initial({ init: "kaiming", seed: 1 }));
    expect(() => tuning.valuesOf("a.safetensors", weak)).toThrow(/has alpha 1, must be 8/);
  });
});
