/** @file State that outlives a reload of the page: kept in this tab until it is closed. */

import { useEffect, useState } from "react";
import type { z } from "zod";

/** What is kept, and under which name. */
export interface KeptState<T> {
  readonly key: string;
  /** What was kept by an older page may not fit; then it begins anew. */
  readonly schema: z.ZodType<T>;
  readonly first: T;
}

/** As `useState`, kept in the tab's session. */
export function useKeptState<T>({
  key,
  schema,
  first,
}: KeptState<T>): readonly [T, (next: T | ((before: T) => T)) => void] {
  const [value, setValue] = useState<T>(() => readKept({ key, schema, first }));
  useEffect(() => {
    try {
      sessionStorage.setItem(key, JSON.stringify(value));
    } catch {
      // Storage is full or switched off: the page works, it only forgets on a reload.
    }
  }, [key, value]);
  return [value, setValue];
}

function readKept<T>({ key, schema, first }: KeptState<T>): T {
  try {
    const kept = sessionStorage.getItem(key);
    if (kept === null) return first;
    const read = schema.safeParse(JSON.parse(kept));
    return read.success ? read.data : first;
  } catch {
    return first;
  }
}
