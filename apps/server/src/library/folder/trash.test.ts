/** @file How the trash is emptied: what is old, all of it, and never what somebody is at. */

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { testLibrary } from "../../testing/open-test-library.js";
import { createTrash, type Trash } from "./trash.js";

const dayMs = 24 * 60 * 60 * 1000;

async function openTrash() {
  const { folder } = await testLibrary();
  const trash = createTrash(folder);
  const write = (name: string, bytes: number): void => {
    mkdirSync(join(folder.folderOf("datasets"), "cats"), { recursive: true });
    writeFileSync(join(folder.folderOf("datasets"), "cats", name), Buffer.alloc(bytes));
  };
  const remove = async (name: string): Promise<string> => {
    const places = [{ section: "datasets" as const, names: ["cats", name] }];
    return (await trash.put([{ stem: name, places }])).trash;
  };
  /** As if it had been removed so many days ago. */
  const age = async (id: string, days: number): Promise<string> => {
    const old = `${(Date.now() - days * dayMs).toString(36)}-${id.split("-")[1]}`;
    const root = folder.folderOf("trash");
    await rename(join(root, id), join(root, old));
    return old;
  };
  const names = () => readdir(folder.folderOf("trash"));
  return { folder, trash, write, remove, age, names };
}

const bytesOf = async (trash: Trash): Promise<number> => (await trash.measure()).bytes;

describe("the trash", () => {
  it("says how much lies there", async () => {
    const { trash, write, remove } = await openTrash();
    expect(await trash.measure()).toEqual({ removals: 0, bytes: 0 });
    write("a.png", 100_000);
    write("b.png", 50_000);
    await remove("a.png");
    const one = await bytesOf(trash);
    await remove("b.png");
    // Beside each lies the list of what came from where.
    expect(one).toBeGreaterThan(100_000);
    expect(one).toBeLessThan(101_000);
    expect(await bytesOf(trash)).toBeGreaterThan(150_000);
    expect((await trash.measure()).removals).toBe(2);
  });

  it("loses what is older than it is asked for, and keeps the rest to be brought back", async () => {
    const { folder, trash, write, remove, age, names } = await openTrash();
    for (const name of ["old.png", "young.png"]) write(name, 10);
    const old = await age(await remove("old.png"), 31);
    const young = await age(await remove("young.png"), 29);
    const gone = await trash.empty({ olderThanMs: 30 * dayMs });
    expect(gone.removals).toBe(1);
    expect(await names()).toEqual([young]);
    await expect(trash.restore(old)).rejects.toThrow("or deleted with the trash");
    expect((await trash.restore(young)).restored).toBe(1);
    expect(existsSync(join(folder.folderOf("datasets"), "cats", "young.png"))).toBe(true);
  });

  it("is emptied of removals alone: what others have put there stays", async () => {
    const { folder, trash, write, remove, names } = await openTrash();
    write("a.png", 10);
    await remove("a.png");
    mkdirSync(join(folder.folderOf("trash"), "mine"));
    expect((await trash.empty()).removals).toBe(1);
    expect(await names()).toEqual(["mine"]);
    expect(await trash.empty()).toEqual({ removals: 0, bytes: 0 });
  });

  it("keeps what is moved into it and out of it meanwhile whole", async () => {
    const { folder, trash, write, remove, names } = await openTrash();
    write("a.png", 10);
    write("b.png", 10);
    const id = await remove("a.png");
    const [restored, , removed] = await Promise.all([
      trash.restore(id),
      trash.empty(),
      remove("b.png"),
    ]);
    expect(restored.restored).toBe(1);
    expect(existsSync(join(folder.folderOf("datasets"), "cats", "a.png"))).toBe(true);
    expect(await names()).toEqual([removed]);
    expect((await trash.restore(removed)).restored).toBe(1);
  });
});
