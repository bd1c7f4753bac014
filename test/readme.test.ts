/** @file The library example of the README, run as it stands on a tiny base, and documents that are whole. */

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const fixtures = join(root, "test", "fixtures");
const isBuilt = existsSync(
  join(root, "packages", "diffusion", "dist", "adapters", "train-worker.js"),
);
const folder = mkdtempSync(join(tmpdir(), "atelier-readme-"));
const example = join(fixtures, "..", `readme-example-${process.pid}.ts`);
const before = process.cwd();

beforeAll(async () => {
  cpSync(join(fixtures, "tiny-checkpoints", "tiny-sd1"), join(folder, "models", "sd15"), {
    recursive: true,
  });
  cpSync(join(fixtures, "tokenizer-small"), join(folder, "models", "sd15", "tokenizer"), {
    recursive: true,
  });
  mkdirSync(join(folder, "photos", "dog"), { recursive: true });
  for (const [i, background] of ["#884422", "#228844"].entries()) {
    const picture = sharp({ create: { width: 32, height: 32, channels: 3, background } });
    await picture.png().toFile(join(folder, "photos", "dog", `${i}.png`));
  }
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const [, code = ""] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  // Fewer steps, so that the test is quick; everything else is as printed.
  writeFileSync(
    example,
    code.replaceAll("steps: 500", "steps: 2").replaceAll("steps: 25", "steps: 2"),
  );
  process.chdir(folder);
});

afterAll(() => {
  process.chdir(before);
  rmSync(example, { force: true });
  rmSync(folder, { recursive: true, force: true });
});

test.skipIf(!isBuilt)("the example trains an adapter and draws a picture with it", async () => {
  await import(example);
  const png = readFileSync(join(folder, "dog-5.png"));
  const { width, height } = await sharp(png).metadata();
  expect([width, height]).toEqual([16, 16]);
});

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`),
];
test.each(documents.filter((name) => name.endsWith(".md")))(
  "%s holds no marks of a merge",
  (name) => {
    expect(readFileSync(join(root, name), "utf8")).not.toMatch(/^(<<<<<<<|>>>>>>>) /m);
  },
);
