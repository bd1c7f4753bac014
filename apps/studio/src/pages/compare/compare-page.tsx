/** @file The page that compares runs: settings, results, curves and pictures beside each other. */

import { type Run, routes } from "@atelier/server/api";
import { Button, MultiSelect, Skeleton, Stack, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Columns2 } from "lucide-react";
import { useMemo } from "react";
import { useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { Answered } from "../../parts/answered.js";
import curve from "../../parts/curve/curve.module.css";
import { EmptyState } from "../../parts/empty-state.js";
import { PageTitle } from "../../parts/page-title.js";
import { useRoutes } from "../../parts/use-routes.js";
import { CompareCurves } from "./compare-curves.js";
import { CompareResults } from "./compare-results.js";
import { CompareSettings } from "./compare-settings.js";
import { CompareSheets } from "./compare-sheets.js";
import { CompareTunes } from "./compare-tunes.js";

/** More cannot be told apart. */
const mostRuns = 12;

/** Points of a loss: as many as a chart is wide. */
const points = 1_000;

/** The page. */
export function ComparePage() {
  const { shell, compare: text } = useText();
  const query = useRoute(routes.runs.list, {});
  return (
    <>
      <PageTitle title={shell.places.compare} about={text.about} />
      <Answered query={query}>{({ runs }) => <Chosen runs={runs} />}</Answered>
    </>
  );
}

/** Runs are named by the address, so that a comparison can be kept and shared. */
function Chosen({ runs }: { readonly runs: readonly Run[] }) {
  const { compare: text } = useText();
  const { runs: asked } = useSearch({ strict: false });
  const navigate = useNavigate();
  const names = useMemo(() => (asked ?? "").split(",").filter(Boolean), [asked]);
  const byName = useMemo(() => new Map(runs.map((run) => [run.name, run])), [runs]);
  const chosen = names.flatMap((name) => byName.get(name) ?? []).slice(0, mostRuns);
  const gone = names.filter((name) => !byName.has(name));
  const choose = (picked: readonly string[]) =>
    navigate({ to: "/compare", search: { runs: picked.join(",") }, replace: true });
  return (
    <Stack gap="lg">
      {runs.length > 0 && (
        <MultiSelect
          label={text.choose}
          description={text.most(mostRuns)}
          {...(chosen.length === 0 && { placeholder: text.choosePlaceholder })}
          searchable
          clearable
          hidePickedOptions
          limit={100}
          maxValues={mostRuns}
          nothingFoundMessage={text.nothing}
          data={runs.map((run) => ({ value: run.name, label: labelOf(run) }))}
          value={chosen.map(({ name }) => name)}
          onChange={(picked) => void choose(picked)}
        />
      )}
      {gone.length > 0 && <Text c="var(--attention)">{text.gone(gone.join(", "))}</Text>}
      {chosen.length < 2 ? (
        <EmptyState
          icon={Columns2}
          title={text.empty.title}
          body={runs.length < 2 ? text.empty.noRuns : text.empty.body}
        >
          {runs.length < 2 ? (
            <Button renderRoot={(props) => <Link to="/train" {...props} />}>
              {text.empty.train}
            </Button>
          ) : (
            <Button variant="default" renderRoot={(props) => <Link to="/runs" {...props} />}>
              {text.empty.runs}
            </Button>
          )}
        </EmptyState>
      ) : (
        <Compared runs={chosen} />
      )}
      <CompareTunes />
    </Stack>
  );
}

/** Titles are often alike: the name of a run says when it was. */
const labelOf = ({ name, title }: Run): string =>
  name.startsWith(title) ? name : `${title} (${name})`;

/** What a run is called among others. */
const shortLabel = (run: Run, among: readonly Run[]): string =>
  among.filter(({ title }) => title === run.title).length === 1 ? run.title : labelOf(run);

function Compared({ runs }: { readonly runs: readonly Run[] }) {
  const names = runs.map(({ name }) => ({ params: { run: name } }));
  const whole = useRoutes(routes.runs.get, names);
  const measured = useRoutes(
    routes.runs.curves,
    names.map((own) => ({ ...own, query: { points } })),
  );
  const drawn = useRoutes(routes.runs.samples, names);
  const known = runs.flatMap((run, index) => {
    const [got, curves, samples] = [whole[index]?.data, measured[index]?.data, drawn[index]?.data];
    if (got === undefined || curves === undefined || samples === undefined) return [];
    return [{ run, label: shortLabel(run, runs), config: got.config, curves, samples }];
  });
  if (known.length < runs.length) {
    return (
      <>
        <Skeleton height={320} aria-hidden />
        <Failed queries={whole} />
        <Failed queries={measured} />
        <Failed queries={drawn} />
      </>
    );
  }
  return (
    <Stack gap="lg" className={curve.colors}>
      <CompareResults runs={known} />
      <CompareSettings runs={known} />
      <CompareCurves runs={known} />
      <CompareSheets runs={known} />
    </Stack>
  );
}

/** Says what could not be read, once. */
function Failed<T>({ queries }: { readonly queries: readonly UseQueryResult<T>[] }) {
  const failed = queries.find(({ isError }) => isError);
  return failed === undefined ? null : <Answered query={failed}>{() => null}</Answered>;
}
