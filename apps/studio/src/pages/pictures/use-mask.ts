/** @file A mask being painted: its layer, what was done to it, and how it comes from the server and goes back. */

import { callRoute, type Picture, routes } from "@atelier/server/api";
import { useCallback, useEffect, useRef, useState } from "react";
import { z } from "zod";
import { ownServer } from "../../app/use-route.js";
import { store, stored } from "../../parts/use-kept-state.js";
import {
  countsAnything,
  drawAction,
  layerFromMask,
  type MaskAction,
  maskAction,
} from "./mask-actions.js";

/** A mask to paint. */
export interface MaskLayer {
  readonly canvas: HTMLCanvasElement | null;
  /** Gives the canvas once it is there; a dialog shows its contents late. */
  readonly setCanvas: (canvas: HTMLCanvasElement | null) => void;
  readonly actions: readonly MaskAction[];
  readonly isLoading: boolean;
  readonly error: unknown;
  /** Keeps an action; draws it unless that was done while the brush moved. */
  readonly act: (action: MaskAction, isDrawn?: boolean) => void;
  readonly undo: () => void;
  /** The mask as a PNG of the picture's size; none where it would leave nothing of the picture. */
  readonly write: () => Promise<Blob | undefined>;
}

const kept = z.array(maskAction);

/** Where what is not saved yet is kept. */
export function maskKey(dataset: string, picture: string): string {
  return `atelier-mask-${dataset}/${picture}`;
}

/** The mask of a picture. */
export function useMask(dataset: string, picture: Picture): MaskLayer {
  const { name, hasMask, width, height } = picture;
  const [canvas, setCanvas] = useState<HTMLCanvasElement | null>(null);
  const saved = useRef<CanvasImageSource>(undefined);
  const key = maskKey(dataset, name);
  const [actions, setActions] = useState<readonly MaskAction[]>(
    () => stored(sessionStorage, key, kept) ?? [],
  );
  const first = useRef(actions);
  const [isLoading, setLoading] = useState(true);
  const [error, setError] = useState<unknown>();

  const redraw = useCallback(
    (all: readonly MaskAction[]) => {
      const context = canvas?.getContext("2d");
      if (!context) return;
      drawAction(context, { kind: "clear" });
      if (saved.current !== undefined) {
        context.globalCompositeOperation = "copy";
        context.drawImage(saved.current, 0, 0);
      }
      for (const action of all) drawAction(context, action);
    },
    [canvas],
  );

  useEffect(() => {
    if (canvas === null) return undefined;
    const abort = new AbortController();
    const load = async (): Promise<void> => {
      if (hasMask) saved.current = await loadLayer(dataset, { name, width, height }, abort.signal);
      redraw(first.current);
      setLoading(false);
    };
    load().catch((problem: unknown) => {
      if (!abort.signal.aborted) setError(problem);
    });
    return () => abort.abort();
  }, [canvas, dataset, name, hasMask, width, height, redraw]);

  const keep = (next: readonly MaskAction[]) => {
    setActions(next);
    store(sessionStorage, key, next.length > 0 ? next : undefined);
  };
  return {
    ...{ canvas, setCanvas, actions, isLoading, error },
    act(action, isDrawn = false) {
      const context = canvas?.getContext("2d");
      if (context && !isDrawn) drawAction(context, action);
      keep([...actions, action]);
    },
    undo() {
      const left = actions.slice(0, -1);
      keep(left);
      redraw(left);
    },
    write: async () => (canvas ? maskFile(canvas) : undefined),
  };
}

async function loadLayer(
  dataset: string,
  { name, width, height }: Pick<Picture, "name" | "width" | "height">,
  signal: AbortSignal,
): Promise<HTMLCanvasElement> {
  const params = { dataset, picture: name };
  const answer = await callRoute(ownServer, routes.datasets.mask, { params, signal });
  const picture = await createImageBitmap(await answer.blob());
  const { layer, context } = newLayer(width, height);
  context.drawImage(picture, 0, 0, width, height);
  const pixels = context.getImageData(0, 0, width, height);
  layerFromMask(pixels.data);
  context.putImageData(pixels, 0, 0);
  return layer;
}

function newLayer(width: number, height: number) {
  const layer = document.createElement("canvas");
  layer.width = width;
  layer.height = height;
  const context = layer.getContext("2d");
  if (context === null) throw new Error(`canvas: expected ${width}×${height} pixels, got none.`);
  return { layer, context };
}

async function maskFile(painted: HTMLCanvasElement): Promise<Blob | undefined> {
  const { width, height } = painted;
  const { layer, context } = newLayer(width, height);
  context.drawImage(painted, 0, 0);
  if (!countsAnything(context.getImageData(0, 0, width, height).data)) return undefined;
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  const blob = await new Promise<Blob | null>((resolve) => layer.toBlob(resolve, "image/png"));
  if (blob === null) throw new Error(`canvas: expected a PNG of ${width}×${height}, got none.`);
  return blob;
}
