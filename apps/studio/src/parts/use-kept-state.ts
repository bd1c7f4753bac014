/** @file State that outlives a reload of the page. */

import { useEffect, useState } from "react";
import type { z } from "zod";

/** What is kept, and under which name. */
export interface KeptState<T> {
  readonly key: string;
  /** What was kept by an older page may not fit; then it begins anew. */
  readonly schema: z.ZodType<T>;
  readonly first: T;
  /** By default for this tab, until it is closed. */
  readonly storage?: Storage;
}

/** As `useState`, kept in the browser. */
export function useKeptState<T>({
  key,
  schema,
  first,
  storage = sessionStorage,
}: KeptState<T>): readonly [T, (next: T | ((before: T) => T)) => void] {
  const [value, setValue] = useState<T>(() => stored(storage, key, schema) ?? first);
  useEffect(() => store(storage, key, value), [storage, key, value]);
  return [value, setValue];
}

/** What is kept under a key; nothing where it is of another form. */
export function stored<T>(storage: Storage, key: string, schema: z.ZodType<T>): T | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(storage.getItem(key) ?? "null"));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a value; nothing where the storage is full, for then only a reload would lose it. */
export function store(storage: Storage, key: string, value: unknown): void {
  try {
    if (value === undefined) storage.removeItem(key);
    else storage.setItem(key, JSON.stringify(value));
  } catch {
    storage.removeItem(key);
  }
}
