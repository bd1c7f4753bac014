/** @file Jobs that wait, in the order in which they are taken; only rows in sight exist. */

import type { Job } from "@atelier/server/api";
import { ActionIcon, Group, Text, Tooltip } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp, ArrowUpToLine, Clock, type LucideIcon, X } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { useText } from "../../messages/language.js";
import { BeginDialog } from "../../parts/times/begin-dialog.js";
import { JobName } from "./job-name.js";
import classes from "./queue.module.css";
import { inOrder } from "./queue-order.js";
import { useJobActions } from "./use-job-actions.js";

const rowHeight = 64;

/** The list; it scrolls by itself where it is long. */
export function WaitingJobs({ jobs }: { readonly jobs: readonly Job[] }) {
  const { queue: text } = useText();
  const order = useMemo(() => inOrder(jobs), [jobs]);
  const frame = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: order.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 6,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    <section ref={frame} className={classes.waiting} tabIndex={0} aria-label={text.next}>
      <ol className={classes.rows} style={{ height: rowHeight * order.length }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const job = order[index];
          return (
            job !== undefined && (
              <li
                key={job.id}
                className={classes.row}
                aria-setsize={order.length}
                aria-posinset={index + 1}
                style={{ height: rowHeight, transform: `translateY(${start}px)` }}
              >
                <Text span c="var(--quiet)" size="sm" className={classes.place}>
                  {index + 1}
                </Text>
                <JobName job={job}>
                  {job.wish !== undefined && ` · ${text.wishes[job.wish]}`}
                  {job.after.length > 0 && ` · ${text.after(job.after.length)}`}
                </JobName>
                <Moves job={job} index={index} order={order} />
              </li>
            )
          );
        })}
      </ol>
    </section>
  );
}

function Moves({
  job,
  index,
  order,
}: {
  readonly job: Job;
  readonly index: number;
  readonly order: readonly Job[];
}) {
  const { common, queue: text, times } = useText();
  const { move, cancel, beginAt } = useJobActions();
  const [isTimed, setTimed] = useState(false);
  return (
    <Group
      gap={4}
      wrap="nowrap"
      className={classes.moves}
      role="group"
      aria-label={text.actionsOf(job.title)}
    >
      <Act
        icon={ArrowUpToLine}
        label={text.soonest}
        isOff={index === 0}
        act={() => move(job, "front", order)}
      />
      <Act
        icon={ArrowUp}
        label={text.sooner}
        isOff={index === 0}
        act={() => move(job, "up", order)}
      />
      <Act
        icon={ArrowDown}
        label={text.later}
        isOff={index === order.length - 1}
        act={() => move(job, "down", order)}
      />
      <Act icon={Clock} label={times.begin.open} isOff={false} act={() => setTimed(true)} />
      <Act icon={X} label={common.cancel} isOff={false} act={() => cancel(job)} />
      <BeginDialog
        isOpen={isTimed}
        onClose={() => setTimed(false)}
        onChoose={(begin) => void beginAt(job, begin)}
      />
    </Group>
  );
}

function Act({
  icon: Icon,
  label,
  isOff,
  act,
}: {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly isOff: boolean;
  readonly act: () => Promise<void> | void;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={label}
        disabled={isOff}
        onClick={() => void act()}
      >
        <Icon size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
