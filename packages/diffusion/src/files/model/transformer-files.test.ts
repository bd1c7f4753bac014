/**
 * @file Stable Diffusion 3, 3.5 and FLUX.1 as one file, as several and as a folder: whatever form a model has, it holds
 * the same bits.
 */

import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { floatTensor } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Configs } from "../../families/components.js";
import {
  componentOf,
  configsOf,
  type ModelFiles,
  presentComponents,
} from "../../families/model-files.js";
import { sharedFile } from "../../testing/fixtures.js";
import { below, type Change, rewriteFile } from "../../testing/rewrite-file.js";
import { openSafetensors } from "../safetensors/open-safetensors.js";
import { tensorSource } from "../safetensors/write-safetensors.js";
import { openModelFiles } from "./open-model-files.js";
import type { OpenModelOptions } from "./open-options.js";
import { writeFolder, writeSingleFile } from "./write-model-files.js";

const names = ["sd3", "sd35", "flux1", "flux1-schnell"] as const;
type Name = (typeof names)[number];
const folderOf = (name: Name) => sharedFile("fixtures", "pipelines", name, "pipeline");

let scratch: string;
/** The folders, and each as one file by Atelier. */
const folders = new Map<Name, ModelFiles>();
const fileOf = (name: string) => join(scratch, `${name}.safetensors`);

const denoiser = "model.diffusion_model.";
const clipL = "text_encoders.clip_l.transformer.";
const clipG = "text_encoders.clip_g.transformer.";
const t5 = "text_encoders.t5xxl.transformer.";

function modelOf(name: Name): ModelFiles {
  const model = folders.get(name);
  if (model === undefined) throw new Error(name);
  return model;
}

/** What the shapes of so small models do not tell. */
const told = (name: Name): Required<Pick<OpenModelOptions, "configs">> => ({
  configs: configsOf(modelOf(name)),
});

async function expectSame(actual: ModelFiles, expected: ModelFiles): Promise<void> {
  expect(actual.family.id).toBe(expected.family.id);
  const components = presentComponents(expected.family, configsOf(expected));
  expect(presentComponents(actual.family, configsOf(actual))).toEqual(components);
  for (const component of components) {
    const [own, other] = [actual, expected].map((model) => componentOf(model, component));
    expect(own?.config).toEqual(other?.config);
    const tensors = [...(other?.weights.entries.keys() ?? [])];
    expect([...(own?.weights.entries.keys() ?? [])].sort()).toEqual(tensors.sort());
    for (const name of tensors) {
      expect(await own?.weights.read(name), name).toEqual(await other?.weights.read(name));
    }
  }
  expect([...actual.unknownKeys, ...actual.notes]).toEqual([]);
}

/** Opens, compares with the folder and closes. */
async function expectOpens(path: string, name: Name, options: OpenModelOptions): Promise<void> {
  const model = await openModelFiles(nodeFiles, path, options);
  await expectSame(model, modelOf(name));
  await model.close();
}

describe("files of families with a transformer", { tags: ["shared"] }, () => {
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "atelier-transformers-"));
    for (const name of names) {
      const folder = await openModelFiles(nodeFiles, folderOf(name));
      folders.set(name, folder);
      await writeSingleFile(nodeFiles, folder, { path: fileOf(name) });
    }
  });
  afterAll(async () => {
    for (const model of folders.values()) await model.close();
    await rm(scratch, { recursive: true, force: true });
  });

  it.each(names)("turn the folder %s into one file and back without a change", async (name) => {
    const file = await openModelFiles(nodeFiles, fileOf(name));
    await expectSame(file, modelOf(name));
    expect(file.scheduler).toEqual(modelOf(name).scheduler);
    const folder = join(scratch, name);
    await writeFolder(nodeFiles, file, { folder, tokenizerFolder: folderOf(name) });
    await expectOpens(folder, name, {});
    await file.close();
    const read = async (path: string) =>
      JSON.parse(await readFile(join(path, "model_index.json"), "utf8")) as unknown;
    const written = JSON.stringify(await read(folder)).replace("T5TokenizerFast", "T5Tokenizer");
    const { _diffusers_version: _, ...before } = (await read(folderOf(name))) as Configs &
      Record<string, unknown>; // An object.
    expect(JSON.parse(written)).toEqual(before);
    for (const { tokenizerFolder } of modelOf(name).family.textEncoders) {
      const listed = await readdir(join(folderOf(name), tokenizerFolder));
      expect((await readdir(join(folder, tokenizerFolder))).sort()).toEqual(listed.sort());
    }
  });

  const prefixes = {
    sd3: [denoiser, "first_stage_model.", clipL, clipG, t5],
    flux1: [denoiser, "vae.", clipL, t5],
  };

  it.each(["sd3", "flux1"] as const)("have ComfyUI's prefixes: %s", async (name) => {
    const file = await openSafetensors(nodeFiles, fileOf(name));
    const keys = [...file.entries.keys()];
    for (const prefix of prefixes[name])
      expect(keys.some((key) => key.startsWith(prefix))).toBe(true);
    const others = keys.filter((key) => !prefixes[name].some((prefix) => key.startsWith(prefix)));
    expect(others).toEqual([]);
    await file.close();
  });

  /** Forms in which other programs have the same tensors. */
  const forms: readonly (readonly [form: string, change: Change])[] = [
    ["of ComfyUI", (tensor) => tensor],
    [
      "with the VAE under its other prefix",
      (tensor) => {
        const [first, second] = ["first_stage_model.", "vae."] as const;
        const moved = below(second, first)(tensor) ?? below(first, second)(tensor);
        return moved ?? tensor;
      },
    ],
    ["without a prefix of the transformer", (tensor) => below(denoiser)(tensor) ?? tensor],
  ];

  it.each(forms.flatMap(([form, change]) => names.map((name) => ({ form, name, change }))))(
    "open without configs in a file $form: $name",
    async ({ form, name, change }) => {
      const path = await rewriteFile(fileOf(name), fileOf(`${form} ${name}`), { change });
      await expectOpens(path, name, told(name));
    },
  );

  it.each(names.flatMap((name) => ["", denoiser].map((prefix) => ({ name, prefix }))))(
    "open with diffusers' own names of the transformer below '$prefix': $name",
    async ({ name, prefix }) => {
      const path = fileOf(`own ${prefix}${name}`);
      const transformer = join(
        ...[folderOf(name), "transformer", "diffusion_pytorch_model.safetensors"],
      );
      const whole = [fileOf(name), transformer];
      await rewriteFile(whole, path, {
        change: (tensor) => {
          if (tensor.name.startsWith(denoiser)) return undefined;
          const isOther = /^(vae|first_stage_model|text_encoders)\./.test(tensor.name);
          return isOther ? tensor : { ...tensor, name: prefix + tensor.name };
        },
      });
      await expectOpens(path, name, told(name));
    },
  );

  it("open without T5, which SD 3 may lack, and write it as missing", async () => {
    const path = await rewriteFile(fileOf("sd3"), fileOf("no-t5"), {
      change: (tensor) => (tensor.name.startsWith(t5) ? undefined : tensor),
    });
    const file = await openModelFiles(nodeFiles, path, told("sd3"));
    expect(configsOf(file)).not.toHaveProperty("text_encoder_3");
    const folder = join(scratch, "no-t5");
    await writeFolder(nodeFiles, file, { folder, tokenizerFolder: folderOf("sd3") });
    const index: unknown = JSON.parse(await readFile(join(folder, "model_index.json"), "utf8"));
    expect(index).toMatchObject({ text_encoder_3: [null, null], tokenizer_3: [null, null] });
    expect(await readdir(folder)).not.toContain("tokenizer_3");
    const again = await openModelFiles(nodeFiles, folder);
    await expectSame(again, file);
    const single = fileOf("no-t5-again");
    await writeSingleFile(nodeFiles, again, { path: single });
    const last = await openModelFiles(nodeFiles, single);
    await expectSame(last, file);
    for (const model of [file, again, last]) await model.close();
  });

  it("open without CLIP's projection, as SD 3's files have CLIP-L", async () => {
    const path = await rewriteFile(fileOf("sd3"), fileOf("unprojected"), {
      change: (tensor) => (tensor.name === `${clipL}text_projection.weight` ? undefined : tensor),
    });
    const { text_encoder: _, ...configs } = told("sd3").configs;
    const clip = { ...configsOf(modelOf("sd3")).text_encoder, hasProjection: false };
    const file = await openModelFiles(nodeFiles, path, {
      configs: { ...configs, text_encoder: clip },
    });
    expect(file.family.problems(configsOf(file))).toEqual([]);
    await file.close();
  });

  it("leave CLIP's projection out of FLUX.1, whose pipeline has none", async () => {
    const stray = tensorSource(`${clipL}text_projection.weight`, floatTensor([1], [1, 1]));
    const path = await rewriteFile(fileOf("flux1"), fileOf("projected"), {
      change: (tensor) => (tensor.name.endsWith("img_in.weight") ? [tensor, stray] : tensor),
    });
    const file = await openModelFiles(nodeFiles, path, told("flux1"));
    expect(file.ignoredKeys).toEqual([stray.name]);
    await expectSame(file, modelOf("flux1"));
    await file.close();
  });

  describe("in parts", () => {
    const parts = (name: Name, of: readonly string[]) =>
      of.map((part) => fileOf(`${name}-${part}`));

    beforeAll(async () => {
      await mkdir(join(scratch, "parts"));
      for (const name of ["sd3", "flux1"] as const) {
        const take = (part: string, prefix: string) =>
          rewriteFile(fileOf(name), fileOf(`${name}-${part}`), { change: below(prefix) });
        await take("transformer", denoiser);
        await take("clip_l", clipL);
        if (name === "sd3") await take("clip_g", clipG);
        await take("t5xxl", t5);
        await take("ae", name === "sd3" ? "first_stage_model." : "vae.");
      }
    });

    it.each([
      ["flux1", ["t5xxl", "ae", "clip_l"]],
      ["sd3", ["ae", "clip_l", "t5xxl", "clip_g"]],
    ] as const)("are known by their tensors: %s", async (name, given) => {
      const options = { ...told(name), parts: parts(name, given) };
      await expectOpens(fileOf(`${name}-transformer`), name, options);
      const vae = fileOf(`${name}-ae`);
      const encoders = parts(name, given).filter((path) => path !== vae);
      await expectOpens(fileOf(`${name}-transformer`), name, {
        ...{ ...told(name), parts: encoders, vae },
      });
    });

    it("join a folder that leaves T5 out", async () => {
      const folder = await openModelFiles(nodeFiles, join(scratch, "no-t5"), {
        ...{ ...told("sd3"), parts: parts("sd3", ["t5xxl"]) },
      });
      await expectSame(folder, modelOf("sd3"));
      await folder.close();
    });

    it.each([
      [["clip_l"], /without its vae \(ae\.safetensors\) and text_encoder_2 \(t5xxl_fp16/],
      [
        ["clip_l", "ae"],
        /without its text_encoder_2 \(t5xxl_fp16\.safetensors\)\. Name .* `parts`/,
      ],
      [["clip_l", "t5xxl"], /got a checkpoint without a VAE\. Name one with `base\.vae`/],
      [["clip_l", "t5xxl", "ae", "clip_l"], /expected a part of FLUX\.1 .* got a CLIP more/],
      [["clip_l", "t5xxl", "ae", "t5xxl"], /expected one text_encoder_2, got two: .*t5xxl/],
      [
        ["transformer"],
        /expected CLIP, T5 or an autoencoder alone, got a denoiser\. Name it as the/,
      ],
      [["nowhere"], /expected a file that holds .* got nothing at this path\. Check what `parts`/],
    ] as const)("are refused as %s", async (given, message) => {
      const path = fileOf("flux1-transformer");
      const options = { ...told("flux1"), parts: parts("flux1", given) };
      await expect(openModelFiles(nodeFiles, path, options)).rejects.toThrow(message);
    });

    it("are refused where something stands already, also an autoencoder", async () => {
      const path = fileOf("flux1");
      const open = (part: string) =>
        openModelFiles(nodeFiles, path, { parts: parts("flux1", [part]) });
      await expect(open("t5xxl")).rejects.toThrow(
        /t5xxl\.safetensors: expected one text_encoder_2, got two: .*flux1\.safetensors has it as/,
      );
      await expect(open("ae")).rejects.toThrow("or name this one with `base.vae`.");
    });
  });
});
