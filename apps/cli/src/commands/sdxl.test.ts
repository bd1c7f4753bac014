/** @file SDXL in every command: what is trained on it and what other programs make for it is read and written. */

import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  openSafetensors,
  readPngText,
  tensorSource,
  writeSafetensors,
} from "@atelier/diffusion/files";
import { sharpPictures } from "@atelier/diffusion/node";
import { floatTensor, type HostTensor } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { writePictures } from "../testing/pictures.js";
import { fixture, runCli, temporaryFolder } from "../testing/run-cli.js";

const base = fixture("tiny-checkpoints", "tiny-sdxl");

/** What a command prints when it works. */
async function works(...argv: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const result = await runCli(argv);
  expect(result.code, result.stderr).toBe(0);
  return result;
}

/** What a command says when it refuses. */
async function refusal(...argv: readonly string[]): Promise<string> {
  const { code, stderr } = await runCli(argv);
  expect(code, stderr).not.toBe(0);
  return stderr;
}

/** The bytes of a picture drawn in two steps. */
async function draw(...flags: readonly string[]): Promise<string> {
  const out = join(temporaryFolder(), "picture.png");
  const model = flags.includes("--base") ? [] : ["--base", base];
  await works("generate", ...model, "--prompt", "a <cat>", "--steps", "2", "--out", out, ...flags);
  const file = await nodeFiles.open(out);
  const picture = await sharpPictures.decode(await file.read(0, file.sizeBytes), out, {
    background: [255, 255, 255],
    maxPixels: 1e6,
  });
  await file.close();
  return Buffer.from(picture.data).toString("base64");
}

/** Trains two steps and returns the run's folder. */
async function train(command: string, ...flags: readonly string[]): Promise<string> {
  const folder = temporaryFolder();
  const pictures = await writePictures(join(folder, "pictures"), 2);
  const run = join(folder, "run");
  await works(
    ...[command, pictures, "--base", base, "--run", run, "--steps", "2"],
    ...["--learning-rate", "0.01", "--samples-every-steps", "0", "--seed", "3"],
    ...["--cache-folder", join(folder, "cache"), ...flags],
  );
  return run;
}

const both = ["--prompt", "a cat", "--text-encoder-train"];

async function namesIn(path: string): Promise<string[]> {
  const file = await openSafetensors(nodeFiles, path);
  await file.close();
  return [...file.entries.keys()];
}

type Tensors = Readonly<Record<string, HostTensor>>;

/** Writes a file's tensors as others. @param keeps its metadata as well */
async function rewrite(
  source: string,
  target: string,
  change: (name: string, tensor: HostTensor) => Tensors,
  { keeps = false }: { readonly keeps?: boolean } = {},
): Promise<void> {
  const file = await openSafetensors(nodeFiles, source);
  const tensors = [];
  for (const name of file.entries.keys()) {
    for (const [own, tensor] of Object.entries(change(name, await file.read(name)))) {
      tensors.push(tensorSource(own, tensor));
    }
  }
  await writeSafetensors(nodeFiles, target, tensors, keeps ? { metadata: file.metadata } : {});
  await file.close();
}

const mapped = (tensor: HostTensor, change: (value: number) => number): HostTensor => {
  if (tensor.dtype !== "float32") throw new Error(`expected float32, got ${tensor.dtype}`);
  return floatTensor(tensor.data.map(change), tensor.shape);
};

describe("SDXL", () => {
  it("learns a LoRA on both text encoders, which draws the same in every form", async () => {
    const run = await train("lora", ...both, "--rank", "2", "--text-encoder-learning-rate", "0.01");
    const kohya = join(run, "lora.safetensors");
    const diffusers = join(run, "pytorch_lora_weights.safetensors");
    const names = await namesIn(kohya);
    for (const prefix of [
      "lora_unet_input_blocks_",
      "lora_te1_text_model",
      "lora_te2_text_model",
    ]) {
      expect(
        names.some((name) => name.startsWith(prefix)),
        prefix,
      ).toBe(true);
    }
    // Nothing reads what comes behind the first encoder's last layer but one.
    expect(names.some((name) => name.startsWith("lora_te1_text_model_encoder_layers_1"))).toBe(
      false,
    );
    const folder = temporaryFolder();
    const [there, back, merged, single] = ["a", "b.safetensors", "model", "m.safetensors"].map(
      (name) => join(folder, name),
    ) as [string, string, string, string]; // One for each of the four names.
    await works("convert", kohya, there, "--to", "diffusers", "--base", base);
    await works("convert", there, back, "--to", "kohya", "--base", base);
    await works("merge", kohya, "--base", base, "--out", merged);
    await works("merge", kohya, "--base", base, "--out", single);
    const drawn = await draw("--adapter", kohya);
    expect(drawn).not.toBe(await draw());
    for (const form of [diffusers, there, back]) {
      expect(await draw("--adapter", form), form).toBe(drawn);
    }
    const plain = ["--prompt", "a cat"];
    expect(await draw("--base", single, "--tokenizer", base, ...plain)).toBe(
      await draw("--base", merged, ...plain),
    );
    const extracted = join(folder, "extracted.safetensors");
    await works("extract", merged, "--base", base, "--out", extracted, "--rank", "2");
    expect((await namesIn(extracted)).some((name) => name.startsWith("lora_te2_"))).toBe(true);
    const half = join(folder, "half.safetensors");
    await works("merge", kohya, back, "--layers-of", base, "--out", half);
    await draw("--adapter", half);
    expect((await works("inspect", kohya)).stdout).toContain("sdxl");
  });

  it("takes adapters of layers that nothing reads, and leaves them out where it goes on with one", async () => {
    const few = [...both, "--rank", "2"];
    const own = join(await train("lora", ...few), "lora.safetensors");
    const foreign = join(temporaryFolder(), "foreign.safetensors");
    const file = await openSafetensors(nodeFiles, own);
    const tensors = [];
    for (const name of file.entries.keys()) {
      const tensor = await file.read(name);
      tensors.push(tensorSource(name, tensor));
      if (!name.startsWith("lora_te1_")) continue;
      tensors.push(tensorSource(name.replace("_layers_0_", "_layers_1_"), tensor));
    }
    await writeSafetensors(nodeFiles, foreign, tensors, { metadata: file.metadata });
    await file.close();
    expect(tensors.length).toBeGreaterThan(file.entries.size);
    expect(await draw("--adapter", foreign)).toBe(await draw("--adapter", own));
    const folder = temporaryFolder();
    const pictures = await writePictures(join(folder, "pictures"), 1);
    const { stderr } = await works(
      ...["lora", pictures, "--base", base, ...few, "--start-from", foreign, "--steps", "1"],
      ...["--samples-every-steps", "0", "--cache-folder", join(folder, "cache")],
      ...["--run", join(folder, "run")],
    );
    expect(stderr).toContain("4 modules");
    expect(stderr).toContain("nothing reads their layers");
  });

  it("learns a word for both text encoders, which is read in every form", async () => {
    const word = ["--kind", "subject", "--token", "<cat>"];
    const run = await train("textual-inversion", ...word);
    const drawn = await draw("--embedding", join(run, "cat.safetensors"));
    expect(drawn).not.toBe(await draw());
    expect(await draw("--embedding", run)).toBe(drawn);
    const folder = temporaryFolder();
    const [two, one] = [join(folder, "two"), join(folder, "one.safetensors")];
    await works("convert", join(run, "cat.safetensors"), two, "--to", "diffusers");
    expect(readdirSync(two).sort()).toEqual([
      "learned_embeds.safetensors",
      "learned_embeds_2.safetensors",
    ]);
    await works("convert", two, one, "--to", "kohya");
    expect((await namesIn(one)).sort()).toEqual(["clip_g", "clip_l"]);
    expect(await draw("--embedding", `<cat>=${one}`)).toBe(drawn);
    const half = join(two, "learned_embeds.safetensors");
    expect(
      await refusal("generate", "--base", base, "--prompt", "a", "--embedding", half),
    ).toContain("Name the folder that holds the files of both text encoders");
    expect(await refusal("convert", two, join(folder, "w.bin"), "--to", "diffusers")).toContain(
      "Name a folder",
    );
    const pivotal = await train("textual-inversion", ...word, "--tuning", "pivotal", "--rank", "2");
    expect(await draw("--adapter", join(pivotal, "lora.safetensors"))).not.toBe(await draw());
  });

  it("learns a subject, and a model in one file says what goes with it", async () => {
    const subject = ["--token", "sks", "--class", "dog", "--prior-count", "1"];
    const few = ["--samples-steps", "1", "--samples-sampler", "ddim", "--rank", "2"];
    const run = await train("dreambooth", ...subject, ...few, "--text-encoder-train");
    await draw("--adapter", join(run, "lora.safetensors"));
    const folder = temporaryFolder();
    const pictures = await writePictures(join(folder, "pictures"), 1);
    const { stdout } = await works(
      ...["finetune", pictures, "--base", base, "--prompt", "a cat", "--steps", "1"],
      ...["--run", join(folder, "run"), "--checkpoint", "single-file", "--text-encoder-train"],
      ...["--samples-every-steps", "0", "--cache-folder", join(folder, "cache")],
    );
    expect(stdout).toContain(`--tokenizer ${base}`);
    await draw("--base", join(folder, "run", "model.safetensors"), "--tokenizer", base);
  });

  it("resumes a run on both text encoders", async () => {
    const run = await train("lora", ...both, "--rank", "2", "--save-every-steps", "1");
    expect((await works("resume", run)).stdout).toContain("lora.safetensors");
  });

  it("tells its tokenizers apart by what they pad with", async () => {
    const folder = join(temporaryFolder(), "exchanged");
    cpSync(base, folder, { recursive: true });
    cpSync(join(base, "tokenizer"), join(folder, "tokenizer_2"), { recursive: true });
    // Both pad alike: nothing tells whether that is meant.
    await works(
      "generate",
      "--base",
      folder,
      "--prompt",
      "a",
      "--steps",
      "1",
      "--out",
      `${folder}.png`,
    );
    cpSync(join(base, "tokenizer_2"), join(folder, "tokenizer"), { recursive: true });
    const said = await refusal("generate", "--base", folder, "--prompt", "a");
    expect(said).toContain(
      "expected tokenizer to pad with <|endoftext|> and tokenizer_2 to pad with !",
    );
    expect(said).toContain("have been exchanged");
  });

  it("draws, trains and converts with another autoencoder", async () => {
    const folder = temporaryFolder();
    const at = (name: string) => join(folder, name);
    // Tuned, so that it differs from the base's.
    const other = at("other");
    cpSync(base, other, { recursive: true });
    const own = join(base, "vae", "diffusion_pytorch_model.safetensors");
    const scaled = join(other, "vae", "diffusion_pytorch_model.safetensors");
    await rewrite(own, scaled, (name, tensor) => ({
      [name]: name === "decoder.conv_out.bias" ? mapped(tensor, (value) => value + 0.5) : tensor,
    }));
    const drawn = await draw("--base", other);
    expect(drawn).not.toBe(await draw());
    await works("convert", other, at("ldm.safetensors"), "--to", "single-file");
    const ldm = at("vae-ldm.safetensors");
    await rewrite(at("ldm.safetensors"), ldm, (name, tensor) =>
      name.startsWith("first_stage_model.")
        ? { [name.slice("first_stage_model.".length)]: tensor }
        : {},
    );
    const diffusers = at("vae-diffusers.safetensors");
    cpSync(scaled, diffusers);
    for (const vae of [join(other, "vae"), other, scaled, at("ldm.safetensors"), ldm, diffusers]) {
      expect(await draw("--vae", vae), vae).toBe(drawn);
    }
    const bare = at("bare.safetensors");
    await rewrite(
      at("ldm.safetensors"),
      bare,
      (name, tensor) => (name.startsWith("first_stage_model.") ? {} : { [name]: tensor }),
      { keeps: true },
    );
    const said = await refusal("generate", "--base", bare, "--tokenizer", base, "--prompt", "a");
    expect(said).toContain("got a checkpoint without a VAE. Name one with --vae");
    const withOther = ["--base", bare, "--tokenizer", base, "--vae", join(other, "vae")];
    expect(await draw(...withOther)).toBe(drawn);
    const whole = at("whole");
    await works("convert", bare, whole, "--to", "diffusers", ...withOther.slice(2));
    expect(await draw("--base", whole)).toBe(drawn);
    const run = await train("finetune", "--prompt", "a cat", "--vae", join(other, "vae"));
    await rewrite(
      join(run, "model", "vae", "diffusion_pytorch_model.safetensors"),
      at("v"),
      (name, tensor) => {
        if (name === "decoder.conv_out.bias") expect(tensor.data[0]).toBeGreaterThan(0.2);
        return { [name]: tensor };
      },
    );
    const sd1 = fixture("tiny-checkpoints", "tiny-sd1");
    expect(
      await refusal("generate", "--base", base, "--prompt", "a", "--vae", "nowhere"),
    ).toContain(
      "nowhere: expected a folder, a file or a repository such as organisation/name@revision",
    );
    expect(
      await refusal(...["generate", "--base", base, "--prompt", "a"], "--vae", join(sd1, "unet")),
    ).toContain("vae config");
  });

  it("draws by sizes and by a second prompt, which its pictures record", async () => {
    const drawn = await draw();
    for (const flags of [
      ["--original-size", "512x256"],
      ["--crop-top-left", "8,0"],
      ["--target-size", "512x256"],
      ["--prompt-2", "two dogs"],
      ["--negative-2", "blurry"],
      ["--negative-original-size", "64x32", "--negative", "blurry"],
    ]) {
      expect(await draw(...flags), flags.join(" ")).not.toBe(drawn);
    }
    expect(await draw("--original-size", "16x16", "--prompt-2", "a <cat>")).toBe(drawn);
    const out = join(temporaryFolder(), "picture.png");
    const sizes = ["--original-size", "512x256", "--negative-crop-top-left", "0,4"];
    await works(
      ...["generate", "--base", base, "--prompt", "a", "--prompt-2", "two dogs", "--steps", "1"],
      ...[...sizes, "--vae", base, "--out", out],
    );
    const record: unknown = JSON.parse(
      String((await readPngText(readFileSync(out))).get("atelier")),
    );
    expect(record).toMatchObject({
      prompt2: "two dogs",
      sizes: { original: { width: 512, height: 256 } },
      negativeSizes: { crop: { left: 4, top: 0 } },
      vae: base,
    });
    const shown = (await works("inspect", out)).stdout;
    expect(shown).toContain("two dogs");
    expect(shown).toContain("512x256");
    const sd1 = ["--base", fixture("tiny-checkpoints", "tiny-sd1"), "--prompt-2", "a"];
    const plain = ["--tokenizer", fixture("tokenizer-small"), "--prompt", "a", "--steps", "1"];
    const { stderr } = await works(
      ...["generate", ...sd1, ...plain, ...sizes, "--out", out, "--force"],
    );
    expect(stderr).toContain("sizes have no effect: Stable Diffusion 1.x is not told any");
    expect(stderr).toContain("prompt2 has no effect");
    expect(await refusal("generate", "--prompt", "a", "--original-size", "0x5")).toContain(
      "Expected a width and a height of at least 1",
    );
    expect((await works("generate", "--help")).stdout).toContain(
      "For models with several text encoders, and for SDXL:",
    );
  });

  it("says what half a model lacks", async () => {
    const lacks = async (change: (folder: string) => void): Promise<string> => {
      const folder = join(temporaryFolder(), "half");
      cpSync(base, folder, { recursive: true });
      change(folder);
      return refusal("generate", "--base", folder, "--prompt", "a");
    };
    expect(
      await lacks((folder) => rmSync(join(folder, "text_encoder_2"), { recursive: true })),
    ).toContain("expected the model's text_encoder_2 with its config.json, got no such folder");
    expect(
      await lacks((folder) => rmSync(join(folder, "tokenizer_2"), { recursive: true })),
    ).toMatch(/tokenizer_2: expected a CLIP tokenizer/);
    const index = (fields: object) => (folder: string) => {
      const path = join(folder, "model_index.json");
      const all: unknown = JSON.parse(readFileSync(path, "utf8"));
      writeFileSync(path, JSON.stringify(Object.assign({}, all, fields)));
    };
    expect(await lacks(index({ text_encoder_2: undefined }))).toContain(
      "expected text_encoder_2 of class",
    );
    expect(
      await lacks(
        index({ _class_name: "StableDiffusionXLImg2ImgPipeline", text_encoder: [null, null] }),
      ),
    ).toContain("got an SDXL refiner, which is not supported");

    const folder = temporaryFolder();
    const whole = join(folder, "whole.safetensors");
    await works("convert", base, whole, "--to", "single-file");
    const half = join(folder, "half.safetensors");
    const without = async (prefix: string): Promise<string> => {
      await rewrite(whole, half, (name, tensor) =>
        name.startsWith(prefix) ? {} : { [name]: tensor },
      );
      return refusal("generate", "--base", half, "--prompt", "a");
    };
    expect(await without("conditioner.embedders.0.")).toContain(
      "got a Stable Diffusion XL checkpoint without its text_encoder (conditioner.embedders.0.",
    );
    expect(await without("conditioner.embedders.1.")).toContain("without its text_encoder_2");
    expect(await without("conditioner.")).toContain(
      "text_encoder (conditioner.embedders.0.transformer.…) and text_encoder_2",
    );
    await rewrite(whole, half, (name, tensor) => ({
      [name.replace("embedders.1.", "embedders.0.")]: tensor,
    }));
    await rewrite(half, join(folder, "refiner.safetensors"), (name, tensor) =>
      name.startsWith("conditioner.embedders.0.transformer.") ? {} : { [name]: tensor },
    );
    expect(
      await refusal("generate", "--base", join(folder, "refiner.safetensors"), "--prompt", "a"),
    ).toContain("got an SDXL refiner");
  });

  it("says whose an adapter is that is another family's", async () => {
    const xl = join(await train("lora", ...both, "--rank", "2"), "lora.safetensors");
    const sd1 = fixture("tiny-checkpoints", "tiny-sd1");
    const tokenizer = ["--tokenizer", fixture("tokenizer-small")];
    expect(
      await refusal("generate", "--base", sd1, ...tokenizer, "--prompt", "a", "--adapter", xl),
    ).toContain(
      "expected an adapter for Stable Diffusion 1.x, which the base is, got one for Stable Diffusion XL",
    );
    const folder = temporaryFolder();
    const pictures = await writePictures(join(folder, "pictures"), 1);
    await works(
      ...["lora", pictures, "--base", sd1, ...tokenizer, "--prompt", "a", "--steps", "1"],
      ...["--run", join(folder, "run"), "--cache-folder", join(folder, "cache")],
      ...["--samples-every-steps", "0"],
    );
    const own = join(folder, "run", "lora.safetensors");
    const said = await refusal("generate", "--base", base, "--prompt", "a", "--adapter", own);
    expect(said).toContain(
      "expected an adapter for Stable Diffusion XL, which the base is, got one for Stable Diffusion 1.x",
    );
    expect(said).toContain("Use it with a model of Stable Diffusion 1.x");
  });

  it("says that an autoencoder gives no picture, and which option takes another", async () => {
    const folder = join(temporaryFolder(), "broken");
    cpSync(base, folder, { recursive: true });
    const name = join("vae", "diffusion_pytorch_model.safetensors");
    await rewrite(join(base, name), join(folder, name), (own, tensor) => ({
      [own]: own === "decoder.conv_out.bias" ? mapped(tensor, () => Number.NaN) : tensor,
    }));
    const said = await refusal("generate", "--base", folder, "--prompt", "a", "--steps", "1");
    expect(said).toContain("expected finite pixels, got NaN from the autoencoder (VAE)");
    expect(said).toContain("--vae");
    await draw("--base", folder, "--vae", base);
  });

  it("is known to the commands that look at it", async () => {
    const pictures = await writePictures(join(temporaryFolder(), "pictures"), 2);
    const [advice] = (
      await runCli(["advise", pictures, "--base", base, "--vae", base, "--json"])
    ).json();
    expect(advice?.["command"]).toContain(`--base ${base} --vae ${base}`);
    const { stdout } = await works("inspect", base);
    expect(stdout).toContain("sdxl");
    expect(stdout).toContain("Nothing is wrong with it");
  });

  it("reads shards of mixed types", async () => {
    const folder = join(temporaryFolder(), "mixed");
    cpSync(base, folder, { recursive: true });
    const unet = join(folder, "unet");
    const whole = join(unet, "diffusion_pytorch_model.safetensors");
    const file = await openSafetensors(nodeFiles, whole);
    const halves = [[], []] as [
      ReturnType<typeof tensorSource>[],
      ReturnType<typeof tensorSource>[],
    ];
    const places: Record<string, string> = {};
    for (const [index, name] of [...file.entries.keys()].entries()) {
      const at = index % 2 === 0 ? 0 : 1;
      halves[at].push(
        tensorSource(name, await file.read(name), { dtype: at === 0 ? "F16" : "F32" }),
      );
      places[name] = `diffusion_pytorch_model-0000${at + 1}-of-00002.safetensors`;
    }
    for (const at of [0, 1] as const) {
      const shard = join(unet, `diffusion_pytorch_model-0000${at + 1}-of-00002.safetensors`);
      await writeSafetensors(nodeFiles, shard, halves[at]);
    }
    await file.close();
    rmSync(whole);
    writeFileSync(`${whole}.index.json`, JSON.stringify({ metadata: {}, weight_map: places }));
    await draw("--base", folder);
  });

  it("says which tokenizers one file needs", async () => {
    const file = join(temporaryFolder(), "xl.safetensors");
    await works("convert", base, file, "--to", "single-file");
    expect(await refusal("generate", "--base", file, "--prompt", "a")).toContain(
      "Name a folder that holds tokenizer and tokenizer_2",
    );
    expect(
      await refusal(
        ...["generate", "--base", file, "--prompt", "a"],
        ...["--tokenizer", join(base, "tokenizer")],
      ),
    ).toContain("expected a folder tokenizer in it");
  });
});
