/** @file Queues the training, at once, for a time or again and again, and goes where it can be watched. */

import { type Job, routes } from "@atelier/server/api";
import { Button, Group, Stack } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { useState } from "react";
import { useChange } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { BeginDialog } from "../../parts/times/begin-dialog.js";
import { RepeatDialog } from "../../parts/times/repeat-dialog.js";
import { useSchedule } from "../../parts/times/use-schedule.js";
import { useTimeText } from "../../parts/times/use-time-text.js";
import { useToasts } from "../../parts/toasts.js";
import { requestOf } from "./compose-settings.js";
import { useDesk } from "./desk.js";

/** The button that starts it, and those for later. */
export function StartButton() {
  const { form, composed, problems, isAdviceOld } = useDesk();
  const { train, times } = useText();
  const { start: text } = train;
  const { moment } = useTimeText();
  const { tell, tellError } = useToasts();
  const navigate = useNavigate();
  const create = useChange(routes.jobs.create);
  const { repeat, isPending } = useSchedule();
  const [asked, setAsked] = useState<"begin" | "repeat">();
  const isWrong = problems.missing.length > 0 || problems.settings.size > 0;
  const isBusy = create.isPending || isPending || (!isWrong && isAdviceOld);
  const goTo = ({ id, run, title, begin }: Job): void => {
    tell({
      message: begin === undefined ? text.queued(title) : times.begin.told(title, moment(begin)),
    });
    // A run that begins later is nowhere yet.
    void (run === undefined || begin !== undefined
      ? navigate({ to: "/queue/$job", params: { job: id } })
      : navigate({ to: "/runs/$run", params: { run } }));
  };
  const start = (begin?: string): void =>
    create.mutate(
      { body: { request: requestOf(form, composed), ...(begin !== undefined && { begin }) } },
      { onError: tellError, onSuccess: goTo },
    );
  const close = (): void => setAsked(undefined);
  return (
    <Stack gap="xs">
      <Button
        size="md"
        fullWidth
        leftSection={<Play size={18} aria-hidden />}
        disabled={isWrong}
        loading={isBusy}
        onClick={() => start()}
      >
        {form.isSearch ? text.search : text.train}
      </Button>
      <Group gap="xs" grow>
        {(["begin", "repeat"] as const).map((which) => (
          <Button
            key={which}
            variant="default"
            disabled={isWrong || isBusy}
            onClick={() => setAsked(which)}
          >
            {times[which].open}
          </Button>
        ))}
      </Group>
      <BeginDialog isOpen={asked === "begin"} onClose={close} onChoose={start} />
      <RepeatDialog
        isOpen={asked === "repeat"}
        onClose={close}
        onChoose={(chosen) => repeat(requestOf(form, composed), chosen)}
      />
    </Stack>
  );
}
