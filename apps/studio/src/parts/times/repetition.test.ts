import { describe, expect, it } from "vitest";
import { cronOf, nightly, type Repetition, repetitionOf } from "./repetition.js";

describe("repetitions", () => {
  it.each<[Partial<Repetition>, string]>([
    [{ every: "hour" }, "0 * * * *"],
    [{ every: "day", time: "22:00" }, "0 22 * * *"],
    [{ every: "weekdays", time: "06:30" }, "30 6 * * 1-5"],
    [{ every: "week", time: "00:05", weekday: 0 }, "5 0 * * 0"],
    [{ every: "month", time: "09:00", day: 15 }, "0 9 15 * *"],
    [{ every: "cron", cron: "*/10 8-18 * * *" }, "*/10 8-18 * * *"],
  ])("%o is %s, and is read from it", (given, cron) => {
    const whole = { ...nightly, ...given };
    expect(cronOf(whole)).toBe(cron);
    expect(cronOf(repetitionOf(cron))).toBe(cron);
    expect(repetitionOf(cron)).toMatchObject(given);
  });

  it.each(["0 22 1 * 1", "0 22 * 6 *", "0 22,23 * * *", "0 22 * * 1-6", "nonsense"])(
    "%s stays an expression",
    (cron) => {
      expect(repetitionOf(cron)).toMatchObject({ every: "cron", cron });
    },
  );
});
