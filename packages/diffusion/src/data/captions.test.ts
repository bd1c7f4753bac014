/** @file Captions: which source wins, and what is said about those that are missing or differ. */

import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inEnglish } from "../english/english-warnings.js";
import { type CaptionOptions, readCaptionedFolder } from "./captions.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-captions-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes files; listing and captions never look into a picture. */
async function put(contents: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(contents))
    await writeFile(join(folder, name), content);
}

const read = (options?: CaptionOptions) => readCaptionedFolder(nodeFiles, folder, options);

async function captionsOf(options?: CaptionOptions): Promise<string[]> {
  return (await read(options)).pictures.map(({ name, caption }) => `${name}: ${caption}`);
}

async function warningsOf(options?: CaptionOptions): Promise<string[]> {
  const { warnings } = await read(options);
  return warnings.map((told) => `${told.code}: ${inEnglish(told).replaceAll(`${folder}/`, "")}`);
}

const metadata = (...lines: unknown[]) => lines.map((line) => JSON.stringify(line)).join("\n");

describe("precedence", () => {
  it("is .txt, .caption, metadata.jsonl, prompt", async () => {
    await put({ "a.png": "", "b.JPG": "", "c.webp": "", "d.avif": "" });
    await put({ "a.txt": "from txt", "a.caption": "from txt", "b.caption": "from caption" });
    await put({ "metadata.jsonl": metadata({ file_name: "c.webp", text: "from metadata" }) });
    expect(await captionsOf({ prompt: " the prompt " })).toEqual([
      "a.png: from txt",
      "b.JPG: from caption",
      "c.webp: from metadata",
      "d.avif: the prompt",
    ]);
    expect(await warningsOf({ prompt: "the prompt" })).toEqual([
      `prompt-fallback: ${folder} has captions of its own for 3 of 4 pictures: the prompt is used for 1.`,
    ]);
  });

  it("says which source lost when two disagree", async () => {
    await put({ "a.png": "", "a.txt": "one", "a.caption": "two" });
    await put({ "metadata.jsonl": metadata({ file_name: "a.png", caption: "three" }) });
    expect(await captionsOf()).toEqual(["a.png: one"]);
    expect(await warningsOf()).toEqual([
      "caption-conflict: a.png has captions that disagree: a.txt is used, not a.caption, metadata.jsonl.",
    ]);
  });

  it("names every picture without a caption when there is no prompt", async () => {
    await put({ "a.png": "", "b.png": "", "c.png": "", "c.txt": "a caption" });
    await expect(read()).rejects.toThrow("got none for a.png, b.png. Write name.txt");
    await expect(read({ prompt: "  " })).rejects.toThrow("and the prompt is empty");
  });

  it("gives one caption file to pictures that share its name, aloud", async () => {
    await put({ "a.png": "", "a.jpg": "", "a.txt": "both" });
    expect(await captionsOf()).toEqual(["a.jpg: both", "a.png: both"]);
    expect(await warningsOf()).toEqual([
      "shared-caption: a.txt is the caption of 2 pictures: a.jpg, a.png.",
    ]);
  });
});

describe("caption files", () => {
  const utf16 = Uint8Array.of(0xff, 0xfe, 0x61, 0);
  it.each([
    ["UTF-16", utf16, "got UTF-16. Save it as UTF-8."],
    ["Latin-1", Uint8Array.of(0x63, 0x61, 0x66, 0xe9), "not UTF-8 (perhaps Latin-1)"],
    ["binary", Uint8Array.of(0x61, 0, 0x62), "zero bytes"],
    ["empty", "", "got an empty file"],
    ["blank", "\ufeff \r\n", "got an empty file"],
    ["far too large", "x".repeat(2 ** 20 + 1), "at most 1048576 bytes"],
  ])("that are %s are refused by name", async (_, content, message) => {
    await put({ "dog.png": "", "dog.txt": content });
    await expect(read({ prompt: "unused" })).rejects.toThrow(message);
    await expect(read({ prompt: "unused" })).rejects.toThrow("dog.txt");
  });

  it("may have a byte-order mark, Windows line ends and several lines", async () => {
    await put({ "a.png": "", "a.txt": "\ufeffa café,\r\nin the sun\r\n\r\n" });
    expect(await captionsOf()).toEqual(["a.png: a café,\nin the sun"]);
  });

  it("of thousands of words are kept whole", async () => {
    const words = Array.from({ length: 5000 }, (_, index) => `word${index}`).join(" ");
    await put({ "a.png": "", "a.txt": words });
    expect(await captionsOf()).toEqual([`a.png: ${words}`]);
  });
});

describe("metadata.jsonl", () => {
  it("takes text or caption, blank lines, Windows line ends and ./ in names", async () => {
    await put({ "a.png": "", "b.png": "" });
    const lines = [
      '{"file_name":"./a.png","text":"A","width":3}',
      "",
      '{"file_name":"b.png","caption":"B"}',
    ];
    await put({ "metadata.jsonl": `\ufeff${lines.join("\r\n")}\r\n` });
    expect(await captionsOf()).toEqual(["a.png: A", "b.png: B"]);
    expect(await warningsOf()).toEqual([]);
  });

  it("reports pictures that are not there and lines said twice", async () => {
    await put({ "a.png": "" });
    const line = { file_name: "a.png", text: "A" };
    const stranger = { file_name: "sub/z.png", text: "Z" };
    await put({ "metadata.jsonl": metadata(line, line, stranger) });
    expect(await captionsOf()).toEqual(["a.png: A"]);
    expect(await warningsOf()).toEqual([
      "metadata-duplicate: metadata.jsonl names a.png twice with the same caption (line 2).",
      "metadata-without-picture: metadata.jsonl describes 1 picture that the folder does not hold: sub/z.png.",
    ]);
  });

  it("lists all bad lines at once", async () => {
    await put({ "a.png": "" });
    const lines = [
      "{not json",
      "[1]",
      "null",
      '{"text":"no name"}',
      '{"file_name":"../../etc/passwd","text":"x"}',
      '{"file_name":"/etc/passwd","text":"x"}',
      '{"file_name":"C:\\\\x.png","text":"x"}',
      '{"file_name":"a.png"}',
      '{"file_name":"a.png","text":7}',
      '{"file_name":"a.png","text":"x","caption":"y"}',
      '{"file_name":"a.png","text":"one"}',
      '{"file_name":"a.png","text":"two"}',
    ];
    await put({ "metadata.jsonl": lines.join("\n") });
    const error: unknown = await read({ prompt: "p" }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "data",
      context: {
        problems: [
          "line 1: not JSON: {not json",
          "line 2: expected an object, got [1]",
          "line 3: expected an object, got null",
          'line 4: no "file_name"',
          "line 5: file_name leaves the folder: ../../etc/passwd",
          "line 6: file_name leaves the folder: /etc/passwd",
          "line 7: file_name leaves the folder: C:\\x.png",
          'line 8: no "text" or "caption" for a.png',
          "line 9: expected a caption for a.png, got an empty one or no text",
          'line 10: "text" and "caption" of a.png differ',
          "line 12: a second caption for a.png that differs from the first",
        ],
      },
    });
    expect(String(error)).toContain("and 1 more");
  });

  it("cannot reach object prototypes through names", async () => {
    await put({ "a.png": "", "metadata.jsonl": '{"file_name":"__proto__","text":"x"}' });
    expect(await captionsOf({ prompt: "p" })).toEqual(["a.png: p"]);
  });
});

describe("folders", () => {
  it("report every entry that is not used, with the way out", async () => {
    await put({
      "a.png": "",
      "b.gif": "",
      "c.heic": "",
      "d.CR2": "",
      "notes.md": "",
      ".DS_Store": "",
    });
    await put({ "lonely.txt": "no picture" });
    await mkdir(join(folder, "x.png"));
    await mkdir(join(folder, "more"));
    const warnings = await warningsOf({ prompt: "p" });
    expect(warnings.map((warning) => warning.split(" ").slice(0, 2).join(" ")).sort()).toEqual([
      "orphan-caption: lonely.txt",
      `system-files: ${folder}`,
      "unsupported-picture: b.gif",
      "unsupported-picture: c.heic",
      "unsupported-picture: d.CR2",
      "unused-file: notes.md",
      "unused-folder: more",
      "unused-folder: x.png",
    ]);
    expect(warnings.find((warning) => warning.includes("c.heic"))).toContain("Export it as JPEG");
    expect(await captionsOf({ prompt: "p" })).toEqual(["a.png: p"]);
  });

  it("that are missing, files, empty or without pictures are refused", async () => {
    await expect(readCaptionedFolder(nodeFiles, join(folder, "no"))).rejects.toThrow("got nothing");
    await expect(read()).rejects.toThrow("got an empty folder");
    await put({ "b.gif": "", "notes.md": "" });
    await expect(read()).rejects.toThrow("got none among 2 entries");
    await expect(read()).rejects.toThrow("GIF (256 colours) is not read");
    const path = join(folder, "notes.md");
    await expect(readCaptionedFolder(nodeFiles, path)).rejects.toThrow("got a file");
  });

  it("may hold what a library keeps beside pictures, and nothing else of those names", async () => {
    await put({ "a.png": "", "dataset.json": "{}" });
    await mkdir(join(folder, "masks"));
    expect(await warningsOf({ prompt: "p" })).toEqual([]);
    await rm(join(folder, "masks"), { recursive: true });
    await put({ masks: "", "dataset.jsonl": "{}" });
    expect((await read({ prompt: "p" })).warnings.map(({ code }) => code).sort()).toEqual([
      "unread-captions",
      "unused-file",
    ]);
  });

  it("with links that lead in a circle are listed once", async () => {
    await put({ "a.png": "" });
    await symlink(folder, join(folder, "loop"));
    const { pictures, warnings } = await read({ prompt: "p" });
    expect(pictures.map(({ name }) => name)).toEqual(["a.png"]);
    expect(warnings).toMatchObject([{ code: "unused-folder" }]);
  });
});
