/** @file In which order jobs are taken, and which priorities move one of them by a place. */

import type { Job } from "@atelier/server/api";

/** What decides when a job is taken. */
export type Queued = Pick<Job, "id" | "priority" | "created">;

/** A priority that is to be set. */
export interface PriorityChange {
  readonly id: string;
  readonly priority: number;
}

const most = 100;

/** More changes than these are not worth a place: a job then passes all that are as urgent. */
const mostChanges = 20;

/** The most urgent first; of those that are as urgent the oldest. */
export function inOrder<Each extends Queued>(jobs: readonly Each[]): Each[] {
  return [...jobs].sort(
    (one, other) => other.priority - one.priority || one.created.localeCompare(other.created),
  );
}

/** Those that can be taken now, and those that wait for their time, the next first. */
export function byTime<Each extends Pick<Job, "begin">>(
  jobs: readonly Each[],
  now: number,
): { readonly ready: Each[]; readonly timed: Each[] } {
  const isLater = ({ begin }: Each): boolean => begin !== undefined && Date.parse(begin) > now;
  return {
    ready: jobs.filter((job) => !isLater(job)),
    timed: jobs
      .filter(isLater)
      .sort((one, other) => (one.begin ?? "").localeCompare(other.begin ?? "")),
  };
}

/** What takes a job one place up or down, or to the front; nothing where it stands there already. */
export function moveBy(
  jobs: readonly Queued[],
  id: string,
  way: "up" | "down" | "front",
): PriorityChange[] {
  const order = inOrder(jobs);
  const from = order.findIndex((job) => job.id === id);
  const job = order[from];
  if (job === undefined) return [];
  const to = way === "front" ? 0 : way === "up" ? from - 1 : from + 1;
  if (to < 0 || to >= order.length || to === from) return [];
  const wished = order.filter((each) => each !== job);
  wished.splice(to, 0, job);
  const ways = [raised(wished), lowered(wished)].filter(isPossible);
  const [least] = ways.sort((one, other) => one.length - other.length);
  if (least !== undefined && least.length <= mostChanges) return least;
  const next = order[to];
  const priority = Math.max(
    -most,
    Math.min(most, (next?.priority ?? 0) + (way === "down" ? -1 : 1)),
  );
  return priority === job.priority ? [] : [{ id, priority }];
}

/** From the last to the first: each as urgent as what follows it, or more where it is younger. */
function raised(wished: readonly Queued[]): PriorityChange[] {
  const changes: PriorityChange[] = [];
  let after: Queued | undefined;
  for (const job of wished.toReversed()) {
    const least =
      after === undefined ? job.priority : after.priority + (job.created <= after.created ? 0 : 1);
    const priority = Math.max(job.priority, least);
    if (priority !== job.priority) changes.push({ id: job.id, priority });
    after = { ...job, priority };
  }
  return changes;
}

/** From the first to the last: each as urgent as what stands before it, or less where it is older. */
function lowered(wished: readonly Queued[]): PriorityChange[] {
  const changes: PriorityChange[] = [];
  let before: Queued | undefined;
  for (const job of wished) {
    const greatest =
      before === undefined
        ? job.priority
        : before.priority - (before.created <= job.created ? 0 : 1);
    const priority = Math.min(job.priority, greatest);
    if (priority !== job.priority) changes.push({ id: job.id, priority });
    before = { ...job, priority };
  }
  return changes;
}

const isPossible = (changes: readonly PriorityChange[]): boolean =>
  changes.every(({ priority }) => Math.abs(priority) <= most);
