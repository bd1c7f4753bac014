/** @file The page of all runs: found, ordered, chosen to be compared or deleted. */

import { type Run, routes } from "@atelier/server/api";
import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { ChartSpline, Columns2, GraduationCap, SearchX, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { Answered } from "../../parts/answered.js";
import { EmptyState } from "../../parts/empty-state.js";
import { PageTitle } from "../../parts/page-title.js";
import { useKeptState } from "../../parts/use-kept-state.js";
import { RunFilters } from "./run-filters.js";
import { everyRun, runFilterSchema, shownRuns } from "./run-list.js";
import { RunRows } from "./run-rows.js";
import classes from "./runs.module.css";
import { useRemoveRuns } from "./use-remove-runs.js";

/** The page. */
export function RunsPage() {
  const { shell, runs: text } = useText();
  const query = useRoute(routes.runs.list, {});
  return (
    <>
      <PageTitle title={shell.places.runs} about={text.about}>
        <Button
          variant="default"
          leftSection={<GraduationCap size={16} aria-hidden />}
          renderRoot={(props) => <Link to="/train" {...props} />}
        >
          {text.train}
        </Button>
      </PageTitle>
      <Answered query={query} skeleton={<Skeletons />}>
        {({ runs, unreadable }) => (
          <>
            {runs.length === 0 ? <NoRuns /> : <Runs runs={runs} />}
            <Unreadable folders={unreadable} />
          </>
        )}
      </Answered>
    </>
  );
}

function Runs({ runs }: { readonly runs: readonly Run[] }) {
  const { runs: text } = useText();
  const [filter, setFilter] = useKeptState({
    ...{ key: "runs-filter", schema: runFilterSchema, first: everyRun },
  });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const shown = useMemo(() => shownRuns(runs, filter), [runs, filter]);
  // What was deleted elsewhere is no longer chosen.
  const there = useMemo(
    () => runs.filter(({ name }) => chosen.has(name)).map(({ name }) => name),
    [runs, chosen],
  );
  const choose = (name: string, isChosen: boolean) =>
    setChosen((before) => {
      const after = new Set(before);
      if (isChosen) after.add(name);
      else after.delete(name);
      return after;
    });
  return (
    <Stack gap="md">
      <RunFilters filter={filter} onChange={setFilter} />
      <div className={classes.bar}>
        <Text c="var(--quiet)" size="sm" aria-live="polite">
          {there.length === 0 ? text.count(shown.length, runs.length) : text.chosen(there.length)}
        </Text>
        {there.length > 0 && <ChosenActions names={there} onDone={() => setChosen(new Set())} />}
      </div>
      {shown.length === 0 ? (
        <EmptyState icon={SearchX} title={text.none.title} body={text.none.body}>
          <Button variant="default" onClick={() => setFilter(everyRun)}>
            {text.none.all}
          </Button>
        </EmptyState>
      ) : (
        <RunRows runs={shown} chosen={chosen} onChoose={choose} />
      )}
    </Stack>
  );
}

function ChosenActions({
  names,
  onDone,
}: {
  readonly names: readonly string[];
  readonly onDone: () => void;
}) {
  const { common, runs: text } = useText();
  const navigate = useNavigate();
  const remove = useRemoveRuns();
  const compare = () => navigate({ to: "/compare", search: { runs: names.join(",") } });
  return (
    <Group gap="xs">
      <Button
        size="compact-md"
        disabled={names.length < 2}
        leftSection={<Columns2 size={16} aria-hidden />}
        onClick={() => void compare()}
      >
        {text.compare}
      </Button>
      <Button
        size="compact-md"
        variant="default"
        leftSection={<Trash2 size={16} aria-hidden />}
        onClick={() => {
          onDone();
          void remove(names);
        }}
      >
        {common.delete}
      </Button>
      <Button size="compact-md" variant="subtle" color="gray" onClick={onDone}>
        {text.chooseNone}
      </Button>
    </Group>
  );
}

function NoRuns() {
  const { runs: text } = useText();
  return (
    <EmptyState icon={ChartSpline} title={text.empty.title} body={text.empty.body}>
      <Group gap="xs" justify="center">
        <Button renderRoot={(props) => <Link to="/train" {...props} />}>{text.empty.train}</Button>
        <Button variant="default" renderRoot={(props) => <Link to="/" {...props} />}>
          {text.empty.start}
        </Button>
      </Group>
    </EmptyState>
  );
}

function Unreadable({
  folders,
}: {
  readonly folders: readonly { readonly name: string; readonly message: string }[];
}) {
  const { runs: text } = useText();
  if (folders.length === 0) return null;
  return (
    <details className={classes.unreadable}>
      <summary>{text.unreadable(folders.length)}</summary>
      <ul>
        {folders.map(({ name, message }) => (
          <li key={name}>
            {name}: {message}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Skeletons() {
  return (
    <Stack gap="xs" aria-hidden>
      <Skeleton height={36} />
      {["a", "b", "c", "d", "e", "f"].map((key) => (
        <Skeleton key={key} height={72} />
      ))}
    </Stack>
  );
}
