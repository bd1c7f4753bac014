/** @file The tables of the database as Kysely sees them. Rows never leave jobs/ as they are. */

import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { Job, JobRequest, JobState, JobWish, Problem } from "../api/index.js";

/** What runs beside each other on one machine: one long work and one short. */
export type Lane = "heavy" | "light";

/** What computes. */
export type Backend = "cpu" | "webgpu" | "cuda";

/** A JSON column that may be empty. */
type OptionalJson<T extends object> = ColumnType<T | null, string | null, string | null>;

/** A time of the database's own clock; machines' clocks may differ. */
type Time = ColumnType<Date, never, Date>;
type OptionalTime = ColumnType<Date | null, never, Date | null>;

/** A time that a row may come with. */
type GivenTime = ColumnType<Date | null, Date | null | undefined, Date | null>;

/** Jobs; a row stays for good. */
export interface JobTable {
  readonly id: string;
  /** The order of asking. */
  readonly number: Generated<number>;
  readonly kind: string;
  readonly title: string;
  readonly request: JSONColumnType<JobRequest>;
  readonly lane: Lane;
  readonly backend: Backend;
  /** Power of two of the gigabytes that a machine needs for it. */
  readonly memory: number;
  /** Of pg-boss: lane, backend and memory. */
  readonly queue: string;
  readonly priority: number;
  readonly state: JobState;
  readonly after: string[];
  /** It is not delivered before. */
  readonly begin: GivenTime;
  /** What has queued it, for which of its times. */
  readonly schedule: ColumnType<string | null, string | undefined, never>;
  readonly due: GivenTime;
  /** The id under which pg-boss delivers it now; none while it waits for others or for its time. */
  readonly delivery: string | null;
  /** What its worker is asked for; to be finished also whoever takes it next. */
  readonly wish: JobWish | null;
  /** Grows each time that a worker takes it; what comes of an earlier attempt counts for nothing. */
  readonly attempt: Generated<number>;
  readonly worker: string | null;
  /** When its worker was last heard of. */
  readonly heard: OptionalTime;
  readonly run: string | null;
  readonly progress: OptionalJson<NonNullable<Job["progress"]>>;
  readonly outcome: OptionalJson<NonNullable<Job["outcome"]>>;
  readonly problem: OptionalJson<Problem>;
  /** A worker without the library waits for what the request names, or has waited for it. */
  readonly asks: Generated<boolean>;
  /** Manifests in the storage, as `jobs/stored-files.ts` tells of them. */
  readonly inputs: string | null;
  readonly saved: string | null;
  readonly made: string | null;
  readonly created: Time;
  readonly started: OptionalTime;
  readonly ended: GivenTime;
}

/** What is queued again and again. */
export interface ScheduleTable {
  readonly id: string;
  /** The order of asking. */
  readonly number: Generated<number>;
  readonly title: string;
  readonly request: JSONColumnType<JobRequest>;
  readonly priority: number;
  readonly cron: string;
  readonly zone: string;
  /** The time that comes next, or that nobody has queued a job for yet; none while it is paused. */
  readonly next: GivenTime;
  readonly created: Time;
}

/** What commands have printed. */
export interface EventTable {
  readonly id: Generated<number>;
  readonly job: string;
  readonly attempt: number;
  readonly time: Time;
  readonly body: JSONColumnType<{ readonly type: string }>;
}

/** Programs that take jobs. */
export interface WorkerTable {
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly backend: Backend;
  readonly cores: number;
  readonly memory: number;
  readonly load: number;
  readonly lanes: Lane[];
  readonly jobs: string[];
  readonly seen: Time;
}

/** All tables. */
export interface Tables {
  readonly job: JobTable;
  readonly schedule: ScheduleTable;
  readonly event: EventTable;
  readonly worker: WorkerTable;
}
