/** @file The variables and files of Python's huggingface_hub, read with its defaults. */

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  hubAccess,
  hubCacheFolder,
  listStoredTokens,
  listUnheeded,
  readHubEnvironment,
} from "./hub-environment.js";

const home = join("/home", "user");

describe("readHubEnvironment", () => {
  it("has the defaults of Python's huggingface_hub", () => {
    expect(readHubEnvironment({}, home)).toEqual({
      cacheFolder: join(home, ".cache", "huggingface", "hub"),
      endpoint: "https://huggingface.co",
      token: undefined,
      tokenSource: undefined,
      tokenPath: join(home, ".cache", "huggingface", "token"),
      isOffline: false,
      copiesFiles: false,
      showsProgress: true,
      timeoutMs: 30_000,
    });
  });

  it.each([
    [{ HF_HUB_CACHE: "/a", HF_HOME: "/b" }, "/a"],
    [{ HF_HOME: "~/hf" }, join(home, "hf", "hub")],
    [{ XDG_CACHE_HOME: "/x" }, join("/x", "huggingface", "hub")],
    [{ HUGGINGFACE_HUB_CACHE: "/old" }, "/old"],
    [{ HF_HUB_CACHE: "$DISK/hf", DISK: "/d" }, "/d/hf"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what a shell writes
    [{ HF_HOME: "${DISK}/hf/$UNKNOWN", DISK: "/d" }, join("/d/hf/$UNKNOWN", "hub")],
    [{ HF_HUB_CACHE: "" }, join(home, ".cache", "huggingface", "hub")],
  ])("finds the cache for %j", (environment, cacheFolder) => {
    expect(readHubEnvironment(environment, home).cacheFolder).toBe(cacheFolder);
    expect(hubCacheFolder(environment, home)).toBe(cacheFolder);
  });

  it("reads the endpoint, the token and offline mode", () => {
    const environment = {
      HF_ENDPOINT: "http://mirror/",
      HF_TOKEN: " hf_a \n",
      HF_HUB_OFFLINE: "yes",
    };
    expect(readHubEnvironment(environment, home)).toMatchObject({
      endpoint: "http://mirror",
      token: "hf_a",
      tokenSource: "HF_TOKEN",
      isOffline: true,
    });
    expect(readHubEnvironment({ HF_HUB_OFFLINE: "0" }, home).isOffline).toBe(false);
    expect(readHubEnvironment({ TRANSFORMERS_OFFLINE: "1" }, home).isOffline).toBe(true);
  });

  it.each([
    [{ HF_HUB_DISABLE_SYMLINKS: "1" }, { copiesFiles: true }],
    [{ HF_HUB_DISABLE_PROGRESS_BARS: "true" }, { showsProgress: false }],
    [{ HF_HUB_DOWNLOAD_TIMEOUT: "60" }, { timeoutMs: 60_000 }],
    [{ HF_HUB_DOWNLOAD_TIMEOUT: "5", HF_HUB_ETAG_TIMEOUT: "20" }, { timeoutMs: 20_000 }],
    [{ HF_HUB_DOWNLOAD_TIMEOUT: "0" }, { timeoutMs: 30_000 }],
    [{ HF_TOKEN: "a", HF_HUB_DISABLE_IMPLICIT_TOKEN: "1" }, { token: undefined }],
    [{ HUGGING_FACE_HUB_TOKEN: "b", HF_TOKEN: " " }, { token: "b" }],
  ])("obeys %j", (environment, expected) => {
    expect(readHubEnvironment(environment, home)).toMatchObject(expected);
  });

  it.each(["soon", "1.5", "-1", "1e12"])("refuses a time of %s", (HF_HUB_DOWNLOAD_TIMEOUT) => {
    expect(() => readHubEnvironment({ HF_HUB_DOWNLOAD_TIMEOUT }, home)).toThrow(
      "HF_HUB_DOWNLOAD_TIMEOUT: expected a whole number of seconds",
    );
  });
});

describe("tokens in files", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "atelier-hub-home-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function put(path: string, text: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }

  it("are read where `hf auth login` puts them, after the variables", async () => {
    const path = join(folder, ".cache", "huggingface", "token");
    await put(path, " hf_file\r\n");
    expect(readHubEnvironment({}, folder)).toMatchObject({ token: "hf_file", tokenSource: path });
    expect(readHubEnvironment({ HF_TOKEN: "hf_variable" }, folder).token).toBe("hf_variable");
    expect(readHubEnvironment({ HF_HUB_DISABLE_IMPLICIT_TOKEN: "1" }, folder).token).toBe(
      undefined,
    );
  });

  it("lie below HF_HOME, or at HF_TOKEN_PATH", async () => {
    await put(join(folder, "hf", "token"), "hf_home");
    await put(join(folder, "secret"), "hf_path");
    const HF_HOME = join(folder, "hf");
    expect(readHubEnvironment({ HF_HOME }, home).token).toBe("hf_home");
    const HF_TOKEN_PATH = "~/secret";
    expect(readHubEnvironment({ HF_HOME, HF_TOKEN_PATH }, folder).token).toBe("hf_path");
  });

  it("that are stored but not in use are listed by name", async () => {
    await put(join(folder, "stored_tokens"), "[work]\nhf_token = hf_a\n\n[집]\nhf_token = hf_b\n");
    const environment = readHubEnvironment({ HF_HOME: folder }, home);
    expect(environment.token).toBe(undefined);
    expect(listStoredTokens(environment)).toEqual(["work", "집"]);
    expect(listStoredTokens({ tokenPath: join(folder, "no", "token") })).toEqual([]);
  });

  it("that cannot be read are named", async () => {
    await mkdir(join(folder, "token"));
    expect(() => readHubEnvironment({ HF_HOME: folder }, home)).toThrow(
      `${join(folder, "token")}: expected a file with an access token of the Hugging Face Hub`,
    );
  });
});

describe("hubAccess", () => {
  it.each(["hub", "ftp://hub", "https://"])("refuses the endpoint %s", (HF_ENDPOINT) => {
    expect(() => hubAccess(readHubEnvironment({ HF_ENDPOINT }, home), {})).toThrow(
      "HF_ENDPOINT: expected an address such as https://huggingface.co",
    );
  });

  it("names the proxy of the endpoint", () => {
    const environment = { HTTPS_PROXY: "http://p:1", NO_PROXY: "mirror" };
    const proxyOf = (HF_ENDPOINT: string) =>
      hubAccess(readHubEnvironment({ HF_ENDPOINT }, home), environment).proxy;
    expect(proxyOf("https://huggingface.co")).toBe("http://p:1 (HTTPS_PROXY)");
    expect(proxyOf("https://mirror")).toBe(undefined);
  });
});

it("variables that mean nothing here are listed with the reason", () => {
  expect(listUnheeded({ HF_XET_CACHE: "/x", HF_TOKEN: "a", TRANSFORMERS_CACHE: " " })).toEqual([
    "HF_XET_CACHE (files come over HTTP, without Xet)",
  ]);
});
