/** @file The hub and proxies of the environment, as commands meet them; all on this machine. */

import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { findHub } from "./doctor-hub.js";
import { messagesFor } from "./messages/messages.js";
import { fixture, runCli, temporaryFolder } from "./testing/run-cli.js";

const text = await messagesFor({});

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A proxy that lets nothing through and writes down what is asked of it. */
async function startProxy(): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  server.on("connect", (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return { url: `http://127.0.0.1:${port}`, asked };
}

/** A home without a token or a cache. */
const nowhere = () => ({ HF_HOME: temporaryFolder() });

describe("generate with a base of the hub", () => {
  const draw = (env: Readonly<Record<string, string>>, base = "acme/model") =>
    runCli(["generate", "--base", base, "--prompt", "x"], { env: { ...nowhere(), ...env } });

  it.each([
    ["http://hub.invalid", /^GET http:\/\/hub\.invalid\/api\/models\/acme\/model/],
    ["https://hub.invalid", /^CONNECT hub\.invalid:443$/],
  ])("asks the proxy for %s, and names it where it fails", async (HF_ENDPOINT, request) => {
    const { url, asked } = await startProxy();
    const proxies = { HTTPS_PROXY: url, HTTP_PROXY: url };
    const { code, stderr } = await draw({ HF_ENDPOINT, ...proxies });
    expect(code).not.toBe(0);
    expect(asked[0]).toMatch(request);
    expect(stderr).toContain(`through the proxy ${url} (HTTP`);
  });

  it("asks for an autoencoder of the hub, too", async () => {
    const { url, asked } = await startProxy();
    const env = { ...nowhere(), HTTP_PROXY: url, HF_ENDPOINT: "http://hub.invalid" };
    const base = fixture("tiny-checkpoints", "tiny-sd1");
    const argv = ["generate", "--base", base, "--vae", "acme/vae", "--prompt", "x"];
    const { code } = await runCli(argv, { env });
    expect(code).not.toBe(0);
    expect(asked[0]).toMatch(/^GET http:\/\/hub\.invalid\/api\/models\/acme\/vae/);
  });

  it("goes without for what NO_PROXY names", async () => {
    const { url, asked } = await startProxy();
    const env = { ALL_PROXY: url, HF_ENDPOINT: "http://127.0.0.1:2", NO_PROXY: "127.0.0.1" };
    const { stderr } = await draw(env);
    expect(stderr).toContain("ECONNREFUSED 127.0.0.1:2. Check the connection and HF_ENDPOINT");
    expect(asked).toEqual([]);
  });

  it("does not read the hub's variables for a base on the disk", async () => {
    const wrong = { HTTPS_PROXY: "socks4://p", HF_ENDPOINT: "x", HF_HUB_DOWNLOAD_TIMEOUT: "soon" };
    const path = join(temporaryFolder(), "x.png");
    const base = fixture("tiny-checkpoints", "tiny-sd1");
    const argv = ["generate", "--base", base, "--prompt", "x", "--steps", "1", "--out", path];
    const tokenizer = ["--tokenizer", fixture("tokenizer-small")];
    const { code, stderr } = await runCli([...argv, ...tokenizer], { env: wrong });
    expect(code, stderr).toBe(0);
  });
});

describe("doctor", () => {
  async function examine(env: Readonly<Record<string, string>>): Promise<string[]> {
    const context = { text, io: { env: { ...nowhere(), ...env } } };
    const findings = await findHub(context);
    return findings.map(({ status, message }) => `${status}: ${message}`);
  }

  it("says where the hub is, where the token is from, and never the token", async () => {
    expect(await examine({})).toEqual([
      "ok: https://huggingface.co, no access token, which only private and gated models need",
    ]);
    expect(await examine({ HF_TOKEN: "hf_secret", HF_ENDPOINT: "http://mirror" })).toEqual([
      "ok: http://mirror, access token from HF_TOKEN",
    ]);
    expect(await examine({ HF_HUB_OFFLINE: "1" })).toEqual([
      "ok: not asked (HF_HUB_OFFLINE), only the cache is used",
    ]);
    expect(await examine({ HF_HUB_ENABLE_HF_TRANSFER: "1" })).toContain(
      "absent: set, but without meaning here: HF_HUB_ENABLE_HF_TRANSFER (files come in one stream each)",
    );
    expect(await examine({ HF_HUB_DOWNLOAD_TIMEOUT: "soon" })).toEqual([
      "problem: HF_HUB_DOWNLOAD_TIMEOUT: expected a whole number of seconds, got soon. Correct the variable, or unset it.",
    ]);
  });

  it("tries the proxies, and says which does not answer", async () => {
    const { url } = await startProxy();
    const [, ...proxies] = await examine({
      https_proxy: url.replace("://", "://me:secret@"),
      HTTP_PROXY: "http://127.0.0.1:1",
      NO_PROXY: "localhost",
    });
    expect(proxies).toEqual([
      `ok: ${url.replace("://", "://me:***@")} (https_proxy), but not for localhost`,
      "problem: http://127.0.0.1:1 (HTTP_PROXY), but not for localhost: no connection, connect ECONNREFUSED 127.0.0.1:1",
    ]);
    const [, wrong] = await examine({ ALL_PROXY: "ftp://p" });
    expect(wrong).toMatch(/^problem: ALL_PROXY: expected a proxy such as/);
  });
});
