/** @file The log of a job, newest below; only lines in sight exist. It stays at its end until somebody scrolls up. */

import type { JobEvent } from "@atelier/server/api";
import { Text } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import { useLanguage, useText } from "../../messages/language.js";
import { useProblemText } from "../use-error-text.js";
import classes from "./job-log.module.css";
import { logRows } from "./log-rows.js";

/** The lines of a job's events. */
export function JobLog({ events }: { readonly events: readonly JobEvent[] }) {
  const text = useText();
  const { language } = useLanguage();
  const problemText = useProblemText();
  const rows = useMemo(() => logRows(events, { text, problemText }), [events, text, problemText]);
  const frame = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => 26,
    overscan: 12,
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  useEffect(() => {
    if (isAtEnd.current && rows.length > 0) {
      virtualizer.scrollToIndex(rows.length - 1, { align: "end" });
    }
  }, [rows, virtualizer]);
  const clock = useMemo(
    () =>
      new Intl.DateTimeFormat(language, {
        ...{ hour: "2-digit", minute: "2-digit", second: "2-digit" },
        hourCycle: "h23",
      }),
    [language],
  );
  if (rows.length === 0) return <Text c="var(--quiet)">{text.queue.log.empty}</Text>;
  return (
    <div className={classes.frame}>
      <section
        ref={frame}
        className={classes.scroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
        tabIndex={0}
        aria-label={text.queue.log.label}
        onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < 40;
        }}
      >
        <div className={classes.rows} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start, key }) => {
            const row = rows[index];
            return (
              row !== undefined && (
                <div
                  key={key}
                  ref={virtualizer.measureElement}
                  data-index={index}
                  className={classes.row}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <time className={classes.time} dateTime={row.time}>
                    {clock.format(new Date(row.time))}
                  </time>
                  <span className={row.tone === "plain" ? "" : classes[row.tone]}>{row.text}</span>
                </div>
              )
            );
          })}
        </div>
      </section>
    </div>
  );
}
