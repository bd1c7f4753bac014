/** @file Times to come and repetitions in words. */

import { useMemo } from "react";
import { useLanguage } from "../../messages/language.js";
import { repetitionOf } from "./repetition.js";

/** Times in the language of the page. */
export interface TimeText {
  /** Of ISO text: day and time, by this browser's clock. */
  readonly moment: (time: string) => string;
  /** 0 is Sunday. */
  readonly weekday: (day: number) => string;
  /** When a schedule queues its job; the zone is said where it is not the browser's. */
  readonly repetition: (schedule: { readonly cron: string; readonly zone: string }) => string;
}

/** This browser's. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The texts. */
export function useTimeText(): TimeText {
  const { language, text } = useLanguage();
  return useMemo(() => {
    const { words } = text.times;
    const moment = (time: string): string => {
      const date = new Date(time);
      const isThisYear = date.getFullYear() === new Date().getFullYear();
      return date.toLocaleString(language, {
        ...{ weekday: "short", month: "short", day: "numeric" },
        ...(!isThisYear && { year: "numeric" }),
        ...{ hour: "numeric", minute: "2-digit" },
      });
    };
    const clock = new Intl.DateTimeFormat(language, {
      ...{ hour: "numeric", minute: "2-digit", timeZone: "UTC" },
    });
    const weekdays = new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" });
    // The first of January 2023 was a Sunday.
    const weekday = (day: number): string => weekdays.format(new Date(Date.UTC(2023, 0, 1 + day)));
    const wordsOf = (cron: string): string => {
      const { every, time, weekday: on, day } = repetitionOf(cron);
      const at = clock.format(new Date(`2023-01-01T${time}:00Z`));
      switch (every) {
        case "hour":
          return words.hour;
        case "day":
          return words.day(at);
        case "weekdays":
          return words.weekdays(at);
        case "week":
          return words.week(weekday(on), at);
        case "month":
          return words.month(day, at);
        case "cron":
          return words.cron(cron);
        default:
          return every satisfies never;
      }
    };
    return {
      weekday,
      moment,
      repetition: ({ cron, zone }) =>
        zone === ownZone() ? wordsOf(cron) : `${wordsOf(cron)} (${zone})`,
    };
  }, [language, text]);
}
