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

it("says why in the user's language, and to programs in English", async () => {
  const path = join(temporaryFolder(), "a.toml");
  writeFileSync(path, `${toml}max_train_epochs = 3\nshuffel_caption = true\n`);
  const env = { ATELIER_LANG: "ko" };
  const { stderr } = await runCli(["import", path], { env });
  expect(stderr).toContain("max_train_epochs = 3 (에포크로 센 값입니다. steps 값을");
  expect(stderr).toContain("혹시 shuffle_caption 아닌가요?");
  const [imported] = (await runCli(["import", path, "--json"], { env })).json();
  expect(imported?.["left"]).toContainEqual({
    ...{ option: "shuffel_caption", value: true },
    why: "not known here; did you mean shuffle_caption?",
  });
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
  writeFileSync(path, toml);
  writeFileSync(other, "python train_dreambooth.py --max_train_steps=4");
  expect((await runCli(["import", path, other])).stderr).toMatch(
    /got train_dreambooth\.py with files of sd-scripts/,
  );
});

it("reads every program's files by what is in them", async () => {
  const folder = temporaryFolder();
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const gui = { LoRA_type: "Standard", max_resolution: "512,512", network_dim: 8, unet_lr: 1e-4 };
  const preset = {
    ...{ training_method: "LORA", model_type: "STABLE_DIFFUSION_15", base_model_name: "m" },
  };
  const concepts = [{ path: "dog", image: {}, text: {} }];
  for (const [files, expected] of [
    [[write("gui.json", JSON.stringify(gui))], "rank: 8"],
    [
      [
        write("preset.json", JSON.stringify(preset)),
        write("concepts.json", JSON.stringify(concepts)),
      ],
      "folder: dog",
    ],
    [[write("job.yml", "config: {process: [{type: sd_trainer, network: {rank: 3}}]}")], "rank: 3"],
    [
      [
        write("train.sh", "python train_network.py --dataset_config d.json"),
        write("d.json", JSON.stringify({ datasets: [{ subsets: [{ image_dir: "dog" }] }] })),
      ],
      "folder: dog",
    ],
  ] as const) {
    const { code, stdout, stderr } = await runCli(["import", ...files]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(expected);
  }
});

it("refuses files without end or bottom, folders, and what does not exist", async () => {
  const folder = temporaryFolder();
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
  for (const name of "bcdefghi") {
    const before = String.fromCharCode(name.charCodeAt(0) - 1);
    bomb.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(", ")}]`);
  }
  for (const [path, message] of [
    [write("large.toml", `a = "${"x".repeat(10_000_000)}"`), /settings of at most 4 MiB/],
    [write("large.sh", "x".repeat(10_000_000)), /settings of at most 4 MiB/],
    [write("bomb.yaml", bomb.join("\n")), /alias/i],
    [write("deep.toml", `a = ${"[".repeat(100_000)}`), /expected TOML/],
    [write("deep.json", "[".repeat(100_000)), /expected YAML/],
    [folder, /expected a file with settings, got a folder/],
    [join(folder, "none.toml"), /none\.toml/],
    [write("empty.toml", ""), /expected settings of sd-scripts .*, got none/],
    [write("package.json", '{"name": "x", "version": "1"}'), /got a file that is none of these/],
  ] as const) {
    const { code, stderr } = await runCli(["import", path]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(message);
  }
});
