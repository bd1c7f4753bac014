import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Connection, callRoute, ProblemError, routes } from "./api/index.js";
import { openStudio, type StudioOptions } from "./index.js";
import { picture } from "./testing/open-test-studio.js";
import { sendRaw } from "./testing/raw-request.js";
import { program } from "./testing/test-library.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-open-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (options: Partial<StudioOptions> = {}) =>
  openStudio({
    ...{ library: join(folder, "library"), page: join(folder, "page"), port: 0 },
    ...{ version: "1.2.3", program, checksAnswers: true, ...options },
  });

const portOf = (url: string): number => Number(new URL(url).port);

/** What a stream of events has sent when it ends. */
async function eventsOf(response: Response): Promise<{ id: number; type: string }[]> {
  const text = await response.text();
  return [...text.matchAll(/^id: (\d+)\ndata: (.*)$/gm)].map(([, id, data = ""]) => {
    const { event } = z.object({ event: z.object({ type: z.string() }) }).parse(JSON.parse(data));
    return { id: Number(id), type: event.type };
  });
}

describe("openStudio", () => {
  it("does a job and streams its events, whole and from any of them on", async () => {
    const studio = await open();
    try {
      const atelier: Connection = { origin: studio.url, token: studio.key };
      const request = { kind: "draw", prompt: "a red robot", steps: 2, seed: 1 } as const;
      const { id } = await callRoute(atelier, routes.jobs.create, { body: { request } });
      const params = { job: id };
      const events = await eventsOf(await callRoute(atelier, routes.jobs.events, { params }));
      expect(events.at(-1)?.type).toBe("image");
      const from = events[0]?.id ?? 0;
      const rest = await callRoute(atelier, routes.jobs.events, { params, query: { from } });
      expect(await eventsOf(rest)).toEqual(events.slice(1));
      const { status, text } = await sendRaw(portOf(studio.url), {
        path: `/api/jobs/${id}/events`,
        headers: { authorization: `Bearer ${studio.key}`, "last-event-id": String(from) },
      });
      expect(await eventsOf(new Response(text, { status }))).toEqual(events.slice(1));
      const job = await callRoute(atelier, routes.jobs.get, { params });
      expect(job.state).toBe("done");
      const [drawing = ""] = job.outcome?.drawings ?? [];
      const file = await callRoute(atelier, routes.library.drawing, { params: { drawing } });
      expect(file.headers.get("content-type")).toBe("image/png");
      expect([...new Uint8Array(await file.arrayBuffer()).subarray(1, 4)]).toEqual([80, 78, 71]);
    } finally {
      await studio.close();
    }
  });

  it("keeps library, key, sessions and jobs when it is opened again", async () => {
    const first = await open({ takesJobs: false });
    const atelier = { origin: first.url, token: first.key };
    await callRoute(atelier, routes.datasets.create, { body: { name: "고양이" } });
    const form = new FormData();
    form.append("file", new Blob([new Uint8Array(await picture())]), "a.png");
    const params = { dataset: "고양이" };
    const { added } = await callRoute(atelier, routes.datasets.add, { params, body: form });
    expect(added).toEqual(["a.png"]);
    const request = { kind: "doctor" } as const;
    const job = await callRoute(atelier, routes.jobs.create, { body: { request } });
    const session = await sendRaw(portOf(first.url), {
      ...{ method: "POST", path: "/api/session", body: JSON.stringify({ key: first.key }) },
      headers: { "content-type": "application/json" },
    });
    const cookie = String(session.headers["set-cookie"]).split(";", 1).join();
    await first.close();
    const second = await open({ takesJobs: false });
    try {
      expect(second.key).toBe(first.key);
      const port = portOf(second.url);
      const { text } = await sendRaw(port, { path: "/api/jobs", headers: { cookie } });
      expect(JSON.parse(text)).toMatchObject({ jobs: [{ id: job.id, state: "waiting" }] });
      const again = { origin: second.url, token: second.key };
      const sets = await callRoute(again, routes.datasets.list, {});
      expect(sets).toMatchObject([{ name: "고양이", pictures: 1 }]);
    } finally {
      await second.close();
    }
  });

  it("refuses a library that another server has, and a port that is taken, and lets go of all else", async () => {
    const first = await open({ takesJobs: false });
    try {
      await expect(open()).rejects.toThrow(/expected one that no other server uses/);
      const elsewhere = join(folder, "elsewhere");
      const port = portOf(first.url);
      const taken = open({ library: elsewhere, port });
      await expect(taken).rejects.toThrow(/port \d+: expected one that is free/);
      const freed = await open({ library: elsewhere, takesJobs: false });
      await freed.close();
    } finally {
      await first.close();
    }
  });

  it("has a storage only beside a database that others can reach, and one that is there", async () => {
    const storage = { place: join(folder, "storage") };
    await expect(open({ storage })).rejects.toThrow("--storage: expected --database beside it");
    const database = "postgres://a:b@127.0.0.1:1/x";
    await expect(open({ storage, database })).rejects.toThrow("expected a folder that is there");
    expect(await readdir(folder)).toEqual([]);
  });

  it("takes a password in place of the key, none that is short", async () => {
    await expect(open({ password: "short" })).rejects.toThrow(/at least 12 letters/);
    await expect(open({ password: "with a space in it" })).rejects.toThrow(/at least 12 letters/);
    expect(await readdir(folder)).toEqual([]);
    const password = "a-long-password";
    const studio = await open({ password, host: "0.0.0.0", takesJobs: false });
    try {
      const status = await callRoute(
        { origin: studio.url, token: password },
        routes.session.status,
        {},
      );
      expect(status).toMatchObject({ version: "1.2.3", database: "embedded", workers: 0 });
      const none = callRoute({ origin: studio.url }, routes.session.status, {});
      await expect(none).rejects.toThrow(ProblemError);
      const port = portOf(studio.url);
      const headers = { authorization: `Bearer ${password}` };
      const by = async (host: string) =>
        (await sendRaw(port, { path: "/api/status", headers: { ...headers, host } })).status;
      // Machines are reached by their addresses; a name could be a stranger's.
      expect(await by("192.0.2.7:4860")).toBe(200);
      expect(await by("evil.example:4860")).toBe(403);
    } finally {
      await studio.close();
    }
  });

  it("ends streams when it closes", async () => {
    const studio = await open({ takesJobs: false });
    const atelier = { origin: studio.url, token: studio.key };
    const changes = await callRoute(atelier, routes.session.changes, {});
    const text = changes.text();
    await callRoute(atelier, routes.datasets.create, { body: { name: "cats" } });
    await expect
      .poll(async () => {
        const sets = await callRoute(atelier, routes.datasets.list, {});
        return sets.length;
      })
      .toBe(1);
    const before = Date.now();
    await studio.close();
    expect(Date.now() - before).toBeLessThan(2_500);
    expect(await text).toContain('data: {"kind":"dataset","name":"cats"}');
    await studio.close();
  });
});
