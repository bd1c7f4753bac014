/** @file Takes the settings that a PNG bears into the form. */

import { callRoute, type Problem, routes } from "@atelier/server/api";
import { useState } from "react";
import { ownServer } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { useToasts } from "../../parts/toasts.js";
import { withRead } from "./draw-settings.js";
import type { DrawForm } from "./use-draw-form.js";

/** What of a picture was not understood. */
export interface ReadPicture {
  readonly name: string;
  readonly notes: readonly Pick<Problem, "message" | "sentence">[];
  /** Whether it said anything that is understood. */
  readonly hasSettings: boolean;
}

/** The last picture that was read, and how to read another. */
export function useReadPicture({ replace, samplers }: DrawForm) {
  const { draw } = useText();
  const { tell, tellError } = useToasts();
  const [picture, setPicture] = useState<ReadPicture>();
  const read = async (files: readonly File[]): Promise<void> => {
    const file = files.find(({ type, name }) => type === "image/png" || /\.png$/i.test(name));
    if (file === undefined) {
      tell({ message: draw.read.notPng, isProblem: true });
      return;
    }
    try {
      const { settings, notes } = await callRoute(ownServer, routes.library.read, { body: file });
      const hasSettings = settings.prompt !== undefined;
      if (hasSettings) replace((before) => withRead(before, settings, { samplers }));
      setPicture({ name: file.name, notes, hasSettings });
    } catch (error) {
      tellError(error);
    }
  };
  return { picture, read, forget: () => setPicture(undefined) } as const;
}
