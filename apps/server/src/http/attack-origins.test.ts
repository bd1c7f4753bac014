/**
 * @file Attacks by pages of strangers and by programs without the key. Each names the defence without which it
 * succeeds.
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestStudio, type TestStudio } from "../testing/open-test-studio.js";
import { type RawRequest, sendLines } from "../testing/raw-request.js";

let studio: TestStudio;
beforeAll(async () => {
  studio = await openTestStudio();
});
afterAll(() => studio[Symbol.asyncDispose]());

/** How many data sets there are: what an attack that creates one would change. */
async function datasets(): Promise<unknown[]> {
  return JSON.parse((await studio.ask({ path: "/api/datasets" })).text) as unknown[]; // An array.
}

/** A request by a browser that was let in. */
const browser = (headers: Record<string, string>, request: Partial<RawRequest> = {}) =>
  studio.send({
    ...{ path: "/api/datasets", ...request },
    headers: { cookie: studio.cookie, ...headers, ...request.headers },
  });

/** The same that would create a data set. */
const create = (headers: Record<string, string>) =>
  browser(
    { "content-type": "application/json", ...headers },
    { method: "POST", body: JSON.stringify({ name: "made by a stranger" }) },
  );

describe("attacks by pages of strangers", () => {
  it("lets the page itself read and write (so that refusals below are of the attack)", async () => {
    const origin = `http://${studio.host}`;
    expect((await browser({ "sec-fetch-site": "same-origin" })).status).toBe(200);
    expect((await browser({ "sec-fetch-site": "none" })).status).toBe(200);
    const headers = { "content-type": "application/json", origin, "sec-fetch-site": "same-origin" };
    const body = JSON.stringify({ name: "own" });
    expect((await browser(headers, { method: "POST", body })).status).toBe(201);
  });

  it.each([
    ["a stranger's page sends a form with the cookie", { origin: "https://evil.example" }],
    ["a page in a sandbox or a file on disk sends it", { origin: "null" }],
    ["a page of another port of this machine sends it", { origin: "http://127.0.0.1:9" }],
    ["a page of another name of this machine sends it", { origin: "http://localhost:9" }],
    [
      "a page whose address begins as ours sends it",
      { origin: "http://127.0.0.1:4860.evil.example" },
    ],
  ])("%s [defence: Origin is compared with Host]", async (_, headers) => {
    const before = await datasets();
    expect((await create(headers)).status).toBe(403);
    expect((await browser(headers)).status).toBe(403);
    expect(await datasets()).toEqual(before);
  });

  it.each(["cross-site", "same-site", "anything"])(
    "an <img> or <script> of a %s page reads [defence: Sec-Fetch-Site]",
    async (site) => {
      expect((await browser({ "sec-fetch-site": site })).status).toBe(403);
    },
  );

  it("a link or bookmark of a stranger changes something [defence: `none` only reads]", async () => {
    expect((await create({ "sec-fetch-site": "none" })).status).toBe(403);
  });

  it("an old browser sends a change that says no origin [defence: cookies need one]", async () => {
    expect((await create({})).status).toBe(403);
  });

  it("a stranger's page asks whether it may (preflight) [defence: no CORS at all]", async () => {
    const answer = await studio.send({
      ...{ method: "OPTIONS", path: "/api/datasets" },
      headers: { origin: "https://evil.example", "access-control-request-method": "DELETE" },
    });
    expect(answer.status).toBe(403);
    const names = Object.keys(answer.headers).filter((name) => name.startsWith("access-control"));
    expect(names).toEqual([]);
  });

  it("a stranger's page logs the browser in with a key of its own choice [defence: Origin]", async () => {
    const answer = await studio.send({
      ...{ method: "POST", path: "/api/session", body: JSON.stringify({ key: studio.key }) },
      headers: { "content-type": "application/json", origin: "https://evil.example" },
    });
    expect(answer.status).toBe(403);
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "",
  ])("a form sends JSON as %j [defence: content types of bodies]", async (type) => {
    const headers = { authorization: `Bearer ${studio.key}`, "content-type": type };
    const body = JSON.stringify({ name: "made by a form" });
    const answer = await studio.send({ method: "POST", path: "/api/datasets", headers, body });
    expect(answer.status).toBe(415);
  });

  it("a page shows this one in a frame and has it clicked [defence: frame-ancestors]", async () => {
    for (const path of ["/", "/api/status", "/api/docs", "/api/nothing"]) {
      const { headers } = await studio.ask({ path });
      expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
      expect(headers["x-frame-options"]).toBe("DENY");
    }
  });

  it("text that gets into the page is run as a script [defence: Content-Security-Policy]", async () => {
    const { headers } = await studio.send({ path: "/" });
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("object-src 'none'");
    expect(policy).toContain("base-uri 'none'");
  });

  it("a page of a stranger loads what is here into its own process [defence: CORP, COOP, nosniff]", async () => {
    for (const path of ["/", "/api/status", "/api/datasets/cats/pictures/a.png", "/api/nothing"]) {
      const { headers } = await studio.ask({ path });
      expect(headers).toMatchObject({
        "cross-origin-resource-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
      });
    }
  });
});

describe("attacks by names that point here (DNS rebinding)", () => {
  it.each([
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evil.example:4860",
    "10.0.0.5",
    "[2001:db8::1]",
    "127.0.0.1@evil.example",
    "0x7f000001.evil.example",
  ])("Host %j [defence: names that the server answers to]", async (host) => {
    for (const path of ["/", "/api/status", "/api/docs"]) {
      const answer = await studio.ask({ path, headers: { host } });
      expect([400, 403]).toContain(answer.status);
      expect(answer.text).not.toContain("the page");
    }
  });

  it("a first line that names another host than Host [defence: both are looked at]", async () => {
    const line = await sendLines(studio.port, [
      "GET http://evil.example/api/status HTTP/1.1",
      `Host: ${studio.host}`,
      `Authorization: Bearer ${studio.key}`,
    ]);
    expect(line).toContain("403");
  });

  it("no Host, an empty one, or two [defence: the same]", async () => {
    for (const hosts of [[], ["Host: "], [`Host: evil.example`, `Host: ${studio.host}`]]) {
      const line = await sendLines(studio.port, ["GET /api/docs HTTP/1.1", ...hosts]);
      expect(line).toMatch(/ 40[03] /);
    }
  });

  it("answers to its own names, with any port before it", async () => {
    for (const host of ["localhost:1", "127.0.0.1", "LOCALHOST", "[::1]:4860"]) {
      expect((await studio.ask({ path: "/api/status", headers: { host } })).status).toBe(200);
    }
  });
});

describe("attacks without the key", () => {
  const get = (headers: Record<string, string>, path = "/api/datasets") =>
    studio.send({ path, headers });

  it("no key at all [defence: every route but the page, its session and its description]", async () => {
    for (const path of [
      "/api/datasets",
      "/api/jobs",
      "/api/status",
      "/api/changes",
      "/api/nothing",
    ]) {
      expect((await get({}, path)).status).toBe(401);
    }
    for (const path of ["/", "/api/docs", "/api/openapi.json"]) {
      expect((await get({}, path)).status).toBe(200);
    }
  });

  it.each(["key", "token", "access_token", "authorization"])(
    "the key in the address as %s, which logs and histories keep [defence: only headers count]",
    async (name) => {
      expect((await get({}, `/api/datasets?${name}=${studio.key}`)).status).toBe(401);
    },
  );

  it("a wrong key, half of it, more than it, and it in other forms [defence: the whole is compared]", async () => {
    const { key } = studio;
    for (const authorization of [
      "Bearer",
      `Bearer ${key.slice(0, -1)}`,
      `Bearer ${key}A`,
      `Basic ${Buffer.from(`user:${key}`).toString("base64")}`,
      key,
    ]) {
      expect((await get({ authorization })).status).toBe(401);
    }
  });

  it("cookies that are the key, changed, prolonged or of another name [defence: a cookie is signed]", async () => {
    const { cookie, key } = studio;
    const [name = ""] = cookie.split("=");
    for (const forged of [
      `${name}=${key}`,
      `${name}=`,
      cookie.replace(/=\d/, "=9"),
      cookie.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
      cookie.replace(name, "atelier"),
      cookie.replace(/\.[^.]*$/, "."),
    ]) {
      expect((await get({ cookie: forged })).status).toBe(401);
    }
    expect((await get({ cookie: `a=b; ${cookie}` })).status).toBe(200);
  });

  it("a cookie whose session was closed [defence: closed sessions are remembered]", async () => {
    const opened = await studio.askJson("POST", "/api/session", { key: studio.key });
    const header = String(opened.headers["set-cookie"]);
    expect(header).toMatch(/HttpOnly; SameSite=Strict/);
    const cookie = header.split(";", 1).join();
    expect((await get({ cookie })).status).toBe(200);
    const headers = { cookie, "sec-fetch-site": "same-origin" };
    await studio.send({ method: "DELETE", path: "/api/session", headers });
    expect((await get({ cookie })).status).toBe(401);
  });

  it("a websocket that no origin check would hold [defence: nothing is upgraded]", async () => {
    const line = await sendLines(studio.port, [
      "GET /api/changes HTTP/1.1",
      `Host: ${studio.host}`,
      `Cookie: ${studio.cookie}`,
      "Origin: https://evil.example",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]);
    expect(line).toContain("403");
  });

  it("a method that a header names, or that is unknown [defence: only the first line counts]", async () => {
    const before = await datasets();
    for (const name of ["x-http-method-override", "x-method-override", "x-http-method"]) {
      const headers = { [name]: "DELETE" };
      await studio.ask({ method: "POST", path: "/api/datasets/cats", headers });
      await studio.ask({ method: "GET", path: "/api/datasets/cats?_method=DELETE", headers });
    }
    expect(await datasets()).toEqual(before);
    const trace = await studio.ask({ method: "TRACE", path: "/api/datasets" });
    expect(trace.status).toBe(405);
    expect(trace.text).not.toContain(studio.key);
  });
});

describe("guessing the key", () => {
  it("after ten wrong ones none is looked at for a while [defence: wrong keys are counted]", async () => {
    await using guessed = await openTestStudio();
    for (let count = 0; count < 10; count += 1) {
      const headers = { authorization: `Bearer wrong-${count}` };
      expect((await guessed.send({ path: "/api/status", headers })).status).toBe(401);
    }
    const right = await guessed.ask({ path: "/api/status" });
    expect(right.status).toBe(429);
    expect(Number(right.headers["retry-after"])).toBeGreaterThan(0);
    const session = await guessed.askJson("POST", "/api/session", { key: guessed.key });
    expect(session.status).toBe(429);
    // Who was let in before is not locked out by others.
    const { cookie } = guessed;
    expect((await guessed.send({ path: "/api/status", headers: { cookie } })).status).toBe(200);
  });
});
