/** @file The variables of Python's huggingface_hub, read with its defaults. */

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readHubEnvironment } from "./hub-environment.js";

const home = join("/home", "user");

describe("readHubEnvironment", () => {
  it("has the defaults of Python's huggingface_hub", () => {
    expect(readHubEnvironment({}, home)).toEqual({
      cacheFolder: join(home, ".cache", "huggingface", "hub"),
      endpoint: "https://huggingface.co",
      token: undefined,
      isOffline: false,
    });
  });

  it.each([
    [{ HF_HUB_CACHE: "/a", HF_HOME: "/b" }, "/a"],
    [{ HF_HOME: "~/hf" }, join(home, "hf", "hub")],
    [{ XDG_CACHE_HOME: "/x" }, join("/x", "huggingface", "hub")],
  ])("finds the cache for %j", (environment, cacheFolder) => {
    expect(readHubEnvironment(environment, home).cacheFolder).toBe(cacheFolder);
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
      isOffline: true,
    });
    expect(readHubEnvironment({ HF_HUB_OFFLINE: "0" }, home).isOffline).toBe(false);
  });
});
