/**
 * @file Adapters and embeddings of other programs in every command that meets them: `generate`, `merge`,
 * `convert` and `inspect` say the same of a file.
 */

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { adaptableLayers, configsOf } from "@atelier/diffusion/families";
import {
  openModelFiles,
  openSafetensors,
  type TorchValue,
  tensorSource,
  writePytorch,
  writeSafetensors,
} from "@atelier/diffusion/files";
import type { LayerInfo } from "@atelier/diffusion/models";
import { sharpPictures } from "@atelier/diffusion/node";
import { createTorchGenerator, type FloatTensor, floatTensor, sizeOf } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { fixture, runCli, temporaryFolder } from "../testing/run-cli.js";

const tokenizer = ["--tokenizer", fixture("tokenizer-small")];
const baseOf = (name: string) => fixture("tiny-checkpoints", name);
const draw2 = ["--prompt", "a red apple", "--steps", "2", "--seed", "1"];

async function layersOf(name: string): Promise<ReadonlyMap<string, LayerInfo>> {
  const checkpoint = await openModelFiles(nodeFiles, baseOf(name));
  await checkpoint.close();
  return adaptableLayers(checkpoint.family, configsOf(checkpoint));
}

type Tensors = Readonly<Record<string, FloatTensor>>;

async function write(
  path: string,
  tensors: Tensors,
  metadata: Readonly<Record<string, string>> = {},
): Promise<string> {
  const sources = Object.entries(tensors).map(([name, tensor]) => tensorSource(name, tensor));
  await writeSafetensors(nodeFiles, path, sources, { metadata: new Map(Object.entries(metadata)) });
  return path;
}

/** kohya's factors of the layers that a pattern means. @param reshape what becomes of a factor's shape */
function factors(
  layers: ReadonlyMap<string, LayerInfo>,
  { only, reshape = (shape) => shape }: { only: RegExp; reshape?: (shape: number[]) => number[] },
): Tensors {
  const generator = createTorchGenerator(3);
  const random = (shape: number[]) =>
    floatTensor(
      generator.randn(sizeOf(shape)).map((value) => value * 0.3),
      reshape(shape),
    );
  const entries = [...layers].flatMap(([path, { weightShape }]): [string, FloatTensor][] => {
    if (!path.startsWith("unet.") || !only.test(path)) return [];
    const name = `lora_unet_${path.slice("unet.".length).replaceAll(".", "_")}`;
    const [out = 0, ...inner] = weightShape;
    return [
      [`${name}.lora_down.weight`, random([2, ...inner])],
      [`${name}.lora_up.weight`, random([out, 2, ...inner.slice(1).map(() => 1)])],
      [`${name}.alpha`, floatTensor([2], [])],
    ];
  });
  return Object.fromEntries(entries);
}

interface Drawn {
  readonly path: string;
  readonly stderr: string;
}

async function drawFile(...flags: string[]): Promise<Drawn> {
  const path = join(temporaryFolder(), "picture.png");
  const { code, stderr } = await runCli(["generate", ...draw2, "--out", path, ...flags]);
  expect(code, stderr).toBe(0);
  return { path, stderr };
}

/** A hash of a picture's compressed pixels, and what was said. */
async function draw(...flags: string[]): Promise<{ pixels: string; stderr: string }> {
  const { path, stderr } = await drawFile(...flags);
  const bytes = readFileSync(path);
  const pixels = createHash("sha256")
    .update(bytes.subarray(bytes.indexOf("IDAT")))
    .digest("hex");
  return { pixels, stderr };
}

async function decode({ path }: Drawn): Promise<Uint8Array> {
  const options = { background: [0, 0, 0], maxPixels: 1e6 } as const;
  return (await sharpPictures.decode(readFileSync(path), path, options)).data;
}

async function tensorsOf(path: string): Promise<Map<string, FloatTensor>> {
  const file = await openSafetensors(nodeFiles, path);
  const tensors = new Map<string, FloatTensor>();
  for (const name of file.entries.keys()) tensors.set(name, await file.readFloat32(name));
  await file.close();
  return tensors;
}

describe("a LoRA whose projections have the other shape", () => {
  const swapped = (shape: number[]) => (shape.length === 2 ? [...shape, 1, 1] : shape.slice(0, 2));

  it.each(["tiny-sd1", "tiny-sd2"])(
    "is the same LoRA on %s in every command",
    async (name) => {
      const folder = temporaryFolder();
      const base = ["--base", baseOf(name)];
      const layers = await layersOf(name);
      const only = /proj_(in|out)$|to_q$/;
      const own = await write(join(folder, "own.safetensors"), factors(layers, { only }));
      const other = await write(
        join(folder, "other.safetensors"),
        factors(layers, { only, reshape: swapped }),
      );
      const [first, second, none] = [
        await draw(...base, ...tokenizer, "--adapter", own),
        await draw(...base, ...tokenizer, "--adapter", other),
        await draw(...base, ...tokenizer),
      ];
      expect(second.pixels).toBe(first.pixels);
      expect(first.pixels).not.toBe(none.pixels);

      const results = [];
      for (const file of [own, other]) {
        const inspected = await runCli(["inspect", file, ...base]);
        expect(inspected.code, inspected.stdout).toBe(0);
        const [merged, converted] = [`${file}.merged.safetensors`, `${file}.diffusers.safetensors`];
        const into = await runCli(["merge", file, ...base, ...tokenizer, "--out", merged]);
        expect(into.code, into.stderr).toBe(0);
        const to = await runCli(["convert", file, converted, "--to", "diffusers", ...base]);
        expect(to.code, to.stderr).toBe(0);
        results.push([await tensorsOf(merged), await tensorsOf(converted)]);
      }
      expect(results[1]).toEqual(results[0]);
      const [, converted = new Map<string, FloatTensor>()] = results[0] ?? [];
      for (const [key, { shape }] of converted) {
        const layer = layers.get(key.replace(/\.lora\.(up|down)\.weight$/, ""));
        expect(shape.length, key).toBe(layer?.weightShape.length);
      }
    },
    60_000,
  );
});

describe("a file that does not fit", () => {
  it("is refused by every command that has the base, for the same reason", async () => {
    const folder = temporaryFolder();
    const layers = await layersOf("tiny-sd1");
    const tensors = factors(layers, { only: /mid_block.*to_q$/ });
    const wide = Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) =>
        name.endsWith("down.weight")
          ? [name, floatTensor(new Float32Array(2 * 24), [2, 24])]
          : [name, tensor],
      ),
    );
    const file = await write(join(folder, "wide.safetensors"), wide);
    const base = ["--base", baseOf("tiny-sd1")];
    const out = join(folder, "out.safetensors");
    for (const argv of [
      ["generate", ...draw2, ...base, ...tokenizer, "--adapter", file],
      ["merge", file, ...base, ...tokenizer, "--out", out],
      ["convert", file, out, "--to", "diffusers", ...base],
      ["inspect", file, ...base],
    ]) {
      const { code, stdout, stderr } = await runCli(argv);
      expect(code, argv[0]).toBe(1);
      expect(stdout + stderr, argv[0]).toMatch(/to_q: \[2, 16\] and \[16, 2\], got \[2, 24\]/);
      const korean = await runCli(argv, { env: { ATELIER_LANG: "ko" } });
      expect(korean.stdout + korean.stderr, argv[0]).toContain(
        "to_q: [2, 16] 및 [16, 2], 파일에는 [2, 24]",
      );
    }
  });

  it("in itself is called broken without a base, too", async () => {
    const name = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q";
    const half = { [`${name}.lora_down.weight`]: floatTensor([1, 2], [1, 2]) };
    const path = await write(join(temporaryFolder(), "half.safetensors"), half);
    const { code, stdout } = await runCli(["inspect", path]);
    expect(code).toBe(1);
    expect(stdout).toContain("expected a down and an up factor, got down alone");
    const korean = await runCli(["inspect", path], { env: { ATELIER_LANG: "ko" } });
    expect(korean.stdout).toContain("다음이 모두 있어야 하지만 down뿐입니다: down 행렬과 up 행렬.");
  });
});

describe("LoHa with magnitudes", () => {
  it("is drawn, merged, converted to kohya's form, and named; diffusers' form is refused", async () => {
    const folder = temporaryFolder();
    const name = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q";
    const generator = createTorchGenerator(1);
    const random = (...shape: number[]) => floatTensor(generator.randn(sizeOf(shape)), shape);
    const file = await write(join(folder, "loha.safetensors"), {
      [`${name}.hada_w1_a`]: random(16, 2),
      [`${name}.hada_w1_b`]: random(2, 16),
      [`${name}.hada_w2_a`]: random(16, 2),
      [`${name}.hada_w2_b`]: random(2, 16),
      [`${name}.dora_scale`]: random(1, 16),
      [`${name}.alpha`]: floatTensor([1], []),
    });
    const base = ["--base", baseOf("tiny-sd1")];
    const picture = await drawFile(...base, ...tokenizer, "--adapter", file);
    const model = join(folder, "model");
    const into = await runCli(["merge", file, ...base, ...tokenizer, "--out", model]);
    expect(into.code, into.stderr).toBe(0);
    // The two ways round differently, by less than a step of a pixel.
    const [expected, drawn] = await Promise.all(
      [picture, await drawFile("--base", model)].map(decode),
    );
    expect(drawn?.every((value, i) => Math.abs(value - (expected?.[i] ?? 0)) <= 1)).toBe(true);
    expect(drawn).not.toEqual(await decode(await drawFile(...base, ...tokenizer)));
    const { stdout } = await runCli(["inspect", file, ...base]);
    expect(stdout).toContain("LoHa with DoRA magnitudes per input");
    expect(stdout).toContain("Nothing is wrong with it.");
    const out = join(folder, "out.safetensors");
    expect((await runCli(["convert", file, out, "--to", "kohya", ...base])).code).toBe(0);
    expect([...(await tensorsOf(out))]).toEqual([...(await tensorsOf(file))]);
    const refused = await runCli(["convert", file, `${out}-d`, "--to", "diffusers", ...base]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/got LoHa with DoRA magnitudes per input\. Write a kohya file/);
  });
});

describe("a folder with an old LoRA", () => {
  it("is a LoRA to inspect, convert, merge and generate", async () => {
    const folder = temporaryFolder();
    const tensors = factors(await layersOf("tiny-sd1"), { only: /attn1\.to_q$/ });
    const kohya = await write(join(temporaryFolder(), "kohya.safetensors"), tensors);
    const pickled = Object.entries(tensors).map(([name, tensor]): [string, TorchValue] => [
      name,
      tensorSource(name, tensor),
    ]);
    await writePytorch(nodeFiles, join(folder, "pytorch_lora_weights.bin"), new Map(pickled));
    writeFileSync(join(folder, "README.md"), "a LoRA");
    const base = ["--base", baseOf("tiny-sd1")];
    const inspected = await runCli(["inspect", folder, ...base, "--json"]);
    expect(inspected.json()[0]).toMatchObject({ kind: "adapter", problems: [] });
    expect((await draw(...base, ...tokenizer, "--adapter", folder)).pixels).toBe(
      (await draw(...base, ...tokenizer, "--adapter", kohya)).pixels,
    );
    const out = join(temporaryFolder(), "out.safetensors");
    const converted = await runCli(["convert", folder, out, "--to", "kohya", ...base]);
    expect(converted.code, converted.stderr).toBe(0);
    expect([...(await tensorsOf(out))]).toEqual([...(await tensorsOf(kohya))]);
  });
});

describe("an alpha in the metadata alone", () => {
  it("counts for nothing, and that is told by every command", async () => {
    const tensors = factors(await layersOf("tiny-sd1"), { only: /attn1\.to_q$/ });
    const bare = Object.fromEntries(
      Object.entries(tensors).filter(([name]) => !name.endsWith(".alpha")),
    );
    const folder = temporaryFolder();
    const metadata = { ss_network_alpha: "1", ss_network_dim: "2", ss_base_model_version: "sd_v1" };
    const file = await write(join(folder, "bare.safetensors"), bare, metadata);
    const whole = await write(join(folder, "whole.safetensors"), tensors);
    const base = ["--base", baseOf("tiny-sd1")];
    const drawn = await draw(...base, ...tokenizer, "--adapter", file);
    expect(drawn.pixels).toBe((await draw(...base, ...tokenizer, "--adapter", whole)).pixels);
    const out = (name: string) => join(folder, name);
    const said = [
      drawn.stderr,
      (await runCli(["convert", file, out("c.safetensors"), "--to", "kohya"])).stderr,
      (await runCli(["merge", file, "--out", out("m.safetensors")])).stderr,
      (await runCli(["merge", file, ...base, ...tokenizer, "--out", out("b.safetensors")])).stderr,
      (await runCli(["inspect", file])).stdout,
    ];
    for (const text of said) expect(text).toContain("ss_network_alpha 1");
    expect(
      (await tensorsOf(out("c.safetensors"))).get([...Object.keys(tensors)][2] ?? "")?.data,
    ).toEqual(Float32Array.of(2));
  });
});

describe("words in a LoRA", () => {
  it("that cannot be used stop nothing, and each is named with the reason", async () => {
    const folder = temporaryFolder();
    const tensors = factors(await layersOf("tiny-sd1"), { only: /attn1\.to_q$/ });
    const vectors = floatTensor(createTorchGenerator(1).randn(32), [2, 16]);
    const with_ = (name: string, words: Tensors) =>
      write(join(folder, `${name}.safetensors`), { ...tensors, ...words });
    const base = ["--base", baseOf("tiny-sd1"), ...tokenizer];
    const plain = await draw(...base, "--adapter", await with_("plain", {}));
    for (const [name, key, said] of [
      ["dot", "bundle_emb.v1.5-zorbo.clip_l", /v1\.5-zorbo: has no effect/],
      [
        "space",
        "bundle_emb.zor bo.clip_l",
        /"zor bo" .* is not used: a word cannot have white space/,
      ],
      ["known", "bundle_emb.a.clip_l", /"a" .* is not used: there is a word of this name/],
      ["output", "bundle_emb.zorbo.clip_l_out", /zorbo\.clip_l_out is left out/],
    ] as const) {
      const file = await with_(name, { [key]: vectors });
      const { pixels, stderr } = await draw(...base, "--adapter", file);
      expect(pixels, name).toBe(plain.pixels);
      expect(stderr, name).toMatch(said);
      const out = join(folder, `${name}-converted.safetensors`);
      const { stdout } = await runCli(["inspect", file]);
      expect(stdout.includes("cannot be a word of a prompt")).toBe(name === "space");
      const flags = ["--to", "kohya", "--base", baseOf("tiny-sd1")];
      expect((await runCli(["convert", file, out, ...flags])).code, name).toBe(0);
    }
    const wide = floatTensor(new Float32Array(20), [1, 20]);
    const misfit = await with_("misfit", { "bundle_emb.zorbo.clip_l": wide });
    expect((await draw(...base, "--adapter", misfit)).stderr).toMatch(
      /"zorbo" .*width 16.*got width 20/,
    );
  });
});

describe("an embedding of two names", () => {
  it("goes by the one that the prompt holds, else by its file's; both are told", async () => {
    const folder = temporaryFolder();
    const vectors = floatTensor(createTorchGenerator(1).randn(16), [1, 16]);
    const embedding = async (file: string, name: string) => {
      const path = join(folder, file);
      const content = new Map<string, TorchValue>([
        ["string_to_token", new Map<string, TorchValue>([["*", 265]])],
        ["string_to_param", new Map<string, TorchValue>([["*", tensorSource("*", vectors)]])],
        ["name", name],
      ]);
      await writePytorch(nodeFiles, path, content);
      return path;
    };
    const base = ["--base", baseOf("tiny-sd1"), ...tokenizer];
    const prompt = (text: string) => ["--prompt", text];
    const renamed = await embedding("sks-cat.pt", "my-cat-500");
    const by = async (text: string, use: string) =>
      draw(...base, ...prompt(text), "--embedding", use);
    const first = await by("a sks-cat", renamed);
    expect(first.stderr).toContain(`is called sks-cat here; its other name is my-cat-500`);
    expect(first.stderr).toContain(`--embedding my-cat-500=${renamed}`);
    expect(first.stderr).not.toContain("has no effect");
    const second = await by("a my-cat-500", renamed);
    expect(second.stderr).toContain(`--embedding sks-cat=${renamed}`);
    expect(second.pixels).toBe(first.pixels);
    const third = await by("a <x>", `<x>=${renamed}`);
    expect([third.pixels, third.stderr.includes("other name")]).toEqual([first.pixels, false]);

    const spaced = await embedding("spaced.pt", "my cat");
    const fourth = await by("a spaced", spaced);
    expect(fourth.pixels).toBe(first.pixels);
    expect(fourth.stderr).toContain('its other name, "my cat", cannot be a new word');
    // A file that is called like a word of the model still goes by the name inside.
    const named = await embedding("a.pt", "zz-apple");
    expect((await by("a zz-apple", named)).pixels).toBe(first.pixels);

    const [inspection] = (await runCli(["inspect", spaced, "--json"])).json();
    expect(inspection?.["triggerWords"]).toEqual(["spaced"]);
    const { stdout } = await runCli(["inspect", renamed]);
    expect(stdout).toContain("two names, sks-cat and my-cat-500");
  });
});

describe("inspect", () => {
  it("takes several paths, and goes on after one where nothing stands", async () => {
    const lora = fixture("lora", "lora_kohya.safetensors");
    const { code, stdout } = await runCli(["inspect", lora, "absent", baseOf("tiny-sd1")]);
    expect(code).toBe(1);
    expect(stdout.match(/^ +Kind/gm)).toHaveLength(3);
    expect(stdout).toContain("absent: expected a file or folder, got nothing");
    const lines = (await runCli(["inspect", lora, baseOf("tiny-sd1"), "--json"])).json();
    expect(lines.map(({ kind }) => kind)).toEqual(["adapter", "checkpoint"]);
  });

  it("knows JSON under another name, and gives claimed lengths exactly", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a.safetensors"), '{"lora_alpha": 8, "r": 4}');
    const json = await runCli(["inspect", join(folder, "a.safetensors")]);
    expect(json.stdout).toContain("got what looks like a JSON file");
    const claim = Buffer.alloc(16);
    claim.writeBigUInt64LE(9_007_199_254_740_993n);
    writeFileSync(join(folder, "b.safetensors"), claim);
    const long = await runCli(["inspect", join(folder, "b.safetensors")]);
    expect(long.stdout).toContain("a length of 9007199254740993");
  });
});
