import { AtelierError, said } from "@atelier/engine";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { refused } from "../api/refusal.js";
import { route } from "../api/route.js";
import { bindRoute } from "./bind-route.js";
import type { HttpEnv } from "./http-env.js";
import { problemResponse } from "./problems.js";

const echo = route({
  method: "POST",
  path: "/api/things/:thing",
  summary: "Says what it was given",
  params: z.object({ thing: z.string().max(10) }),
  query: z.object({ count: z.coerce.number().int().default(1) }),
  body: z.object({ text: z.string() }),
  answer: z.object({ thing: z.string(), count: z.number(), text: z.string() }),
  status: 201,
});

function newApp(): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.onError((error) => problemResponse(error));
  return app;
}

function echoing(): Hono<HttpEnv> {
  const app = newApp();
  bindRoute(app, echo, ({ params, query, body }) => ({ ...params, ...query, ...body }));
  return app;
}

const post = (body: BodyInit, type = "application/json") => ({
  method: "POST",
  headers: { "content-type": type },
  body,
});

describe("bindRoute", () => {
  it("hands over what a request holds, as the route's schemas give it", async () => {
    const response = await echoing().request(
      "/api/things/%EA%B0%80%20b?count=3",
      post('{"text":"x","more":1}'),
    );
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ thing: "가 b", count: 3, text: "x" });
  });

  it("says what is wrong with path, query and body", async () => {
    for (const [path, body, where] of [
      ["/api/things/12345678901", '{"text":"x"}', "path"],
      ["/api/things/a?count=x", '{"text":"x"}', "query"],
      ["/api/things/a", '{"text":1}', "body"],
      ["/api/things/a", "[]", "body"],
    ] as const) {
      const response = await echoing().request(path, post(body));
      expect(response.status).toBe(400);
      const problem = await response.json();
      expect(problem).toMatchObject({
        code: "bad-input",
        sentence: { params: [where, expect.any(String)] },
      });
    }
  });

  it("takes the rest of a path in parts, none of which is a path of its own", async () => {
    const files = route({
      method: "GET",
      path: "/api/files/*",
      summary: "Files",
      params: z.object({ "*": z.string() }),
      answer: z.string(),
    });
    const app = newApp();
    bindRoute(app, files, ({ params }) => params["*"]);
    const answered = async (path: string): Promise<unknown> => (await app.request(path)).json();
    expect(await answered("/api/files/a/b%20c.png")).toBe("a/b c.png");
    for (const path of ["a/%2e%2e%2fb", "a%2fb", "a%5cb", "a//b", "a/%00", "%ff", ""]) {
      expect(await answered(`/api/files/${path}`)).toMatchObject({ code: "bad-input" });
    }
  });

  it("gives forms file by file and files as bytes", async () => {
    const form = route({
      method: "POST",
      path: "/api/form",
      summary: "Names of files",
      body: "form",
      answer: z.array(z.string()),
    });
    const bytes = route({
      method: "PUT",
      path: "/api/bytes",
      summary: "How many bytes",
      body: "bytes",
      limitBytes: 4,
      answer: z.number(),
    });
    const app = newApp();
    bindRoute(app, form, async ({ body }) => {
      const names = [];
      for await (const { name } of body) names.push(name);
      return names;
    });
    bindRoute(app, bytes, ({ body }) => body.length);
    const sent = new FormData();
    for (const name of ["a.png", "b.txt"]) sent.append("file", new Blob(["x"]), name);
    const named = await app.request("/api/form", { method: "POST", body: sent });
    expect(await named.json()).toEqual(["a.png", "b.txt"]);
    const put = (body: string, type = "image/png") =>
      app.request("/api/bytes", { ...post(body, type), method: "PUT" });
    expect(await (await put("1234")).json()).toBe(4);
    expect((await put("12345")).status).toBe(413);
    expect((await put("1234", "text/plain")).status).toBe(415);
  });

  it("answers nothing with 204, and refuses a body where none is expected", async () => {
    const nothing = route({ method: "DELETE", path: "/api/it", summary: "", answer: "nothing" });
    const app = newApp();
    bindRoute(app, nothing, () => undefined);
    expect((await app.request("/api/it", { method: "DELETE" })).status).toBe(204);
    expect((await app.request("/api/it", { method: "DELETE", body: "x" })).status).toBe(413);
  });

  it("compares answers with their schemas where it is asked to", async () => {
    const count = route({ method: "GET", path: "/api/n", summary: "", answer: z.number().max(5) });
    const app = newApp();
    bindRoute(app, count, () => 6, { checksAnswers: true });
    expect((await app.request("/api/n")).status).toBe(500);
  });
});

describe("problemResponse", () => {
  const disk = Object.assign(new Error("no space"), { code: "ENOSPC" });

  it("has the status that fits, and the sentence for other languages", async () => {
    const sentence = said`cat: expected ${1}, got ${said`the number ${2}`}.`;
    for (const [error, status, code] of [
      [refused("not-found", sentence), 404, "not-found"],
      [refused("conflict", sentence), 409, "conflict"],
      [new AtelierError("config", sentence), 400, "config"],
      [new AtelierError("network", sentence), 502, "network"],
      [new AtelierError("internal", sentence), 500, "internal"],
      [new AtelierError("file", sentence, { cause: disk }), 507, "file"],
    ] as const) {
      const response = problemResponse(error);
      expect(response.status).toBe(status);
      expect(await response.json()).toEqual({
        code,
        message: "cat: expected 1, got the number 2.",
        sentence: {
          template: "cat: expected {0}, got {1}.",
          params: [1, { template: "the number {0}", params: [2] }],
        },
      });
    }
  });

  it("tells nothing of errors that are not ours, but that the disk is full", async () => {
    const response = problemResponse(new Error("secret"));
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("secret");
    expect(problemResponse(disk).status).toBe(507);
  });
});
