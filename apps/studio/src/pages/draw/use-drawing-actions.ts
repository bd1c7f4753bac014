/** @file What can be done with pictures that were drawn: delete with a way back, and copy into a data set. */

import { callRoute, type Drawn, routes } from "@atelier/server/api";
import { useQueryClient } from "@tanstack/react-query";
import { ownServer, useChange } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { useToasts } from "../../parts/toasts.js";

/** Deletes and copies. */
export interface DrawingActions {
  readonly remove: (drawings: readonly Drawn[], then?: () => void) => void;
  /** Makes the data set where there is none of that name. @returns whether all were copied */
  readonly send: (drawings: readonly Drawn[], dataset: string) => Promise<boolean>;
}

/** Actions that tell how they went. */
export function useDrawingActions(): DrawingActions {
  const { common, draw: text } = useText();
  const { tell, tellError } = useToasts();
  const client = useQueryClient();
  const removal = useChange(routes.library.removeDrawings);
  const restore = useChange(routes.datasets.restore);
  const fetchAnew = () => client.invalidateQueries({ queryKey: ["api", "drawings"] });
  return {
    remove(drawings, then) {
      removal.mutate(
        { body: { drawings: drawings.map(({ name }) => name) } },
        {
          onError: tellError,
          onSuccess: ({ trash, count }) => {
            then?.();
            tell({
              message: common.movedToTrash(count),
              action: {
                label: common.undo,
                run: () =>
                  restore.mutate(
                    { params: { trash } },
                    { onError: tellError, onSuccess: () => void fetchAnew() },
                  ),
              },
            });
          },
        },
      );
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
