/** @file Models, adapters and words: told by their headers, added, published, downloaded, removed and brought back. */

import { existsSync, writeFileSync } from "node:fs";
import {
  cp,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { dataUri } from "@atelier/diffusion/core";
import {
  openModelFiles,
  tensorSource,
  writeSafetensors,
  writeSingleFile,
} from "@atelier/diffusion/files";
import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { openPromise } from "yauzl";
import { item } from "../../api/library.js";
import { form, picture, type TestLibrary, testLibrary } from "../../testing/open-test-library.js";
import { openLibrary } from "../open-library.js";
import { zipOf } from "./stream-zip.js";

const none = { query: undefined, body: undefined };
const one = (name: string) => ({ params: { name }, ...none });
const fixtures = new URL("../../../../../test/fixtures/", import.meta.url).pathname;

const list = (library: TestLibrary, kind?: "model" | "adapter" | "word") =>
  library.items.list({ params: undefined, query: { kind }, body: undefined });

const add = (library: TestLibrary, files: Parameters<typeof form>[0]) =>
  library.items.add({ params: undefined, query: undefined, body: form(files) });

/** An adapter of one module. */
async function adapter(path: string, metadata: Record<string, string> = {}): Promise<string> {
  const module = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_k";
  const tensor = (rows: number, columns: number) => ({
    ...({ dtype: "float32", shape: [rows, columns] } as const),
    data: new Float32Array(rows * columns).fill(0.5),
  });
  const tensors = [
    tensorSource(`${module}.lora_down.weight`, tensor(4, 768)),
    tensorSource(`${module}.lora_up.weight`, tensor(320, 4)),
  ];
  await writeSafetensors(nodeFiles, path, tensors, { metadata: new Map(Object.entries(metadata)) });
  return path;
}

describe("items", () => {
  it("are told by their headers, with triggers, base, rank, and what they are of", async () => {
    const library = await testLibrary();
    await adapter(join(library.root, "adapters", "dog.safetensors"), {
      ss_sd_model_name: "v1-5",
      "modelspec.trigger_phrase": "sks dog",
      "modelspec.thumbnail": dataUri("image/png", await picture(16, 16)),
    });
    await cp(join(fixtures, "tiny-checkpoints/tiny-sd1"), join(library.root, "models", "tiny"), {
      recursive: true,
    });
    await cp(
      join(fixtures, "embeddings/kohya.safetensors"),
      join(library.root, "words", "style.safetensors"),
    );
    await writeFile(join(library.root, "models", "notes.txt"), "no model");
    await writeFile(join(library.root, "models", "broken.safetensors"), "no model");
    const items = await list(library);
    for (const each of items) expect(item.safeParse(each).error).toBeUndefined();
    expect(items).toMatchObject([
      {
        name: "broken.safetensors",
        kind: "model",
        problems: [{ code: "error", severity: "error" }],
      },
      { name: "tiny", kind: "model", form: "diffusers folder", family: "sd1" },
      {
        name: "dog.safetensors",
        kind: "adapter",
        family: "sd1",
        form: "kohya",
        method: "LoRA",
        rank: 4,
        base: "v1-5",
        triggers: ["sks dog"],
        hasPicture: true,
      },
      { name: "style.safetensors", kind: "word", triggers: ["style"], hasPicture: false },
    ]);
    expect(items[0]?.problems[0]?.message).not.toContain(library.root);
    expect(await list(library, "word")).toHaveLength(1);
    expect(await library.items.picture(one("dog.safetensors"))).toMatchObject({
      kind: "held",
      type: "image/png",
    });
    await expect(library.items.picture(one("tiny"))).rejects.toThrow("expected a picture in it");
    await expect(library.items.get(one("cat.safetensors"))).rejects.toThrow(
      "got none of that name",
    );
  });

  it("are read again when a file of theirs changes, and only then", async () => {
    const library = await testLibrary();
    const path = await adapter(join(library.root, "adapters", "dog.safetensors"), {
      ss_sd_model_name: "one",
    });
    await list(library);
    const cache = join(library.root, "cache", "items", "adapter.json");
    // What the cache says is believed as long as the file is the same.
    writeFileSync(cache, (await readFile(cache, "utf8")).replace('"one"', '"kept"'));
    const again = await openLibrary(library.root);
    expect((await again.items.get(one("dog.safetensors"))).base).toBe("kept");
    await adapter(path, { ss_sd_model_name: "another" });
    expect((await again.items.get(one("dog.safetensors"))).base).toBe("another");
  });

  it("do not follow links that lead out of them", async () => {
    const library = await testLibrary();
    const folder = join(library.root, "models", "tiny");
    await cp(join(fixtures, "tiny-checkpoints/tiny-sd1"), folder, { recursive: true });
    await writeFile(join(library.outside, "secret"), "secret");
    await symlink(join(library.outside, "secret"), join(folder, "unet", "more.safetensors"));
    await symlink(library.outside, join(library.root, "models", "out"));
    await expect(list(library)).rejects.toThrow("leads out of it");
    await rm(join(library.root, "models", "out"));
    expect(await list(library)).toMatchObject([
      {
        name: "tiny",
        form: "unknown",
        problems: [{ message: expect.stringContaining("unet/more.safetensors") }],
      },
    ]);
    await expect(library.items.file(one("tiny"))).rejects.toThrow("leads out of it");
  });
});

describe("an uploaded file", () => {
  it("goes where it belongs by its header, whatever it is called", async () => {
    const library = await testLibrary();
    const file = await adapter(join(library.outside, "x.safetensors"));
    const tiny = await openModelFiles(nodeFiles, join(fixtures, "tiny-checkpoints/tiny-sd1"));
    await writeSingleFile(nodeFiles, tiny, { path: join(library.outside, "tiny.safetensors") });
    await tiny.close();
    const checkpoint = await readFile(join(library.outside, "tiny.safetensors"));
    const word = await readFile(join(fixtures, "embeddings/kohya.safetensors"));
    expect(await add(library, { "../../model.safetensors": await readFile(file) })).toMatchObject({
      kind: "adapter",
      name: "model.safetensors",
    });
    expect(await add(library, { "lora*.safetensors": checkpoint })).toMatchObject({
      kind: "model",
      name: "lora_.safetensors",
    });
    expect(await add(library, { "내 그림체.safetensors": word })).toMatchObject({
      kind: "word",
      triggers: ["내 그림체"],
    });
    // Names are those of all kinds together.
    expect(await add(library, { "LoRA_.safetensors": word })).toMatchObject({
      kind: "word",
      name: "LoRA_-2.safetensors",
    });
    expect(library.changes.map(({ kind }) => kind)).toEqual(["item", "item", "item", "item"]);
    expect(await readdir(join(library.root, "cache", "incoming"))).toEqual([]);
  });

  it.each<[string, Uint8Array | string, string]>([
    ["a.ckpt", "x", "got a pickle, which can run programs"],
    ["a.pt", "x", "got a pickle"],
    ["a.safetensors", Uint8Array.of(0x80, 2, 0x7d, 0x71, 0, 0x58, 1, 0, 0, 0), "got a pickle"],
    ["a.safetensors", Buffer.from("PK\u0003\u0004 archive/data.pkl"), "got a pickle"],
    ["a.safetensors", "<!doctype html><html>", "got something else"],
    ["a.safetensors", "", "got something else"],
    ["a.exe", "MZ", "expected a .safetensors file"],
    [
      "a.safetensors",
      Buffer.concat([
        Buffer.from([40, 0, 0, 0, 0, 0, 0, 0]),
        Buffer.from('{"a":{"dtype":"F32","shape":[9],'),
      ]),
      "got a file that is none of them",
    ],
    [
      "a.safetensors",
      safetensors({ weird: floats(0), other: floats(4) }, 8),
      "got a file that is none of them",
    ],
    [
      "a.safetensors",
      safetensors(
        {
          "decoder.up.0.block.0.conv1.weight": { dtype: "F32", shape: [1], data_offsets: [0, 4] },
          "encoder.down.0.block.0.conv1.weight": { dtype: "F32", shape: [1], data_offsets: [4, 8] },
        },
        8,
      ),
      "got one part of a model (vae)",
    ],
  ])("is refused with a reason: %s", async (name, content, reason) => {
    const library = await testLibrary();
    await expect(add(library, { [name]: content })).rejects.toThrow(reason);
    await expect(add(library, { [name]: content })).rejects.not.toThrow(library.root);
    expect(await list(library)).toEqual([]);
    expect(await readdir(join(library.root, "cache", "incoming"))).toEqual([]);
  });

  it("is refused before all of it has come", async () => {
    const library = await testLibrary();
    let chunks = 0;
    async function* endless() {
      for (; ; chunks++) yield Buffer.alloc(10_000, 0x80);
    }
    await expect(add(library, { "a.safetensors": endless() })).rejects.toThrow(
      "got something else",
    );
    expect(chunks).toBeLessThan(3);
    await expect(add(library, {})).rejects.toThrow("expected a .safetensors file, got none");
  });
});

describe("what jobs make", () => {
  it("is published under the first name that is free, with the run that made it", async () => {
    const library = await testLibrary();
    const made = async (folder: string) =>
      adapter(join(library.outside, folder, "dog.safetensors"));
    const origin = { run: "dog-1" };
    const names = await Promise.all(
      ["a", "b"].map(async (folder) =>
        library.items.place("adapter", {
          path: await made(folder),
          name: "dog.safetensors",
          origin,
        }),
      ),
    );
    expect(names.sort()).toEqual(["dog-2.safetensors", "dog.safetensors"]);
    expect(await list(library)).toMatchObject([
      { name: "dog-2.safetensors", run: "dog-1" },
      { run: "dog-1" },
    ]);
    expect(existsSync(join(library.outside, "a", "dog.safetensors"))).toBe(false);
    await mkdir(join(library.outside, "model"));
    await cp(join(fixtures, "tiny-checkpoints/tiny-sd1"), join(library.outside, "model"), {
      recursive: true,
    });
    expect(
      await library.items.place("model", {
        path: join(library.outside, "model"),
        name: "dog.safetensors",
      }),
    ).toBe("dog-3.safetensors");
  });

  it("comes back from the trash with what is known of it", async () => {
    const library = await testLibrary();
    const path = await adapter(join(library.outside, "dog.safetensors"));
    await library.items.place("adapter", { path, name: "dog.safetensors", origin: { run: "r" } });
    const { trash } = await library.items.remove(one("dog.safetensors"));
    expect(await list(library)).toEqual([]);
    await library.trash.restore({ params: { trash }, ...none });
    expect(await list(library)).toMatchObject([{ name: "dog.safetensors", run: "r" }]);
  });
});

describe("a download", () => {
  it("is the file, or the folder as an archive of the length that was told", async () => {
    const library = await testLibrary();
    await adapter(join(library.root, "adapters", "dog.safetensors"));
    const folder = join(library.root, "models", "tiny");
    await cp(join(fixtures, "tiny-checkpoints/tiny-sd1"), folder, { recursive: true });
    expect(await library.items.file(one("dog.safetensors"))).toMatchObject({
      kind: "stored",
      name: "dog.safetensors",
    });
    const file = await library.items.file(one("tiny"));
    if (file.kind !== "streamed") throw new Error("expected a stream");
    const chunks: Uint8Array[] = [];
    for await (const chunk of file.content) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    expect([file.name, file.bytes]).toEqual(["tiny.zip", bytes.length]);
    const path = join(library.outside, "tiny.zip");
    await writeFile(path, bytes);
    const entries = await unpack(path);
    const index = await readFile(join(folder, "model_index.json"));
    expect(entries.get("tiny/model_index.json")).toEqual(index);
    expect(entries.size).toBe(
      (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
        entry.isFile(),
      ).length,
    );
  });

  it("of more than 4 GiB has ZIP's 64-bit form", async () => {
    const library = await testLibrary();
    const path = join(library.outside, "large");
    await writeFile(path, "x");
    await truncate(path, 2 ** 32 + 5);
    const { bytes } = zipOf([{ name: "large", path, bytes: 2 ** 32 + 5 }]);
    expect(bytes).toBe(30 + 5 + 20 + (2 ** 32 + 5) + 24 + 46 + 5 + 20 + 56 + 20 + 22);
    const shrunk = zipOf([
      { name: "small", path: join(library.root, "library.json"), bytes: 5_000 },
    ]);
    await expect(
      (async () => {
        for await (const _ of shrunk.content);
      })(),
    ).rejects.toThrow("has changed while it was read");
    expect((await stat(path)).size).toBe(2 ** 32 + 5);
  });
});

async function unpack(path: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  const archive = await openPromise(path);
  for await (const entry of archive.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await archive.openReadStreamPromise(entry))
      chunks.push(chunk as Buffer);
    found.set(entry.fileName, Buffer.concat(chunks));
  }
  return found;
}

function floats(at: number) {
  return { dtype: "F32", shape: [1], data_offsets: [at, at + 4] };
}

function safetensors(header: object, bytes: number): Uint8Array {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(bytes)]);
}
