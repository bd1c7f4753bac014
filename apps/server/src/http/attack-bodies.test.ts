/** @file Attacks by what requests hold: sizes, forms and texts. Each names the defence without which it succeeds. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestStudio, type TestStudio } from "../testing/open-test-studio.js";
import { sendLines } from "../testing/raw-request.js";

let studio: TestStudio;
beforeAll(async () => {
  studio = await openTestStudio();
});
afterAll(() => studio[Symbol.asyncDispose]());

const json = { "content-type": "application/json" };
const post = (path: string, body: string | Uint8Array | Iterable<Uint8Array>, headers = {}) =>
  studio.ask({ method: "POST", path, body, headers: { ...json, ...headers } });
const draw = (fields: object) =>
  JSON.stringify({ request: { kind: "draw", prompt: "a cat", ...fields } });

describe("attacks by size", () => {
  it("a body that is longer than its route takes [defence: content-length is looked at]", async () => {
    const body = `{"name":"${"a".repeat(2_000_001)}"}`;
    expect((await post("/api/datasets", body)).status).toBe(413);
  });

  it("a body in chunks that tells no length [defence: bytes are counted as they arrive]", async () => {
    const chunk = Buffer.alloc(65_536, "a");
    // The server may close before all of it is sent.
    const answered = post("/api/datasets", Array<Uint8Array>(64).fill(chunk)).then(
      ({ status }) => status,
      (error: unknown) => error instanceof Error && "code" in error && error.code,
    );
    expect([413, "EPIPE", "ECONNRESET"]).toContain(await answered);
    const { text } = await studio.ask({ path: "/api/datasets" });
    expect(text).not.toContain("aaaa");
  });

  it("a body that is small while packed [defence: packed bodies are refused]", async () => {
    const answer = await post("/api/datasets", "x", { "content-encoding": "gzip" });
    expect(answer.status).toBe(415);
  });

  it("a body for a route that takes none [defence: it may have no bytes]", async () => {
    const path = "/api/datasets/cats/pictures/a.png";
    const headers = { "content-length": "1" };
    const request = { method: "DELETE", path: "/api/datasets/cats", body: "x", headers };
    expect((await studio.ask(request)).status).toBe(413);
    expect((await studio.ask({ path })).status).toBe(200);
  });

  it("an endless address [defence: length of addresses]", async () => {
    const answer = await studio.ask({ path: `/api/datasets?q=${"a".repeat(9_000)}` });
    expect(answer.status).toBe(400);
  });

  it("endless headers [defence: the size that the server takes of them]", async () => {
    const line = await sendLines(studio.port, [
      "GET /api/status HTTP/1.1",
      `Host: ${studio.host}`,
      `X-Long: ${"a".repeat(20_000)}`,
    ]);
    expect(line).toContain("431");
  });

  it("two lengths, or a length beside chunks (request smuggling) [defence: strict parsing]", async () => {
    for (const lines of [
      ["Content-Length: 2", "Content-Length: 3"],
      ["Content-Length: 2", "Transfer-Encoding: chunked"],
    ]) {
      const line = await sendLines(studio.port, [
        "POST /api/datasets HTTP/1.1",
        `Host: ${studio.host}`,
        ...lines,
      ]);
      expect(line).toContain("400");
    }
  });

  it("JSON that nests without end [defence: depth]", async () => {
    const deep = `{"request":{"kind":"train","datasets":["cats"],"config":{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}}}`;
    expect((await post("/api/jobs", deep)).status).toBe(400);
  });

  it("a page of more rows than a page has [defence: limits of queries]", async () => {
    for (const limit of ["1000000000", "-1", "0", "1e9", "NaN", "1;drop table job"]) {
      const path = `/api/jobs?limit=${encodeURIComponent(limit)}`;
      expect((await studio.ask({ path })).status).toBe(400);
    }
  });
});

describe("attacks by what JSON holds", () => {
  it.each(["__proto__", "constructor", "prototype"])(
    "a field %s, which changes every object where it is copied [defence: such names are refused]",
    async (name) => {
      const body = `{"request":{"kind":"train","datasets":["cats"],"config":{"${name}":{"polluted":true}}}}`;
      const answer = await post("/api/jobs", body);
      expect(answer.status).toBe(400);
      expect(answer.text).toContain(name);
      expect("polluted" in {}).toBe(false);
    },
  );

  it.each(["a\\u0000b", "a\\ud800b"])(
    "a text %s, which the database refuses [defence: NUL and halves of characters]",
    async (text) => {
      const answer = await post("/api/jobs", draw({}).replace("a cat", text));
      expect(answer.status).toBe(400);
    },
  );

  it("text that is no UTF-8, and no JSON [defence: decoded strictly]", async () => {
    const [before = "", after = ""] = draw({}).split("a cat");
    const broken = Buffer.concat([Buffer.from(before), Buffer.from([0xff]), Buffer.from(after)]);
    expect((await post("/api/jobs", broken)).status).toBe(400);
    for (const body of ["", "{", "{'name':'x'}", "NaN"]) {
      const answer = await post("/api/datasets", body);
      expect(answer.status).toBe(400);
      expect(answer.text).not.toMatch(/SyntaxError|at JSON|node:/);
    }
  });

  it("another kind of value than a field has [defence: schemas]", async () => {
    for (const name of [1, null, ["x"], { $ne: "" }, true]) {
      const answer = await studio.askJson("POST", "/api/datasets", { name });
      expect(answer.status).toBe(400);
    }
  });
});

const sql = [
  "'; drop table atelier.job; --",
  "x' or '1'='1",
  '"; delete from job; --',
  "$1",
  "%' union select key from token --",
  "\\'; select pg_sleep(10); --",
];

describe("SQL in every text", () => {
  it.each(sql)("%s [defence: values are parameters of queries]", async (text) => {
    const made = await studio.askJson("POST", "/api/jobs", {
      request: { kind: "draw", prompt: text, negative: text, sampler: undefined },
      title: text,
    });
    expect(made.status).toBe(201);
    const { id, title } = JSON.parse(made.text) as { id: string; title: string }; // A job.
    expect(title).toBe(text);
    await studio.askJson("PATCH", `/api/jobs/${id}`, { title: `${text} again` });
    const encoded = encodeURIComponent(text);
    for (const path of [
      `/api/jobs?kind=${encoded}`,
      `/api/jobs?after=${encoded}`,
      `/api/jobs?state=${encoded}`,
      `/api/jobs/${encoded}`,
      `/api/jobs/${id}/log?after=${encoded}`,
      `/api/jobs/${id}/events?from=${encoded}`,
      `/api/drawings?job=${encoded}`,
      `/api/drawings?after=${encoded}`,
      `/api/items/${encoded}`,
      `/api/datasets/${encoded}`,
      `/api/runs/${encoded}`,
    ]) {
      const { status } = await studio.ask({ path });
      expect([200, 400, 404]).toContain(status);
    }
    const read = await studio.ask({ path: `/api/jobs/${id}` });
    expect(JSON.parse(read.text)).toMatchObject({
      title: `${text} again`,
      request: { prompt: text, negative: text },
    });
  });
});

describe("forged jobs and events", () => {
  it("ids that are none, and of jobs that are not there [defence: ids are parsed and looked up]", async () => {
    const absent = "4c2a4b1e-8f0a-4c7e-9d52-0a3b1c2d3e4f";
    for (const action of ["", "/log", "/events", "/cancel", "/stop", "/finish", "/retry"]) {
      const method = ["", "/log", "/events"].includes(action) ? "GET" : "POST";
      const status = async (id: string) =>
        (await studio.ask({ method, path: `/api/jobs/${id}${action}` })).status;
      expect(await status(absent)).toBe(404);
      for (const id of ["1", "..%2f..%2ftoken", "00000000", `${absent}x`, "%00", "null"]) {
        expect(await status(id)).toBe(400);
      }
    }
  });

  it("jobs after jobs that are not there, and too many of them [defence: they are looked up]", async () => {
    const request = { kind: "draw", prompt: "x" };
    const absent = "4c2a4b1e-8f0a-4c7e-9d52-0a3b1c2d3e4f";
    expect((await studio.askJson("POST", "/api/jobs", { request, after: [absent] })).status).toBe(
      404,
    );
    const many = Array<string>(101).fill(absent);
    expect((await studio.askJson("POST", "/api/jobs", { request, after: many })).status).toBe(400);
  });

  it("ids of events that are none [defence: Last-Event-ID is a number]", async () => {
    const made = await post("/api/jobs", draw({}));
    const { id } = JSON.parse(made.text) as { id: string }; // A job.
    for (const last of ["-1", "1.5", "x", "1e400", "' or 1=1", "99999999999999999999"]) {
      const headers = { "last-event-id": last };
      const answer = await studio.ask({ path: `/api/jobs/${id}/events`, headers });
      expect(answer.status).toBe(400);
    }
  });

  it.each([
    { kind: "train", datasets: ["../../etc"], config: {} },
    { kind: "train", datasets: ["cats"], config: {}, base: "/etc/passwd" },
    { kind: "train", datasets: ["cats"], config: {}, base: "../../token" },
    { kind: "inspect", name: "../token" },
    { kind: "convert", name: "x", to: "kohya", into: "../../x" },
    { kind: "resume", run: "../../x" },
    { kind: "draw", prompt: "x", adapters: [{ name: "/etc/passwd" }] },
    { kind: "download", repo: "../..", as: "model" },
    { kind: "download", repo: "--help/x", as: "model" },
    { kind: "rm", name: "x" },
  ])("a job that names a path: %j [defence: names are no paths]", async (request) => {
    const answer = await studio.askJson("POST", "/api/jobs", { request });
    expect([400, 404]).toContain(answer.status);
  });

  it("a config that names paths of this machine [defence: they are not taken from requests]", async () => {
    for (const config of [
      { base: { path: "/etc/passwd" } },
      { base: { repo: "../../x" } },
      { base: { vae: "/etc/passwd" } },
      { base: { vae: "../x" } },
      { base: { revision: "../../x" } },
      { data: { folder: "/etc" } },
      { data: { folders: ["/etc"] } },
      { lora: { startFrom: "../x" } },
      { prior: { folder: "../../x", prompt: "x", class: "x" } },
      { watch: { validation: "/etc" } },
      { output: { folder: "/tmp/elsewhere" } },
      { output: { run: "/tmp/elsewhere" } },
      { cacheFolder: "/tmp/elsewhere" },
    ]) {
      const request = { kind: "train", datasets: ["cats"], config };
      const { status, text } = await studio.askJson("POST", "/api/jobs", { request });
      expect([config, text, [400, 404].includes(status)]).toEqual([config, text, true]);
    }
  });
});

describe("what errors tell", () => {
  it("no stack, no source and no address of code [defence: problems are written, not errors]", async () => {
    for (const path of ["/api/jobs/x", "/api/nothing", "/api/items/none", "/api/datasets/%ff"]) {
      const { text } = await studio.ask({ path });
      expect(Object.keys(JSON.parse(text) as object).sort()).toEqual([
        "code",
        "message",
        "sentence",
      ]);
      expect(text).not.toMatch(/\.js:\d+|\bat \S+ \(|node_modules/);
    }
  });
});
