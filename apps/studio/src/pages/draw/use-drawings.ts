/** @file All that was drawn, newest first, loaded as far as someone looks. */

import { callRoute, type Drawn, routes } from "@atelier/server/api";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { keyOf, ownServer } from "../../app/use-route.js";

/** Pictures of one request. */
const pageSize = 500;

/** The pictures that are loaded, and how to load more. */
export interface Drawings {
  /** `undefined` until the first are there. */
  readonly drawings: readonly Drawn[] | undefined;
  readonly error: Error | null;
  readonly loadMore: () => void;
}

/** Follows what is drawn; its key lies below that of all drawings, so that changes fetch it anew. */
export function useDrawings(): Drawings {
  const { data, error, hasNextPage, isFetching, fetchNextPage } = useInfiniteQuery({
    queryKey: keyOf(routes.library.drawings, { query: { limit: pageSize, isEndless: true } }),
    queryFn: ({ pageParam, signal }) =>
      callRoute(ownServer, routes.library.drawings, {
        query: { limit: pageSize, after: pageParam },
        signal,
      }),
    // Sound: the first page is after nothing, and the type of what follows is that of `next`.
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });
  const drawings = useMemo(() => data?.pages.flatMap((page) => page.drawings), [data]);
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  return { drawings, error, loadMore };
}
