/** @file `atelier studio`, `atelier worker` and `atelier download`: what is refused, and what Ctrl-C leaves. */

import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writePictures } from "../testing/pictures.js";
import { runCli, temporaryFolder } from "../testing/run-cli.js";

describe("atelier studio", () => {
  it.each(["x", "-1", "70000", ""])("refuses the port %j", async (port) => {
    const { code, stderr } = await runCli(["studio", `--port=${port}`]);
    expect([code, stderr]).toEqual([
      2,
      `error: --port ${port}: expected a whole number from 0 to 65535, got something else. 0 takes any that is free.\n`,
    ]);
  });
});

describe("atelier worker", () => {
  const worker = (...more: string[]) => runCli(["worker", "--library", temporaryFolder(), ...more]);

  it("refuses lanes that are none", async () => {
    const { code, stderr } = await worker(
      "--database",
      "postgres://127.0.0.1/x",
      "--lanes",
      "fast",
    );
    expect(code).toBe(2);
    expect(stderr).toContain("--lanes fast: expected heavy, light or heavy,light");
  });

  it("takes no folder for its own that holds something, and no endpoint without a storage", async () => {
    const storage = temporaryFolder();
    const library = temporaryFolder();
    writeFileSync(join(library, "mine.txt"), "");
    const database = ["--database", "postgres://127.0.0.1:1/x"];
    const taken = await runCli(["worker", "--library", library, "--storage", storage, ...database]);
    expect([taken.code, taken.stderr]).toEqual([
      1,
      expect.stringContaining("expected a new folder for a worker with --storage"),
    ]);
    const alone = await worker("--storage-endpoint", "https://x", ...database);
    expect([alone.code, alone.stderr]).toEqual([
      2,
      expect.stringContaining("--storage-endpoint: expected --storage beside it"),
    ]);
  });

  it("says how a database that it cannot reach is to be looked at", async () => {
    const { code, stderr } = await worker("--database", "postgres://a:secret@127.0.0.1:1/x");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: database 127\.0\.0\.1:1\/x: expected to reach it, got /);
    expect(stderr).not.toContain("secret");
  });
});

describe("atelier download", () => {
  it("writes over nothing, and says offline what it lacks", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "taken"), "");
    const taken = await runCli(["download", "org/name", "--out", join(folder, "taken")]);
    expect(taken).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("got one where something stands. Choose another.\n"),
    });
    const env = { HF_HUB_OFFLINE: "1", HF_HOME: folder };
    const { code, stderr } = await runCli(["download", "org/name", "--out", join(folder, "new")], {
      env,
    });
    expect([code, stderr]).toEqual([1, expect.stringContaining("got none while offline")]);
  });

  it("takes what the cache has: a folder's files, links of the cache followed", async () => {
    const folder = temporaryFolder();
    const commit = "0123456789012345678901234567890123456789";
    const model = join(folder, "hub/models--org--name");
    const snapshot = join(model, "snapshots", commit);
    mkdirSync(snapshot, { recursive: true });
    mkdirSync(join(model, "refs"));
    writeFileSync(join(model, "refs/main"), commit);
    writeFileSync(join(snapshot, "lora.safetensors"), "bytes");
    const env = { HF_HUB_OFFLINE: "1", HF_HOME: folder };
    const out = join(folder, "own");
    const result = await runCli(
      ["download", "org/name", "--as", "adapter", "--out", out, "--json"],
      { env },
    );
    expect([result.code, result.stderr]).toEqual([0, ""]);
    const [written] = result.json().slice(-1);
    expect(written).toEqual({ type: "written", path: expect.stringContaining(out) });
    expect(readdirSync(folder).some((name) => name.startsWith("own"))).toBe(true);
  });
});

describe("--plan", () => {
  it("tells plan and complete config, and leaves nothing behind", async () => {
    const folder = temporaryFolder();
    const pictures = await writePictures(join(temporaryFolder(), "pictures"), 2);
    const argv = ["lora", pictures, "--prompt", "a robot", "--steps", "7", "--plan"];
    const result = await runCli([...argv, "--output", join(folder, "runs"), "--json"]);
    expect(result.code).toBe(0);
    const told = result.json().filter(({ type }) => type !== "warning");
    expect(told).toMatchObject([
      { type: "plan", steps: 7, tuning: "lora", memory: { total: expect.any(Number) } },
      { type: "config", config: { steps: 7, schedule: { name: expect.any(String) } } },
    ]);
    expect(readdirSync(folder)).toEqual([]);
    const words = await runCli([...argv, "--output", join(folder, "runs")]);
    expect(words.stderr).toMatch(/7 steps/);
    expect(readdirSync(folder)).toEqual([]);
  });
});
