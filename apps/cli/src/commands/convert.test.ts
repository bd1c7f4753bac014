/** @file `atelier convert` on real files, there and back. */

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  openModelFiles,
  openSafetensors,
  type TorchValue,
  tensorSource,
  writePytorch,
  writeSafetensors,
} from "@atelier/diffusion/files";
import { floatTensor } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { fixture, runCli, temporaryFolder } from "../testing/run-cli.js";

const base = fixture("tiny-checkpoints", "tiny-sd1");
const tokenizer = fixture("tokenizer-small");
const adapter = fixture("pipeline", "attention.safetensors");

async function convert(...argv: string[]): Promise<void> {
  const { code, stderr } = await runCli(["convert", ...argv]);
  expect(code, stderr).toBe(0);
}

/** Hashes of every tensor of a file, by names as older transformers write them. */
async function tensorsOf(path: string): Promise<Map<string, string>> {
  const file = await openSafetensors(nodeFiles, path);
  const tensors = new Map<string, string>();
  for (const name of [...file.entries.keys()].sort()) {
    const hash = createHash("sha256").update(await file.readBytes(name));
    const isBare = /^(embeddings|encoder\.layers|final_layer_norm)\./.test(name);
    tensors.set(isBare ? `text_model.${name}` : name, hash.digest("hex"));
  }
  await file.close();
  return tensors;
}

describe("atelier convert", () => {
  it("gives a folder's tensors back after a single file", async () => {
    const folder = temporaryFolder();
    const [single, back] = [join(folder, "model.safetensors"), join(folder, "back")];
    await convert(base, single, "--to", "single-file");
    await convert(single, back, "--to", "diffusers", "--tokenizer", tokenizer);
    for (const name of [
      "unet/diffusion_pytorch_model.safetensors",
      "vae/diffusion_pytorch_model.safetensors",
      "text_encoder/model.safetensors",
    ]) {
      expect(await tensorsOf(join(back, name)), name).toEqual(await tensorsOf(join(base, name)));
    }
  });

  it("gives a folder's tensors back after a .ckpt file, and reads a pickled LoRA", async () => {
    const folder = temporaryFolder();
    const content = async (path: string) => {
      const file = await openSafetensors(nodeFiles, path);
      const tensors = new Map<string, TorchValue>();
      for (const name of file.entries.keys()) {
        tensors.set(name, tensorSource(name, await file.read(name)));
      }
      await file.close();
      return { tensors, metadata: file.metadata };
    };
    const [single, pickled] = [join(folder, "model.safetensors"), join(folder, "model.ckpt")];
    await convert(base, single, "--to", "single-file");
    const { tensors, metadata } = await content(single);
    const saved = new Map<string, TorchValue>([["state_dict", tensors], ...metadata]);
    await writePytorch(nodeFiles, pickled, saved);
    const back = join(folder, "back.safetensors");
    await convert(pickled, back, "--to", "single-file");
    expect(await tensorsOf(back)).toEqual(await tensorsOf(single));

    const [kohya, lora] = [join(folder, "lora.safetensors"), join(folder, "lora.pt")];
    await convert(adapter, kohya, "--to", "kohya", "--base", base);
    await writePytorch(nodeFiles, lora, (await content(kohya)).tensors);
    const again = join(folder, "again.safetensors");
    await convert(lora, again, "--to", "kohya", "--base", base);
    expect(await tensorsOf(again)).toEqual(await tensorsOf(kohya));
  });

  it("stores floats in the type asked for", async () => {
    const single = join(temporaryFolder(), "model.safetensors");
    await convert(base, single, "--to", "single-file", "--dtype", "fp16");
    const checkpoint = await openModelFiles(nodeFiles, single);
    expect(checkpoint.components.unet?.weights.entries.get("conv_in.weight")?.dtype).toBe("F16");
    await checkpoint.close();
  });

  it("gives a LoRA's factors and alphas back after the other form", async () => {
    const folder = temporaryFolder();
    const paths = ["a", "b", "c"].map((name) => join(folder, `${name}.safetensors`));
    const [first = "", second = "", third = ""] = paths;
    await convert(adapter, first, "--to", "kohya", "--base", base);
    await convert(first, second, "--to", "diffusers", "--base", base);
    await convert(second, third, "--to", "kohya", "--base", base);
    const tensors = await tensorsOf(first);
    expect([...tensors.keys()].some((name) => name.endsWith(".alpha"))).toBe(true);
    expect(await tensorsOf(third)).toEqual(tensors);
    const [comfy, back] = [join(folder, "d.safetensors"), join(folder, "e.safetensors")];
    await convert(second, comfy, "--to", "comfyui", "--base", base);
    const names = [...(await tensorsOf(comfy)).keys()];
    expect(names.every((name) => /^(diffusion_model|text_encoders)\./.test(name))).toBe(true);
    await convert(comfy, back, "--to", "kohya", "--base", base);
    expect(await tensorsOf(back)).toEqual(tensors);
  });

  it("reads the names of a published model's LoRA without that model", async () => {
    const folder = temporaryFolder();
    const [kohya, diffusers] = [join(folder, "a.safetensors"), join(folder, "b.safetensors")];
    const layer = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k";
    const tensors = [
      tensorSource(
        `${layer}.lora_down.weight`,
        floatTensor(new Float32Array(768).fill(1), [1, 768]),
      ),
      tensorSource(`${layer}.lora_up.weight`, floatTensor([1, 2], [2, 1])),
      tensorSource(`${layer}.alpha`, floatTensor([4], [])),
    ];
    await writeSafetensors(nodeFiles, kohya, tensors);
    await convert(kohya, diffusers, "--to", "diffusers");
    const path = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.lora";
    const names = [...(await tensorsOf(diffusers)).keys()];
    expect(names).toEqual([`${path}.down.weight`, `${path}.up.weight`]);
    const file = await openSafetensors(nodeFiles, diffusers);
    expect(file.metadata.get("lora_adapter_metadata")).toContain('"unet.lora_alpha": 4');
    await file.close();
  });

  it("writes a diffusers LoRA under the name that diffusers looks for", async () => {
    const folder = join(temporaryFolder(), "lora");
    await convert(adapter, folder, "--to", "diffusers", "--base", base);
    const tensors = await tensorsOf(join(folder, "pytorch_lora_weights.safetensors"));
    expect([...tensors.keys()].every((name) => name.startsWith("unet."))).toBe(true);
    // What macOS leaves beside it on other systems is not taken for it.
    writeFileSync(join(folder, "._pytorch_lora_weights.safetensors"), "\0\u0005\u0016\u0007");
    await convert(folder, `${folder}.safetensors`, "--to", "kohya", "--base", base);
  });

  it("refuses to replace anything unless it is told to", async () => {
    const out = join(temporaryFolder(), "model.safetensors");
    writeFileSync(out, "precious");
    const argv = ["convert", base, out, "--to", "single-file"];
    const refused = await runCli(argv);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("--force");
    expect(readFileSync(out, "utf8")).toBe("precious");
    expect((await runCli([...argv, "--force"])).code).toBe(0);
  });

  it.each([
    [[base, "out", "--to", "kohya"], 2, "expected diffusers or single-file for a checkpoint"],
    [[base, "out", "--to", "comfyui"], 2, "expected diffusers or single-file for a checkpoint"],
    [[adapter, "out", "--to", "single-file"], 2, "expected kohya, comfyui or diffusers for a LoRA"],
    [[adapter, "out", "--to", "diffusers"], 1, "Name the checkpoint with --base"],
    [[base, base, "--to", "single-file", "--force"], 2, "expected another place than the input"],
    [["absent", "out", "--to", "diffusers"], 1, "got nothing at this path"],
    [
      [base, "out", "--to", "onnx"],
      2,
      "Allowed choices are diffusers, single-file, kohya, comfyui",
    ],
    [[base, "out"], 2, "required option '--to <form>'"],
  ])("refuses %j", async (argv, code, expected) => {
    const result = await runCli(["convert", ...argv]);
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(expected);
  });
});
