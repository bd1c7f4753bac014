/** @file Uploads as the page sees them. */

import { callRoute, routes } from "@atelier/server/api";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { ownServer } from "../../app/use-route.js";
import { createUploads, type Upload, type Uploads } from "./uploads.js";
import { useLeaveQuestion } from "./use-captions.js";

let kept: Uploads | undefined;

/** All uploads of this page, whichever of its parts asks. */
export function useUploads(): Uploads {
  return uploadsOf(useQueryClient());
}

/** The upload to a data set. */
export function useUpload(dataset: string): Upload | undefined {
  const uploads = useUploads();
  const upload = useSyncExternalStore(uploads.subscribe, () => uploads.of(dataset));
  useLeaveQuestion(upload?.state === "sending");
  return upload;
}

function uploadsOf(client: QueryClient): Uploads {
  kept ??= createUploads(
    (dataset, batch, signal) => {
      const body = new FormData();
      for (const { name, file } of batch) body.append("file", file, name);
      return callRoute(ownServer, routes.datasets.add, { params: { dataset }, body, signal });
    },
    () => void client.invalidateQueries({ queryKey: ["api", "datasets"] }),
  );
  return kept;
}
