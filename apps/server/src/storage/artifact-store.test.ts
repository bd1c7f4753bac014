/** @file What every storage does, in a folder and on a server that speaks S3's language; and how each says what is wrong. */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type FakeS3, startFakeS3 } from "../testing/fake-s3.js";
import { type ArtifactStore, partBytes } from "./artifact-store.js";
import { hashOf } from "./blob-hash.js";
import { openStorage } from "./open-storage.js";

let folder: string;
let s3: FakeS3;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "atelier-storage-"));
  s3 = await startFakeS3();
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await s3[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  for (const [name, value] of Object.entries(s3.env)) vi.stubEnv(name, value);
});

const onS3 = (place = "s3://atelier/one/two", endpoint = s3.endpoint) =>
  openStorage({ place, endpoint });

const kinds: [string, () => Promise<ArtifactStore>][] = [
  ["a folder", () => openStorage({ place: folder })],
  ["S3", () => onS3()],
];

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

async function hashesIn(store: ArtifactStore): Promise<string[]> {
  const found: string[] = [];
  for await (const { hash } of store.list()) found.push(hash);
  return found.sort();
}

describe.each(kinds)("a storage in %s", (_, open) => {
  it("gives back what was stored, and says when that was", async () => {
    const store = await open();
    const bytes = text("a picture");
    const hash = hashOf(bytes);
    expect([await store.stored(hash), await store.get(hash)]).toEqual([undefined, undefined]);
    await store.put(hash, bytes);
    expect(Buffer.from((await store.get(hash)) ?? []).toString()).toBe("a picture");
    const age = Date.now() - ((await store.stored(hash))?.getTime() ?? 0);
    expect(age).toBeGreaterThan(-5_000);
    expect(age).toBeLessThan(60_000);
    await store.put(hash, bytes);
    await store.remove(hash);
    await store.remove(hash);
    expect(await store.get(hash)).toBeUndefined();
  });

  it("lists all blobs, in pages as in one", async () => {
    const store = await open();
    const before = await hashesIn(store);
    const added = Array.from({ length: 8 }, (_each, at) => text(`blob ${at}`));
    for (const bytes of added) await store.put(hashOf(bytes), bytes);
    expect(await hashesIn(store)).toEqual([...before, ...added.map(hashOf)].sort());
  });

  it("takes a whole part, and an empty one", async () => {
    const store = await open();
    const part = new Uint8Array(partBytes).fill(7);
    for (const bytes of [part, new Uint8Array(0)]) {
      await store.put(hashOf(bytes), bytes);
      expect(hashOf((await store.get(hashOf(bytes))) ?? text("none"))).toBe(hashOf(bytes));
    }
  });
});

describe("a storage in a folder", () => {
  it("is not made where there is none", async () => {
    const place = join(folder, "not-mounted");
    await expect(openStorage({ place })).rejects.toThrow(
      /expected a folder that is there, got none/,
    );
  });

  it("shows nothing of a blob that is being written", async () => {
    const store = await openStorage({ place: folder });
    const before = await hashesIn(store);
    mkdirSync(join(folder, "blobs", "00"), { recursive: true });
    writeFileSync(join(folder, "blobs", "00", ".half.tmp"), "half");
    expect(await hashesIn(store)).toEqual(before);
    expect(readdirSync(join(folder, "blobs", "00"))).toContain(".half.tmp");
    // Its writer was killed long ago.
    const old = new Date(Date.now() - 48 * 60 * 60 * 1_000);
    utimesSync(join(folder, "blobs", "00", ".half.tmp"), old, old);
    expect(await hashesIn(store)).toEqual(before);
    expect(readdirSync(join(folder, "blobs", "00"))).not.toContain(".half.tmp");
  });
});

describe("a storage on S3", () => {
  it("asks again where an answer breaks off", async () => {
    const store = await onS3();
    const bytes = new Uint8Array(100_000).fill(3);
    await store.put(hashOf(bytes), bytes);
    s3.cuts = 2;
    expect(hashOf((await store.get(hashOf(bytes))) ?? text("none"))).toBe(hashOf(bytes));
    expect(s3.cuts).toBe(0);
  });

  it("keeps prefixes apart", async () => {
    const [one, other] = [await onS3("s3://atelier/a/"), await onS3("s3://atelier")];
    const bytes = text("in a");
    await one.put(hashOf(bytes), bytes);
    expect(s3.objects.has(`a/blobs/${hashOf(bytes).slice(0, 2)}/${hashOf(bytes)}`)).toBe(true);
    expect(await other.get(hashOf(bytes))).toBeUndefined();
    expect([one.name, other.name]).toEqual(["s3://atelier/a", "s3://atelier"]);
  });

  it("says that there is no such bucket", async () => {
    await expect(onS3("s3://another")).rejects.toThrow(
      "storage s3://another: expected a bucket of this name, got none.",
    );
  });

  it("says that its keys are wrong, and never what they are", async () => {
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "another secret");
    const error = await onS3().catch((each: unknown) => each);
    expect(String(error)).toContain("got ones that it refuses (SignatureDoesNotMatch)");
    expect(String(error)).not.toContain("another secret");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDOTHER");
    await expect(onS3()).rejects.toThrow("got ones that it refuses (InvalidAccessKeyId)");
  });

  it("says that nobody answers", async () => {
    await expect(onS3("s3://atelier", "http://127.0.0.1:1")).rejects.toThrow(
      "storage s3://atelier: expected to reach it, got ECONNREFUSED.",
    );
  });
});

describe("the name of a storage", () => {
  it.each(["s3://", "s3://a_b", "s3://atelier/../x", "https://x", ""])(
    "is not %j",
    async (place) => {
      await expect(openStorage({ place })).rejects.toThrow(/^--storage: expected a folder, or an/);
    },
  );

  it("has an endpoint only where it is S3", async () => {
    await expect(openStorage({ place: folder, endpoint: "http://x" })).rejects.toThrow(
      "Leave the endpoint out",
    );
    await expect(openStorage({ place: "s3://atelier", endpoint: "x" })).rejects.toThrow(
      "--storage-endpoint: expected an address such as",
    );
  });
});
