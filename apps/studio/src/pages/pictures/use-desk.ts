/** @file Puts a data set's desk together. */

import { type Crop, type Dataset, type Picture, routes } from "@atelier/server/api";
import { keepPreviousData } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useRoute } from "../../app/use-route.js";
import { useKeptState } from "../../parts/use-kept-state.js";
import { usualSize } from "./crop-view.js";
import {
  type Desk,
  type PanelTab,
  type Shape,
  shapeSchema,
  type View,
  viewSchema,
} from "./desk.js";
import { noSelection, type Selection, within } from "./selection.js";
import { type Captions, useCaptions } from "./use-captions.js";
import { usePictureActions } from "./use-picture-actions.js";

/** What the page itself adds to a desk. */
interface PageParts {
  readonly openTab: (tab: PanelTab) => void;
  readonly showPictures: () => void;
  readonly tab: PanelTab;
  readonly paintMask: (name: string) => void;
  readonly maskVersion: number;
}

/** The desk of a data set. */
export function useDesk(
  dataset: Dataset,
  pictures: readonly Picture[],
  { paintMask, ...page }: PageParts,
): Desk {
  const { name } = dataset;
  const captions = useCaptions(name, pictures);
  const [search, setSearch] = useState("");
  const [listed, showOnly] = useState<readonly string[]>();
  const only = useOnly(pictures, listed);
  const [view, setView] = useKeptState<View>({
    ...{ storage: localStorage, key: "atelier-pictures-view", schema: viewSchema },
    first: { layout: "grid", edge: 160 },
  });
  const [shape, setShape] = useKeptState<Shape>({
    ...{ key: `atelier-shape-${name}`, schema: shapeSchema },
    first: { ...usualSize(pictures), buckets: false, isShown: false },
  });
  const shown = useShown(only ?? pictures, captions, search);
  const names = useMemo(() => shown.map((picture) => picture.name), [shown]);
  const [selection, select] = useSelection(pictures);
  const chosen = useMemo(
    () => pictures.filter((picture) => selection.chosen.has(picture.name)),
    [pictures, selection],
  );
  const crops = useCrops(name, shape, pictures.length > 0);
  const own = usePictureActions(name, {
    write: captions.write,
    captionOf: useLatestCaption(pictures, captions),
  });
  const actions = useMemo(() => ({ ...own, paintMask }), [own, paintMask]);
  return {
    ...{ dataset, pictures, shown, names, search, setSearch, showOnly },
    isPart: only !== undefined,
    ...{ selection, select, chosen },
    scope: chosen.length > 0 ? chosen : shown,
    ...{ captions, view, setView, shape, setShape, ...crops, actions, ...page },
  };
}

/** Those of a list, in its order; nothing without a list, and once all of it have gone. */
function useOnly(pictures: readonly Picture[], listed: readonly string[] | undefined) {
  return useMemo(() => {
    const byName = new Map(pictures.map((picture) => [picture.name, picture]));
    const left = (listed ?? []).flatMap((name) => byName.get(name) ?? []);
    return left.length === 0 ? undefined : left;
  }, [pictures, listed]);
}

/** Pictures whose names or captions hold a text. */
function useShown(pictures: readonly Picture[], captions: Captions, search: string) {
  const sought = search.trim().toLowerCase();
  return useMemo(() => {
    if (sought === "") return pictures;
    return pictures.filter((picture) =>
      `${picture.name}\n${captions.of(picture)}`.toLowerCase().includes(sought),
    );
  }, [pictures, captions, sought]);
}

/** What is chosen, without pictures that have gone. */
function useSelection(pictures: readonly Picture[]) {
  const [selection, select] = useState<Selection>(noSelection);
  const known = useMemo(() => new Set(pictures.map(({ name }) => name)), [pictures]);
  const left = useMemo(() => within(selection, known), [selection, known]);
  return [left, select] as const;
}

function useCrops(
  dataset: string,
  { width, height, buckets, isShown }: Desk["shape"],
  hasPictures: boolean,
): Pick<Desk, "crops" | "cropError"> {
  const { data, error } = useRoute(
    routes.datasets.crops,
    // The schema takes what stands in an address.
    { params: { dataset }, query: { width, height, buckets: String(buckets) } },
    { enabled: isShown && hasPictures, placeholderData: keepPreviousData },
  );
  return useMemo(() => {
    const byName = data && new Map(data.map((crop: Crop) => [crop.name, crop]));
    return { crops: isShown ? byName : undefined, cropError: isShown ? error : null };
  }, [data, error, isShown]);
}

/** Tells a caption as it is now, by a function that stays the same. */
function useLatestCaption(pictures: readonly Picture[], captions: Captions) {
  const latest = useRef({ pictures, captions });
  useEffect(() => {
    latest.current = { pictures, captions };
  });
  return useCallback((name: string) => {
    const picture = latest.current.pictures.find((each) => each.name === name);
    return picture === undefined ? "" : latest.current.captions.of(picture);
  }, []);
}
