/** @file What the server says of a form before anything is queued: advice on its pictures, and what it will take. */

import {
  callRoute,
  type Dataset,
  type Forecast,
  type GivenJobRequest,
  routes,
} from "@atelier/server/api";
import { keepPreviousData, type UseQueryResult, useQueries, useQuery } from "@tanstack/react-query";
import { ownServer } from "../../app/use-route.js";
import { type Advice, adviceSchema } from "./advice.js";
import type { Goal } from "./train-form.js";

const advisedMs = 300_000;

/** Advice on a data set, for a goal or for the one that its pictures look like. */
export function useAdvice(
  dataset: Dataset | undefined,
  {
    base,
    goal,
    isAsked,
  }: { readonly base: string; readonly goal: Goal | undefined; readonly isAsked: boolean },
): UseQueryResult<Advice> {
  const { name = "", changed } = dataset ?? {};
  const body = { dataset: name, base, ...(goal !== undefined && { goal }) };
  return useQuery({
    queryKey: ["api", "advise", body, changed],
    enabled: isAsked && dataset !== undefined && dataset.pictures > 0,
    staleTime: advisedMs,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      adviceSchema.parse(await callRoute(ownServer, routes.library.advise, { body, signal })),
  });
}

/** What a training is going to take; the last answer stays until the next one is there. */
export function useForecast(request: GivenJobRequest | undefined): UseQueryResult<Forecast> {
  return useQuery({
    ...forecastOf(request),
    enabled: request !== undefined,
    placeholderData: keepPreviousData,
  });
}

/** The same of several, each with its own answer. */
export function useForecasts(
  requests: readonly GivenJobRequest[],
): readonly UseQueryResult<Forecast>[] {
  return useQueries({ queries: requests.map(forecastOf) });
}

function forecastOf(request: GivenJobRequest | undefined) {
  return {
    queryKey: ["api", "forecast", request],
    staleTime: 30_000,
    // What is refused once is refused again.
    retry: false,
    queryFn: ({ signal }: { signal: AbortSignal }): Promise<Forecast> => {
      if (request === undefined) throw new Error("internal: a forecast of nothing was asked for.");
      return callRoute(ownServer, routes.jobs.forecast, { body: { request }, signal });
    },
  };
}
