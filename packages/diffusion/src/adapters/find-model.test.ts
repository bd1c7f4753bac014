/** @file Finding models: shipped ones, paths, repositories of a hub on this machine; and trainings on these. */

import { readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { trainingConfigName } from "../core/training-config.js";
import { selectAutoencoderFiles } from "../files/hub/select-autoencoder-files.js";
import { commit, type FakeHub, startHub } from "../testing/fake-hub.js";
import { drawPictures, tinyBase } from "../testing/tiny-training.js";
import { parseTrainConfig } from "../train/config/config.js";
import type { TrainEvent } from "../train/events/train-event.js";
import { train } from "../train/train.js";
import { findModel } from "./find-model.js";
import { nodeTrainDeps } from "./train-deps.js";

let hub: FakeHub;
let pictures = "";
let environment: Record<string, string> = {};
beforeEach(async () => {
  hub = await startHub();
  pictures = await drawPictures(1);
  environment = { HF_ENDPOINT: hub.endpoint, HF_HOME: join(dirname(pictures), "hub") };
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
  await rm(dirname(pictures), { recursive: true, force: true });
});

const shipped = async (name: string) =>
  name === "tiny" ? { path: tinyBase, name: "tiny-shipped", fingerprint: "f" } : undefined;
const snapshot = expect.stringContaining(join("snapshots", commit));

describe("findModel", () => {
  it("takes a shipped model's name for it, in a text and as a path", async () => {
    const own = { path: tinyBase, name: "tiny-shipped", fingerprint: "f" };
    expect(await findModel("tiny", { shipped, environment })).toEqual(own);
    expect(await findModel({ path: "tiny" }, { shipped, environment })).toEqual(own);
    await expect(findModel("tiny", { environment })).rejects.toThrow(
      "tiny: expected a folder, a file or a repository",
    );
  });

  it("asks nobody for a path, whatever the environment says of the hub", async () => {
    const broken = { HF_ENDPOINT: "x", HF_HUB_DOWNLOAD_TIMEOUT: "soon" };
    for (const source of [tinyBase, { path: tinyBase }, { path: "not/there" }]) {
      const path = typeof source === "string" ? source : source.path;
      expect(await findModel(source, { environment: broken })).toEqual({ path });
    }
    expect(hub.requests).toEqual([]);
  });

  it("downloads a repository, and tells of it as the environment wants", async () => {
    const eventsOf = async (source: Parameters<typeof findModel>[0], env: object = {}) => {
      const types = new Set<string>();
      const onEvent = ({ type }: { readonly type: string }) => types.add(type);
      const HF_HOME = join(dirname(pictures), `hub ${JSON.stringify(source)}`);
      const all = { ...environment, HF_HOME, ...env };
      expect(await findModel(source, { environment: all, onEvent })).toEqual({ path: snapshot });
      return [...types];
    };
    expect(await eventsOf("org/tiny@main")).toEqual(["plan", "progress", "file"]);
    const quiet = { HF_HUB_DISABLE_PROGRESS_BARS: "1" };
    expect(await eventsOf({ repo: "org/tiny" }, quiet)).toEqual(["plan", "file"]);
  });

  it("downloads nothing offline, on the caller's word or the environment's", async () => {
    const cut = { ...environment, HF_HUB_OFFLINE: "1" };
    for (const options of [{ isOffline: true, environment }, { environment: cut }]) {
      await expect(findModel({ repo: "org/tiny" }, options)).rejects.toThrow(
        /expected a downloaded copy in the cache/,
      );
    }
    expect(hub.requests).toEqual([]);
  });
});

describe("a training on repositories", () => {
  async function run(base: object): Promise<TrainEvent[]> {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const config = parseTrainConfig({
      ...{ base, data: { folder: pictures, prompt: "a cat" }, lora: { rank: 2 } },
      ...{ samples: { everySteps: 0 }, cacheFolder: join(dirname(pictures), "cache") },
      output: { run: join(dirname(pictures), "run") },
    });
    const events: TrainEvent[] = [];
    for await (const event of train(config, nodeTrainDeps(config))) events.push(event);
    return events;
  }
  const downloaded = () =>
    hub.requests.flatMap(
      ({ url }) => /\/org\/(\w+)\/resolve\/\w+\/(.*)/.exec(url)?.slice(1).join(": ") ?? [],
    );

  it("downloads base and autoencoder, and what the base advises, which it follows", async () => {
    hub.files.set(trainingConfigName, new TextEncoder().encode('{"steps": 2}'));
    const events = await run({ repo: "org/tiny", vae: "org/vae" });
    expect(events.filter(({ type }) => type === "step")).toHaveLength(2);
    expect(events).toContainEqual(expect.objectContaining({ stage: "download" }));
    expect(downloaded()).toEqual(
      expect.arrayContaining([
        "tiny: training_config.json",
        "vae: config.json",
        "vae: diffusion_pytorch_model.safetensors",
      ]),
    );
    const config = JSON.parse(
      await readFile(join(dirname(pictures), "run", "config.json"), "utf8"),
    );
    expect(config).toMatchObject({ steps: 2, base: { repo: "org/tiny", vae: "org/vae" } });
  });

  it("takes the autoencoder of a whole model's repository, and nothing else of it", async () => {
    hub.files.delete("model_index.json");
    const { path } = await findModel("org/tiny", { environment, select: selectAutoencoderFiles });
    expect(path).toEqual(snapshot);
    expect(downloaded().sort()).toEqual([
      "tiny: vae/config.json",
      "tiny: vae/diffusion_pytorch_model.safetensors",
    ]);
  });

  it("says before it downloads a base that its config is wrong", async () => {
    await expect(run({ repo: "org/tiny", vae: 3 })).rejects.toThrow(/base\.vae: expected a text/);
    expect(hub.requests).toEqual([]);
  });

  it("says what is wrong with a repository that holds no autoencoder", async () => {
    hub.vae.clear();
    await expect(run({ path: tinyBase, vae: "org/vae" })).rejects.toThrow(
      "org/vae@main: expected an autoencoder with its config.json, or one file, got none.",
    );
  });
});
