/** @file Names that are given once: files and folders never take the place of others, also not of those at the same moment. */

import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { moveFile, moveFolder, moveUnderFreeName, writeWhole } from "./publish.js";

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "atelier-publish-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

it("a file does not take the place of another, of a folder, or of a link to nothing", async () => {
  const folder = await temporary();
  const at = (name: string) => join(folder, name);
  await writeFile(at("new"), "new");
  await writeFile(at("old"), "old");
  await mkdir(at("empty"));
  await symlink("nowhere", at("link"));
  for (const name of ["old", "empty", "link"])
    expect(await moveFile(at("new"), at(name))).toBe(false);
  expect(await readFile(at("old"), "utf8")).toBe("old");
  expect(await moveFile(at("new"), at("free"))).toBe(true);
  expect((await readdir(folder)).sort()).toEqual(["empty", "free", "link", "old"]);
});

it("a folder does not take the place of another, also of an empty one", async () => {
  const folder = await temporary();
  const at = (name: string) => join(folder, name);
  for (const name of ["new", "empty", "full"]) await mkdir(at(name));
  await writeFile(at("full/a"), "x");
  await writeFile(at("file"), "x");
  for (const name of ["empty", "full", "file"])
    expect(await moveFolder(at("new"), at(name))).toBe(false);
  expect(await moveFolder(at("new"), at("free"))).toBe(true);
});

it("files that come at the same moment under one name all stay", async () => {
  const folder = await temporary();
  await mkdir(join(folder, "to"));
  const numbers = Array.from({ length: 20 }, (_, index) => String(index));
  for (const number of numbers) await writeFile(join(folder, number), number);
  const place = (number: string) =>
    moveUnderFreeName(join(folder, number), { folder: join(folder, "to"), name: "cat.png" });
  const names = await Promise.all(numbers.map(place));
  expect(new Set(names).size).toBe(20);
  const contents = await Promise.all(
    names.map((name) => readFile(join(folder, "to", name), "utf8")),
  );
  expect(contents).toEqual(numbers);
  expect(await readdir(folder)).toEqual(["to"]);
});

it("what is written is there whole or not at all, and nothing is left of what failed", async () => {
  const folder = await temporary();
  await writeWhole(join(folder, "made", "a.txt"), "one");
  await writeWhole(join(folder, "made", "a.txt"), "two");
  expect(await readFile(join(folder, "made", "a.txt"), "utf8")).toBe("two");
  await mkdir(join(folder, "made", "b.txt", "c"), { recursive: true });
  await expect(writeWhole(join(folder, "made", "b.txt"), "x")).rejects.toMatchObject({
    code: "file",
  });
  expect((await readdir(join(folder, "made"))).sort()).toEqual(["a.txt", "b.txt"]);
});
