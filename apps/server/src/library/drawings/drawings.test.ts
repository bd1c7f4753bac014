/** @file Drawings: listed newest first by pages, removed and brought back, kept as pictures of a data set, and read. */

import { readFile, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodePng, formatA1111Parameters } from "@atelier/diffusion/files";
import { describe, expect, it } from "vitest";
import { drawn } from "../../api/library.js";
import { picture, type TestLibrary, testLibrary } from "../../testing/open-test-library.js";
import { samplerOf } from "./webui-text.js";

const none = { query: undefined, body: undefined };
const job = "0b0e7a5c-6a3b-4a57-9f5e-0123456789ab";

const record = {
  ...{
    prompt: "a cat, (red:1.2)",
    negativePrompt: "blurry",
    steps: 20,
    sampler: "dpmpp_2m_karras",
  },
  ...{
    cfgScale: 4.5,
    seed: "17",
    width: 40,
    height: 30,
    version: "Atelier 0.1.0",
    base: "embedded",
  },
  ...{ guidanceRescale: 0, eta: 0, clipSkip: 0, parts: undefined },
  adapters: [{ path: "/somewhere/adapters/dog.safetensors", weight: 0.8 }],
  embeddings: ["/somewhere/words/style.safetensors"],
};

function png(text: Record<string, string>): Promise<Uint8Array> {
  return encodePng({ width: 40, height: 30, data: new Uint8Array(3 * 40 * 30).fill(90) }, { text });
}

const atelierPng = (change: object = {}) =>
  png({ parameters: "ignored", atelier: JSON.stringify({ ...record, ...change }) });

async function withDrawings(count: number): Promise<TestLibrary> {
  const library = await testLibrary();
  for (let index = 1; index <= count; index++) {
    const path = join(library.outside, "drawn.png");
    await writeFile(path, await atelierPng({ seed: String(index) }));
    const at = new Date(Date.UTC(2026, 0, 1, 0, 0, index));
    await utimes(path, at, at);
    const origin = index % 2 === 0 ? { job, x: `x${index}` } : {};
    await library.drawings.placeDrawing({ path, name: `${index}.png`, origin });
  }
  return library;
}

const page = (library: TestLibrary, query: { limit?: number; after?: string; job?: string } = {}) =>
  library.drawings.drawings({
    params: undefined,
    query: { limit: 200, ...query },
    body: undefined,
  });

describe("drawings", () => {
  it("are listed newest first, a page at a time, also where one is gone in between", async () => {
    const library = await withDrawings(5);
    const first = await page(library, { limit: 2 });
    for (const each of first.drawings) expect(drawn.safeParse(each).error).toBeUndefined();
    expect(first.drawings.map(({ name }) => name)).toEqual(["5.png", "4.png"]);
    expect(first.drawings[0]).toMatchObject({
      width: 40,
      height: 30,
      created: "2026-01-01T00:00:05.000Z",
      settings: { seed: 5 },
    });
    expect(first.drawings[1]).toMatchObject({ job, x: "x4" });
    await library.drawings.removeDrawings({
      params: undefined,
      query: undefined,
      body: { drawings: ["4.png"] },
    });
    const { next = "" } = first;
    const second = await page(library, { limit: 2, after: next });
    expect(second.drawings.map(({ name }) => name)).toEqual(["3.png", "2.png"]);
    const third = await page(library, { limit: 2, after: second.next ?? "" });
    expect(third).toMatchObject({ drawings: [{ name: "1.png" }] });
    expect(third.next).toBeUndefined();
    expect((await page(library, { job })).drawings.map(({ name }) => name)).toEqual(["2.png"]);
  });

  it("come back from the trash with their job", async () => {
    const library = await withDrawings(2);
    const { trash, count } = await library.drawings.removeDrawings({
      params: undefined,
      query: undefined,
      body: { drawings: ["1.png", "2.png"] },
    });
    expect(count).toBe(2);
    expect((await page(library)).drawings).toEqual([]);
    expect(await library.trash.restore({ params: { trash }, ...none })).toEqual({ restored: 2 });
    expect((await page(library)).drawings).toMatchObject([
      { name: "2.png", job },
      { name: "1.png" },
    ]);
  });

  it("are files of the library and nothing else, small ones where that is asked for", async () => {
    const library = await withDrawings(1);
    await writeFile(join(library.root, "drawings", "notes.txt"), "x");
    await symlink(join(library.root, "library.json"), join(library.root, "drawings", "link.png"));
    expect((await page(library)).drawings).toHaveLength(1);
    const file = (drawing: string, edge?: number) =>
      library.drawings.drawing({ params: { drawing }, query: { edge }, body: undefined });
    expect(await file("1.png")).toMatchObject({ kind: "stored", type: "image/png", name: "1.png" });
    expect(await file("1.png", 32)).toMatchObject({ kind: "stored", type: "image/webp" });
    expect(await file("1.png", 40)).toMatchObject({ type: "image/png" });
    await expect(file("2.png")).rejects.toThrow("got none of that name");
    await expect(file("link.png")).rejects.toThrow("leads out");
    await expect(file("../library.json")).rejects.toThrow("expected the name of a file");
  });

  it("are kept in a data set with their prompt, once", async () => {
    const library = await withDrawings(1);
    await library.datasets.create({ params: undefined, query: undefined, body: { name: "cats" } });
    const keep = () =>
      library.drawings.keepDrawing({
        params: { drawing: "1.png" },
        query: undefined,
        body: { dataset: "cats" },
      });
    expect(await keep()).toEqual({ picture: "1.png" });
    expect(await readFile(join(library.root, "datasets/cats/1.txt"), "utf8")).toBe(
      "a cat, (red:1.2)\n",
    );
    expect(await keep()).toEqual({ picture: "1.png" });
    expect((await library.datasets.get({ params: { dataset: "cats" }, ...none })).pictures).toBe(1);
    expect((await page(library)).drawings).toHaveLength(1);
  });
});

describe("the settings in a picture", () => {
  const read = async (body: Uint8Array, library?: TestLibrary) => {
    const { settings, notes } = await (library ?? (await testLibrary())).drawings.read({
      params: undefined,
      query: undefined,
      body,
    });
    return { settings, notes: notes.map(({ message }) => message) };
  };

  it("of Atelier are read whole", async () => {
    expect(await read(await atelierPng())).toEqual({
      settings: {
        ...{
          prompt: "a cat, (red:1.2)",
          negative: "blurry",
          count: 1,
          guidance: 4.5,
          steps: 20,
          seed: 17,
        },
        sampler: "dpmpp_2m_karras",
        base: "embedded",
        adapters: [{ name: "dog.safetensors", weight: 0.8 }],
        words: ["style.safetensors"],
      },
      notes: [
        "width: 40 is not possible here and was left out",
        "height: 30 is not possible here and was left out",
      ],
    });
    const { notes } = await read(await atelierPng({ width: 64, height: 64, eta: 0.5 }));
    expect(notes).toEqual(["eta: has no equivalent in a drawing here and was left out"]);
  });

  it("of A1111 are read with the names that the library has", async () => {
    const library = await testLibrary();
    await writeFile(join(library.root, "models", "v1-5.safetensors"), "x");
    const text = formatA1111Parameters({
      ...{
        prompt: "a dog",
        negativePrompt: "bad",
        steps: 28,
        sampler: "DPM++ 2M",
        scheduleType: "Karras",
      },
      ...{ cfgScale: 7, seed: 5, width: 512, height: 768, modelName: "v1-5", clipSkip: 1 },
      loras: [{ name: "ink", weight: 0.5 }],
    });
    expect(await read(await png({ parameters: `${text}, Hires upscale: 2` }), library)).toEqual({
      settings: {
        ...{ prompt: "a dog", negative: "bad", count: 1, steps: 28, guidance: 7, seed: 5 },
        ...{ sampler: "dpmpp_2m_karras", width: 512, height: 768, clipSkip: 1 },
        base: "v1-5.safetensors",
        adapters: [{ name: "ink", weight: 0.5 }],
      },
      notes: ["Hires upscale: has no equivalent in a drawing here and was left out"],
    });
  });

  it.each([
    ["DPM++ 2M Karras", undefined, "dpmpp_2m_karras"],
    ["DPM++ 2M", "Karras", "dpmpp_2m_karras"],
    ["DPM++ 2M", undefined, "dpmpp_2m"],
    ["Euler a", "Automatic", "euler_a"],
    ["Euler", "Exponential", "euler_exponential"],
    ["UniPC", undefined, "unipc"],
    ["Restart", undefined, undefined],
  ])("call the sampler %s with %s as it is called here", (name, schedule, expected) => {
    expect(samplerOf(name, schedule)).toBe(expected);
  });

  it("of ComfyUI are read along its links, and what they lack is told", async () => {
    const graph = {
      3: {
        class_type: "KSampler",
        inputs: {
          seed: 8,
          steps: 25,
          cfg: 6,
          sampler_name: "dpmpp_2m",
          scheduler: "karras",
          denoise: 1,
          model: ["10", 0],
          positive: ["6", 0],
          negative: ["7", 0],
          latent_image: ["5", 0],
        },
      },
      4: { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "sd/v1-5.safetensors" } },
      5: { class_type: "EmptyLatentImage", inputs: { width: 512, height: 640, batch_size: 1 } },
      6: { class_type: "CLIPTextEncode", inputs: { text: ["20", 0], clip: ["10", 1] } },
      7: { class_type: "CLIPTextEncode", inputs: { text: "bad", clip: ["10", 1] } },
      8: { class_type: "VAEDecode", inputs: { samples: ["3", 0], vae: ["4", 2] } },
      10: {
        class_type: "LoraLoader",
        inputs: {
          lora_name: "ink.safetensors",
          strength_model: 0.7,
          model: ["4", 0],
          clip: ["4", 1],
        },
      },
      12: { class_type: "UltimateUpscale", inputs: {} },
      20: { class_type: "PrimitiveString", inputs: { value: "a cat" } },
    };
    expect(await read(await png({ prompt: JSON.stringify(graph) }))).toEqual({
      settings: {
        ...{ prompt: "a cat", negative: "bad", count: 1, steps: 25, guidance: 6, seed: 8 },
        ...{ sampler: "dpmpp_2m_karras", width: 512, height: 640, base: "v1-5.safetensors" },
        adapters: [{ name: "ink.safetensors", weight: 0.7 }],
      },
      notes: ["UltimateUpscale: a node of ComfyUI that has no equivalent in a drawing here"],
    });
  });

  it("that run in a circle, are damaged or none end all the same", async () => {
    const circle = {
      1: { class_type: "KSampler", inputs: { model: ["2", 0], positive: ["3", 0] } },
      2: { class_type: "Patch", inputs: { model: ["2", 0] } },
      3: { class_type: "Combine", inputs: { conditioning: ["3", 0] } },
    };
    expect((await read(await png({ prompt: JSON.stringify(circle) }))).settings).toMatchObject({
      prompt: "",
    });
    expect((await read(await png({ prompt: "{" }))).notes).toEqual([
      "its settings are damaged and were not read",
    ]);
    expect((await read(await png({ atelier: "[1" }))).notes).toEqual([
      "its settings are damaged and were not read",
    ]);
    expect((await read(await png({}))).notes).toEqual([
      "it bears no settings of Atelier, A1111 or ComfyUI",
    ]);
    await expect(read(await picture(40, 30, "jpeg"))).rejects.toThrow("expected a PNG");
    await expect(read((await atelierPng()).subarray(0, 200))).rejects.toThrow("cut off");
  });
});
