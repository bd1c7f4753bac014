/** @file The copied file is YAML that the command line's own parser reads back to the same config. */

import { parseTrainConfig } from "@atelier/diffusion/train-config";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { composeSettings, configOf } from "./compose-settings.js";
import { configFileOf, tuneCommandOf } from "./config-file.js";
import { dogFacts, dogForm } from "./testing-facts.js";
import type { TrainForm } from "./train-form.js";
import { yamlOf } from "./yaml-of-config.js";

describe("a config as YAML", () => {
  it("is read back as it was written, whatever stands in it", () => {
    const config = {
      numbers: [1, 1e-7, 0.5, 1e21],
      texts: [
        "no",
        "1e-4",
        "null",
        "",
        " x ",
        "a: b",
        "# c",
        "- d",
        "#e",
        "한국어 문장",
        "<my-dog>",
        'say "x"\n',
      ],
      "odd: key": { empty: {}, none: [], nested: [{ a: 1 }], yes: true, it: "plain text" },
      left: undefined,
    };
    const { left: _left, ...said } = config;
    expect(parse(yamlOf(config))).toEqual(said);
  });

  it("holds the paths that names stand for, and trains the same", () => {
    const form: TrainForm = {
      ...dogForm,
      datasets: ["dog", "more"],
      base: { kind: "library", name: "sd15" },
      values: { "prior.folder": "dogs", "data.masks.source": "folder", "base.vae": "a/b" },
    };
    const composed = composeSettings(form, dogFacts);
    const read: unknown = parse(configFileOf(form, composed, "/home/x/Atelier"));
    expect(read).toMatchObject({
      base: { path: "/home/x/Atelier/models/sd15", vae: "a/b" },
      data: {
        folder: "/home/x/Atelier/datasets/dog",
        folders: ["/home/x/Atelier/datasets/more"],
        masks: { folder: "/home/x/Atelier/datasets/dog/masks" },
      },
      prior: { folder: "/home/x/Atelier/datasets/dogs" },
    });
    expect(() => parseTrainConfig(read)).not.toThrow();
    expect(configOf(form, composed)).not.toHaveProperty("base.path");
  });

  it("goes with the command of a search", () => {
    expect(tuneCommandOf(dogForm, "/home/my things")).toBe(
      'atelier tune "/home/my things/datasets/dog" --config train.yaml --minutes 20 --prefer balance',
    );
  });
});
