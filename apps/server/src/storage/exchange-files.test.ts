/** @file Folders go from one library to another through a storage: whole, once, and nowhere else than they belong. */

import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type LibraryFolder, openLibraryFolder } from "../library/folder/library-folder.js";
import { type FakeS3, startFakeS3 } from "../testing/fake-s3.js";
import { type ArtifactStore, blobKey, partBytes } from "./artifact-store.js";
import { hashOf } from "./blob-hash.js";
import { getManifest, type Manifest, putManifest } from "./manifest.js";
import { openStorage } from "./open-storage.js";
import { createPartHashes } from "./part-hashes.js";
import { pullTop } from "./pull-files.js";
import { pushFiles } from "./push-files.js";
import { sweep } from "./sweep.js";

const top = "datasets/강아지";
const never = new AbortController().signal;

let root: string;
let s3: FakeS3;
let store: ArtifactStore;
let here: LibraryFolder;
let there: LibraryFolder;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "atelier-exchange-"));
  s3 = await startFakeS3();
  for (const [name, value] of Object.entries(s3.env)) vi.stubEnv(name, value);
  store = await openStorage({ place: "s3://atelier", endpoint: s3.endpoint });
  here = await openLibraryFolder(join(root, "here"));
  there = await openLibraryFolder(join(root, "there"));
  s3.requests.length = 0;
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await s3[Symbol.asyncDispose]();
  rmSync(root, { recursive: true, force: true });
});

function write(library: LibraryFolder, path: string, content: string | Uint8Array): void {
  const file = join(library.root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

const push = (name = top): Promise<Manifest> =>
  pushFiles(
    { store, hashes: createPartHashes(here), sent: new Set() },
    { root: here.root, tops: new Map([[name, join(here.root, name)]]), signal: never },
  );

const pull = (manifest: Manifest, signal = never): Promise<void> =>
  pullTop(
    { store, hashes: createPartHashes(there), root: there.root },
    {
      manifest,
      top: manifest.tops[0] ?? "",
      path: join(there.root, manifest.tops[0] ?? ""),
      signal,
    },
  );

const requestsOf = (method: string): string[] =>
  s3.requests.filter((request) => request.startsWith(`${method} `));

/** Paths and contents of all files below a folder. */
function filesBelow(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    files
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]),
  );
}

describe("a folder that is sent", () => {
  it("stands elsewhere as it was, without what passes and what is not its own", async () => {
    write(here, `${top}/0.png`, "red");
    write(here, `${top}/0.txt`, "빨간 공");
    write(here, `${top}/masks/0.png`, "mask");
    write(here, `${top}/.half.tmp`, "half");
    write(here, "secret", "key");
    symlinkSync(join(here.root, "secret"), join(here.root, top, "1.png"));
    symlinkSync(join(here.root, top, "0.png"), join(here.root, top, "2.png"));
    const manifest = await getManifest(store, await putManifest(store, await push()));
    await pull(manifest);
    expect(filesBelow(join(there.root, top))).toEqual({
      ...{ "0.png": "red", "0.txt": "빨간 공", "2.png": "red" },
      [join("masks", "0.png")]: "mask",
    });
    expect([...s3.objects.values()].some(({ bytes }) => String(bytes) === "key")).toBe(false);
  });

  it("is not sent and not fetched again, but for what has changed", async () => {
    for (const name of ["a", "b", "c"]) write(here, `${top}/${name}.txt`, `caption ${name}`);
    await pull(await push());
    s3.requests.length = 0;
    await pull(await push());
    expect([requestsOf("PUT"), requestsOf("GET")]).toEqual([[], []]);
    write(here, `${top}/b.txt`, "another caption");
    rmSync(join(here.root, top, "c.txt"));
    write(there, `${top}/d/e.txt`, "of another state");
    await pull(await push());
    expect([requestsOf("PUT").length, requestsOf("GET").length]).toEqual([1, 1]);
    expect(filesBelow(join(there.root, top))).toEqual({
      "a.txt": "caption a",
      "b.txt": "another caption",
    });
  });

  it("may be empty, or a file", async () => {
    mkdirSync(join(here.root, top));
    await pull(await push());
    expect(readdirSync(join(there.root, top))).toEqual([]);
    write(here, "adapters/a.safetensors", "weights");
    await pull(await push("adapters/a.safetensors"));
    expect(filesBelow(join(there.root, "adapters"))).toEqual({ "a.safetensors": "weights" });
  });

  it("goes on where an upload broke off", async () => {
    const model = new Uint8Array(3 * partBytes + 5).map((_, at) => at >>> 18);
    write(here, "models/m.safetensors", model);
    s3.puts = 2;
    await expect(push("models/m.safetensors")).rejects.toThrow("expected to reach it");
    expect(s3.objects.size - 1).toBe(2);
    s3.puts = Number.POSITIVE_INFINITY;
    s3.requests.length = 0;
    const manifest = await push("models/m.safetensors");
    expect(requestsOf("PUT")).toHaveLength(2);
    await pull(manifest);
    const copy = readFileSync(join(there.root, "models/m.safetensors"));
    expect(hashOf(copy)).toBe(hashOf(model));
  });

  it("has the paths of the library where it is, if it is a run", async () => {
    const config = (library: LibraryFolder) =>
      JSON.stringify({ data: { folder: join(library.root, top) } });
    write(here, "runs/r/config.json", config(here));
    write(here, "runs/r/checkpoints/step-1/checkpoint.json", config(here));
    write(here, "runs/r/run.lock", "{}");
    await pull(await push("runs/r"));
    expect(filesBelow(join(there.root, "runs/r"))).toEqual({
      "config.json": config(there),
      [join("checkpoints", "step-1", "checkpoint.json")]: config(here),
    });
  });
});

describe("what comes from a storage", () => {
  const whole = () => filesBelow(join(there.root, top));

  it.each([
    ["was deleted", (key: string) => void s3.objects.delete(key)],
    [
      "was changed",
      (key: string) => void s3.objects.set(key, { bytes: Buffer.from("evil"), stored: new Date() }),
    ],
  ])("is lost where it %s, and nothing of it is shown", async (_, spoil) => {
    write(here, `${top}/a.txt`, "good");
    write(there, `${top}/a.txt`, "old");
    const manifest = await push();
    spoil(blobKey(manifest.files[0]?.parts[0] ?? ""));
    const error = await pull(manifest).catch((each: unknown) => each);
    expect(error).toMatchObject({ context: { storage: "lost" } });
    expect(String(error)).toContain(`got ${top}/a.txt without its content`);
    expect(whole()).toEqual({ "a.txt": "old" });
    await expect(getManifest(store, "0".repeat(64))).rejects.toThrow("expected all files");
  });

  const file = { path: `${top}/a`, bytes: 1, parts: ["0".repeat(64)] };
  it.each([
    ["leads out", { ...file, path: `${top}/../../../x` }],
    ["is absolute", { ...file, path: "/etc/passwd" }],
    ["has an empty name", { ...file, path: `${top}//a` }],
    ["lies elsewhere", { ...file, path: "models/a" }],
    ["is too deep", { ...file, path: `${top}/${"a/".repeat(40)}b` }],
    ["has too few parts", { ...file, parts: [] }],
    ["has parts that are none", { ...file, parts: ["../../x"] }],
    ["is too large", { ...file, bytes: 1e15 }],
  ])("is refused where a path %s", async (_, strange) => {
    const manifest = { version: 1 as const, root: "/x", tops: [top], files: [strange] };
    const hash = await putManifest(store, manifest);
    await expect(getManifest(store, hash)).rejects.toThrow("expected a list of the files of this");
  });

  it("is never written where a link leads", async () => {
    write(here, `${top}/masks/0.png`, "mask");
    const outside = join(root, "outside");
    mkdirSync(outside);
    mkdirSync(join(there.root, top));
    symlinkSync(outside, join(there.root, top, "masks"));
    await pull(await push());
    expect(readdirSync(outside)).toEqual([]);
    expect(whole()).toEqual({ [join("masks", "0.png")]: "mask" });
  });

  it("takes the place of a link, even to a folder that looks the same", async () => {
    write(here, `${top}/masks/0.png`, "mask");
    write(there, "models/same/0.png", "mask");
    mkdirSync(join(there.root, top));
    symlinkSync(join(there.root, "models/same"), join(there.root, top, "masks"));
    await pull(await push());
    expect(lstatSync(join(there.root, top, "masks")).isSymbolicLink()).toBe(false);
    expect(whole()).toEqual({ [join("masks", "0.png")]: "mask" });
  });

  it("is left where it is when it is asked to stop", async () => {
    write(here, `${top}/a.txt`, "good");
    const stop = new AbortController();
    stop.abort();
    await expect(pull(await push(), stop.signal)).rejects.toThrow();
    expect(existsSync(join(there.root, top, "a.txt"))).toBe(false);
    expect(readdirSync(join(there.root, top))).toEqual([]);
  });
});

describe("a storage that is swept", () => {
  const day = 24 * 60 * 60 * 1_000;

  it("loses what nobody refers to after two days, and what is referred to anew is stored anew", async () => {
    const place = join(root, "storage");
    mkdirSync(place);
    store = await openStorage({ place });
    write(here, `${top}/a.txt`, "kept");
    write(here, "models/b", "old");
    const manifest = await push();
    const [name, other] = [await putManifest(store, manifest), await push("models/b")];
    const [kept = "", gone = ""] = [manifest.files[0]?.parts[0], other.files[0]?.parts[0]];
    const inUse = async () => [name];
    expect(await sweep(store, inUse)).toBe(0);
    // With the blob that every storage is tried with.
    expect(await sweep(store, inUse, { now: Date.now() + 3 * day })).toBe(2);
    expect([await store.get(kept), await store.get(gone)]).toEqual([expect.anything(), undefined]);
    const bytes = (await store.get(kept)) ?? new Uint8Array();
    const ancient = new Date(Date.now() - 9 * day);
    utimesSync(join(place, blobKey(kept)), ancient, ancient);
    const storeAnew = async () => {
      await store.put(kept, bytes);
      return [];
    };
    expect(await sweep(store, storeAnew)).toBe(0);
    const old = new Date(Date.now() - 1.5 * day);
    utimesSync(join(place, blobKey(kept)), old, old);
    await push();
    expect((await store.stored(kept))?.getTime()).toBeGreaterThan(old.getTime() + day);
  });
});
