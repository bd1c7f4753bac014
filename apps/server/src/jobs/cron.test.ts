import { describe, expect, it } from "vitest";
import { nextTime } from "./cron.js";

const next = (cron: string, zone: string, after: string): string =>
  nextTime({ cron, zone }, new Date(after)).toISOString();

describe("nextTime", () => {
  it.each([
    ["0 22 * * *", "Asia/Seoul", "2026-12-01T12:00:00Z", "2026-12-01T13:00:00.000Z"],
    ["0 22 * * *", "Asia/Seoul", "2026-12-01T13:00:00Z", "2026-12-02T13:00:00.000Z"],
    ["30 7 * * 1-5", "UTC", "2026-12-04T08:00:00Z", "2026-12-07T07:30:00.000Z"],
    ["0 6 * * sun", "UTC", "2026-12-01T00:00:00Z", "2026-12-06T06:00:00.000Z"],
    ["*/15 * * * *", "UTC", "2026-12-01T00:01:00Z", "2026-12-01T00:15:00.000Z"],
    ["0 0 29 2 *", "UTC", "2026-03-01T00:00:00Z", "2028-02-29T00:00:00.000Z"],
  ])("%s in %s after %s", (cron, zone, after, expected) => {
    expect(next(cron, zone, after)).toBe(expected);
  });

  it("goes by the clock on the wall when summer ends", () => {
    expect(next("0 9 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z")).toBe(
      "2026-10-25T08:00:00.000Z",
    );
    expect(next("0 9 * * *", "Europe/Berlin", "2026-10-23T12:00:00Z")).toBe(
      "2026-10-24T07:00:00.000Z",
    );
  });

  it.each([
    ["", "UTC"],
    ["22:00", "UTC"],
    ["* * * *", "UTC"],
    ["0 0 22 * * *", "UTC"],
    ["60 22 * * *", "UTC"],
    ["0 22 * * someday", "UTC"],
    ["H 22 * * *", "UTC"],
    ["0 0 L * *", "UTC"],
    ["0 0 31 2 *", "UTC"],
    ["@daily", "UTC"],
  ])('refuses the expression "%s"', (cron, zone) => {
    expect(() => next(cron, zone, "2026-12-01T00:00:00Z")).toThrow(
      "cron: expected minute, hour, day of month, month and day of week of a time that comes, such as 0 22 * * 1-5",
    );
  });

  it.each(["", "Seoul", "Mars/Base", "+09:00", "local"])('refuses the time zone "%s"', (zone) => {
    expect(() => next("0 22 * * *", zone, "2026-12-01T00:00:00Z")).toThrow(
      `zone: expected a name of the IANA time zone database such as Asia/Seoul, Europe/Berlin or UTC, got ${zone}.`,
    );
  });
});
