/** @file The whole grid that a picture belongs to. */

import { routes } from "@atelier/server/api";
import { useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { Answered } from "../../parts/answered.js";
import { Dialog } from "../../parts/dialog.js";
import { isDrawJob, JobPictures, type OpenAmong } from "./drawing-jobs.js";

/** The dialog; none is shown without a job. */
export function GridDialog({
  job,
  onOpen,
  onClose,
}: {
  readonly job: string | undefined;
  readonly onOpen: OpenAmong;
  readonly onClose: () => void;
}) {
  const { draw } = useText();
  return (
    <Dialog
      opened={job !== undefined}
      onClose={onClose}
      title={draw.grid.table}
      size="min(1200px, 100%)"
    >
      {job !== undefined && <JobGrid job={job} onOpen={onOpen} />}
    </Dialog>
  );
}

function JobGrid({ job, onOpen }: { readonly job: string; readonly onOpen: OpenAmong }) {
  const query = useRoute(routes.jobs.get, { params: { job } });
  return (
    <Answered query={query}>
      {(known) => (isDrawJob(known) ? <JobPictures job={known} onOpen={onOpen} /> : null)}
    </Answered>
  );
}
