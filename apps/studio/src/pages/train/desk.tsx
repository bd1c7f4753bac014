/** @file The form with all that follows from it, for the sections of the page. */

import type { Dataset, Field, Forecast } from "@atelier/server/api";
import { useDebouncedValue } from "@mantine/hooks";
import type { UseQueryResult } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { type Advice, goalOfTechnique, techniqueOf } from "./advice.js";
import {
  type Composed,
  composeSettings,
  type FormFacts,
  forecastRequestOf,
} from "./compose-settings.js";
import { type FormProblems, isBaseNamed, problemsOf } from "./form-problems.js";
import { valueAt } from "./setting-values.js";
import { baseName, type TrainForm, type Typed } from "./train-form.js";
import { useAdvice, useForecast } from "./use-asked.js";

/** The form with all that follows from it. */
export interface Desk {
  readonly form: TrainForm;
  readonly change: (part: Partial<TrainForm>) => void;
  /** Sets settings by hand; nothing, or an empty text, gives them back. */
  readonly set: (values: Readonly<Record<string, Typed | undefined>>) => void;
  /** All of the library. */
  readonly datasets: readonly Dataset[];
  readonly fields: readonly Field[];
  readonly facts: FormFacts;
  readonly advice: UseQueryResult<Advice>;
  readonly composed: Composed;
  readonly problems: FormProblems;
  readonly forecast: UseQueryResult<Forecast>;
  /** Whether the forecast is of an older form than the one that is shown. */
  readonly isForecastOld: boolean;
  /** Whether advice is on its way that may change the settings. */
  readonly isAdviceOld: boolean;
  /** What a setting is where nothing is set by hand, as far as that is known. */
  readonly usualOf: (path: string) => unknown;
}

const Context = createContext<Desk | undefined>(undefined);

/** The form that is being filled in. */
export function useDesk(): Desk {
  const desk = useContext(Context);
  if (desk === undefined) throw new Error("internal: no form is filled in here.");
  return desk;
}

const forecastDelayMs = 500;

interface DeskProps {
  readonly form: TrainForm;
  readonly onChange: (next: (before: TrainForm) => TrainForm) => void;
  readonly datasets: readonly Dataset[];
  readonly fields: readonly Field[];
  readonly children: ReactNode;
}

/** Gives the form to what is inside. */
export function DeskProvider({ form, onChange, datasets, fields, children }: DeskProps) {
  const [base] = useDebouncedValue(baseName(form.base), forecastDelayMs);
  const chosen = useMemo(
    () => form.datasets.flatMap((name) => datasets.find((set) => set.name === name) ?? []),
    [form.datasets, datasets],
  );
  // Advice is on one set: the largest says most.
  const [largest] = [...chosen].sort((a, b) => b.pictures - a.pictures);
  const isAsked = isBaseNamed({ ...form.base, name: base });
  const advice = useAdvice(largest, { base, goal: form.goal, isAsked });
  const known = largest === undefined ? undefined : advice.data;
  const technique = techniqueOf(form, known);
  const isBest = known?.best.technique === technique;
  const other = useAdvice(isBest ? undefined : largest, {
    base,
    goal: goalOfTechnique[technique],
    isAsked: isAsked && known !== undefined,
  });
  const steps = known === undefined ? undefined : isBest ? known.steps : other.data?.steps;
  const facts = useMemo<FormFacts>(
    () => ({
      fields: new Map(fields.map((field) => [field.path, field])),
      datasets: chosen,
      advice: known,
      steps,
    }),
    [fields, chosen, known, steps],
  );
  const composed = useMemo(() => composeSettings(form, facts), [form, facts]);
  const problems = useMemo(() => problemsOf(form, facts, composed), [form, facts, composed]);
  const request = useMemo(
    () =>
      problems.missing.some((what) => what !== "bad-minutes" && what !== "one-dataset") ||
      problems.settings.size > 0
        ? undefined
        : forecastRequestOf(form, composed),
    [form, composed, problems],
  );
  const [asked] = useDebouncedValue(request, forecastDelayMs);
  const forecast = useForecast(asked);
  const desk: Desk = {
    form,
    change: (part) => onChange((before) => ({ ...before, ...part })),
    set: (values) => onChange((before) => withValues(before, values)),
    ...{ datasets, fields, facts, advice, composed, problems, forecast },
    isAdviceOld: advice.isFetching || other.isFetching,
    isForecastOld:
      request === undefined ||
      forecast.isFetching ||
      JSON.stringify(asked) !== JSON.stringify(request),
    usualOf(path) {
      const own = composed.usual.get(path) ?? facts.fields.get(path)?.fallback;
      if (own !== undefined) return own;
      if (path in form.values || forecast.data === undefined) return undefined;
      const { config, width, height } = forecast.data;
      return valueAt({ data: { width, height } }, path) ?? valueAt(config, path);
    },
  };
  return <Context value={desk}>{children}</Context>;
}

function withValues(
  form: TrainForm,
  changed: Readonly<Record<string, Typed | undefined>>,
): TrainForm {
  const values = Object.entries({ ...form.values, ...changed }).flatMap(
    ([path, typed]): [string, Typed][] =>
      typed === undefined || (path in changed && typed === "") ? [] : [[path, typed]],
  );
  return { ...form, values: Object.fromEntries(values) };
}
