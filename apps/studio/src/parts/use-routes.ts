/** @file The same route asked for several things at once. */

import { type AnswerOf, type CallOptions, callRoute, type Route } from "@atelier/server/api";
import { type UseQueryResult, useQueries } from "@tanstack/react-query";
import type { z } from "zod";
import { keyOf, ownServer } from "../app/use-route.js";

/** As `useRoute`, for each of the options, in their order. */
export function useRoutes<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Answer extends z.ZodType,
>(
  route: Route<Params, Query, z.ZodUndefined, Answer>,
  options: readonly CallOptions<Params, Query, z.ZodUndefined>[],
): UseQueryResult<AnswerOf<Answer>>[] {
  return useQueries({
    queries: options.map((own) => ({
      queryKey: keyOf(route, own),
      queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
        callRoute(ownServer, route, { ...own, signal }),
    })),
  });
}
