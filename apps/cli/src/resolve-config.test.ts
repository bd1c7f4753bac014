/** @file The training config from a file and flags, and where each problem stands. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { resolveConfig } from "./resolve-config.js";
import { runCli, temporaryFolder } from "./testing/run-cli.js";

function write(content: string | Uint8Array, name = "config.yaml"): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

const resolve = (file: string | undefined, values: Record<string, unknown> = {}) =>
  resolveConfig(nodeFiles, { file, values: new Map(Object.entries(values)) });

const refusal = (file: string, values?: Record<string, unknown>) =>
  resolve(file, values).then(
    () => "accepted",
    (error: unknown) => messageOf(error),
  );

const least = "base: { path: model }\ndata: { folder: photos }\n";

describe("resolveConfig", () => {
  it("reads YAML and JSON alike", async () => {
    const yaml = await resolve(write(`${least}lora:\n  rank: 4\n`));
    const value = { base: { path: "model" }, data: { folder: "photos" }, lora: { rank: 4 } };
    expect(await resolve(write(JSON.stringify(value), "config.json"))).toEqual(yaml);
    expect(yaml.lora?.rank).toBe(4);
  });

  it("lets flags win over the file and keeps what they do not name", async () => {
    const file = write(`${least}lora:\n  rank: 4\n  dropout: 0.1\n`);
    const config = await resolve(file, { "lora.rank": 8, "data.prompt": "a dog" });
    expect(config.lora).toMatchObject({ rank: 8, dropout: 0.1 });
    expect(config.data).toMatchObject({ folder: "photos", prompt: "a dog" });
  });

  it("lets the base of a flag replace a repository in the file", async () => {
    const file = write("base: { repo: a/b, offline: true }\ndata: { folder: photos }\n");
    const { base } = await resolve(file, { "base.path": "model" });
    expect(base).toMatchObject({ path: "model", offline: true });
    expect(base.repo).toBeUndefined();
  });

  it("takes the embedded base where none is named, and no default beside a repository", async () => {
    const data = "data: { folder: photos }\n";
    for (const text of [data, `base: {}\n${data}`, `base: { variant: fp16 }\n${data}`]) {
      expect((await resolve(write(text))).base).toMatchObject({ path: "embedded" });
    }
    const { base } = await resolve(write(`base: { repo: a/b }\n${data}`));
    expect(base).toMatchObject({ repo: "a/b" });
    expect(base.path).toBeUndefined();
    expect(await refusal(write(`base: model\n${data}`))).toContain("base: expected a group");
  });

  it("leaves what a recorded run says of its base behind with it", async () => {
    const recorded = { path: "embedded", fingerprint: "abc", architecture: "atelier-embedded" };
    const file = write(JSON.stringify({ base: recorded, data: { folder: "photos" } }));
    expect((await resolve(file)).base).toMatchObject(recorded);
    const { base } = await resolve(file, { "base.path": "model" });
    expect(base).toMatchObject({ path: "model" });
    expect(base.fingerprint).toBeUndefined();
    expect(base.architecture).toBeUndefined();
  });

  it("lists all problems at once, each with its line or flag", async () => {
    const file = write(`${least}lora:\n  rnak: 4\nsteps: lots\nseed: -1\n`);
    const message = await refusal(file, { maxGradNorm: -1 });
    expect(message).toContain("training config: 4 problems:");
    expect(message).toContain(`lora.rnak: unknown field; did you mean lora.rank? (${file}:4)`);
    expect(message).toContain(`steps: expected a number, got "lots" (${file}:5)`);
    expect(message).toContain(`seed: expected a value of at least 0, got -1 (${file}:6)`);
    expect(message).toContain(
      "maxGradNorm: expected a value of at least 0, got -1 (--max-grad-norm)",
    );
  });

  it("names the lines of what is no YAML", async () => {
    const file = write("base: { path: model\nsteps: 1\n  data: x\n");
    const message = await refusal(file);
    expect(message).toContain(`${file}: expected YAML or JSON`);
    expect(message).toMatch(new RegExp(`${file.replace(/\W/g, "\\$&")}:[123]: `));
  });

  it("refuses a key that stands twice", async () => {
    expect(await refusal(write(`${least}steps: 1\nsteps: 2\n`))).toContain(
      ":4: Map keys must be unique",
    );
  });

  it("refuses a file that expands without end", async () => {
    const levels = Array.from({ length: 12 }, (_, i) => {
      const before = i === 0 ? '"x"' : `*a${i - 1}`;
      return `a${i}: &a${i} [${Array.from({ length: 12 }, () => before).join(",")}]`;
    });
    expect(await refusal(write(levels.join("\n")))).toContain("Excessive alias count");
  });

  it.each([
    ["", "data:"],
    ["just text", "config: expected a group of fields"],
    ["- a\n- b\n", "config: expected a group of fields"],
  ])("refuses %j as a config", async (content, expected) => {
    expect(await refusal(write(content))).toContain(expected);
  });

  it("refuses bytes that are no text", async () => {
    expect(await refusal(write(Uint8Array.from([0xff, 0xfe, 0, 1])))).toContain("UTF-8");
  });

  it("takes a base that is no path and reads like a repository for one", async () => {
    const { base } = await resolve(undefined, {
      "base.path": "org/model@v2",
      "data.folder": "photos",
    });
    expect(base).toMatchObject({ repo: "org/model", revision: "v2" });
    expect(base.path).toBeUndefined();
  });
});

describe("atelier lora", () => {
  it("reports every wrong flag at once and starts nothing", async () => {
    const { code, stderr, stdout } = await runCli([
      "lora",
      "photos",
      ...["--base", "model", "--rank", "many", "--dropout", "2", "--crop", "middle"],
    ]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain('lora.rank: expected a number, got "many" (--rank)');
    expect(stderr).toContain("lora.dropout: expected a value below 1, got 2 (--dropout)");
    expect(stderr).toContain('data.crop: expected one of center, random, got "middle" (--crop)');
  });
});
