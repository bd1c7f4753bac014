/** @file Captions as they are typed: kept at once in the browser, and at the server as soon as the hands rest. */

import { callRoute, type Picture, routes } from "@atelier/server/api";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { z } from "zod";
import { keyOf, ownServer } from "../../app/use-route.js";
import { store, stored } from "../../parts/use-kept-state.js";
import type { CaptionsByName } from "./caption-edits.js";

/** Captions of a data set with what has not been saved yet. */
export interface Captions {
  readonly of: (picture: Picture) => string;
  readonly write: (captions: CaptionsByName) => void;
  readonly state: "saved" | "waiting" | "failed";
  readonly error: unknown;
  /** Saves without waiting for the hands to rest. */
  readonly flush: () => void;
}

const restMs = 700;
const drafted = z.record(z.string(), z.string());
const draftsKey = (dataset: string) => `atelier-captions-${dataset}`;

/** Captions of a data set to read and to write. */
export function useCaptions(dataset: string, pictures: readonly Picture[]): Captions {
  const client = useQueryClient();
  const [drafts, setDrafts] = useState<CaptionsByName>(() => storedDrafts(dataset));
  const [error, setError] = useState<unknown>();
  const latest = useRef(drafts);
  const known = useRef(pictures);
  known.current = pictures;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isSaving = useRef(false);
  /** What was typed last: the server takes off white space at the end, which a hand on the keys still needs. */
  const typed = useRef(new Map<string, string>());

  const keep = useCallback(
    (next: CaptionsByName) => {
      latest.current = next;
      setDrafts(next);
      store(
        sessionStorage,
        draftsKey(dataset),
        next.size > 0 ? Object.fromEntries(next) : undefined,
      );
    },
    [dataset],
  );

  const flush = useCallback(async (): Promise<void> => {
    clearTimeout(timer.current);
    if (isSaving.current) return;
    // A draft of a picture that is gone would be refused with all others.
    const names = new Set(known.current.map(({ name }) => name));
    const sent = new Map([...latest.current].filter(([name]) => names.has(name)));
    if (sent.size === 0) return keep(sent);
    isSaving.current = true;
    try {
      const captions = Object.fromEntries([...sent].map(([name, text]) => [name, writtenOf(text)]));
      await callRoute(ownServer, routes.datasets.captions, {
        params: { dataset },
        body: { captions },
      });
      client.setQueryData<Picture[]>(
        keyOf(routes.datasets.pictures, { params: { dataset } }),
        (shown) => shown?.map((picture) => withCaption(picture, sent.get(picture.name))),
      );
      keep(new Map([...latest.current].filter(([name, text]) => sent.get(name) !== text)));
      setError(undefined);
      void client.invalidateQueries({ queryKey: ["api", "datasets"] });
    } catch (problem) {
      setError(problem);
      return;
    } finally {
      isSaving.current = false;
    }
    if (latest.current.size > 0) void flush();
  }, [client, dataset, keep]);

  const write = useCallback(
    (captions: CaptionsByName) => {
      for (const [name, text] of captions) typed.current.set(name, text);
      keep(new Map([...latest.current, ...captions]));
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush(), restMs);
    },
    [flush, keep],
  );

  useEffect(() => {
    // What an earlier page did not come to save, and what this one leaves behind.
    void flush();
    return () => void flush();
  }, [flush]);
  useLeaveQuestion(drafts.size > 0);

  return useMemo<Captions>(
    () => ({
      of({ name, caption = "" }) {
        const own = drafts.get(name) ?? typed.current.get(name);
        return own !== undefined && (drafts.has(name) || own.trim() === caption) ? own : caption;
      },
      ...{ write, error, flush: () => void flush() },
      state: error !== undefined ? "failed" : drafts.size > 0 ? "waiting" : "saved",
    }),
    [drafts, error, write, flush],
  );
}

/** Lets the browser ask before it closes a page with something unsaved. */
export function useLeaveQuestion(isOpen: boolean): void {
  useEffect(() => {
    if (!isOpen) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isOpen]);
}

/** A picture without text has no caption file. */
const writtenOf = (text: string): string | null => (text.trim() === "" ? null : text);

function withCaption(picture: Picture, text: string | undefined): Picture {
  if (text === undefined) return picture;
  const { caption: _, ...rest } = picture;
  const written = writtenOf(text);
  return written === null ? rest : { ...rest, caption: written };
}

function storedDrafts(dataset: string): CaptionsByName {
  return new Map(Object.entries(stored(sessionStorage, draftsKey(dataset), drafted) ?? {}));
}
