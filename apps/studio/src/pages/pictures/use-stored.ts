/** @file A value that stays when the page is loaded again. */

import { useCallback, useState } from "react";
import type { z } from "zod";

/** A value under a key of the browser's storage; what is found there and does not fit is left aside. */
export function useStored<T>(
  storage: Storage,
  key: string,
  { schema, initial }: { readonly schema: z.ZodType<T>; readonly initial: T },
): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => stored(storage, key, schema) ?? initial);
  const keep = useCallback(
    (next: T) => {
      setValue(next);
      store(storage, key, next);
    },
    [storage, key],
  );
  return [value, keep];
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
