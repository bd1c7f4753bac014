/** @file Downloads from a local hub: the cache layout, resuming, offline use, refusals. */

import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AtelierError } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHubDiskCache } from "../../adapters/hub-disk-cache.js";
import {
  commit,
  type FakeHub,
  gitSha1,
  isLarge,
  sha256,
  sources,
  startHub,
  unetPath,
} from "../../testing/fake-hub.js";
import { openModelFiles } from "../model/open-model-files.js";
import { type HubEvent, type ResolveModelOptions, resolveModel } from "./resolve-model.js";
import { selectAdapterFiles } from "./select-adapter-files.js";

let hub: FakeHub;
let scratch: string;
let options: ResolveModelOptions;
beforeEach(async () => {
  hub = await startHub();
  scratch = await mkdtemp(join(tmpdir(), "atelier-hub-"));
  const cache = createHubDiskCache(scratch);
  options = { files: nodeFiles, cache, endpoint: hub.endpoint };
});
afterEach(async () => {
  await hub.close();
  await rm(scratch, { recursive: true, force: true });
});

const blobs = async () => (await readdir(join(scratch, "models--org--tiny", "blobs"))).sort();

describe("resolveModel", () => {
  it("shows files as copies where links are not wanted", async () => {
    const cache = createHubDiskCache(scratch, { copiesFiles: true });
    const { path } = await resolveModel("org/tiny", { ...options, cache });
    const file = join(path, unetPath);
    expect((await lstat(file)).isFile()).toBe(true);
    expect(await readFile(file)).toEqual(hub.files.get(unetPath));
  });

  it("downloads what a model needs into Python's cache layout, and nothing else", async () => {
    const events: HubEvent[] = [];
    const model = await resolveModel("org/tiny", {
      ...options,
      onEvent: (event) => events.push(event),
    });
    expect(model.hub).toEqual({ repo: "org/tiny", commit });
    const repo = join(scratch, "models--org--tiny");
    expect(model.path).toBe(join(repo, "snapshots", commit));
    expect(await readFile(join(repo, "refs", "main"), "utf8")).toBe(commit);
    const paths = Object.keys(sources);
    for (const path of paths) {
      const bytes = hub.files.get(path) ?? new Uint8Array();
      expect(await readFile(join(model.path, path))).toEqual(bytes);
      const hash = isLarge(path) ? sha256(bytes) : gitSha1(bytes);
      const up = path.includes("/") ? "../../.." : "../..";
      expect(await readlink(join(model.path, path))).toBe(`${up}/blobs/${hash}`);
    }
    expect(await blobs()).toHaveLength(paths.length);
    const total = paths.reduce((sum, path) => sum + (hub.files.get(path)?.length ?? 0), 0);
    expect(events[0]).toEqual({
      type: "plan",
      repo: "org/tiny",
      commit,
      files: paths.length,
      totalBytes: total,
      missingBytes: total,
    });
    expect(events.filter(({ type }) => type === "file")).toHaveLength(paths.length);
    const unetBytes = hub.files.get(unetPath)?.length;
    expect(events).toContainEqual({
      type: "progress",
      path: unetPath,
      receivedBytes: unetBytes,
      sizeBytes: unetBytes,
    });
    const checkpoint = await openModelFiles(nodeFiles, model.path);
    expect(checkpoint.family.id).toBe("sd1");
    await checkpoint.close();
  });

  it("asks for nothing when a commit is there, and downloads nothing when a branch is", async () => {
    await resolveModel("org/tiny", options);
    hub.requests.length = 0;
    const model = await resolveModel(`org/tiny@${commit}`, options);
    expect(model.path).toContain(commit);
    expect(hub.requests).toEqual([]);
    await resolveModel("org/tiny@main", options);
    expect(hub.requests.map(({ url }) => url.split("?")[0])).toEqual([
      "/api/models/org/tiny/revision/main",
      `/api/models/org/tiny/tree/${commit}`,
    ]);
  });

  it("downloads an adapter alone, old ones and single files too, and finds it offline", async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const asAdapter = { ...options, select: selectAdapterFiles };
    for (const name of ["pytorch_lora_weights.bin", "my-style.safetensors"]) {
      hub.files.clear();
      for (const other of ["README.md", "sample.png", name]) hub.files.set(other, bytes);
      hub.requests.length = 0;
      const { path } = await resolveModel("org/tiny", asAdapter);
      const isFolder = name.endsWith(".bin");
      const file = isFolder ? join(path, name) : path;
      expect(new Uint8Array(await readFile(file))).toEqual(bytes);
      expect(hub.requests.filter(({ url }) => url.includes("/resolve/"))).toHaveLength(1);
      const offline = await resolveModel("org/tiny", { ...asAdapter, isOffline: true });
      expect(offline.path).toBe(path);
      await rm(join(scratch, "models--org--tiny"), { recursive: true });
    }
    hub.files.set("other.safetensors", bytes);
    await expect(resolveModel("org/tiny", asAdapter)).rejects.toThrow(/Download one and name it/);
  });

  it("goes on where a broken connection stopped", async () => {
    hub.cutAfter = 100_000;
    await resolveModel("org/tiny", options);
    const ranges = hub.requests
      .filter(({ url }) => url.endsWith(unetPath))
      .map(({ range }) => range);
    expect(ranges).toHaveLength(3);
    expect(ranges[0]).toBeUndefined();
    expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
    expect((await blobs()).filter((name) => name.endsWith(".incomplete"))).toEqual([]);
  });

  it("goes on in the next run after giving up", async () => {
    hub.cutAfter = 0;
    const hash = sha256(hub.files.get(unetPath) ?? new Uint8Array());
    const folder = join(scratch, "models--org--tiny", "blobs");
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, `${hash}.incomplete`),
      (hub.files.get(unetPath) ?? new Uint8Array()).subarray(0, 5000),
    );
    await expect(resolveModel("org/tiny", options)).rejects.toThrow(
      "got 5000 before the connection broke",
    );
    hub.cutAfter = undefined;
    hub.requests.length = 0;
    const model = await resolveModel("org/tiny", options);
    const [request] = hub.requests.filter(({ url }) => url.endsWith(unetPath));
    expect(request?.range).toBe("bytes=5000-");
    expect(await readFile(join(model.path, unetPath))).toEqual(hub.files.get(unetPath));
  });

  it("starts again where the server ignores ranges", async () => {
    const bytes = hub.files.get(unetPath) ?? new Uint8Array();
    const folder = join(scratch, "models--org--tiny", "blobs");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${sha256(bytes)}.incomplete`), bytes.subarray(0, 5000));
    hub.ignoresRanges = true;
    const model = await resolveModel("org/tiny", options);
    expect(await readFile(join(model.path, unetPath))).toEqual(bytes);
  });

  it("keeps nothing whose hash is wrong", async () => {
    hub.corrupts = true;
    await expect(resolveModel("org/tiny", options)).rejects.toThrow(
      /expected a file with hash \w{64}, got \w{64}/,
    );
    const large = (await blobs()).filter((name) => name.length >= 64);
    expect(large.every((name) => name.endsWith(".incomplete"))).toBe(true);
    hub.corrupts = false;
    const model = await resolveModel("org/tiny", options);
    expect(await readFile(join(model.path, unetPath))).toEqual(hub.files.get(unetPath));
  });

  it("works offline with what is there and says what is not", async () => {
    const offline = { ...options, isOffline: true };
    await expect(resolveModel("org/tiny", offline)).rejects.toThrow("got none while offline");
    const online = await resolveModel("org/tiny", options);
    hub.requests.length = 0;
    expect(await resolveModel("org/tiny", offline)).toEqual(online);
    expect(await resolveModel(`org/tiny@${commit}`, offline)).toEqual(online);
    await expect(resolveModel("org/tiny@other", offline)).rejects.toThrow("got none while offline");
    await rm(join(online.path, "vae/config.json"));
    await expect(resolveModel("org/tiny", offline)).rejects.toThrow("expected vae/config.json");
    expect(hub.requests).toEqual([]);
  });

  it("chooses the files of a variant", async () => {
    const fp16 = "unet/diffusion_pytorch_model.fp16.safetensors";
    hub.files.set(fp16, hub.files.get(unetPath) ?? new Uint8Array());
    const model = await resolveModel("org/tiny", { ...options, variant: "fp16" });
    expect(await nodeFiles.stat(join(model.path, fp16))).toBeDefined();
    expect(await nodeFiles.stat(join(model.path, unetPath))).toBeUndefined();
    // The plain weights of the commit are not there yet, so this has to ask.
    hub.requests.length = 0;
    await resolveModel(`org/tiny@${commit}`, options);
    expect(await nodeFiles.stat(join(model.path, unetPath))).toBeDefined();
  });

  it.each([
    [401, undefined, "set HF_TOKEN"],
    [401, "hf_x", "token in HF_TOKEN is not valid"],
    [403, "hf_x", "accept its conditions"],
    [404, undefined, "No such repository"],
    [500, undefined, "try again later"],
  ])("explains status %i", async (status, token, message) => {
    hub.status = status;
    const error = await resolveModel("org/tiny", { ...options, token }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(AtelierError);
    expect(error).toMatchObject({ code: "network", message: expect.stringContaining(message) });
    expect(hub.requests[0]?.token).toBe(token && `Bearer ${token}`);
  });

  it("says that the hub is out of reach, and how to go on without it", async () => {
    await hub.close();
    await expect(resolveModel("org/tiny", options)).rejects.toThrow(/ECONNREFUSED.*HF_HUB_OFFLINE/);
  });

  it.each(["../evil", "/etc/passwd", "unet/../../evil", "a\\b", "C:/x", "con.", "x/\0", "a//b"])(
    "refuses a repository with the file name %j",
    async (path) => {
      hub.files.set(path, new Uint8Array(1));
      await expect(resolveModel("org/tiny", options)).rejects.toThrow("inside the repository");
      expect(await readdir(scratch)).toEqual([]);
    },
  );

  it("stops on the signal and keeps what arrived", async () => {
    const controller = new AbortController();
    const onEvent = (event: HubEvent) => {
      if (event.type === "progress" && event.path === unetPath) controller.abort();
    };
    const error = await resolveModel("org/tiny", {
      ...options,
      onEvent,
      signal: controller.signal,
    }).catch((e: unknown) => e);
    // A file this small may have arrived whole; then the next one is stopped.
    expect(error).toMatchObject({ code: "aborted" });
    const before = await blobs();
    await resolveModel("org/tiny", options);
    expect((await blobs()).length).toBeGreaterThanOrEqual(before.length);
  });

  it("refuses a repository that is no Stable Diffusion folder", async () => {
    hub.files.delete("model_index.json");
    hub.files.set("v1-5.safetensors", new Uint8Array(1));
    await expect(resolveModel("org/tiny", options)).rejects.toThrow(
      "single files (v1-5.safetensors)",
    );
  });

  it("takes paths before repositories and refuses what is neither", async () => {
    expect(await resolveModel(scratch, options)).toEqual({ path: scratch });
    for (const source of ["nothing-here", "./org/tiny", "a/b/c", "org/../x", "org/tiny@../x", ""]) {
      await expect(resolveModel(source, options), source).rejects.toThrow(
        "got nothing at this path",
      );
    }
    expect(hub.requests).toEqual([]);
  });
});
