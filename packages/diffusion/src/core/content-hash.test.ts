/** @file Hashes that name cache entries, against the examples of FIPS 180-2. */

import { describe, expect, it } from "vitest";
import { settingsKey, sha256Hex } from "./content-hash.js";

describe("sha256Hex", () => {
  it("matches FIPS 180-2's example", async () => {
    expect(await sha256Hex(new TextEncoder().encode("abc"))).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });

  it("hashes the bytes of a view, not of its buffer", async () => {
    const view = new TextEncoder().encode("xabcx").subarray(1, 4);
    expect((await sha256Hex(view)).slice(0, 8)).toBe("ba7816bf");
  });
});

describe("settingsKey", () => {
  it("ignores the order of fields but not of lists", async () => {
    const key = await settingsKey({ a: 1, b: { c: [1, 2], d: null } });
    expect(await settingsKey({ b: { d: null, c: [1, 2] }, a: 1 })).toBe(key);
    expect(await settingsKey({ b: { d: null, c: [2, 1] }, a: 1 })).not.toBe(key);
  });

  it("tells apart what looks alike", async () => {
    const alike = [
      { a: "1" },
      { a: 1 },
      { a: [1] },
      { a: true },
      { "a:1": 1 },
      { a: { b: 1 } },
      {},
    ];
    const keys = await Promise.all(alike.map(settingsKey));
    expect(new Set(keys).size).toBe(alike.length);
  });

  it("refuses values without a text form", async () => {
    await expect(settingsKey({ a: Number.NaN })).rejects.toThrow("internal: settingsKey");
  });
});
