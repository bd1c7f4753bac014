/** @file What is queued again and again: when, and how that is changed. */

import { routes, type Schedule } from "@atelier/server/api";
import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useChange } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { kindName } from "../../parts/job-progress.js";
import { RepeatDialog } from "../../parts/times/repeat-dialog.js";
import { useTimeText } from "../../parts/times/use-time-text.js";
import { useToasts } from "../../parts/toasts.js";
import classes from "./queue.module.css";

/** The list. */
export function Schedules({ schedules }: { readonly schedules: readonly Schedule[] }) {
  return (
    <ul className={classes.jobs}>
      {schedules.map((schedule) => (
        <li key={schedule.id} className={classes.timed}>
          <Facts schedule={schedule} />
          <Actions schedule={schedule} />
        </li>
      ))}
    </ul>
  );
}

function Facts({ schedule }: { readonly schedule: Schedule }) {
  const { common, times } = useText();
  const { repeat: text } = times;
  const { moment, repetition } = useTimeText();
  const { title, next, request } = schedule;
  return (
    <div className={classes.name}>
      <Text fw={600} lineClamp={2}>
        {title}
      </Text>
      <Text size="sm" c="var(--quiet)">
        {[
          kindName(request.kind, common.jobKinds),
          repetition(schedule),
          next === undefined ? text.paused : text.next(moment(next)),
        ].join(" · ")}
      </Text>
    </div>
  );
}

function Actions({ schedule }: { readonly schedule: Schedule }) {
  const { common, times } = useText();
  const { repeat: text } = times;
  const { tell, tellError } = useToasts();
  const change = useChange(routes.schedules.change);
  const create = useChange(routes.schedules.create);
  const remove = useChange(routes.schedules.remove);
  const [isOpen, setOpen] = useState(false);
  const { id, title, request, priority, cron, zone, isPaused } = schedule;
  const set = (body: { isPaused: boolean } | { cron: string; zone: string }): void =>
    change.mutate({ params: { schedule: id }, body }, { onError: tellError });
  const end = (): void =>
    remove.mutate(
      { params: { schedule: id } },
      {
        onError: tellError,
        onSuccess: () =>
          tell({
            message: text.ended(title),
            action: {
              label: common.undo,
              run: () =>
                create.mutate(
                  { body: { request, title, priority, cron, zone } },
                  { onError: tellError },
                ),
            },
          }),
      },
    );
  return (
    <Group gap="xs" role="group" aria-label={text.actionsOf(title)}>
      <Button size="xs" variant="default" onClick={() => set({ isPaused: !isPaused })}>
        {isPaused ? text.resume : text.pause}
      </Button>
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>
        {text.change}
      </Button>
      <Button size="xs" variant="subtle" color="gray" onClick={end}>
        {text.end}
      </Button>
      <RepeatDialog
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        first={{ cron, zone }}
        onChoose={set}
      />
    </Group>
  );
}
