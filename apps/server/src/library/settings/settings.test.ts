/** @file What can be set: fields in two languages, settings of other trainers, and which technique fits. */

import { describe, expect, it } from "vitest";
import { field, imported } from "../../api/library.js";
import { form, picture, testLibrary } from "../../testing/open-test-library.js";
import { settingFields } from "./fields.js";
import { importText } from "./import-text.js";

describe("fields", () => {
  const fields = settingFields();

  it("are those of the config, with text in two languages and groups, without the server's own", () => {
    for (const each of fields) expect(field.safeParse(each).error).toBeUndefined();
    const paths = fields.map(({ path }) => path);
    expect(paths).toContain("lora.rank");
    expect(
      paths.filter((path) =>
        /^(data|output|cache).*folder|output\.run|^base\.(path|repo)$/i.test(path),
      ),
    ).toEqual([]);
    // What requests name by the library.
    const named = ["base.vae", "base.parts", "lora.startFrom", "prior.folder", "watch.validation"];
    expect(paths).toEqual(expect.arrayContaining(named));
    expect(fields.find(({ path }) => path === "lora.rank")).toEqual({
      ...{ path: "lora.rank", kind: "integer", fallback: 16, group: "tuning", isUsual: true },
      text: { en: expect.stringContaining("Inner width"), ko: expect.stringContaining("저랭크") },
    });
    expect(fields.find(({ path }) => path === "tuning")?.choices).toContain("textual_inversion");
    for (const { text } of fields) {
      expect(text.ko).toMatch(/\p{Script=Hangul}/u);
      expect(text.en + text.ko).not.toContain("`");
    }
  });
});

describe("settings of other trainers", () => {
  const toml =
    'pretrained_model_name_or_path = "/models/sd.safetensors"\nnetwork_module = "networks.lora"\nnetwork_dim = 8\nnetwork_alpha = 4\nlearning_rate = 0.0002\nmax_train_steps = 900\noutput_dir = "/out"\n';

  it("of kohya become a config, pasted or as a file, and what they name is told", () => {
    for (const name of ["settings.toml", "pasted.txt"]) {
      const found = importText(toml, name);
      expect(imported.safeParse(found).error).toBeUndefined();
      expect(found).toMatchObject({
        format: "kohya",
        config: { lora: { rank: 8, alpha: 4 }, learningRate: 0.0002, steps: 900 },
      });
      expect(JSON.stringify(found.config)).not.toMatch(/\/models|\/out/);
      expect(found.notes.find(({ setting }) => setting === "base.path")?.message).toContain(
        '"/models/sd.safetensors" is chosen in the Studio',
      );
    }
  });

  it("of diffusers are a command line", () => {
    const command =
      'accelerate launch train_dreambooth_lora.py --pretrained_model_name_or_path="a/b" --instance_data_dir=dog --instance_prompt="a sks dog" --rank=4 --max_train_steps=500 --no_such_option';
    const found = importText(command, "pasted.txt");
    expect(found).toMatchObject({ format: "diffusers", config: { lora: { rank: 4 }, steps: 500 } });
    expect(found.notes.map(({ setting }) => setting).join()).toContain("no_such_option");
  });

  it("of ai-toolkit are YAML, also with many aliases, which are limited", () => {
    const yaml =
      "job: extension\nconfig:\n  name: dog\n  process:\n    - type: sd_trainer\n      network: {type: lora, linear: 16, linear_alpha: 16}\n      train: {steps: 700, lr: 1e-4}\n      model: {name_or_path: a/b}\n      datasets: [{folder_path: /x}]\n";
    expect(importText(yaml, "dog.yaml")).toMatchObject({
      format: "ai-toolkit",
      config: { steps: 700, lora: { rank: 16 } },
    });
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\n${"bcdefghi"
      .split("")
      .map(
        (name, at) =>
          `${name}: &${name} [${Array(10)
            .fill(`*${"abcdefgh"[at] ?? ""}`)
            .join()}]`,
      )
      .join("\n")}\n`;
    expect(() => importText(bomb, "a.yaml")).toThrow("got text that does not parse");
  });

  it.each([
    ["a.yaml", "a: [1"],
    ["a.toml", "= 1"],
    ["pasted.txt", "hello"],
    ["a.json", "{}"],
    ["pasted.txt", ""],
  ])("that are none are refused: %s %j", (name, text) => {
    expect(() => importText(text, name)).toThrow(/expected/);
  });
});

describe("advice", () => {
  it("is that of the command line, with sentences", async () => {
    const library = await testLibrary();
    await library.datasets.create({ params: undefined, query: undefined, body: { name: "dog" } });
    const [same, other] = [await picture(40, 30), await picture(41, 30)];
    const files = form({ "a.png": same, "b.png": same, "c.png": other, "c.txt": "a dog" });
    await library.datasets.add({ params: { dataset: "dog" }, query: undefined, body: files });
    const advise = (base: string) =>
      library.settings.advise({
        params: undefined,
        query: undefined,
        body: { dataset: "dog", base },
      });
    const advice = await advise("embedded");
    expect(advice).toMatchObject({
      goal: "subject",
      best: { technique: "dreambooth" },
      pictures: 3,
      captioned: 1,
    });
    const { notes } = advice as { notes: readonly { code: string; message: string }[] };
    expect(notes.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["duplicates", "small-pictures", "guessed-goal"]),
    );
    for (const { message } of notes) expect(message).not.toBe("");
    await expect(advise("none.safetensors")).rejects.toThrow("got none of that name");
    expect(
      await library.settings.samplers({ params: undefined, query: undefined, body: undefined }),
    ).toContain("euler");
  });
});
