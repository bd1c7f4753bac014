/** @file Times of cron expressions: the five fields of crontab(5), by the clock of a time zone. */

import { said } from "@atelier/engine";
import { CronExpressionParser } from "cron-parser";
import { refused } from "../api/refusal.js";

/** When something is repeated. */
export interface Repetition {
  readonly cron: string;
  readonly zone: string;
}

/** Numbers and names of days and months; what else cron-parser reads, as `H` for any minute, is no certain time. */
const field = /^(?:[\d*,/-]|[a-z]{3})+$/i;

/** The first time after another. @throws AtelierError for what is no expression, no time zone, or never comes. */
export function nextTime({ cron, zone }: Repetition, after: Date): Date {
  if (!isZone(zone)) {
    throw refused(
      "bad-input",
      said`zone: expected a name of the IANA time zone database such as Asia/Seoul, Europe/Berlin or UTC, got ${zone}.`,
    );
  }
  const fields = cron.trim().split(/\s+/);
  const time =
    fields.length === 5 && fields.every((each) => field.test(each))
      ? timeOf(fields.join(" "), { tz: zone, currentDate: after })
      : undefined;
  if (time !== undefined) return time;
  throw refused(
    "bad-input",
    said`cron: expected minute, hour, day of month, month and day of week of a time that comes, such as 0 22 * * 1-5 for 22:00 on weekdays, got ${cron}.`,
  );
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    // Offsets are no zones: they know no summer.
    return /^[a-z]/i.test(zone);
  } catch {
    return false;
  }
}

function timeOf(
  cron: string,
  options: { readonly tz: string; readonly currentDate: Date },
): Date | undefined {
  try {
    return CronExpressionParser.parse(cron, options).next().toDate();
  } catch {
    return undefined;
  }
}
