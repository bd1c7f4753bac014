/** @file What each kind of job runs, that a request cannot name places, and what comes of what commands print. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { trainConfigFields } from "@atelier/diffusion/train-config";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GivenJobRequest, type JobRequest, jobRequest } from "../../api/index.js";
import { type TestLibrary, testLibrary } from "../../testing/test-library.js";
import type { Attempt, Printed, Work } from "./command.js";
import { commandOf } from "./commands.js";
import { placeFields, trainingConfig, withoutPlaces } from "./training-request.js";

let home: TestLibrary;

beforeAll(async () => {
  home = await testLibrary();
  for (const path of [
    ...["datasets/dog/1.png", "datasets/more/1.png", "adapters/ink.safetensors"],
    ...["adapters/folder/a.safetensors", "words/moss.safetensors", "models/sd.safetensors"],
    ...["models/whole/model_index.json", "runs/old-20261124-093015-ab12/events.jsonl"],
  ]) {
    home.write(path, "");
  }
});

afterAll(async () => home[Symbol.asyncDispose]());

const id = "00000001-0000-4000-8000-000000000000";

function attempt(): Attempt {
  const folder = join(home.library.root, "jobs", id);
  const outputs = join(folder, "1");
  return { job: id, number: 1, library: home.library, folder, outputs, run: "dog-run" };
}

async function workOf(given: GivenJobRequest): Promise<Work> {
  const request: JobRequest = jobRequest.parse(given);
  const command = commandOf(request);
  await command.check(request, home.library);
  return command.begin(request, attempt());
}

/** Command lines of a request, with the library's folder left out. */
async function linesOf(given: GivenJobRequest): Promise<string[]> {
  const { commands } = await workOf(given);
  return commands.map((line) => line.join(" ").replaceAll(home.library.root, "~"));
}

const event = (type: string, more: object = {}): Printed => ({ ...more, type });

describe("command lines", () => {
  it("of looking", async () => {
    expect(await linesOf({ kind: "doctor" })).toEqual(["doctor"]);
    expect(
      await linesOf({
        kind: "check",
        dataset: "dog",
        prompt: "--a dog",
        width: 128,
        buckets: true,
      }),
    ).toMatchInlineSnapshot(`
      [
        "check ~/datasets/dog --base=embedded --prompt=--a dog --width=128 --buckets",
      ]
    `);
    expect(await linesOf({ kind: "inspect", name: "ink", base: "sd" })).toMatchInlineSnapshot(`
      [
        "inspect ~/adapters/ink.safetensors --base=~/models/sd.safetensors",
      ]
    `);
  });

  it("of writing", async () => {
    const adapters = [{ name: "ink", weight: 0.5 }, { name: "folder" }];
    const lines = [
      ...(await linesOf({ kind: "convert", name: "whole", to: "single-file", into: "a" })),
      ...(await linesOf({
        kind: "convert",
        name: "sd",
        to: "diffusers",
        dtype: "fp16",
        into: "a",
      })),
      ...(await linesOf({ kind: "convert", name: "ink", to: "diffusers", into: "a" })),
      ...(await linesOf({ kind: "merge", adapters, rank: 8, into: "a" })),
      ...(await linesOf({ kind: "merge", adapters, base: "sd", into: "a" })),
      ...(await linesOf({ kind: "merge", adapters, base: "org/model", into: "a" })),
      ...(await linesOf({ kind: "extract", tuned: "whole", base: "embedded", into: "a" })),
      ...(await linesOf({ kind: "download", repo: "org/name", as: "adapter", revision: "v1" })),
    ];
    expect(lines).toMatchInlineSnapshot(`
      [
        "convert ~/models/whole ~/jobs/00000001-0000-4000-8000-000000000000/1/result.safetensors --to=single-file",
        "convert ~/models/sd.safetensors ~/jobs/00000001-0000-4000-8000-000000000000/1/result --to=diffusers --dtype=fp16",
        "convert ~/adapters/ink.safetensors ~/jobs/00000001-0000-4000-8000-000000000000/1/result.safetensors --to=diffusers",
        "merge ~/adapters/ink.safetensors:0.5 ~/adapters/folder:1 --out=~/jobs/00000001-0000-4000-8000-000000000000/1/result.safetensors --rank=8",
        "merge ~/adapters/ink.safetensors:0.5 ~/adapters/folder:1 --out=~/jobs/00000001-0000-4000-8000-000000000000/1/result.safetensors --base=~/models/sd.safetensors",
        "merge ~/adapters/ink.safetensors:0.5 ~/adapters/folder:1 --out=~/jobs/00000001-0000-4000-8000-000000000000/1/result --base=org/model",
        "extract ~/models/whole --out=~/jobs/00000001-0000-4000-8000-000000000000/1/result.safetensors --base=embedded --rank=16",
        "download org/name --as=adapter --revision=v1 --out=~/jobs/00000001-0000-4000-8000-000000000000/1/result",
      ]
    `);
  });

  it("of drawing, for each cell of a grid", async () => {
    expect(
      await linesOf({
        ...{
          kind: "draw",
          base: "whole",
          prompt: "a; rm -rf",
          negative: "blur",
          seed: 7,
          count: 2,
        },
        ...{ adapters: [{ name: "ink", weight: 0.5 }], words: ["moss"], sampler: "euler" },
        ...{ steps: 4, guidance: 3, width: 128, height: 64, clipSkip: 1 },
      }),
    ).toMatchInlineSnapshot(`
      [
        "generate --base=~/models/whole --prompt=a; rm -rf --negative=blur --adapter=~/adapters/ink.safetensors:0.5 --embedding=~/words/moss.safetensors --sampler=euler --steps=4 --guidance=3 --width=128 --height=64 --clip-skip=1 --seed=7 --count=2 --out=~/jobs/00000001-0000-4000-8000-000000000000/1/0/",
      ]
    `);
    const grid: GivenJobRequest = {
      ...{ kind: "draw", prompt: "x", adapters: [{ name: "ink" }] },
      x: { setting: "weight", values: [0, 1] },
      y: { setting: "seed", values: [3, "4"] },
    };
    expect(await linesOf(grid)).toMatchInlineSnapshot(`
      [
        "generate --base=embedded --prompt=x --adapter=~/adapters/ink.safetensors:0 --seed=3 --count=1 --out=~/jobs/00000001-0000-4000-8000-000000000000/1/0/",
        "generate --base=embedded --prompt=x --adapter=~/adapters/ink.safetensors:1 --seed=3 --count=1 --out=~/jobs/00000001-0000-4000-8000-000000000000/1/1/",
        "generate --base=embedded --prompt=x --adapter=~/adapters/ink.safetensors:0 --seed=4 --count=1 --out=~/jobs/00000001-0000-4000-8000-000000000000/1/2/",
        "generate --base=embedded --prompt=x --adapter=~/adapters/ink.safetensors:1 --seed=4 --count=1 --out=~/jobs/00000001-0000-4000-8000-000000000000/1/3/",
      ]
    `);
    const work = await workOf(grid);
    work.hear(event("image", { path: "/a.png" }), 1);
    work.hear(event("image", { path: "/b.png" }), 2);
    expect(work.findings().pictures).toEqual([
      { path: "/a.png", x: "1", y: "3" },
      { path: "/b.png", x: "0", y: "4" },
    ]);
    expect(work.progress(event("step", { index: 0, step: 2, steps: 4 }), 2)).toEqual({
      stage: "draw",
      done: 2.5,
      total: 4,
    });
  });

  it("of runs and the demo", async () => {
    const run = "old-20261124-093015-ab12";
    expect([
      ...(await linesOf({ kind: "demo" })),
      ...(await linesOf({ kind: "evaluate", run })),
      ...(await linesOf({
        kind: "strength",
        run,
        prefer: "balance",
        strengths: [0.5, 1],
        draws: 2,
      })),
    ]).toMatchInlineSnapshot(`
      [
        "demo --out=~/runs/dog-run",
        "evaluate ~/runs/old-20261124-093015-ab12",
        "strength ~/runs/old-20261124-093015-ab12 --out=~/jobs/00000001-0000-4000-8000-000000000000/1/strength.safetensors --prefer=balance --strengths=0.5,1 --draw=2",
      ]
    `);
  });

  it("of trainings, by a config of places in the library", async () => {
    const config = {
      name: "my-dog",
      data: { prompt: "a sks dog", masks: { source: "folder" } },
      lora: { rank: 8, startFrom: "ink" },
      prior: { classPrompt: "a dog", folder: "more" },
      base: { vae: "org/vae", parts: ["sd"] },
    };
    const request: GivenJobRequest = {
      kind: "train",
      base: "whole",
      datasets: ["dog", "more"],
      config,
    };
    expect(await linesOf(request)).toEqual([`train ~/jobs/${id}/config.json`]);
    const written = readFileSync(join(attempt().folder, "config.json"), "utf8");
    expect(JSON.parse(written.replaceAll(home.library.root, "~"))).toMatchInlineSnapshot(`
      {
        "base": {
          "parts": [
            "~/models/sd.safetensors",
          ],
          "path": "~/models/whole",
          "vae": "org/vae",
        },
        "data": {
          "folder": "~/datasets/dog",
          "folders": [
            "~/datasets/more",
          ],
          "masks": {
            "folder": "~/datasets/dog/masks",
            "source": "folder",
          },
          "prompt": "a sks dog",
        },
        "lora": {
          "rank": 8,
          "startFrom": "~/adapters/ink.safetensors",
        },
        "name": "my-dog",
        "output": {
          "run": "~/runs/dog-run",
        },
        "prior": {
          "classPrompt": "a dog",
          "folder": "~/datasets/more",
        },
      }
    `);
    expect(
      await linesOf({
        kind: "tune",
        datasets: ["dog"],
        config: { data: { prompt: "x" } },
        minutes: 5,
      }),
    ).toMatchInlineSnapshot(`
      [
        "tune ~/datasets/dog --config=~/jobs/00000001-0000-4000-8000-000000000000/config.json --minutes=5 --prefer=balance --run=~/runs/dog-run",
      ]
    `);
    const shown = withoutPlaces(JSON.parse(written) as Record<string, unknown>, config);
    expect(shown).toEqual({ ...config, output: {} });
  });

  it("finish no training that has saved nothing", async () => {
    const given: GivenJobRequest = { kind: "resume", run: "old-20261124-093015-ab12" };
    const request = jobRequest.parse(given);
    expect(await commandOf(request).finish?.(request, attempt())).toBeUndefined();
  });

  it("name what a training made, in the form that Atelier reads", async () => {
    const work = await workOf({
      kind: "train",
      datasets: ["dog"],
      config: { data: { prompt: "x" } },
    });
    const results = [
      { kind: "adapter", form: "kohya", path: "/r/lora.safetensors" },
      { kind: "adapter", form: "diffusers", path: "/r/pytorch_lora_weights.safetensors" },
      { kind: "embedding", form: "webui", path: "/r/word.safetensors" },
    ];
    expect(work.progress(event("step", { step: 3, steps: 9, secondsLeft: 2 }), 0)).toEqual({
      stage: "step",
      done: 3,
      total: 9,
      secondsLeft: 2,
    });
    expect(work.progress(event("progress", { stage: "latents", done: "x" }), 0)).toBeUndefined();
    work.hear(event("done", { step: 9, results }), 0);
    expect(work.findings()).toEqual({
      made: [
        { kind: "adapter", path: "/r/lora.safetensors", name: "dog.safetensors", isKept: true },
        { kind: "word", path: "/r/word.safetensors", name: "dog-word.safetensors", isKept: true },
      ],
      pictures: [],
      hasReport: true,
    });
  });
});

describe("requests", () => {
  const train = (config: Record<string, unknown>): GivenJobRequest => ({
    kind: "train",
    datasets: ["dog"],
    config: { data: { prompt: "x" }, ...config },
  });

  it.each([
    [train({ base: { path: "/etc" } }), "config base.path: expected no such field"],
    [train({ base: { repo: "org/name" } }), "config base.repo: expected no such field"],
    [train({ base: { parts: ["/etc/passwd"] } }), "expected the name of a file or folder"],
    [train({ base: { vae: "../x" } }), "expected the name of a file or folder"],
    [train({ base: { variant: "../../x" } }), "config base.variant: expected letters"],
    [train({ base: { revision: "a/b" } }), "config base.revision: expected letters"],
    [train({ base: "x" }), "training config"],
    [train({ data: { folder: "/etc" } }), "config data.folder: expected no such field"],
    [train({ data: { prompt: "x", folders: ["/etc"] } }), "config data.folders"],
    [train({ data: { prompt: "x", masks: { source: "folder", folder: "/etc" } } }), "masks.folder"],
    [train({ output: { folder: "/tmp" } }), "Results and caches lie in the library"],
    [train({ output: { run: "../../x" } }), "config output.run: expected no such field"],
    [train({ cacheFolder: "/tmp" }), "config cacheFolder: expected no such field"],
    [train({ prior: { classPrompt: "x", folder: ".." } }), "expected the name of a file or folder"],
    [train({ watch: { share: 0.1, validation: "/etc" } }), "expected the name of a file or folder"],
    [train({ lora: { startFrom: "/etc/passwd" } }), "expected the name of a file or folder"],
    [train({ lora: { startFrom: { path: "/" } } }), "config lora.startFrom: expected a name"],
    [train({ steps: -1 }), "steps: "],
    [train({ stpes: 5 }), "stpes"],
    [{ kind: "train", datasets: ["cat"], config: {} }, "data set cat: expected one of the library"],
    [{ kind: "resume", run: "none" }, "run none: expected one of the library"],
    [{ kind: "inspect", name: "none" }, "none: expected something of the library"],
    [{ kind: "convert", name: "ink", to: "kohya", into: "moss" }, "got one that is taken"],
    [{ kind: "draw", prompt: "x", base: "ink" }, "ink: expected something of the library (models)"],
    [
      { kind: "draw", prompt: "x", x: { setting: "steps", values: ["many"] } },
      "draw steps: expected numbers",
    ],
    [
      { kind: "draw", prompt: "x", x: { setting: "seed", values: [1.5] } },
      "draw seed: expected whole numbers",
    ],
    [
      { kind: "draw", prompt: "x", x: { setting: "weight", values: [1] } },
      "expected an adapter that it is of",
    ],
    [
      {
        ...{ kind: "draw", prompt: "x", count: 100 },
        x: { setting: "seed", values: Array.from({ length: 20 }, (_, at) => at) },
      },
      "expected at most 1000 pictures, got 2000",
    ],
  ] satisfies [GivenJobRequest, string][])("%j is refused", async (given, message) => {
    const request = jobRequest.parse(given);
    await expect(commandOf(request).check(request, home.library)).rejects.toThrow(message);
  });

  it("know of every text field of the config whether it names a place", () => {
    const texts = trainConfigFields()
      .filter(({ kind }) => kind === "text" || kind === "list")
      .map(({ path }) => path);
    const places = Object.keys(placeFields);
    expect(places.filter((path) => !texts.includes(path))).toEqual([]);
    expect(texts.filter((path) => !places.includes(path))).toMatchInlineSnapshot(`
      [
        "name",
        "base.revision",
        "base.variant",
        "base.architecture",
        "base.fingerprint",
        "data.prompt",
        "data.tagSeparator",
        "lora.targets",
        "lora.rankPattern",
        "lora.alphaPattern",
        "full.parts",
        "full.textEncoderParts",
        "embedding.token",
        "embedding.initializer",
        "prior.classPrompt",
        "samples.prompts",
        "samples.negativePrompt",
        "watch.prompts",
        "watch.classPrompt",
      ]
    `);
  });

  it("cannot reach through inherited fields", async () => {
    const config: unknown = JSON.parse(
      '{"data":{"prompt":"x"},"__proto__":{"output":{"run":"/x"}}}',
    );
    const request = jobRequest.parse({ kind: "train", datasets: ["dog"], config });
    if (request.kind !== "train") throw new Error("a training");
    const run = join(home.library.folderOf("runs"), "own");
    const made = trainingConfig(request, { library: home.library, run });
    await expect(made.then(({ output }) => output)).resolves.toEqual({ run });
  });
});
