/** @file Which sets dropped files make, and how they are sent. */

import { describe, expect, it } from "vitest";
import { batchesOf, datasetName, kindOf, namedFiles, setsOf } from "./given-files.js";

const given = (path: string, size = 1) => {
  const parts = path.split("/");
  return { file: { name: parts.at(-1) ?? "", size }, folders: parts.slice(0, -1) };
};
const setNames = (paths: readonly string[], taken: readonly string[] = []) =>
  setsOf(
    paths.map((path) => given(path)),
    { looseName: "Pictures", taken },
  ).map(({ name, files }) => `${name}: ${files.map(({ file }) => file.name).join(" ")}`);

describe("setsOf", () => {
  it("makes a set of each folder and archive, and one of all loose files", () => {
    expect(setNames(["dog/a.jpg", "dog/deep/b.jpg", "cat.zip", "x.png", "y.png"])).toEqual([
      "dog: a.jpg b.jpg",
      "cat: cat.zip",
      "Pictures: x.png y.png",
    ]);
  });

  it("takes names that are free and leaves out what systems put there", () => {
    expect(setNames(["dog/.DS_Store", "dog/a.jpg", "dog.zip"], ["dog", "dog 2"])).toEqual([
      "dog 3: a.jpg dog.zip",
    ]);
    expect(setNames(["__MACOSX/a.jpg", "dog/@eaDir/a.jpg"])).toEqual([]);
  });
});

describe("datasetName", () => {
  it("keeps what names allow and puts Hangul together", () => {
    expect(datasetName("우리 집 강아지".normalize("NFD"))).toBe("우리 집 강아지");
    expect(datasetName("..a/b:c. ")).toBe("a-b-c");
    expect(datasetName("???")).toBeUndefined();
  });
});

describe("kindOf", () => {
  it("tells files by their names", () => {
    expect(["A.JPG", "a.txt", "a.zip", "a.psd", ".a.png", "Thumbs.db"].map(kindOf)).toEqual([
      ...["picture", "caption", "archive", "other", "system", "system"],
    ]);
  });
});

describe("namedFiles", () => {
  it("keeps paths, and puts captions and masks beside their pictures", () => {
    const paths = ["set/2.jpg", "set/masks/1.png", "set/1.jpg", "set/b/1.txt", "set/b/1.jpg"];
    const named = namedFiles([...paths, "set/1.txt"].map((path) => given(path)));
    expect(named.map(({ name }) => name)).toEqual([
      ...["set/1.jpg", "set/1.txt", "set/masks/1.png"],
      ...["set/2.jpg", "set/b/1.jpg", "set/b/1.txt"],
    ]);
    const batches = batchesOf(named, { most: 1 });
    expect(batches.map((batch) => batch.length)).toEqual([3, 1, 2]);
  });
});

describe("batchesOf", () => {
  it("keeps within its limits and never parts a picture from its caption", () => {
    const files = namedFiles(["a.jpg", "a.txt", "b.jpg", "b.txt", "c.jpg"].map((n) => given(n)));
    const names = (most: number) =>
      batchesOf(files, { most }).map((batch) => batch.map(({ name }) => name).join(" "));
    expect(names(1)).toEqual(["a.jpg a.txt", "b.jpg b.txt", "c.jpg"]);
    expect(names(3)).toEqual(["a.jpg a.txt b.jpg b.txt", "c.jpg"]);
    expect(batchesOf(files, { mostBytes: 2 })).toHaveLength(3);
    expect(batchesOf([])).toEqual([]);
  });
});
