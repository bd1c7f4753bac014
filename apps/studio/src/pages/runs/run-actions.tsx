/** @file What can be done with a run: stop it, finish it, go on with it, draw with it, compare it, delete it. */

import { addressOf, type Item, type Job, type Run, routes } from "@atelier/server/api";
import { ActionIcon, Button, Menu } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import {
  Brush,
  Columns2,
  Ellipsis,
  FileText,
  Play,
  Save,
  SkipForward,
  SlidersHorizontal,
  Trash2,
  X,
} from "lucide-react";
import { useChange } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { FinishButton, isFinishable } from "../../parts/finish-button.js";
import { useToasts } from "../../parts/toasts.js";
import { useRemoveRuns } from "./use-remove-runs.js";

/** What actions are about. */
interface Acted {
  readonly run: Run;
  /** The latest job that trained it. */
  readonly job: Job | undefined;
  /** What it made, in the library. */
  readonly items: readonly Item[];
}

/** Buttons for what comes next, and a menu for the rest. */
export function RunActions({ run, job, items }: Acted) {
  const { common, runs } = useText();
  const text = runs.run.actions;
  const isQueued = job?.state === "waiting" || job?.state === "running";
  const [first] = items;
  return (
    <>
      {isQueued && <StopButton job={job} />}
      {!isQueued && canGoOn(run) && <ResumeButton run={run} />}
      {job !== undefined && canFinish(run, job) && <FinishButton job={job} />}
      {first !== undefined && (
        <Button
          variant={run.state === "done" ? "filled" : "default"}
          leftSection={<Brush size={16} aria-hidden />}
          renderRoot={(props) => <Link to="/draw" search={{ item: first.name }} {...props} />}
        >
          {text.draw}
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={text.more}>
            <Ellipsis size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<SlidersHorizontal size={16} aria-hidden />}
            renderRoot={(props) => <Link to="/train" search={{ run: run.name }} {...props} />}
          >
            {text.change}
          </Menu.Item>
          <Menu.Item
            leftSection={<Columns2 size={16} aria-hidden />}
            renderRoot={(props) => <Link to="/compare" search={{ runs: run.name }} {...props} />}
          >
            {text.compare}
          </Menu.Item>
          {run.hasReport && (
            <Menu.Item
              component="a"
              href={addressOf(routes.runs.report, { run: run.name })}
              target="_blank"
              rel="noreferrer"
              leftSection={<FileText size={16} aria-hidden />}
            >
              {text.report}
            </Menu.Item>
          )}
          {!isQueued && run.state === "done" && run.step < run.steps && <PastStop run={run} />}
          {isQueued && <CancelItem job={job} />}
          {!isQueued && run.state !== "running" && (
            <RemoveItem name={run.name} label={common.delete} />
          )}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

const canGoOn = ({ state }: Run): boolean =>
  state === "stopped" || state === "interrupted" || state === "failed";

/** Whether there is something to end it with, and somebody to do it. */
const canFinish = (run: Run, job: Job): boolean =>
  isFinishable(job) &&
  (job.state === "running" || (job.state !== "waiting" && canGoOn(run) && run.step > 0));

function StopButton({ job: { id, kind, state, wish } }: { readonly job: Job }) {
  const { runs } = useText();
  const text = runs.run.actions;
  const { tell, tellError } = useToasts();
  const stop = useChange(routes.jobs.stop);
  if (!["train", "resume", "tune"].includes(kind) || state !== "running") return null;
  return (
    <Button
      variant="default"
      leftSection={<Save size={16} aria-hidden />}
      loading={stop.isPending}
      disabled={wish !== undefined}
      onClick={() =>
        stop.mutate(
          { params: { job: id } },
          { onSuccess: () => tell({ message: text.stopping }), onError: tellError },
        )
      }
    >
      {text.stop}
    </Button>
  );
}

function ResumeButton({ run: { name } }: { readonly run: Run }) {
  const { runs } = useText();
  const text = runs.run.actions;
  const { resume, isPending } = useResume(name);
  return (
    <Button
      leftSection={<Play size={16} aria-hidden />}
      loading={isPending}
      onClick={() => resume(false)}
    >
      {text.resume}
    </Button>
  );
}

function PastStop({ run: { name } }: { readonly run: Run }) {
  const { runs } = useText();
  const { resume } = useResume(name);
  return (
    <Menu.Item leftSection={<SkipForward size={16} aria-hidden />} onClick={() => resume(true)}>
      {runs.run.actions.pastStop}
    </Menu.Item>
  );
}

function useResume(run: string) {
  const { runs } = useText();
  const { tell, tellError } = useToasts();
  const create = useChange(routes.jobs.create);
  const resume = (pastStop: boolean) =>
    create.mutate(
      { body: { request: { kind: "resume", run, pastStop } } },
      {
        onSuccess: () => tell({ message: runs.run.actions.queued }),
        onError: tellError,
      },
    );
  return { resume, isPending: create.isPending };
}

function CancelItem({ job: { id } }: { readonly job: Job }) {
  const { runs } = useText();
  const { tellError } = useToasts();
  const cancel = useChange(routes.jobs.cancel);
  return (
    <Menu.Item
      leftSection={<X size={16} aria-hidden />}
      onClick={() => cancel.mutate({ params: { job: id } }, { onError: tellError })}
    >
      {runs.run.actions.cancel}
    </Menu.Item>
  );
}

function RemoveItem({ name, label }: { readonly name: string; readonly label: string }) {
  const remove = useRemoveRuns();
  const navigate = useNavigate();
  const onClick = async () => {
    if (await remove([name])) await navigate({ to: "/runs" });
  };
  return (
    <Menu.Item leftSection={<Trash2 size={16} aria-hidden />} onClick={() => void onClick()}>
      {label}
    </Menu.Item>
  );
}
