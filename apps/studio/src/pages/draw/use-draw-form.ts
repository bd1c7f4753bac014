/** @file The form of the page with what is known around it, and the job that it becomes. */

import { type Item, routes } from "@atelier/server/api";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect } from "react";
import { useChange, useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { useToasts } from "../../parts/toasts.js";
import { useKeptState } from "../../parts/use-kept-state.js";
import { beginWith } from "./begin-with.js";
import {
  type DrawSettings,
  drawSettings,
  firstSettings,
  type ReadForm,
  readForm,
  throwSeed,
} from "./draw-settings.js";

/** What the parts of the form work with. */
export interface DrawForm {
  readonly settings: DrawSettings;
  readonly change: (changed: Partial<DrawSettings>) => void;
  readonly replace: (next: (before: DrawSettings) => DrawSettings) => void;
  /** The request that it is, or what is wrong with it. */
  readonly read: ReadForm;
  readonly draw: () => void;
  readonly isSending: boolean;
  /** Names of samplers; empty until they are known. */
  readonly samplers: readonly string[];
  /** Of the library; `undefined` until it is known. */
  readonly items: readonly Item[] | undefined;
}

/** The form, as it was before the page was left or loaded anew. */
export function useDrawForm(): DrawForm {
  const { draw: text } = useText();
  const { tell, tellError } = useToasts();
  const [settings, replace] = useKeptState({
    key: "atelier-draw",
    schema: drawSettings,
    first: firstSettings(),
  });
  const samplers = useRoute(routes.library.samplers, {}, { staleTime: Number.POSITIVE_INFINITY });
  const items = useRoute(routes.library.list, {}).data;
  const create = useChange(routes.jobs.create);
  useAddress(items, replace);
  const change = useCallback(
    (changed: Partial<DrawSettings>) => replace((before) => ({ ...before, ...changed })),
    [replace],
  );
  const read = readForm(settings, { samplers: samplers.data });
  const draw = (): void => {
    if ("problems" in read) {
      tell({ message: text.cannotDraw });
      return;
    }
    const seed = settings.keepsSeed ? settings.seed : throwSeed();
    change({ seed });
    create.mutate({ body: { request: { ...read.request, seed } } }, { onError: tellError });
  };
  return {
    ...{ settings, change, replace, read, draw, items },
    isSending: create.isPending,
    samplers: samplers.data ?? [],
  };
}

/** Takes what the address asks for into the form, once, so that a reload keeps what was changed since. */
function useAddress(items: readonly Item[] | undefined, replace: DrawForm["replace"]): void {
  const { item: name, prompt } = useSearch({ from: "/draw" });
  const go = useNavigate();
  useEffect(() => {
    if (name === undefined && prompt === undefined) return;
    if (name !== undefined && items === undefined) return;
    const item = items?.find((known) => known.name === name);
    const models = (items ?? []).flatMap((known) => (known.kind === "model" ? [known.name] : []));
    replace((before) => beginWith(before, { item, prompt, models }));
    void go({ to: "/draw", search: {}, replace: true });
  }, [name, prompt, items, replace, go]);
}
