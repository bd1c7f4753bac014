/** @file What can be done with pictures that were drawn: delete with a way back, and copy into a data set. */

import { callRoute, type Drawn, routes } from "@atelier/server/api";
import { useQueryClient } from "@tanstack/react-query";
import { ownServer } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { useToasts } from "../../parts/toasts.js";
import { useUndoToast } from "../../parts/use-undo-toast.js";

/** Deletes and copies. */
export interface DrawingActions {
  /** @returns whether they are gone */
  readonly remove: (drawings: readonly Drawn[]) => Promise<boolean>;
  /** Makes the data set where there is none of that name. @returns whether all were copied */
  readonly send: (drawings: readonly Drawn[], dataset: string) => Promise<boolean>;
}

/** Actions that tell how they went. */
export function useDrawingActions(): DrawingActions {
  const { common, draw: text } = useText();
  const { tell, tellError } = useToasts();
  const tellMoved = useUndoToast();
  const client = useQueryClient();
  return {
    async remove(drawings) {
      try {
        const { trash, count } = await callRoute(ownServer, routes.library.removeDrawings, {
          body: { drawings: drawings.map(({ name }) => name) },
        });
        const queryKey = ["api", "drawings"];
        tellMoved({ trash, message: common.movedToTrash(count), queryKey });
        await client.invalidateQueries({ queryKey });
        return true;
      } catch (error) {
        tellError(error);
        return false;
      }
    },
    async send(drawings, dataset) {
      try {
        await makeDataset(dataset);
        for (const { name } of drawings) {
          await callRoute(ownServer, routes.library.keepDrawing, {
            params: { drawing: name },
            body: { dataset },
          });
        }
        tell({ message: text.send.sent(drawings.length, dataset) });
        return true;
      } catch (error) {
        tellError(error);
        return false;
      } finally {
        void client.invalidateQueries({ queryKey: ["api", "datasets"] });
      }
    },
  };
}

async function makeDataset(name: string): Promise<void> {
  const known = await callRoute(ownServer, routes.datasets.list, {});
  if (known.some((dataset) => dataset.name === name)) return;
  await callRoute(ownServer, routes.datasets.create, { body: { name } });
}
