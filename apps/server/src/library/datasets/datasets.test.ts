/** @file Data sets: their pictures, captions, masks, turns and crops, and that everything removed comes back. */

import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { form, picture, type TestLibrary, testLibrary } from "../../testing/open-test-library.js";
import { openLibrary } from "../open-library.js";

const none = { query: undefined, body: undefined };
const cats = { params: { dataset: "cats" }, ...none };
const one = (name: string) => ({ params: { dataset: "cats", picture: name }, ...none });

/** A data set with these files. */
async function withFiles(files: Parameters<typeof form>[0]): Promise<TestLibrary> {
  const library = await testLibrary();
  await library.datasets.create({ params: undefined, query: undefined, body: { name: "cats" } });
  await library.datasets.add({ ...cats, body: form(files) });
  return library;
}

const filesOf = async ({ root }: TestLibrary, dataset = "cats") =>
  (await readdir(join(root, "datasets", dataset), { recursive: true })).sort();

const restore = (library: TestLibrary, trash: string) =>
  library.trash.restore({ params: { trash }, ...none });

const captionsOf = async (library: TestLibrary) =>
  (await library.datasets.pictures(cats)).map(({ name, caption }) => [name, caption]);

const mask = (width: number, height: number) =>
  sharp(Buffer.alloc(width * height, 128), { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();

describe("data sets", () => {
  it("are made, described and renamed, with what they show", async () => {
    const library = await withFiles({
      "a.png": await picture(40, 30),
      "a.txt": "x",
      "b.png": await picture(41, 30),
    });
    const { name, trigger, subject, cover, pictures, captioned, bytes } =
      await library.datasets.get(cats);
    const sizes = await Promise.all(
      ["a.png", "b.png"].map((each) => stat(join(library.root, "datasets/cats", each))),
    );
    expect({ name, trigger, subject, cover, pictures, captioned, bytes }).toEqual({
      ...{
        name: "cats",
        trigger: "",
        subject: "",
        cover: ["a.png", "b.png"],
        pictures: 2,
        captioned: 1,
      },
      bytes: sizes.reduce((sum, { size }) => sum + size, 0),
    });
    const body = { name: "고양이", trigger: " sks ", subject: "cat" };
    const renamed = await library.datasets.change({ ...cats, body });
    expect(renamed).toMatchObject({ name: "고양이", trigger: "sks", subject: "cat", pictures: 2 });
    await expect(library.datasets.get(cats)).rejects.toThrow("got none of that name");
    expect(await library.datasets.list({ params: undefined, ...none })).toEqual([renamed]);
    expect(new Set(library.changes.map((each) => each.name))).toEqual(new Set(["cats", "고양이"]));
  });

  it("have names of their own, on every system", async () => {
    const library = await withFiles({});
    for (const name of ["cats", "CATS"]) {
      const body = { name };
      await expect(
        library.datasets.create({ params: undefined, query: undefined, body }),
      ).rejects.toThrow("got that of cats");
    }
    await library.datasets.create({ params: undefined, query: undefined, body: { name: "dogs" } });
    await expect(library.datasets.change({ ...cats, body: { name: "Dogs" } })).rejects.toThrow(
      "got that of dogs",
    );
    expect(await library.datasets.change({ ...cats, body: { name: "Cats" } })).toMatchObject({
      name: "Cats",
    });
  });

  it("come back from the trash, under another name where theirs is taken", async () => {
    const library = await withFiles({ "a.png": await picture(40, 30) });
    const { trash, count } = await library.datasets.remove(cats);
    expect(count).toBe(1);
    await library.datasets.create({ params: undefined, query: undefined, body: { name: "cats" } });
    expect(await restore(library, trash)).toEqual({ restored: 1 });
    expect(await filesOf(library, "cats-2")).toEqual(["a.png"]);
    await expect(restore(library, trash)).rejects.toThrow("expected something that was removed");
    await expect(restore(library, "../../x")).rejects.toThrow(
      "expected something that was removed",
    );
  });
});

describe("pictures", () => {
  it("are told upright, with masks, transparency and what is wrong with them", async () => {
    const library = await withFiles({
      "a.jpg": await sharp(await picture(40, 30, "jpeg"))
        .withMetadata({ orientation: 6 })
        .toBuffer(),
    });
    const folder = join(library.root, "datasets", "cats");
    await writeFile(
      join(folder, "b.png"),
      await sharp(await picture(40, 30))
        .ensureAlpha(0.5)
        .png()
        .toBuffer(),
    );
    await writeFile(join(folder, "c.png"), "<svg/>");
    await mkdir(join(folder, "masks"));
    await writeFile(join(folder, "masks", "b.png"), await mask(40, 30));
    const pictures = await library.datasets.pictures(cats);
    expect(pictures).toMatchObject([
      { name: "a.jpg", width: 30, height: 40, hasMask: false, hasTransparency: false },
      { name: "b.png", width: 40, height: 30, hasMask: true, hasTransparency: true },
      {
        name: "c.png",
        width: 0,
        problem: { message: expect.stringContaining("a file of another kind") },
      },
    ]);
    await expect(library.datasets.file(one("c.png"))).rejects.toThrow("another kind");
    await expect(
      library.datasets.thumbnail({ ...one("c.png"), query: { edge: 64 } }),
    ).rejects.toThrow("no known kind");
  });

  it("are read again when their files change, and at the next start known already", async () => {
    const library = await withFiles({ "a.png": await picture(40, 30) });
    const [before] = await library.datasets.pictures(cats);
    await writeFile(join(library.root, "datasets/cats/a.png"), await picture(50, 30));
    const [after] = await library.datasets.pictures(cats);
    expect([before?.width, after?.width]).toEqual([40, 50]);
    expect(after?.version).not.toBe(before?.version);
    const again = await openLibrary(library.root);
    expect(await again.datasets.pictures(cats)).toEqual([after]);
  });

  it("of large data sets are listed in a tenth of a millisecond each, once they were read", async () => {
    const library = await withFiles({});
    const folder = join(library.root, "datasets", "cats");
    const bytes = await picture(40, 30);
    for (let index = 0; index < 1_000; index++) {
      await writeFile(join(folder, `${index}.png`), bytes);
      await writeFile(join(folder, `${index}.txt`), `cat ${index}`);
    }
    const first = await library.datasets.pictures(cats);
    const start = process.cpuUsage();
    const again = await library.datasets.pictures(cats);
    const { user, system } = process.cpuUsage(start);
    expect(again).toEqual(first);
    expect(again).toHaveLength(1_000);
    // Of this process alone: other work on the machine counts little.
    expect((user + system) / 1000).toBeLessThan(500);
  });

  it("are files of the type that they are, and thumbnails WebP, made once", async () => {
    const library = await withFiles({ "a.jpg": await picture(400, 300, "jpeg") });
    expect(await library.datasets.file(one("a.jpg"))).toMatchObject({
      kind: "stored",
      type: "image/jpeg",
      name: "a.jpg",
    });
    const request = { ...one("a.jpg"), query: { edge: 100 } };
    const [first, second] = await Promise.all([
      library.datasets.thumbnail(request),
      library.datasets.thumbnail(request),
    ]);
    expect(second).toEqual(first);
    if (first.kind !== "stored") throw new Error("expected a stored file");
    expect(await sharp(first.path).metadata()).toMatchObject({
      format: "webp",
      width: 100,
      height: 75,
    });
  });

  it("are shown pixel by pixel where they are small", async () => {
    const noise = Buffer.from(
      Array.from({ length: 3 * 64 * 64 }, (_, index) => (index * 97) % 256),
    );
    const raw = { width: 64, height: 64, channels: 3 } as const;
    const library = await withFiles({ "a.png": await sharp(noise, { raw }).png().toBuffer() });
    const shown = await library.datasets.thumbnail({ ...one("a.png"), query: { edge: 100 } });
    if (shown.kind !== "stored") throw new Error("expected a stored file");
    expect((await sharp(shown.path).removeAlpha().raw().toBuffer()).equals(noise)).toBe(true);
  });

  it("leave no more thumbnails than there is room for", async () => {
    const library = await testLibrary({ thumbnails: { maxBytes: 2_000 } });
    await library.datasets.create({ params: undefined, query: undefined, body: { name: "cats" } });
    const noise = await sharp({
      create: {
        width: 400,
        height: 400,
        channels: 3,
        background: "black",
        noise: { type: "gaussian", mean: 128, sigma: 60 },
      },
    })
      .png()
      .toBuffer();
    await library.datasets.add({ ...cats, body: form({ "a.png": noise }) });
    for (const edge of [40, 48, 56, 64])
      await library.datasets.thumbnail({ ...one("a.png"), query: { edge } });
    const folder = join(library.root, "cache", "thumbnails");
    const sizes = await Promise.all(
      (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size),
    );
    expect(sizes.length).toBeGreaterThan(0);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(2_000);
  });

  it("come back with captions and masks, under another name where theirs is taken", async () => {
    const library = await withFiles({
      "a.png": await picture(40, 30),
      "a.txt": "old",
      "masks/a.png": await mask(40, 30),
      "b.png": await picture(41, 30),
    });
    const { trash, count } = await library.datasets.removePictures({
      ...cats,
      body: { pictures: ["a.png"] },
    });
    expect(count).toBe(1);
    expect(await filesOf(library)).toEqual(["b.png", "masks"]);
    await library.datasets.add({ ...cats, body: form({ "a.png": await picture(50, 30) }) });
    expect(await restore(library, trash)).toEqual({ restored: 1 });
    expect(await filesOf(library)).toEqual([
      "a-2.png",
      "a-2.txt",
      "a.png",
      "b.png",
      "masks",
      "masks/a-2.png",
    ]);
    await expect(
      library.datasets.removePictures({ ...cats, body: { pictures: ["c.png"] } }),
    ).rejects.toThrow("got none of that name");
  });

  it("that share a name leave each other what they share", async () => {
    const library = await withFiles({ "b.png": await picture(40, 30) });
    const folder = join(library.root, "datasets", "cats");
    await writeFile(join(folder, "a.png"), await picture(40, 30));
    await writeFile(join(folder, "a.jpg"), await picture(40, 30, "jpeg"));
    await writeFile(join(folder, "a.txt"), "both");
    await library.datasets.removePictures({ ...cats, body: { pictures: ["a.jpg"] } });
    expect(await captionsOf(library)).toEqual([
      ["a.png", "both"],
      ["b.png", undefined],
    ]);
  });
});

describe("captions", () => {
  it("are written, taken away and brought back", async () => {
    const library = await withFiles({
      "a.png": await picture(40, 30),
      "a.txt": "old",
      "b.png": await picture(41, 30),
      "c.png": await picture(42, 30),
      "c.txt": "same",
    });
    const write = (captions: Record<string, string | null>) =>
      library.datasets.captions({ ...cats, body: { captions } });
    const { written, trash = "" } = await write({
      "a.png": null,
      "b.png": " new\nlines ",
      "c.png": "same",
    });
    expect(written).toBe(2);
    expect(await captionsOf(library)).toEqual([
      ["a.png", undefined],
      ["b.png", "new\nlines"],
      ["c.png", "same"],
    ]);
    await write({ "a.png": "later" });
    expect(await restore(library, trash)).toEqual({ restored: 2 });
    expect(await captionsOf(library)).toEqual([
      ["a.png", "old"],
      ["b.png", undefined],
      ["c.png", "same"],
    ]);
    expect(await write({ "c.png": "same" })).toEqual({ written: 0 });
    await expect(write({ "../a.png": "x" })).rejects.toThrow("got none of that name");
  });

  it("stand where the trainer looks first, and belong to one picture", async () => {
    const library = await withFiles({});
    const folder = join(library.root, "datasets", "cats");
    for (const name of ["a.png", "a.jpg", "b.png"])
      await writeFile(join(folder, name), await picture(40, 30));
    await writeFile(join(folder, "a.txt"), "both");
    await writeFile(join(folder, "b.caption"), "other program's");
    await library.datasets.captions({
      ...cats,
      body: { captions: { "a.jpg": "own", "b.png": "mine" } },
    });
    expect(await captionsOf(library)).toEqual([
      ["a.jpg", "own"],
      ["a.png", "both"],
      ["b.png", "mine"],
    ]);
    expect(await readFile(join(folder, "a.jpg.txt"), "utf8")).toBe("own\n");
    expect(await readFile(join(folder, "b.caption"), "utf8")).toBe("mine\n");
  });
});

describe("turning", () => {
  it("is clockwise, with the mask, and undone by the trash", async () => {
    const library = await withFiles({});
    const folder = join(library.root, "datasets", "cats");
    const half = await sharp({
      create: { width: 40, height: 20, channels: 3, background: "black" },
    })
      .composite([
        {
          input: { create: { width: 20, height: 20, channels: 3, background: "white" } },
          left: 0,
          top: 0,
        },
      ])
      .png()
      .toBuffer();
    await writeFile(join(folder, "a.png"), half);
    await library.datasets.setMask({ ...one("a.png"), body: half });
    const { trash } = await library.datasets.turn({ ...one("a.png"), body: { degrees: 90 } });
    for (const name of ["a.png", "masks/a.png"]) {
      const { data, info } = await sharp(join(folder, name))
        .greyscale()
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect([info.width, info.height, data[0], data.at(-1)]).toEqual([20, 40, 255, 0]);
    }
    expect(await restore(library, trash)).toEqual({ restored: 1 });
    expect(await readFile(join(folder, "a.png"))).toEqual(half);
    expect((await sharp(join(folder, "masks/a.png")).metadata()).width).toBe(40);
  });

  it("takes a picture as it stands upright, and keeps its kind", async () => {
    const turned = await sharp(await picture(40, 30, "jpeg"))
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const library = await withFiles({
      "a.jpg": turned,
      "b.webp": await picture(40, 30, "webp"),
      "c.avif": await picture(64, 32, "avif"),
    });
    for (const name of ["a.jpg", "b.webp", "c.avif"])
      await library.datasets.turn({ ...one(name), body: { degrees: 270 } });
    const pictures = await library.datasets.pictures(cats);
    expect(pictures.map(({ width, height }) => [width, height])).toEqual([
      [40, 30],
      [30, 40],
      [32, 64],
    ]);
    const types = await Promise.all(
      pictures.map(async ({ name }) => (await library.datasets.file(one(name))).type),
    );
    expect(types).toEqual(["image/jpeg", "image/webp", "image/avif"]);
  });
});

describe("masks", () => {
  it("are stored where a training finds them, one grey channel, and come back when taken away", async () => {
    const library = await withFiles({ "a.jpg": await picture(40, 30, "jpeg") });
    const painted = await sharp(await picture(40, 30))
      .ensureAlpha(0)
      .png()
      .toBuffer();
    await library.datasets.setMask({ ...one("a.jpg"), body: painted });
    const file = await library.datasets.mask(one("a.jpg"));
    expect(file).toMatchObject({
      kind: "stored",
      type: "image/png",
      path: join(library.root, "datasets/cats/masks/a.png"),
    });
    // What was never painted counts as black.
    const stored = sharp(join(library.root, "datasets/cats/masks/a.png"));
    expect((await stored.metadata()).channels).toBe(1);
    expect(Math.max(...(await stored.raw().toBuffer()))).toBe(0);
    const { trash } = await library.datasets.removeMask(one("a.jpg"));
    await expect(library.datasets.mask(one("a.jpg"))).rejects.toThrow("expected one, got none");
    await restore(library, trash);
    expect((await library.datasets.pictures(cats))[0]?.hasMask).toBe(true);
  });

  it("of another size or kind are refused", async () => {
    const library = await withFiles({ "a.png": await picture(40, 30) });
    const set = (body: Uint8Array) => library.datasets.setMask({ ...one("a.png"), body });
    await expect(set(await mask(30, 40))).rejects.toThrow(
      "expected 40x30 pixels as the picture has, got 30x40",
    );
    await expect(set(await picture(40, 30, "jpeg"))).rejects.toThrow("expected a PNG");
    await expect(set(Buffer.from("<svg/>"))).rejects.toThrow("expected a PNG");
    await expect(set((await mask(40, 30)).subarray(0, 50))).rejects.toThrow("does not decode");
    expect(await filesOf(library)).toEqual(["a.png"]);
  });
});

describe("crops", () => {
  const sizes = { "a.png": [400, 200], "b.png": [100, 100], "c.png": [50, 1000] } as const;

  async function cropsOf(query: { width: number; height: number; buckets: boolean }) {
    const files = await Promise.all(
      Object.entries(sizes).map(async ([name, [w, h]]) => [name, await picture(w, h)] as const),
    );
    const library = await withFiles(Object.fromEntries(files));
    return library.datasets.crops({ ...cats, query: { ...query, base: "embedded" } });
  }

  it("are the trainer's, in pixels of the upright picture", async () => {
    const crops = await cropsOf({ width: 128, height: 128, buckets: false });
    expect(crops).toMatchObject([
      {
        name: "a.png",
        width: 128,
        height: 128,
        left: 100,
        top: 0,
        cropWidth: 200,
        cropHeight: 200,
        cropped: 0.5,
        enlarged: 1,
      },
      {
        name: "b.png",
        left: 0,
        top: 0,
        cropWidth: 100,
        cropHeight: 100,
        cropped: 0,
        enlarged: 1.28,
      },
      { name: "c.png", left: 0, cropWidth: 50, cropHeight: 50, cropped: 0.95, enlarged: 2.56 },
    ]);
  });

  it("with buckets keep shapes", async () => {
    const [wide, square, narrow] = await cropsOf({ width: 128, height: 128, buckets: true });
    expect([wide?.width, wide?.height]).toEqual([160, 96]);
    expect(wide?.cropped).toBeCloseTo(1 - (160 * 96) / (192 * 96));
    expect(square?.enlarged).toBe(1);
    expect(narrow).toMatchObject({ name: "c.png" });
  });

  it("need a size that latents divide", async () => {
    await expect(cropsOf({ width: 129, height: 128, buckets: false })).rejects.toThrow(
      "expected a multiple of",
    );
  });
});
