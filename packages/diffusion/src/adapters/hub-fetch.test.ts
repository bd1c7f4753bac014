/** @file Requests through proxies and to a hub with a certificate of its own, all on this machine. */

import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import {
  connect,
  createServer as createSocketServer,
  type Socket,
  type Server as SocketServer,
} from "node:net";
import { messageOf } from "@atelier/engine";
import { afterEach, describe, expect, it } from "vitest";
import { createHubClient } from "../files/hub/hub-client.js";
import { fixture } from "../testing/fixtures.js";
import { hubAccess, readHubEnvironment } from "./hub-environment.js";
import { createHubFetch } from "./hub-fetch.js";

const servers: (Server | SocketServer)[] = [];
/** Of servers that never close one themselves. */
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) {
    if ("closeAllConnections" in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Starts a server on a free port of this machine. */
async function listen(server: Server | SocketServer): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

const startHub = (text: string) => listen(createServer((_, response) => void response.end(text)));

/** A proxy that writes down what it is asked, and lets it through to a port of this machine. */
async function startProxy(
  port: number,
  { password }: { readonly password?: string } = {},
): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const isRefused = (given: string | undefined) =>
    password !== undefined && given !== `Basic ${Buffer.from(password).toString("base64")}`;
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (isRefused(request.headers["proxy-authorization"])) {
      response.writeHead(407).end();
      return;
    }
    void fetch(`http://127.0.0.1:${port}/`)
      .then((answer) => answer.text())
      .then((text) => response.end(text));
  });
  server.on("connect", (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    if (isRefused(request.headers["proxy-authorization"])) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      return;
    }
    const target = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(target).pipe(socket);
    });
    for (const end of [target, socket]) end.on("error", () => undefined);
  });
  return { url: `http://127.0.0.1:${await listen(server)}`, asked };
}

const timeoutMs = 20_000;
const certificate = fixture("hub/hub-test-certificate.pem");

async function startTlsHub(text: string): Promise<number> {
  const key = readFileSync(fixture("hub/hub-test-key.pem"));
  const server = createTlsServer({ key, cert: readFileSync(certificate) }, (_, response) => {
    response.end(text);
  });
  return listen(server);
}

describe("requests", () => {
  it("go to the hub where there is no proxy", async () => {
    const port = await startHub("the hub");
    const response = await createHubFetch({}, { timeoutMs })(`http://127.0.0.1:${port}/`);
    expect(await response.text()).toBe("the hub");
  });

  it("over HTTP are asked of the proxy", async () => {
    const { url, asked } = await startProxy(await startHub("the hub"));
    const send = createHubFetch({ HTTP_PROXY: url }, { timeoutMs });
    const response = await send("http://hub.invalid/x", { headers: { range: "bytes=0-" } });
    expect(await response.text()).toBe("the hub");
    expect(asked).toEqual(["GET http://hub.invalid/x"]);
  });

  it("over HTTPS go through a tunnel, with a certificate of the environment", async () => {
    const { url, asked } = await startProxy(await startTlsHub("the hub"));
    const environment = { https_proxy: url, REQUESTS_CA_BUNDLE: certificate };
    const response = await createHubFetch(environment, { timeoutMs })("https://hub.test/x");
    expect(await response.text()).toBe("the hub");
    expect(asked).toEqual(["CONNECT hub.test:443"]);
  });

  it("are refused where nobody vouches for the hub", async () => {
    const { url } = await startProxy(await startTlsHub("the hub"));
    const send = createHubFetch({ https_proxy: url }, { timeoutMs });
    await expect(send("https://hub.test/x")).rejects.toMatchObject({
      cause: { code: "DEPTH_ZERO_SELF_SIGNED_CERT" },
    });
  });

  it("give the proxy the name and password of its address", async () => {
    const password = "me:se cret";
    for (const [port, target] of [
      [await startHub("the hub"), "http://hub.test/"],
      [await startTlsHub("the hub"), "https://hub.test/"],
    ] as const) {
      const { url } = await startProxy(port, { password });
      const ALL_PROXY = url.replace("://", "://me:se%20cret@");
      const environment = { ALL_PROXY, SSL_CERT_FILE: certificate };
      const response = await createHubFetch(environment, { timeoutMs })(target);
      expect(await response.text()).toBe("the hub");
    }
  });

  it("that are sent on choose anew", async () => {
    const cdn = await startHub("the file");
    const hub = await listen(
      createServer((_, response) => {
        response.writeHead(302, { location: `http://127.0.0.1:${cdn}/file` }).end();
      }),
    );
    const { url, asked } = await startProxy(cdn);
    const environment = { HTTP_PROXY: url, NO_PROXY: `127.0.0.1:${hub}` };
    const response = await createHubFetch(environment, { timeoutMs })(`http://127.0.0.1:${hub}/`);
    expect(await response.text()).toBe("the file");
    expect(asked).toEqual([`GET http://127.0.0.1:${cdn}/file`]);
  });
});

describe("a proxy", () => {
  const describeModel = async (environment: Record<string, string>): Promise<string> => {
    const access = hubAccess(readHubEnvironment(environment, "/nowhere"), environment);
    return createHubClient(access)
      .describe({ repo: "acme/model", revision: "main" })
      .then(
        () => "described",
        (error: unknown) => messageOf(error),
      );
  };

  it.each(["http://hub.invalid", "https://hub.invalid"])(
    "that does not answer is named in time, for %s",
    async (HF_ENDPOINT) => {
      const silent = await listen(createSocketServer((socket) => void sockets.push(socket)));
      const ALL_PROXY = `http://127.0.0.1:${silent}`;
      const message = await describeModel({ HF_ENDPOINT, ALL_PROXY, HF_HUB_DOWNLOAD_TIMEOUT: "1" });
      expect(message).toMatch(/expected an answer from https?:\/\/hub\.invalid, got .*Timeout/i);
      expect(message).toContain(`through the proxy http://127.0.0.1:${silent} (ALL_PROXY)`);
      expect(message).toContain("Check the proxy (hosts in NO_PROXY go without)");
    },
    10_000,
  );

  it.each(["http://hub.invalid", "https://hub.invalid"])(
    "that wants a password, or is not there, is named for %s",
    async (HF_ENDPOINT) => {
      const { url } = await startProxy(1, { password: "me:secret" });
      const refused = await describeModel({ HF_ENDPOINT, ALL_PROXY: url });
      expect(refused).toMatch(/407/);
      expect(refused).toContain(`through the proxy ${url} (ALL_PROXY)`);
      const gone = await describeModel({ HF_ENDPOINT, ALL_PROXY: "http://127.0.0.1:1" });
      expect(gone).toContain("ECONNREFUSED 127.0.0.1:1, through the proxy http://127.0.0.1:1");
    },
  );

  it("and certificates that are none are named by their variables", () => {
    expect(() => createHubFetch({ CURL_CA_BUNDLE: "/no/such.pem" }, { timeoutMs })).toThrow(
      "CURL_CA_BUNDLE: expected a file of certificates at /no/such.pem",
    );
    const environment = { HTTPS_PROXY: "socks4://p:1" };
    expect(() => hubAccess(readHubEnvironment(environment), environment)).toThrow("HTTPS_PROXY");
  });
});
