/** @file Repeats what a request asks for, and tells when that is the first time. */

import { type GivenJobRequest, routes } from "@atelier/server/api";
import { useChange } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { useToasts } from "../toasts.js";
import type { ChosenTimes } from "./repeat-dialog.js";
import { useTimeText } from "./use-time-text.js";

/** How to repeat something; `title` where it has one already. */
export function useSchedule(): {
  readonly isPending: boolean;
  readonly repeat: (request: GivenJobRequest, times: ChosenTimes, title?: string) => void;
} {
  const { repeat: text } = useText().times;
  const { moment } = useTimeText();
  const { tell, tellError } = useToasts();
  const create = useChange(routes.schedules.create);
  return {
    isPending: create.isPending,
    repeat: (request, times, title) =>
      create.mutate(
        { body: { request, ...times, ...(title !== undefined && { title }) } },
        {
          onError: tellError,
          onSuccess: (schedule) =>
            tell({ message: text.told(schedule.title, moment(schedule.next ?? schedule.created)) }),
        },
      ),
  };
}
