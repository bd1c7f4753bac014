/** @file `atelier import` from files to a config that trains. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runCli, temporaryFolder } from "../testing/run-cli.js";

const toml = `pretrained_model_name_or_path = "models/sd15"
network_dim = 8
learning_rate = 1e-4
clip_skip = 2
`;

it("writes a config, lists what is left, and says how strong the training is", async () => {
  const folder = temporaryFolder();
  const [training, data, out] = ["a.toml", "b.toml", "out.yaml"].map((name) => join(folder, name));
  if (training === undefined || data === undefined || out === undefined) throw new Error("paths");
  writeFileSync(training, toml);
  writeFileSync(
    data,
    '[[datasets]]\n[[datasets.subsets]]\nimage_dir = "dog"\nclass_tokens = "dog"\n',
  );
  const { code, stdout, stderr } = await runCli(["import", training, data, "--out", out]);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain(`Written: ${out}`);
  expect(stderr).toContain("left: clip_skip = 2");
  expect(stderr).toContain("learning rate × alpha / rank = 0.0000125, 1 picture a step, 1600");
  expect(readFileSync(out, "utf8")).toContain("folder: dog");
  const again = await runCli(["import", training, "--out", out]);
  expect(again.code).not.toBe(0);
  expect(again.stderr).toMatch(/expected a new file, got one that exists/);
});

it("prints what is not complete, and refuses what is no settings", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "a.toml");
  writeFileSync(path, toml);
  const { code, stdout, stderr } = await runCli(["import", path]);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("rank: 8");
  expect(stderr).toContain("data: expected a group of fields");
  writeFileSync(path, "= 3");
  expect((await runCli(["import", path])).stderr).toMatch(
    /expected TOML, got text that does not parse/,
  );
  const other = join(folder, "train.sh");
  writeFileSync(other, "python nothing.py");
  const refused = await runCli(["import", other]);
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toMatch(/expected a command line with a training script of diffusers/);
  expect((await runCli(["import", path, other])).stderr).toMatch(
    /expected one file, or several \.toml/,
  );
});
