/** @file Files in memory: what is written is read, and nothing else is there. */

import { describe, expect, it } from "vitest";
import { createMemoryFiles } from "./memory-files.js";

const bytes = (...values: number[]) => Uint8Array.from(values);

describe("files in memory", () => {
  it("are read in parts, and hashed", async () => {
    const files = createMemoryFiles();
    expect(await files.write("/a/b.bin", [bytes(1, 2), bytes(3)])).toBe(3);
    const file = await files.open("a/./b.bin");
    expect(file.sizeBytes).toBe(3);
    expect(await file.read(1, 2)).toEqual(bytes(2, 3));
    // Of the bytes 1, 2, 3 by sha256sum.
    expect(await file.sha256(0, 3)).toBe(
      "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81",
    );
    await expect(file.read(2, 2)).rejects.toThrow("got the end of the file (3 bytes)");
    await file.close();
  });

  it("are listed by folder, sorted, folders among them", async () => {
    const files = createMemoryFiles();
    for (const path of ["/m/z.txt", "/m/unet/w.bin", "/m/unet/c.json", "/mm/x"]) {
      await files.write(path, [bytes(0)]);
    }
    expect((await files.list("/m")).map(({ name, kind }) => [name, kind])).toEqual([
      ["unet", "folder"],
      ["z.txt", "file"],
    ]);
    expect(await files.stat("/m/unet")).toMatchObject({ name: "unet", kind: "folder" });
    expect(await files.stat("/m/none")).toBeUndefined();
    await expect(files.list("/none")).rejects.toThrow("ENOENT");
    await expect(files.open("/m/unet")).rejects.toThrow("ENOENT");
    await expect(files.write("/m/unet", [])).rejects.toThrow("EISDIR");
  });

  it("are whole or as before while they are written", async () => {
    const files = createMemoryFiles();
    await files.write("/log", [bytes(65)]);
    const failing = (function* () {
      yield bytes(66);
      throw new Error("the disk is full");
    })();
    await expect(files.write("/log", failing)).rejects.toThrow("the disk is full");
    await files.append("/log", "B\n");
    const file = await files.open("/log");
    expect(new TextDecoder().decode(await file.read(0, file.sizeBytes))).toBe("AB\n");
    expect(files.sizeBytes()).toBe(3);
    await files.remove("/log");
    expect(await files.stat("/log")).toBeUndefined();
    expect(files.join("/a", "../..", "b/./c")).toBe("/b/c");
  });

  it("keep what they were given, whatever becomes of the buffer", async () => {
    const files = createMemoryFiles();
    const given = bytes(1);
    await files.write("/x", [given]);
    given[0] = 9;
    expect(await (await files.open("/x")).read(0, 1)).toEqual(bytes(1));
  });
});
