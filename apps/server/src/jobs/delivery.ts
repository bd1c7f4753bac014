/**
 * @file pg-boss, which hands a job to one worker at a time and takes it back where the worker is not heard of any more.
 * What it delivers is the id of a row of ours; all else that there is to know of a job stands in that row.
 */

import { PgBoss } from "pg-boss";
import type { Database } from "../database/database.js";

/** A job in a worker's hands. */
export interface Delivered {
  readonly queue: string;
  /** Of pg-boss. */
  readonly id: string;
  /** Of pg-boss: tells this delivery from later ones of the same id. */
  readonly retryCount: number;
  /** Of our table. */
  readonly job: string;
}

/** What has become of a delivery. */
export type DeliveryState = "waiting" | "taken" | "given-up" | "gone";

/** How deliveries are watched. */
export interface DeliveryOptions {
  /** A worker that is not heard of for so long has lost its jobs; at least 10. */
  readonly heartbeatSeconds?: number;
  /** How often lost ones are looked for. */
  readonly superviseSeconds?: number;
}

/** Deliveries by queue. */
export interface Delivery extends AsyncDisposable {
  readonly heartbeatSeconds: number;
  /** @param id of the delivery, made by the caller */
  send(queue: string, id: string, what: { job: string; priority: number }): Promise<void>;
  fetch(queue: string): Promise<Delivered | undefined>;
  /** Says that the worker lives. */
  touch(delivered: Delivered): Promise<void>;
  /** It is over, however it ended. */
  end(delivered: Delivered): Promise<void>;
  /** Takes one back whose worker is known to be gone; it is delivered again a little later. */
  release(queue: string, id: string): Promise<void>;
  /** Nobody is to get it any more. */
  drop(queue: string, id: string): Promise<void>;
  reorder(queue: string, id: string, priority: number): Promise<void>;
  stateOf(queue: string, id: string): Promise<DeliveryState>;
}

const schema = "atelier_queue";
const defaultHeartbeatSeconds = 30;
/** pg-boss takes no job for longer than a day; workers hand longer ones on before. */
const dayInSeconds = 24 * 60 * 60 - 1;
const yearInSeconds = 365 * 24 * 60 * 60;

/** Of a crashed worker's jobs. */
const retries = { retryLimit: 4, retryDelay: 1, retryBackoff: true, retryDelayMax: 60 } as const;

/** Starts pg-boss on a database. */
export async function openDelivery(
  database: Database,
  { heartbeatSeconds = defaultHeartbeatSeconds, superviseSeconds = 5 }: DeliveryOptions = {},
): Promise<Delivery> {
  const boss = new PgBoss({
    ...database.boss,
    schema,
    schedule: false,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
    registerInstance: false,
    monitorVacuum: false,
    reindex: false,
  });
  // What fails in its own rounds is tried again in the next one.
  boss.on("error", () => {});
  await boss.start();
  const known = new Map<string, Promise<void>>();
  const made = (queue: string): Promise<void> => {
    const there =
      known.get(queue) ??
      boss.createQueue(queue, {
        ...retries,
        heartbeatSeconds,
        expireInSeconds: dayInSeconds,
        // A job may wait for long; that it is over stands in our own table.
        retentionSeconds: yearInSeconds,
        deleteAfterSeconds: dayInSeconds,
      });
    known.set(queue, there);
    there.catch(() => known.delete(queue));
    return there;
  };
  return {
    heartbeatSeconds,
    async send(queue, id, { job, priority }) {
      await made(queue);
      await boss.send(queue, { job }, { id, priority });
    },
    async fetch(queue) {
      await made(queue);
      const [fetched] = await boss.fetch<{ job: string }>(queue);
      if (fetched === undefined) return undefined;
      const { id, retryCount, data } = fetched;
      return { queue, id, retryCount, job: data.job };
    },
    async touch({ queue, ...attempt }) {
      await boss.touch(queue, attempt);
    },
    async end({ queue, ...attempt }) {
      await boss.complete(queue, attempt);
    },
    async release(queue, id) {
      await boss.fail(queue, id);
    },
    async drop(queue, id) {
      await made(queue);
      await boss.cancel(queue, id);
    },
    async reorder(queue, id, priority) {
      await made(queue);
      await boss.update(queue, undefined, { id, priority });
    },
    async stateOf(queue, id) {
      await made(queue);
      const [found] = await boss.findJobs(queue, { id });
      switch (found?.state) {
        case "created":
        case "retry":
          return "waiting";
        case "active":
          return "taken";
        case "failed":
          return "given-up";
        default:
          return "gone";
      }
    },
    [Symbol.asyncDispose]: () => boss.stop({ graceful: false }),
  };
}
