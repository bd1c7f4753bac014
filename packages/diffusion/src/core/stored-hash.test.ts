/** @file Hashes in the metadata of adapters. */

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { storedHash } from "./stored-hash.js";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("storedHash", () => {
  it.each([
    [sha256("tensors"), sha256("tensors").slice(0, 12)],
    [sha256(""), undefined],
    ["None", undefined],
    ["", undefined],
  ])("of %j is %j", (stored, expected) => {
    expect(storedHash(new Map([["sshs_model_hash", stored]]))).toBe(expected);
    expect(storedHash(new Map())).toBeUndefined();
  });
});
