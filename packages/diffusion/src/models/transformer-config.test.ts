/** @file Which transformer a config is of. */

import { describe, expect, it } from "vitest";
import {
  readTransformerConfig,
  transformerClass,
  writeTransformerConfig,
} from "./transformer-config.js";

describe("readTransformerConfig", () => {
  it.each([
    ["SD3Transformer2DModel", "mmdit"],
    ["FluxTransformer2DModel", "flux"],
  ])("reads a %s, which the config or the pipeline names", (name, kind) => {
    const config = readTransformerConfig({ _class_name: name });
    expect(config.kind).toBe(kind);
    expect(transformerClass(config)).toBe(name);
    expect(readTransformerConfig({}, name)).toEqual(config);
    expect(readTransformerConfig(writeTransformerConfig(config))).toEqual(config);
  });

  it.each([
    [{ _class_name: "Flux2Transformer2DModel" }, undefined, 'got "Flux2Transformer2DModel"'],
    [{}, undefined, "got no _class_name"],
    [null, undefined, "got no _class_name"],
    [{}, "PixArtTransformer2DModel", 'got "PixArtTransformer2DModel"'],
    [
      { _class_name: "FluxTransformer2DModel" },
      "SD3Transformer2DModel",
      "_class_name: expected SD3",
    ],
  ])("refuses %j in a pipeline that says %s", (json, name, problem) => {
    expect(() => readTransformerConfig(json, name)).toThrow(problem);
  });
});
