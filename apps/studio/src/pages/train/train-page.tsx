/** @file The page "train": from pictures to a queued training, top to bottom. */

import { type AnswerOf, routes } from "@atelier/server/api";
import { Button, Stack } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { Answered } from "../../parts/answered.js";
import { PageTitle } from "../../parts/page-title.js";
import { useToasts } from "../../parts/toasts.js";
import { useKeptState } from "../../parts/use-kept-state.js";
import { DeskProvider } from "./desk.js";
import { ForecastPanel } from "./forecast-panel.js";
import { formOfConfig } from "./form-of-config.js";
import { GoalSection } from "./goal-section.js";
import { NamingSection } from "./naming-section.js";
import { PicturesSection } from "./pictures-section.js";
import classes from "./settings.module.css";
import { emptyForm, type TrainForm, trainForm } from "./train-form.js";
import { SettingsSection } from "./usual-settings.js";

const trainRoute = getRouteApi("/train");

/** The page. */
export function TrainPage() {
  const { dataset, run } = trainRoute.useSearch();
  if (run !== undefined) return <OfRun key={run} run={run} />;
  return <Loaded key={dataset ?? ""} dataset={dataset} />;
}

type Run = AnswerOf<typeof routes.runs.get.answer>;

/** Begins with the settings of an earlier run. */
function OfRun({ run }: { readonly run: string }) {
  const answer = useRoute(routes.runs.get, { params: { run } });
  return <Answered query={answer}>{(known) => <Loaded run={known} />}</Answered>;
}

function Loaded({ dataset, run }: { readonly dataset?: string | undefined; readonly run?: Run }) {
  const datasets = useRoute(routes.datasets.list, {});
  const fields = useRoute(routes.library.fields, {}, { staleTime: Number.POSITIVE_INFINITY });
  return (
    <Answered query={datasets}>
      {(sets) => (
        <Answered query={fields}>
          {(known) => <Form datasets={sets} fields={known} dataset={dataset} run={run} />}
        </Answered>
      )}
    </Answered>
  );
}

interface FormProps {
  readonly datasets: AnswerOf<typeof routes.datasets.list.answer>;
  readonly fields: AnswerOf<typeof routes.library.fields.answer>;
  readonly dataset: string | undefined;
  readonly run: Run | undefined;
}

function Form({ datasets, fields, dataset, run }: FormProps) {
  const { train: text, shell, common } = useText();
  const { tell } = useToasts();
  const first = useMemo(
    () => firstForm({ datasets, fields, dataset, run }),
    [datasets, fields, dataset, run],
  );
  const [form, setForm] = useKeptState<TrainForm>({
    // Each beginning has a form of its own, which a reload finds again.
    key: `atelier-train ${run?.name ?? ""} ${dataset ?? ""}`,
    schema: trainForm,
    first,
  });
  const startOver = (): void => {
    setForm(first);
    tell({
      message: text.startedOver,
      action: { label: common.undo, run: () => setForm(form) },
    });
  };
  return (
    <>
      <PageTitle
        title={shell.places.train}
        about={run === undefined ? text.about : text.begunFromRun(run.title)}
      >
        <Button variant="subtle" color="gray" onClick={startOver}>
          {text.startOver}
        </Button>
      </PageTitle>
      <DeskProvider form={form} onChange={setForm} datasets={datasets} fields={fields}>
        <div className={classes.page}>
          <Stack gap="md">
            <PicturesSection />
            <GoalSection />
            <NamingSection />
            <SettingsSection />
          </Stack>
          <div className={classes.aside}>
            <ForecastPanel />
          </div>
        </div>
      </DeskProvider>
    </>
  );
}

/** What the address says to begin with; with a single data set there is nothing to choose. */
function firstForm({ datasets, fields, dataset, run }: FormProps): TrainForm {
  const [only, ...others] = datasets;
  if (run === undefined) {
    const given = dataset ?? (others.length === 0 ? only?.name : undefined);
    return { ...emptyForm, datasets: given === undefined ? [] : [given] };
  }
  const known = run.datasets.filter((name) => datasets.some((set) => set.name === name));
  return formOfConfig(run.config, {
    fields: new Map(fields.map((field) => [field.path, field])),
    datasets: datasets.filter(({ name }) => known.includes(name)),
    begun: { ...emptyForm, datasets: known, base: baseOfRun(run.base) },
  });
}

function baseOfRun(base: string): TrainForm["base"] {
  if (base === "" || base === "embedded") return emptyForm.base;
  return { kind: base.includes("/") ? "repo" : "library", name: base };
}
