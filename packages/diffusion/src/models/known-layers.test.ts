/** @file The layers of published models, against those that their graphs ask for. */

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type KnownModel, knownLayers } from "./known-layers.js";

const keys = new URL("../../../../../shared/reference/keys/", import.meta.url);
const hasKeys = existsSync(keys);
if (!hasKeys) console.warn("skip: ../shared/reference/keys is absent");

/** Layers of the published checkpoint: every weight of a linear layer or a convolution. */
function publishedLayers(file: string): string[] {
  const json: unknown = JSON.parse(readFileSync(new URL(file, keys), "utf8"));
  const shapes = Object.entries(json ?? {}).map(([name, shape]: [string, unknown]) => ({
    name,
    rank: Array.isArray(shape) ? shape.length : 0,
  }));
  const weights = shapes.filter(
    ({ name, rank }) => rank > 1 && name.endsWith(".weight") && !name.includes("embedding.weight"),
  );
  return weights.map(({ name }) => name.slice(0, -".weight".length)).sort();
}

describe.skipIf(!hasKeys)("knownLayers", () => {
  it.each([
    ["sd1", "sd15_unet.json"],
    ["sd2", "sd21_unet.json"],
    ["sdxl", "sdxl_unet.json"],
  ] satisfies [KnownModel, string][])("lists the UNet layers of %s as published", (model, file) => {
    const unet = knownLayers(model).filter((path) => path.startsWith("unet."));
    expect(unet.map((path) => path.slice("unet.".length)).sort()).toEqual(publishedLayers(file));
  });

  it.each([
    ["sd1", "text_encoder", 12],
    ["sd2", "text_encoder", 23],
    ["sdxl", "text_encoder", 12],
    ["sdxl", "text_encoder_2", 32],
  ] satisfies [KnownModel, string, number][])(
    "knows the depth of %s's %s",
    (model, name, depth) => {
      const prefix = `${name}.text_model.encoder.layers.`;
      const paths = knownLayers(model).filter((path) => path.startsWith(prefix));
      const layers = new Set(paths.map((path) => path.slice(prefix.length).split(".")[0]));
      expect(layers.size).toBe(depth);
    },
  );
});
