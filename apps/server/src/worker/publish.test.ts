/** @file Drawings go into the library one by one while a job draws, and all of them again at its end. */

import { existsSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Claim } from "../jobs/claim.js";
import { picture, testLibrary } from "../testing/open-test-library.js";
import { hang } from "./publish.js";

const job = "0b0e7a5c-6a3b-4a57-9f5e-0123456789ab";
const claim: Claim = {
  job,
  attempt: 1,
  delivered: { queue: "light", id: job, retryCount: 0, job },
  request: { kind: "doctor" },
  run: undefined,
  isToFinish: false,
  created: new Date("2026-01-02T03:04:05Z"),
};

describe("a drawing", () => {
  it("is hung once, under a name of its job and its number, and stays deleted", async () => {
    const { root, folder: library, origins, outside } = await testLibrary();
    const path = join(outside, "7.png");
    const bytes = await picture(64, 64);
    writeFileSync(path, bytes);
    const hangIt = () => hang({ library, origins }, { path, x: "4" }, { claim, number: 2 });
    const name = await hangIt();
    expect(name).toBe("20260102-030405-0b0e7a5c-002.png");
    const hung = join(root, "drawings", name);
    expect(existsSync(hung)).toBe(true);
    expect(await origins.of("drawings", name)).toMatchObject({ job, x: "4" });
    expect(await hangIt()).toBe(name);
    await rm(hung);
    expect(await hangIt()).toBe(name);
    expect(existsSync(hung)).toBe(false);
    // Another attempt draws it anew.
    writeFileSync(path, bytes);
    await hangIt();
    expect(existsSync(hung)).toBe(true);
  });
});
