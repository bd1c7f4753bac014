/** @file Times of jobs over HTTP: what is taken, what is answered, and what is said of times that are none. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestStudio, type TestStudio } from "../testing/open-test-studio.js";

let studio: TestStudio;
beforeAll(async () => {
  studio = await openTestStudio();
});
afterAll(() => studio[Symbol.asyncDispose]());

const request = { kind: "doctor" };
const ask = async (method: string, path: string, value: unknown) => {
  const { status, text } = await studio.askJson(method, path, value);
  // Sound for what is read of it below: a missing field is no match.
  return { status, body: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown> };
};

describe("the time of a job", () => {
  it("is taken in any time zone, answered in universal time, and taken back", async () => {
    const begin = "2099-12-24T22:00:00+09:00";
    const { status, body } = await ask("POST", "/api/jobs", { request, begin });
    expect(status).toBe(201);
    expect(body).toMatchObject({ state: "waiting", begin: "2099-12-24T13:00:00.000Z" });
    const path = `/api/jobs/${String(body["id"])}`;
    const later = await ask("PATCH", path, { begin: "2100-01-01T00:00:00Z" });
    expect(later.body).toMatchObject({ begin: "2100-01-01T00:00:00.000Z" });
    const { body: now } = await ask("PATCH", path, { begin: null });
    expect(now).not.toHaveProperty("begin");
  });

  it.each(["22:00", "2099-12-24", "2099-12-24T22:00:00", "0000-01-01T00:00:00Z", 5])(
    "is no %s",
    async (begin) => {
      const { status, body } = await ask("POST", "/api/jobs", { request, begin });
      expect(status).toBe(400);
      expect(body["message"]).toMatch(/^body: .*begin/s);
    },
  );
});

describe("a schedule", () => {
  it("is begun, listed, paused and ended", async () => {
    const given = { request, cron: "30 22 * * 1-5", zone: "Asia/Seoul", title: "nightly" };
    const { status, body } = await ask("POST", "/api/schedules", given);
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...given, isPaused: false, priority: 0 });
    expect(body["next"]).toMatch(/T13:30:00\.000Z$/);
    const path = `/api/schedules/${String(body["id"])}`;
    const paused = await ask("PATCH", path, { isPaused: true });
    expect(paused.body).toMatchObject({ ...given, isPaused: true });
    const { text } = await studio.ask({ path: "/api/schedules" });
    expect(JSON.parse(text)).toEqual([paused.body]);
    expect((await studio.ask({ method: "DELETE", path })).status).toBe(204);
    expect((await studio.ask({ method: "DELETE", path })).status).toBe(404);
  });

  it.each([
    [{ cron: "at night" }, "cron: expected minute, hour, day of month"],
    [{ cron: "0 22 * * *", zone: "Korea" }, "zone: expected a name of the IANA"],
  ])("is refused with %o", async (times, message) => {
    const { status, body } = await ask("POST", "/api/schedules", { request, ...times });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: "bad-input", message: expect.stringContaining(message) });
  });
});
