/** @file The library's folder: names that are no paths, links that lead out, other versions, one spelling of names. */

import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { itemName } from "../../api/values.js";
import { testLibrary } from "../../testing/open-test-library.js";
import { openLibraryFolder } from "./library-folder.js";
import { cleanFileName, cleanItemName, newName } from "./safe-name.js";

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "atelier-folder-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe("the library's folder", () => {
  it("is made with its version, and opened again", async () => {
    const folder = join(await temporary(), "new", "Atelier");
    const library = await openLibraryFolder(folder);
    expect(JSON.parse(await readFile(join(library.root, "library.json"), "utf8"))).toEqual({
      version: 1,
    });
    expect(existsSync(library.folderOf("datasets"))).toBe(true);
    await openLibraryFolder(folder);
  });

  it("of a newer Atelier is refused and left as it is", async () => {
    const folder = await temporary();
    await writeFile(join(folder, "library.json"), '{"version": 2}');
    await expect(openLibraryFolder(folder)).rejects.toThrow("got version 2. Use the Atelier that");
    expect(existsSync(join(folder, "datasets"))).toBe(false);
    await writeFile(join(folder, "library.json"), "{");
    await expect(openLibraryFolder(folder)).rejects.toThrow("expected the library's version");
  });

  it("may be reached by a link, but has none for its sections", async () => {
    const folder = await temporary();
    await mkdir(join(folder, "real"));
    await symlink(join(folder, "real"), join(folder, "link"));
    const library = await openLibraryFolder(join(folder, "link"));
    expect(library.root).toBe(join(folder, "real"));
    await rm(join(folder, "real", "models"), { recursive: true });
    await mkdir(join(folder, "elsewhere"));
    await symlink(join(folder, "elsewhere"), join(folder, "real", "models"));
    await expect(openLibraryFolder(join(folder, "link"))).rejects.toThrow("a link that leads out");
  });

  it("gives room for files on their way in, and clears what a killed server has left", async () => {
    const library = await openLibraryFolder(await temporary());
    let path = "";
    {
      await using room = await library.incoming();
      path = room.path;
      await writeFile(join(path, "part"), "x");
    }
    expect(existsSync(path)).toBe(false);
    const left = await library.cachePath("incoming", "left");
    const young = await library.cachePath("incoming", "young");
    await mkdir(left);
    await mkdir(young);
    const longAgo = new Date(Date.now() - 48 * 60 * 60 * 1000);
    await utimes(left, longAgo, longAgo);
    await openLibraryFolder(library.root);
    expect([existsSync(left), existsSync(young)]).toEqual([false, true]);
  });
});

describe("a path by names", () => {
  it.each(["..", ".", "", "a/b", "a\\b", "../../token", "a\0b", "x".repeat(256)])(
    "is refused where one is none: %j",
    async (name) => {
      const { folder } = await testLibrary();
      await expect(folder.place("datasets", name)).rejects.toThrow(/expected the name of a file/);
      await expect(folder.place("datasets", "a", name)).rejects.toThrow(/expected the name of a/);
    },
  );

  it("is refused where a link leads out, at any depth, also to nothing", async () => {
    const { folder, root, outside } = await testLibrary();
    await writeFile(join(outside, "secret.png"), "secret");
    await mkdir(join(root, "datasets", "a", "masks"), { recursive: true });
    await symlink(outside, join(root, "datasets", "out"));
    await symlink(join(outside, "secret.png"), join(root, "datasets", "a", "b.png"));
    await symlink(join(root, "library.json"), join(root, "datasets", "a", "own.png"));
    await symlink("nowhere", join(root, "datasets", "a", "gone.png"));
    for (const names of [
      ["out"],
      ["out", "secret.png"],
      ["a", "b.png"],
      ["a", "own.png"],
      ["a", "gone.png"],
    ]) {
      await expect(folder.place("datasets", ...names)).rejects.toThrow(
        "a link that leads out of it",
      );
    }
  });

  it("follows a link that stays in what it lies in", async () => {
    const { folder, root } = await testLibrary();
    await mkdir(join(root, "models", "m", "unet"), { recursive: true });
    await writeFile(join(root, "models", "m", "unet", "a.bin"), "x");
    await symlink("a.bin", join(root, "models", "m", "unet", "b.bin"));
    const { path } = await folder.place("models", "m", "unet", "b.bin");
    expect(path).toBe(join(root, "models", "m", "unet", "a.bin"));
  });

  it("finds a name in the other spelling of its letters", async () => {
    const { folder, root } = await testLibrary();
    const apart = "강아지".normalize("NFD");
    await mkdir(join(root, "datasets", apart));
    const { stats } = await folder.place("datasets", "강아지".normalize("NFC"));
    expect(stats?.isDirectory()).toBe(true);
  });
});

describe("names of what is new", () => {
  it.each(["내 강아지", "Skye's style [v2]", "a+b, c & d", "한글.safetensors"])(
    "are any: %s",
    (name) => {
      expect(newName(name)).toBe(name.normalize("NFC"));
    },
  );

  it.each([
    "CON",
    "con.txt",
    "LPT1",
    "nul.png",
    ".hidden",
    "a/b",
    "a:b",
    "a ",
    "a.",
    "",
    "한".repeat(80),
  ])("are refused where some system cannot store them: %j", (name) => {
    expect(() => newName(name)).toThrow("that every system can store");
  });

  it("are written in one spelling", () => {
    expect(newName("가".normalize("NFD"))).toBe("가".normalize("NFC"));
  });

  it.each([
    ["C:\\pictures\\a?b.png", "a_b.png"],
    ["../../etc/passwd", "passwd"],
    ["...", "file"],
    [".png", "png"],
    ["con.png", "_con.png"],
    ["a\u202Egnp.exe", "a_gnp.exe"],
    ["  x.png ", "x.png"],
    [`${"가".repeat(100)}.png`, `${"가".repeat(65)}.png`],
  ])("of foreign files are made safe: %j", (given, expected) => {
    expect(cleanFileName(given)).toBe(expected);
  });

  it.each(["my*lora?.safetensors", "--rm -rf.safetensors", "😀.safetensors", "", "..\\..\\x"])(
    "of foreign items are made such as the API takes: %j",
    (given) => {
      expect(itemName.safeParse(cleanItemName(given, "item")).success).toBe(true);
    },
  );
});
