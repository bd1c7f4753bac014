/** @file Queues the training, and goes where it can be watched. */

import { routes } from "@atelier/server/api";
import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { useChange } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { useToasts } from "../../parts/toasts.js";
import { requestOf } from "./compose-settings.js";
import { useDesk } from "./desk.js";

/** The button that starts it. */
export function StartButton() {
  const { form, composed, problems, isAdviceOld } = useDesk();
  const { start: text } = useText().train;
  const { tell, tellError } = useToasts();
  const navigate = useNavigate();
  const create = useChange(routes.jobs.create);
  const isWrong = problems.missing.length > 0 || problems.settings.size > 0;
  const start = (): void =>
    create.mutate(
      { body: { request: requestOf(form, composed) } },
      {
        onError: tellError,
        onSuccess({ id, run, title }) {
          tell({ message: text.queued(title) });
          void (run === undefined
            ? navigate({ to: "/queue/$job", params: { job: id } })
            : navigate({ to: "/runs/$run", params: { run } }));
        },
      },
    );
  return (
    <Button
      size="md"
      fullWidth
      leftSection={<Play size={18} aria-hidden />}
      disabled={isWrong}
      loading={create.isPending || (!isWrong && isAdviceOld)}
      onClick={start}
    >
      {form.isSearch ? text.search : text.train}
    </Button>
  );
}
