/** @file Folders as other systems and programs leave them: what is passed over, how names are compared, whose they are. */

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { messageOf } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inEnglish } from "../english/english-warnings.js";
import { type CaptionOptions, readCaptionedFolder } from "./captions.js";
import { readKohyaName } from "./kohya-folders.js";
import { isSystemFile } from "./system-files.js";

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "atelier-foreign-")), "set");
  await mkdir(folder);
});
afterEach(() => rm(dirname(folder), { recursive: true, force: true }));

async function put(contents: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

async function read(options?: CaptionOptions, path = folder) {
  const { pictures, warnings } = await readCaptionedFolder(nodeFiles, path, options);
  return {
    pictures,
    captions: Object.fromEntries(pictures.map(({ name, caption }) => [name, caption])),
    warnings: warnings.map((told) =>
      inEnglish(told).replaceAll(`${folder}/`, "").replaceAll(folder, "set"),
    ),
  };
}

const refusal = async (options?: CaptionOptions) =>
  read(options).then(
    () => "read",
    (error: unknown) => messageOf(error).replaceAll(`${folder}/`, "").replaceAll(folder, "set"),
  );

/** Magic number and version 2 of AppleDouble (RFC 1740, appendix B). */
const appleDouble = Uint8Array.of(0, 5, 0x16, 7, 0, 2, 0, 0, ...new Uint8Array(100));

describe("files that systems leave", () => {
  it("are passed over with one line that counts them", async () => {
    await put({ "p0.png": "", "p1.png": "", "p0.txt": "zero", "p1.txt": "one" });
    await put({
      "._p0.png": appleDouble,
      "._p0.txt": appleDouble,
      "._metadata.jsonl": appleDouble,
    });
    await put({ ".DS_Store": "\0", "Thumbs.db": "\0", "desktop.ini": "[.ShellClassInfo]" });
    await put({ "p1.png:Zone.Identifier": "[ZoneTransfer]", "@eaDir/p0.png": "x" });
    await put({ "__MACOSX/._p0.png": appleDouble, ".ipynb_checkpoints/p0-checkpoint.png": "x" });
    const { captions, warnings } = await read();
    expect(captions).toEqual({ "p0.png": "zero", "p1.png": "one" });
    expect(warnings).toEqual([
      "set holds 10 entries that systems leave or hide, passed over: .DS_Store, ._metadata.jsonl, ._p0.png and 7 more.",
    ]);
  });

  it.each([
    ...["ehthumbs.db", "THUMBS.DB", "Desktop.ini", "$RECYCLE.BIN", "System Volume Information"],
    ...["Icon\r", ".Spotlight-V100", ".localized", ".fseventsd", "@eaDir", "#recycle", ".@__thumb"],
    ...["a.png\uf03aZone.Identifier", "a.png_Zone.Identifier", "a.png:Zone.Identifier:$DATA"],
    ...[
      ".gitattributes",
      ".picasa.ini",
      "Picasa.ini",
      ".nomedia",
      ".directory",
      ".cache",
      ".nfs0001",
    ],
    ...[".trashed-1700000000-IMG_1.jpg", ".a.png.icloud", ".~lock.a.txt#", "lost+found"],
  ])("are known: %j", (name) => {
    expect(isSystemFile(name)).toBe(true);
  });

  it.each([
    "thumbs.png",
    "my.desktop.ini.txt",
    "a._b.png",
    "eaDir",
    "Icon.png",
    "ZoneIdentifier.png",
  ])("are not what a person names so: %j", (name) => {
    expect(isSystemFile(name)).toBe(false);
  });

  it("hide no picture of the user's in silence", async () => {
    await put({ "a.png": "", ".mine.png": "", "._a.png": "", ".far.heic.icloud": "" });
    const { captions, warnings } = await read({ prompt: "p" });
    expect(captions).toEqual({ "a.png": "p" });
    expect(warnings).toEqual([
      "set holds 2 entries that systems leave or hide, passed over: ._a.png, .mine.png. To use .mine.png, take the dot off its name.",
      'set holds 1 entry in iCloud and not on this machine: far.heic. Download them first ("Download Now" in the Finder).',
    ]);
  });

  it("alone are no pictures", async () => {
    await put({ "._a.png": "", ".DS_Store": "" });
    expect(await refusal({ prompt: "p" })).toMatch(
      /got none among 2 entries.*\n {2}set holds 2 entries that systems leave/,
    );
  });

  it("of programs take one line a kind", async () => {
    await put({ "a.png": "" });
    for (let i = 0; i < 40; i++) await put({ [`IMG_${i}.AAE`]: "", [`a${i}.npz`]: "" });
    await put({ "notes.md": "" });
    expect((await read({ prompt: "p" })).warnings).toEqual([
      "set holds 40 files that are not used, being neither pictures nor captions: IMG_0.AAE, IMG_1.AAE, IMG_10.AAE and 37 more.",
      "set holds 40 files that are not used, being neither pictures nor captions: a0.npz, a1.npz, a10.npz and 37 more.",
      "notes.md is not used: it is neither a picture nor a caption.",
    ]);
  });
});

describe("names", () => {
  // Hangul and accents, whole (NFC) as Windows and Linux write them and taken apart (NFD) as macOS does.
  it.each([
    ["강아지.png", "강아지.txt".normalize("NFD")],
    ["café.png".normalize("NFD"), "café.txt"],
    ["IMG_1.JPG", "img_1.txt"],
    ["img_1.jpeg", "IMG_1.TXT"],
    ["a .png", "a.txt"],
    ["a.png", "a .txt"],
    ["a.png ", "a.txt"],
    ["a.png", "a.png.txt"],
    ["folder\\a.png", "folder\\a.txt"],
  ])("of a picture and its caption go together: %j and %j", async (picture, caption) => {
    await put({ [picture]: "", [caption]: "its caption" });
    expect(await read()).toMatchObject({ captions: { [picture]: "its caption" }, warnings: [] });
  });

  it("that are written alike go before names that mean the same", async () => {
    await put({ "a.png": "", "A.png": "", "a.txt": "small", "A.txt": "large" });
    await put({ "b.png": "", "b.jpg": "", "b.png.txt": "the PNG", "b.jpg.txt": "the JPEG" });
    expect(await read()).toMatchObject({
      captions: { "a.png": "small", "A.png": "large", "b.png": "the PNG", "b.jpg": "the JPEG" },
      warnings: [],
    });
  });

  const row = (file_name: string) => JSON.stringify({ file_name, text: "its caption" });
  it.each([
    ["강아지.png", "강아지.png".normalize("NFD")],
    ["p0.png", ".\\p0.png"],
    ["p0.png", ".//p0.png"],
    ["P0.PNG", "p0.png"],
    ["p0.png", "p0.png "],
    ["train\\p0.png", "train/p0.png"],
  ])("in metadata are those of pictures: %j called %j", async (picture, called) => {
    await put({ [picture]: "", "Metadata.jsonl": row(called) });
    expect(await read()).toMatchObject({ captions: { [picture]: "its caption" }, warnings: [] });
  });

  it("in metadata that may be two pictures' are refused", async () => {
    await put({ "a.png": "", "A.PNG": "", "metadata.jsonl": row("A.png") });
    expect(await refusal()).toContain("line 1: A.png may be any of A.PNG, a.png");
  });
});

describe("metadata that is not read", () => {
  const advice = 'Captions of many pictures are read from metadata.jsonl, one line {"file_name"';
  it.each([
    ["metadata.json1", '{"file_name":"p0.png","text":"a"}'],
    ["metadata.json", '[{"file_name":"p0.png","text":"a"}]'],
    ["meta_cap.json", '{"p0.png":{"caption":"a"}}'],
    ["metadata.csv", 'file_name,text\np0.png,"a"\n'],
    ["metadata.jsonl.txt", '{"file_name":"p0.png","text":"a"}'],
    ["captions.jsonl", '{"file_name":"p0.png","text":"a"}'],
    ["metadata.parquet", "PAR1"],
  ])("is named in the error for captions that are missing: %s", async (name, text) => {
    await put({ "p0.png": "", [name]: text });
    const message = await refusal();
    expect(message).toContain("got none for p0.png. Write name.txt");
    expect(message).toContain(`\n  ${name} is not used. ${advice}`);
    expect((await read({ prompt: "p" })).warnings.join()).toContain(`${name} is not used`);
  });

  it("is told where its names begin", async () => {
    const lines = ["p0.png", "p1.png"].map((name) =>
      JSON.stringify({ file_name: `train/${name}`, text: "a" }),
    );
    await put({ "p0.png": "", "p1.png": "", "metadata.jsonl": lines.join("\n") });
    expect(await refusal()).toContain(
      "\n  metadata.jsonl describes 2 pictures that the folder does not hold: train/p0.png, train/p1.png. Names begin in the folder of the file: write p0.png, p1.png without a folder.",
    );
  });
});

describe("folders named as sd-scripts wants them", () => {
  it("give their pictures repeats, and words to those without a caption", async () => {
    await put({
      "10_sks dog/a.png": "",
      "10_sks dog/b.png": "",
      "10_sks dog/b.caption": "its own",
    });
    await put({ "1_cat/c.png": "", "reg/d.png": "", "notes.md": "", ".DS_Store": "" });
    const { pictures, warnings } = await read();
    expect(pictures).toMatchObject([
      { name: "a.png", caption: "sks dog", captionSource: "folder name", repeats: 10 },
      { name: "b.png", caption: "its own", repeats: 10 },
      { name: "c.png", caption: "cat", captionSource: "folder name", repeats: 1 },
    ]);
    expect(warnings).toEqual([
      "10_sks dog: its pictures are shown 10 times an epoch, from its name as sd-scripts reads it.",
      "1_cat: its pictures are shown once an epoch, from its name as sd-scripts reads it.",
      'set holds folders named as "10_sks dog"; of what is beside them nothing is used: notes.md, reg.',
      '10_sks dog: "sks dog", from the folder\'s name, is the caption of picture a.png without one.',
      '1_cat: "cat", from the folder\'s name, is the caption of picture c.png without one.',
    ]);
  });

  it("give way to a prompt, aloud", async () => {
    await put({ "2_sks dog/a.png": "" });
    const { captions, warnings } = await read({ prompt: "a photo" });
    expect(captions).toEqual({ "a.png": "a photo" });
    expect(warnings).toEqual([
      '2_sks dog: its pictures are shown 2 times an epoch, from its name as sd-scripts reads it; its words "sks dog" do not count beside the prompt.',
    ]);
  });

  it("are not searched beside pictures", async () => {
    await put({ "a.png": "", "2_sks dog/b.png": "" });
    const { captions, warnings } = await read({ prompt: "p" });
    expect(captions).toEqual({ "a.png": "p" });
    expect(warnings).toEqual([
      "2_sks dog is a folder: folders inside a folder of pictures are not searched.",
    ]);
  });

  it("that are named themselves give their words, not their number", async () => {
    await put({ "10_sks dog/a.png": "" });
    const { pictures, warnings } = await read({}, `${join(folder, "10_sks dog")}/`);
    expect(pictures).toMatchObject([{ caption: "sks dog", repeats: 1 }]);
    expect(warnings.map((warning) => warning.replace("dog/:", "dog:"))).toEqual([
      "10_sks dog: the 10 of its name does not count, as it does where the folder above is named. Set data.repeats where it should.",
      '10_sks dog: "sks dog", from the folder\'s name, is the caption of picture a.png without one.',
    ]);
  });

  // As extract_dreambooth_params of sd-scripts splits names: a whole number, then all behind the first "_".
  it.each([
    ["10_sks dog", { repeats: 10, words: "sks dog" }],
    ["3_a_b", { repeats: 3, words: "a_b" }],
    ["0_off", undefined],
    ["512", undefined],
    ["10_", undefined],
    ["dog_10", undefined],
    ["1.5_dog", undefined],
  ])("are read so: %j", (name, expected) => {
    expect(readKohyaName(name)).toEqual(expected);
  });
});
