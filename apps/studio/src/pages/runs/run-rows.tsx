/** @file Runs as a list, of which only rows in sight exist: a thousand are as quick as ten. */

import { addressOf, type Run, routes } from "@atelier/server/api";
import { Checkbox, Progress, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState } from "react";
import { useText } from "../../messages/language.js";
import { Picture } from "../../parts/picture.js";
import { VerdictBadge } from "../../parts/verdict-badge.js";
import classes from "./runs.module.css";

/** Of a row, on a telephone and elsewhere the same. */
const rowHeight = 88;

/** The list; the window scrolls. */
export function RunRows({
  runs,
  chosen,
  onChoose,
}: {
  readonly runs: readonly Run[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (name: string, isChosen: boolean) => void;
}) {
  const { runs: text } = useText();
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => setTop((list.current?.getBoundingClientRect().top ?? 0) + scrollY);
    measure();
    addEventListener("resize", measure);
    return () => removeEventListener("resize", measure);
  }, []);
  const virtualizer = useWindowVirtualizer({
    ...{ count: runs.length, estimateSize: () => rowHeight, overscan: 6, scrollMargin: top },
  });
  return (
    <ul
      ref={list}
      className={classes.rows}
      aria-label={text.list}
      style={{ height: rowHeight * runs.length }}
    >
      {virtualizer.getVirtualItems().map(({ index, start }) => {
        const run = runs[index];
        return (
          run !== undefined && (
            <li
              key={run.name}
              className={classes.row}
              aria-setsize={runs.length}
              aria-posinset={index + 1}
              style={{ height: rowHeight, transform: `translateY(${start - top}px)` }}
            >
              <Checkbox
                aria-label={text.choose(run.title)}
                checked={chosen.has(run.name)}
                onChange={({ currentTarget: { checked } }) => onChoose(run.name, checked)}
              />
              <RunRow run={run} />
            </li>
          )
        );
      })}
    </ul>
  );
}

function RunRow({ run }: { readonly run: Run }) {
  const { common, runs: text } = useText();
  const { name, title, technique, state, verdict, step, steps, datasets, sample } = run;
  const age = (Date.now() - Date.parse(run.started)) / 1000;
  const about = [technique, ...datasets].join(" · ");
  return (
    <Link to="/runs/$run" params={{ run: name }} className={classes.link}>
      <span className={classes.sample}>
        {sample !== undefined && (
          <Picture
            src={addressOf(routes.runs.file, { run: name, "*": sample })}
            alt={text.pictureOf(title)}
          />
        )}
      </span>
      <span className={classes.names}>
        <Text span fw={600} lineClamp={1}>
          {title}
        </Text>
        <Text span size="sm" c="var(--quiet)" lineClamp={1}>
          {about}
        </Text>
        <Text span size="sm" c="var(--quiet)" lineClamp={1} className={classes.small}>
          {common.states[state]} · {common.ago(Math.max(0, age))}
        </Text>
      </span>
      <span className={classes.state}>
        <Text
          span
          size="sm"
          {...(state === "failed" || state === "interrupted"
            ? { c: "var(--attention)", fw: 600 }
            : {})}
        >
          {common.states[state]}
        </Text>
        {state === "running" ? (
          <Progress
            value={(100 * step) / Math.max(1, steps)}
            size="sm"
            w={96}
            aria-label={text.of(step, steps)}
          />
        ) : (
          <Text span size="sm" c="var(--quiet)">
            {step === steps ? text.steps(steps) : text.of(step, steps)}
          </Text>
        )}
      </span>
      <span className={classes.verdict}>
        {verdict === undefined ? (
          <Text span size="sm" c="var(--quiet)">
            {text.noVerdict}
          </Text>
        ) : (
          <VerdictBadge state={verdict.state} />
        )}
      </span>
      <Text span size="sm" c="var(--quiet)" className={classes.when}>
        {common.ago(Math.max(0, age))}
      </Text>
    </Link>
  );
}
