/** @file What can be done with a job of the queue. */

import { callRoute, type Job, routes } from "@atelier/server/api";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { ownServer } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { isFinishable } from "../../parts/finish-button.js";
import { useTimeText } from "../../parts/times/use-time-text.js";
import { useToasts } from "../../parts/toasts.js";
import { moveBy } from "./queue-order.js";

/** Each tells what went wrong. */
export interface JobActions {
  readonly cancel: (job: Job) => Promise<void>;
  readonly stop: (job: Job) => Promise<void>;
  readonly retry: (job: Job) => Promise<void>;
  /** Of one that waits: not before a time, or at once. */
  readonly beginAt: (job: Job, begin: string | null) => Promise<void>;
  /** Among jobs that wait. */
  readonly move: (job: Job, way: "up" | "down" | "front", waiting: readonly Job[]) => Promise<void>;
}

/** Whether a job saves and ends when it is asked to. */
export const canStop = ({ kind, state }: Job): boolean =>
  state === "running" && ["train", "resume", "tune"].includes(kind);

/** Whether a job can be ended with the best so far; one that failed may have trained nothing. */
export const canFinish = (job: Job): boolean =>
  isFinishable(job) && (job.state === "running" || job.state === "stopped");

/** The actions. */
export function useJobActions(): JobActions {
  const client = useQueryClient();
  const { queue: text, common, times } = useText();
  const { moment } = useTimeText();
  const { tell, tellError } = useToasts();
  return useMemo(() => {
    const doing = async (act: () => Promise<unknown>) => {
      try {
        await act();
      } catch (error) {
        tellError(error);
      }
      await client.invalidateQueries({ queryKey: ["api", "jobs"] });
    };
    const retry = (job: Job) =>
      doing(async () => {
        await callRoute(ownServer, routes.jobs.retry, { params: { job: job.id } });
        tell({ message: text.retried(job.title) });
      });
    return {
      retry,
      cancel: (job) =>
        doing(async () => {
          await callRoute(ownServer, routes.jobs.cancel, { params: { job: job.id } });
          tell({
            message: text.cancelled(job.title),
            action: { label: common.undo, run: () => void retry(job) },
          });
        }),
      stop: (job) =>
        doing(async () => {
          await callRoute(ownServer, routes.jobs.stop, { params: { job: job.id } });
          tell({ message: text.stopping });
        }),
      beginAt: (job, begin) =>
        doing(async () => {
          const params = { job: job.id };
          await callRoute(ownServer, routes.jobs.change, { params, body: { begin } });
          if (begin !== null) tell({ message: times.begin.told(job.title, moment(begin)) });
        }),
      move: (job, way, waiting) =>
        doing(async () => {
          for (const { id, priority } of moveBy(waiting, job.id, way)) {
            await callRoute(ownServer, routes.jobs.change, {
              params: { job: id },
              body: { priority },
            });
          }
        }),
    };
  }, [client, text, common, times, moment, tell, tellError]);
}
