/** @file What the parts of a data set's page share: its pictures, which are chosen, how they are shown, what is done. */

import type { Crop, Dataset, Picture } from "@atelier/server/api";
import { z } from "zod";
import type { CaptionsByName } from "./caption-edits.js";
import type { Selection } from "./selection.js";
import type { Captions } from "./use-captions.js";

/** How pictures are laid out. */
export const viewSchema = z.object({
  layout: z.enum(["grid", "list"]),
  /** Of a thumbnail, in CSS pixels. */
  edge: z.number(),
});
export type View = z.infer<typeof viewSchema>;

/** What is trained of pictures, and whether that is shown. */
export const shapeSchema = z.object({
  width: z.number(),
  height: z.number(),
  buckets: z.boolean(),
  isShown: z.boolean(),
});
export type Shape = z.infer<typeof shapeSchema>;

/** Parts of the side panel. */
export type PanelTab = "picture" | "captions" | "check" | "set";

/** The desk that a data set's pictures lie on. */
export interface Desk {
  readonly dataset: Dataset;
  readonly pictures: readonly Picture[];
  /** Those that the search and a finding leave, and their names. */
  readonly shown: readonly Picture[];
  readonly names: readonly string[];
  readonly search: string;
  readonly setSearch: (text: string) => void;
  /** Shows pictures alone, in their order: those of a finding, pairs side by side. Nothing shows all again. */
  readonly showOnly: (names: readonly string[] | undefined) => void;
  /** Whether only such are shown. */
  readonly isPart: boolean;
  readonly selection: Selection;
  readonly select: (next: Selection) => void;
  /** Chosen pictures; where none is, all that are shown. */
  readonly chosen: readonly Picture[];
  readonly scope: readonly Picture[];
  readonly captions: Captions;
  readonly view: View;
  readonly setView: (view: View) => void;
  readonly shape: Shape;
  readonly setShape: (shape: Shape) => void;
  readonly crops: ReadonlyMap<string, Crop> | undefined;
  readonly cropError: unknown;
  readonly tab: PanelTab;
  /** Opens a part of the panel, also where it is a drawer. */
  readonly openTab: (tab: PanelTab) => void;
  /** Closes the panel where it lies over the pictures. */
  readonly showPictures: () => void;
  readonly actions: DeskActions;
  /** Changes with each mask that is saved here. */
  readonly maskVersion: number;
}

/** What can be done with pictures. */
export interface DeskActions {
  readonly remove: (names: readonly string[]) => void;
  readonly turn: (names: readonly string[], degrees: 90 | 270) => void;
  /** Writes captions and offers to take that back. */
  readonly edit: (captions: CaptionsByName) => void;
  readonly paintMask: (name: string) => void;
}
