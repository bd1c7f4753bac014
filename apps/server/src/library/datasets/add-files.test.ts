/** @file Files that are added to data sets: what is taken, under which names, and every way in which one may do harm. */

import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import {
  form,
  picture,
  type TestLibrary,
  testLibrary,
  zip,
} from "../../testing/open-test-library.js";

const params = { dataset: "cats" };

async function withDataset(options: Parameters<typeof testLibrary>[0] = {}): Promise<TestLibrary> {
  const library = await testLibrary(options);
  await library.datasets.create({ params: undefined, query: undefined, body: { name: "cats" } });
  return library;
}

const add = (library: TestLibrary, files: Parameters<typeof form>[0]) =>
  library.datasets.add({ params, query: undefined, body: form(files) });

const filesOf = async (library: TestLibrary) =>
  (await readdir(join(library.root, "datasets", "cats"), { recursive: true })).sort();

const reasons = ({ skipped }: Awaited<ReturnType<typeof add>>) =>
  skipped.map(({ name, reason }) => `${name}: ${reason}`);

describe("pictures and captions", () => {
  it("are taken with captions that come before or after them, in any format that is read", async () => {
    const library = await withDataset();
    const added = await add(library, {
      "a.txt": "a cat",
      "a.png": await picture(40, 30),
      "b.jpg": await picture(40, 30, "jpeg"),
      "b.jpg.txt": "another cat",
      "c.webp": await picture(40, 30, "webp"),
      "d.avif": await picture(64, 64, "avif"),
    });
    expect(added).toEqual({
      ...{ added: ["a.png", "b.jpg", "c.webp", "d.avif"], renamed: [], skipped: [] },
      ...{ captions: 2, masks: 0 },
    });
    const pictures = await library.datasets.pictures({ params, query: undefined, body: undefined });
    expect(
      pictures.map(({ name, width, height, caption }) => [name, width, height, caption]),
    ).toEqual([
      ["a.png", 40, 30, "a cat"],
      ["b.jpg", 40, 30, "another cat"],
      ["c.webp", 40, 30, undefined],
      ["d.avif", 64, 64, undefined],
    ]);
    expect(library.changes.filter(({ kind }) => kind === "dataset")).toHaveLength(2);
  });

  it("get new names where theirs are taken, and their captions follow them", async () => {
    const library = await withDataset();
    await add(library, { "cat.png": await picture(40, 30), "cat.txt": "first" });
    const added = await add(library, {
      "CAT.png": await picture(50, 30),
      "cat.jpg": await picture(60, 30, "jpeg"),
      "kittens/cat.png": await picture(70, 30),
      "kittens/cat.txt": "a kitten",
      "new/cat.png": await picture(40, 30),
    });
    expect(added.added).toEqual(["CAT-2.png", "cat-3.jpg", "kittens-cat.png"]);
    expect(added.renamed).toEqual([
      { name: "CAT.png", as: "CAT-2.png" },
      { name: "cat.jpg", as: "cat-3.jpg" },
      { name: "kittens/cat.png", as: "kittens-cat.png" },
    ]);
    expect(reasons(added)).toEqual([
      "new/cat.png: new/cat.png: the data set has this very picture already, as cat.png.",
    ]);
    const kitten = join(library.root, "datasets", "cats", "kittens-cat.txt");
    expect(await readFile(kitten, "utf8")).toBe("a kitten\n");
  });

  it("have the ending of what they are", async () => {
    const library = await withDataset();
    const { added } = await add(library, {
      "a.png": await picture(40, 30, "jpeg"),
      download: await picture(40, 31, "webp"),
      "con.png": await picture(40, 32),
    });
    expect(added).toEqual(["a.jpg", "download.webp", "_con.png"]);
  });

  it("keep Korean names in one spelling, and captions in the encoding of Korean Windows", async () => {
    const library = await withDataset();
    // "고양이" in code page 949.
    const korean = Uint8Array.of(0xb0, 0xed, 0xbe, 0xe7, 0xc0, 0xcc);
    const added = await add(library, {
      ["고양이.png".normalize("NFD")]: await picture(40, 30),
      ["고양이.txt".normalize("NFC")]: korean,
    });
    expect(added).toMatchObject({ added: ["고양이.png".normalize("NFC")], captions: 1 });
    const [cat] = await library.datasets.pictures({ params, query: undefined, body: undefined });
    expect(cat?.caption).toBe("고양이");
  });

  it("replace nothing: captions that are there stay", async () => {
    const library = await withDataset();
    await add(library, { "a.png": await picture(40, 30), "a.txt": "old" });
    const again = await add(library, { "a.txt": "new", "b.txt": "of nothing" });
    expect(again).toMatchObject({ added: [], captions: 0 });
    expect(reasons(again)).toEqual([
      "a.txt: a.txt: a.png has a caption already, which stays. Change it in the data set.",
      "b.txt: b.txt: expected the caption of a picture, got none of that name. Add the picture with it.",
    ]);
    expect(await readFile(join(library.root, "datasets/cats/a.txt"), "utf8")).toBe("old\n");
  });

  it("bring their masks, which must be of their size", async () => {
    const library = await withDataset();
    const mask = (width: number) =>
      sharp(Buffer.alloc(width * 30, 255), { raw: { width, height: 30, channels: 1 } })
        .png()
        .toBuffer();
    const added = await add(library, {
      "set/masks/a.png": await mask(40),
      "set/masks/b.png": await mask(41),
      "set/a.jpg": await picture(40, 30, "jpeg"),
      "set/b.png": await picture(40, 30),
      "set/dataset.json": "{}",
    });
    expect(added).toMatchObject({ added: ["a.jpg", "b.png"], masks: 1 });
    expect(await filesOf(library)).toEqual(["a.jpg", "b.png", "masks", "masks/a.png"]);
    expect(reasons(added).join()).toContain("expected 40x30 pixels as the picture has, got 41x30");
  });
});

describe("what is no picture", () => {
  it.each<[string, string | (() => Promise<Uint8Array>), string]>([
    ["a.png", '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "got SVG"],
    ["a.jpg", "<!doctype html><script>alert(1)</script>", "got a web page"],
    ["a.png", "", "got bytes of another kind"],
    ["a.svg", "<svg/>", "got SVG. Export it as PNG or JPEG"],
    ["a.heic", "x", "got HEIC"],
    ["a.rar", "Rar!", "got another archive"],
    ["a.exe", "MZ", "expected JPEG, PNG, WebP or AVIF"],
    ["a.png", async () => (await picture(40, 30)).subarray(0, 60), "does not decode"],
    ["a.png", () => picture(8, 8), "too small to learn from"],
    ["bomb.png", pngClaiming(60_000, 60_000), "expected at most 134217728 pixels"],
  ])("is refused with a reason: %s of %j", async (name, content, reason) => {
    const library = await withDataset();
    const bytes = typeof content === "string" ? content : await content();
    const added = await add(library, { [name]: bytes });
    expect(added.added).toEqual([]);
    expect(reasons(added).join()).toContain(reason);
    expect(await filesOf(library)).toEqual([]);
  });

  it("that systems leave is passed over without a word", async () => {
    const library = await withDataset();
    const added = await add(library, {
      ".DS_Store": "x",
      "__MACOSX/._a.png": "x",
      "Thumbs.db": "x",
    });
    expect(added).toEqual({ added: [], renamed: [], skipped: [], captions: 0, masks: 0 });
  });
});

describe("archives", () => {
  it("are taken apart, their folders flattened, also with names of Korean Windows", async () => {
    const library = await withDataset();
    const korean = Buffer.from([0xb0, 0xed, 0xbe, 0xe7, 0xc0, 0xcc, ...Buffer.from("/a.png")]);
    const archive = zip([
      { name: "folder/", content: "" },
      { name: "folder/a.png", content: await picture(40, 30) },
      { name: "folder/a.txt", content: "a cat" },
      { name: korean, content: await picture(41, 30), isUtf8: false },
      { name: "__MACOSX/folder/._a.png", content: "x" },
    ]);
    const added = await add(library, { "set.zip": archive });
    expect(added).toMatchObject({ added: ["a.png", "고양이-a.png"], captions: 1, skipped: [] });
  });

  it.each<[string, Parameters<typeof zip>[0][number]]>([
    ["a path upwards", { name: "../../../evil.png", content: "x" }],
    ["a path upwards within", { name: "a/../../evil.png", content: "x" }],
    ["an absolute path", { name: "/tmp/evil.png", content: "x" }],
    ["a path of Windows", { name: "C:/evil.png", content: "x" }],
    ["a path upwards of Windows", { name: "..\\..\\evil.png", content: "x", isUtf8: false }],
    ["a bomb", { name: "bomb.png", content: Buffer.alloc(8 * 2 ** 20) }],
    ["more than it says", { name: "a.png", content: Buffer.alloc(5000, 1), claimedBytes: 10 }],
  ])("are refused as a whole for %s", async (_, entry) => {
    const library = await withDataset();
    const archive = zip([{ name: "good.png", content: await picture(40, 30) }, entry]);
    const added = await add(library, { "set.zip": archive });
    expect(added.added).toEqual([]);
    expect(reasons(added).join()).toContain("damaged or made to harm");
    expect(await filesOf(library)).toEqual([]);
    expect(existsSync(join(library.outside, "evil.png"))).toBe(false);
    expect(await readdir(join(library.root, "cache", "incoming"))).toEqual([]);
  });

  it.each<[string, Parameters<typeof zip>[0][number]]>([
    ["got a link or a device", { name: "a.png", content: "/etc/passwd", mode: 0o120777 }],
    ["got an archive within an archive", { name: "b.zip", content: zip([]) }],
    ["got one with a password", { name: "c.png", content: "x", isEncrypted: true }],
    ["got SVG", { name: "d.svg", content: "<svg/>" }],
  ])("are taken without what cannot be: %s", async (reason, entry) => {
    const library = await withDataset();
    const archive = zip([entry, { name: "good.png", content: await picture(40, 30) }]);
    const added = await add(library, { "set.zip": archive });
    expect(added.added).toEqual(["good.png"]);
    expect(reasons(added).join()).toContain(reason);
  });

  it("that are none are told", async () => {
    const library = await withDataset();
    expect(reasons(await add(library, { "a.zip": "no archive" })).join()).toContain("damaged");
  });
});

describe("limits of a request", () => {
  it("hold for the number of files, those in archives among them", async () => {
    const library = await withDataset({ limits: { maxFiles: 3 } });
    const [one, archive] = [
      await picture(40, 30),
      zip([1, 2, 3].map((n) => ({ name: `${n}.txt`, content: "x" }))),
    ];
    await expect(add(library, { "a.png": one, "b.zip": archive })).rejects.toThrow(
      "at most 3 files",
    );
    expect(await filesOf(library)).toEqual([]);
    expect(await readdir(join(library.root, "cache", "incoming"))).toEqual([]);
  });

  it("hold for the bytes of all, unpacked ones among them", async () => {
    const library = await withDataset({ limits: { maxBytes: 300_000 } });
    const large = { name: "a.png", content: Buffer.alloc(400_000, 7) };
    await expect(add(library, { "a.zip": zip([large]) })).rejects.toThrow("at most 300000 bytes");
    await expect(add(library, { "a.png": Buffer.alloc(400_000) })).rejects.toThrow("at once");
  });

  it("leave out single files that are too large", async () => {
    const library = await withDataset({ limits: { maxFileBytes: 20_000 } });
    const added = await add(library, {
      "a.png": Buffer.alloc(30_000),
      "b.png": await picture(40, 30),
    });
    expect(added.added).toEqual(["b.png"]);
    expect(reasons(added)).toEqual([
      "a.png: a.png: expected at most 20000 bytes, got more. Shrink the picture.",
    ]);
  });

  it("leave nothing of a request that breaks off", async () => {
    const library = await withDataset();
    async function* broken() {
      yield await picture(40, 30);
      throw new Error("the browser went away");
    }
    const files = { "a.png": await picture(40, 30), "b.png": broken() };
    await expect(add(library, files)).rejects.toThrow("went away");
    expect(await filesOf(library)).toEqual([]);
    expect(await readdir(join(library.root, "cache", "incoming"))).toEqual([]);
  });
});

describe("links in a data set", () => {
  it("to somewhere else are neither listed nor read nor written through", async () => {
    const library = await withDataset();
    const folder = join(library.root, "datasets", "cats");
    const secret = join(library.outside, "secret.png");
    await writeFile(secret, await picture(40, 30));
    await mkdir(join(library.outside, "masks"));
    await symlink(secret, join(folder, "a.png"));
    await symlink(join(library.outside, "masks"), join(folder, "masks"));
    await writeFile(join(folder, "b.png"), await picture(40, 30));
    await symlink(join(library.outside, "caption.txt"), join(folder, "b.txt"));
    const call = { query: undefined, body: undefined };
    const pictures = await library.datasets.pictures({ params, ...call });
    expect(pictures.map(({ name }) => name)).toEqual(["b.png"]);
    const one = { params: { ...params, picture: "a.png" }, ...call };
    await expect(library.datasets.file(one)).rejects.toThrow("leads out of it");
    const query = { edge: 64, version: undefined };
    await expect(library.datasets.thumbnail({ ...one, query })).rejects.toThrow("leads out of it");
    const captions = { captions: { "b.png": "written" } };
    await library.datasets
      .captions({ params, query: undefined, body: captions })
      .catch(() => undefined);
    expect(existsSync(join(library.outside, "caption.txt"))).toBe(false);
    const mask = { params: { ...params, picture: "b.png" }, query: undefined };
    const body = await sharp(await picture(40, 30))
      .toColourspace("b-w")
      .png()
      .toBuffer();
    await expect(library.datasets.setMask({ ...mask, body })).rejects.toThrow("leads out of it");
    expect(await readdir(join(library.outside, "masks"))).toEqual([]);
  });
});

/** A PNG whose header says that it is larger than it is. */
function pngClaiming(width: number, height: number): () => Promise<Uint8Array> {
  return async () => {
    const { crc32 } = await import("node:zlib");
    const bytes = Buffer.from(await picture(40, 30));
    bytes.writeUInt32BE(width, 16);
    bytes.writeUInt32BE(height, 20);
    bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
    return bytes;
  };
}
