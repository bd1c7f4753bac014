/** @file The button that ends a training with the best so far, on the pages of queue, job and run. */

import { type Job, routes } from "@atelier/server/api";
import { Button, Tooltip } from "@mantine/core";
import { CircleCheck } from "lucide-react";
import { useChange } from "../app/use-route.js";
import { useText } from "../messages/language.js";
import { useToasts } from "./toasts.js";

/** Whether a job trains one thing, which can be ended before its last step. A search ends by itself. */
export const isFinishable = ({ kind }: Job): boolean => kind === "train" || kind === "resume";

/** For a training that runs, and for one that has ended before it was done. */
export function FinishButton({ job, size }: { readonly job: Job; readonly size?: "xs" }) {
  const { queue: text } = useText();
  const { tell, tellError } = useToasts();
  const finish = useChange(routes.jobs.finish);
  const { id, state, progress, wish } = job;
  const hasTrained = state !== "running" || progress?.stage === "step";
  const isOff = !hasTrained || wish === "finish";
  return (
    <Tooltip
      label={hasTrained ? text.finishAbout : text.finishLater}
      events={{ hover: true, focus: true, touch: true }}
      multiline
      w={300}
    >
      <Button
        variant="default"
        {...(size === undefined
          ? { leftSection: <CircleCheck size={16} aria-hidden /> }
          : { size })}
        loading={finish.isPending}
        // What is disabled outright has no tooltip that says why.
        {...(isOff && { "data-disabled": true })}
        aria-disabled={isOff}
        onClick={() => {
          if (isOff) return;
          finish.mutate(
            { params: { job: id } },
            { onSuccess: () => tell({ message: text.finishing }), onError: tellError },
          );
        }}
      >
        {text.finish}
      </Button>
    </Tooltip>
  );
}
