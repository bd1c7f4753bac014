/** @file Model folders whose 1×1 convolutions are matrices, and whose matrices are 1×1 convolutions. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostTensor } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it, onTestFinished } from "vitest";
import { componentOf } from "../../families/model-files.js";
import { tinyCheckpoint } from "../../testing/fixtures.js";
import { openSafetensors } from "../safetensors/open-safetensors.js";
import { tensorSource, writeSafetensors } from "../safetensors/write-safetensors.js";
import { openModelFiles } from "./open-model-files.js";

const weightsOf = (part: string) => join(part, "diffusion_pytorch_model.safetensors");
const isProjection = /(proj_in|proj_out|conv_shortcut|quant_conv|to_[qkv])\.weight$/;

/** Matrices as 1×1 convolutions and back. */
function swapped<T extends HostTensor>(tensor: T): T {
  const [out = 0, inner = 0, ...kernel] = tensor.shape;
  if (tensor.shape.length === 2) return { ...tensor, shape: [out, inner, 1, 1] };
  return kernel.every((extent) => extent === 1) ? { ...tensor, shape: [out, inner] } : tensor;
}

describe("a checkpoint with other axes", () => {
  it.each(["tiny-sd1", "tiny-sd2"])("is read as %s with its own", async (name) => {
    const folder = mkdtempSync(join(tmpdir(), "atelier-axes-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    cpSync(tinyCheckpoint(name), folder, { recursive: true });
    let changed = 0;
    for (const part of ["unet", "vae"]) {
      const file = await openSafetensors(nodeFiles, join(tinyCheckpoint(name), weightsOf(part)));
      const tensors = [];
      for (const key of file.entries.keys()) {
        const tensor = await file.read(key);
        if (isProjection.test(key)) changed += 1;
        tensors.push(tensorSource(key, isProjection.test(key) ? swapped(tensor) : tensor));
      }
      await file.close();
      await writeSafetensors(nodeFiles, join(folder, weightsOf(part)), tensors);
    }
    expect(changed).toBeGreaterThan(20);
    const expected = await openModelFiles(nodeFiles, tinyCheckpoint(name));
    const actual = await openModelFiles(nodeFiles, folder);
    for (const model of ["unet", "vae"] as const) {
      for (const [key, { shape }] of componentOf(expected, model).weights.entries) {
        const { weights } = componentOf(actual, model);
        expect(weights.entries.get(key)?.shape, key).toEqual(shape);
        expect(await weights.read(key)).toEqual(
          await componentOf(expected, model).weights.read(key),
        );
      }
    }
    await expected.close();
    await actual.close();
  });

  it.each([
    ["tiny-sd1", "sd1", "matrices", true],
    ["tiny-sd2", "sd2", "convolutions", false],
  ] as const)(
    "is of its own family, also where %s (%s) has %s",
    async (name, family, _, useLinear) => {
      const folder = mkdtempSync(join(tmpdir(), "atelier-axes-"));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      cpSync(tinyCheckpoint(name), folder, { recursive: true });
      const path = join(folder, "unet", "config.json");
      const text = readFileSync(path, "utf8");
      const changed = text.replace(
        /"use_linear_projection": \w+/,
        `"use_linear_projection": ${useLinear}`,
      );
      expect(changed).not.toBe(text);
      writeFileSync(path, changed);
      const checkpoint = await openModelFiles(nodeFiles, folder);
      await checkpoint.close();
      expect(checkpoint.family.id).toBe(family);
      expect(checkpoint.components.unet?.config.useLinearProjection).toBe(useLinear);
    },
  );
});
