/** @file Times that people repeat something at, as cron expressions and back. */

/** How often. */
export const everys = ["hour", "day", "weekdays", "week", "month", "cron"] as const;
export type Every = (typeof everys)[number];

/** When something is repeated; how often says which of the fields count. */
export interface Repetition {
  readonly every: Every;
  /** `22:00` */
  readonly time: string;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** Of the month. */
  readonly day: number;
  readonly cron: string;
}

/** What a form begins with: a night's work. */
export const nightly: Repetition = { every: "day", time: "22:00", weekday: 1, day: 1, cron: "" };

/** The cron expression. */
export function cronOf({ every, time, weekday, day, cron }: Repetition): string {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  switch (every) {
    case "hour":
      return "0 * * * *";
    case "day":
      return `${minute} ${hour} * * *`;
    case "weekdays":
      return `${minute} ${hour} * * 1-5`;
    case "week":
      return `${minute} ${hour} * * ${weekday}`;
    case "month":
      return `${minute} ${hour} ${day} * *`;
    case "cron":
      return cron.trim();
    default:
      return every satisfies never;
  }
}

/** The simplest that has a cron expression. */
export function repetitionOf(cron: string): Repetition {
  if (cron === "0 * * * *") return { ...nightly, every: "hour" };
  const [, minute, hour, day = "*", weekday = "*"] =
    /^(\d{1,2}) (\d{1,2}) (\d{1,2}|\*) \* ([0-6]|1-5|\*)$/.exec(cron) ?? [];
  const isBoth = day !== "*" && weekday !== "*";
  if (minute === undefined || hour === undefined || isBoth)
    return { ...nightly, every: "cron", cron };
  const at = { ...nightly, time: `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}` };
  if (day !== "*") return { ...at, every: "month", day: Number(day) };
  if (weekday === "*") return { ...at, every: "day" };
  if (weekday === "1-5") return { ...at, every: "weekdays" };
  return { ...at, every: "week", weekday: Number(weekday) };
}
