/** @file The layers of published models, against those that their graphs ask for. */

import { describe, expect, it } from "vitest";
import { referenceShapes } from "../testing/reference-keys.js";
import type { FamilyId } from "./family.js";
import { knownLayers } from "./known-layers.js";

/** Layers of the published checkpoint: every weight of a linear layer or a convolution. */
function publishedLayers(model: string): string[] {
  const weights = [...referenceShapes(model)].filter(
    ([name, { length: rank }]) =>
      rank > 1 && name.endsWith(".weight") && !name.includes("embedding.weight"),
  );
  return weights.map(([name]) => name.slice(0, -".weight".length)).sort();
}

describe("knownLayers", { tags: ["shared"] }, () => {
  it.each([
    ["sd1", "sd15_unet"],
    ["sd2", "sd21_unet"],
    ["sdxl", "sdxl_unet"],
  ] satisfies [FamilyId, string][])(
    "lists the UNet layers of %s as published",
    (model, published) => {
      const unet = [...knownLayers(model).keys()].filter((path) => path.startsWith("unet."));
      expect(unet.map((path) => path.slice("unet.".length)).sort()).toEqual(
        publishedLayers(published),
      );
    },
  );

  it.each([
    ["sd1", "text_encoder", 12],
    ["sd2", "text_encoder", 23],
    ["sdxl", "text_encoder", 12],
    ["sdxl", "text_encoder_2", 32],
  ] satisfies [FamilyId, string, number][])("knows the depth of %s's %s", (model, name, depth) => {
    const prefix = `${name}.text_model.encoder.layers.`;
    const paths = [...knownLayers(model).keys()].filter((path) => path.startsWith(prefix));
    const layers = new Set(paths.map((path) => path.slice(prefix.length).split(".")[0]));
    expect(layers.size).toBe(depth);
  });
});
