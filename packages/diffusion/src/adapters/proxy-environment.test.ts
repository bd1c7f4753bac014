/** @file Which proxy a request takes, as curl and Python's urllib and requests read the environment. */

import { describe, expect, it } from "vitest";
import { describeProxy, listProxies, proxyFor } from "./proxy-environment.js";

const hub = new URL("https://huggingface.co/api");
const shown = (target: URL, environment: Record<string, string>) => {
  const proxy = proxyFor(target, environment);
  return proxy && describeProxy(proxy);
};

describe("proxyFor", () => {
  it.each([
    [{}, undefined],
    [{ HTTPS_PROXY: "http://p:1" }, "http://p:1 (HTTPS_PROXY)"],
    [{ https_proxy: "http://p:1", HTTPS_PROXY: "http://q:2" }, "http://p:1 (https_proxy)"],
    // Small letters win even where they are empty, as urllib has it.
    [{ https_proxy: "", HTTPS_PROXY: "http://q:2" }, undefined],
    [{ HTTP_PROXY: "http://p:1" }, undefined],
    [{ ALL_PROXY: "http://p:1" }, "http://p:1 (ALL_PROXY)"],
    [{ all_proxy: "http://p:1", HTTPS_PROXY: "http://q:2" }, "http://q:2 (HTTPS_PROXY)"],
    [{ HTTPS_PROXY: " p:8080 " }, "http://p:8080 (HTTPS_PROXY)"],
    [{ HTTPS_PROXY: "http://me:secret@p:1" }, "http://me:***@p:1 (HTTPS_PROXY)"],
    [{ ALL_PROXY: "socks5h://p:1080", HTTPS_PROXY: "https://q:2" }, "https://q:2 (HTTPS_PROXY)"],
  ])("of %j is that of https: %s", (environment, expected) => {
    expect(shown(hub, environment)).toBe(expected);
  });

  it("takes HTTP_PROXY for http", () => {
    const environment = { HTTP_PROXY: "http://p:1", HTTPS_PROXY: "http://q:2" };
    expect(shown(new URL("http://mirror/x"), environment)).toBe("http://p:1 (HTTP_PROXY)");
  });

  it.each([
    ["*", "https://huggingface.co", true],
    ["huggingface.co", "https://huggingface.co", true],
    ["huggingface.co", "https://cdn-lfs.huggingface.co", true],
    [".huggingface.co", "https://cdn-lfs.huggingface.co", true],
    ["*.huggingface.co", "https://cdn-lfs.huggingface.co", true],
    ["huggingface.co", "https://nothuggingface.co", false],
    ["HuggingFace.CO", "https://huggingface.co", true],
    ["localhost, 127.0.0.1,huggingface.co", "https://huggingface.co", true],
    ["localhost 127.0.0.1 huggingface.co", "https://huggingface.co", true],
    ["localhost,127.0.0.1", "https://huggingface.co", false],
    ["mirror:8080", "http://mirror:8080", true],
    ["mirror:8080", "http://mirror:9090", false],
    ["mirror:443", "https://mirror", true],
    ["10.0.0.0/8", "http://10.1.2.3", true],
    ["10.0.0.0/8", "http://11.1.2.3", false],
    ["10.0.0.0/99", "http://10.1.2.3", false],
    ["127.0.0.1", "http://127.0.0.1:5000", true],
    ["0.0.1", "http://127.0.0.1:5000", false],
    ["::1", "http://[::1]:5000", true],
    ["[::1]:5000", "http://[::1]:5000", true],
    ["fd00::/8", "http://[fd12::1]", true],
    ["", "https://huggingface.co", false],
    [",", "https://huggingface.co", false],
  ])("leaves out what NO_PROXY names: %j, %s: %s", (noProxy, target, isLeftOut) => {
    const environment = { ALL_PROXY: "http://p:1", NO_PROXY: noProxy };
    expect(proxyFor(new URL(target), environment) === undefined).toBe(isLeftOut);
  });

  it.each([
    ["socks5://p:1", "got socks5"],
    ["socks5h://me:secret@p:1", "got socks5h"],
    ["ftp://p:1", "got ftp"],
    ["http://", "got something else"],
    ["p:99999", "got something else"],
    ["http://me:secret@[", "got something else"],
  ])("refuses what is no proxy, without its password: %j", (value, message) => {
    const read = () => proxyFor(hub, { HTTPS_PROXY: value });
    expect(read).toThrow(
      `HTTPS_PROXY: expected a proxy such as http://proxy.example:8080, ${message}`,
    );
    expect(read).not.toThrow("secret");
  });
});

it("lists all that are said", () => {
  const environment = { HTTPS_PROXY: "http://p:1", http_proxy: "http://q:2", ALL_PROXY: "" };
  expect(listProxies(environment).map(describeProxy)).toEqual([
    "http://p:1 (HTTPS_PROXY)",
    "http://q:2 (http_proxy)",
  ]);
});
