/** @file Routes of the API as queries and changes of TanStack Query. */

import {
  type AnswerOf,
  addressOf,
  type CallOptions,
  type Connection,
  callRoute,
  type Route,
} from "@atelier/server/api";
import {
  type UseMutationResult,
  type UseQueryOptions,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import type { z } from "zod";

/** The server that the page comes from. */
export const ownServer: Connection = { origin: "" };

type AnyOptions = { params?: Record<string, unknown>; query?: Record<string, unknown> };

/**
 * What a route answers, kept until something changes. Keys are the path's parts and the query, so that
 * `["api", "jobs"]` means all that is below `/api/jobs`.
 */
export function useRoute<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Answer extends z.ZodType,
>(
  route: Route<Params, Query, z.ZodUndefined, Answer>,
  options: CallOptions<Params, Query, z.ZodUndefined>,
  more: Pick<
    UseQueryOptions<AnswerOf<Answer>>,
    "enabled" | "refetchInterval" | "staleTime" | "placeholderData"
  > = {},
): UseQueryResult<AnswerOf<Answer>> {
  return useQuery<AnswerOf<Answer>>({
    queryKey: keyOf(route, options),
    queryFn: ({ signal }) => callRoute(ownServer, route, { ...options, signal }),
    ...more,
  });
}

/** The key under which a route's answer is kept. */
export function keyOf(route: Pick<Route, "path">, options: object): readonly unknown[] {
  // Sound: the type of options has these where the route has them.
  const { params, query } = options as AnyOptions;
  return [...addressOf(route, params).split("/").slice(1), query ?? {}];
}

/** Calls a route that changes something; what it may have changed is fetched anew. */
export function useChange<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType | "form" | "bytes",
  Answer extends z.ZodType | "file" | "events" | "nothing",
>(
  route: Route<Params, Query, Body, Answer>,
): UseMutationResult<AnswerOf<Answer>, Error, CallOptions<Params, Query, Body>> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (options: CallOptions<Params, Query, Body>) => callRoute(ownServer, route, options),
    // `/api/datasets/:dataset/pictures` and the like change what is shown of data sets.
    onSettled: () => client.invalidateQueries({ queryKey: route.path.split("/").slice(1, 3) }),
  });
}
