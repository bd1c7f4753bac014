/**
 * @file The database of a Studio: PGlite in the library's folder, or PostgreSQL for many machines. Everything behind
 * this file is the same for both.
 */

import type { Kysely } from "kysely";
import type { ConstructorOptions } from "pg-boss";
import type { Change } from "../api/index.js";
import type { Tables } from "./tables.js";

/** Where a database is. */
export type DatabasePlace =
  | {
      /** Of the embedded database; made where there is none. */
      readonly folder: string;
    }
  | {
      /** `postgres://user:password@host/database` */
      readonly url: string;
    };

/** A database that was opened, before its tables are looked at. */
export interface Backing extends AsyncDisposable {
  readonly kind: "embedded" | "postgresql";
  /** How errors name it: never with a password. */
  readonly name: string;
  readonly connection: Kysely<Tables>;
  /** How pg-boss reaches the same database. */
  readonly boss: Pick<ConstructorOptions, "db" | "backend" | "connectionString" | "max">;
  /** Hears what {@link Database.tell} says, in any process. @returns ends it */
  readonly listen: (onMessage: (payload: string) => void) => Promise<() => Promise<void>>;
}

/** An open database. */
export interface Database extends AsyncDisposable {
  readonly kind: Backing["kind"];
  /** How errors name it: never with a password. */
  readonly name: string;
  /** Our tables. */
  readonly tables: Kysely<Tables>;
  readonly boss: Backing["boss"];
  /** Tells every process that shares the database of a change; what a lost connection swallows is not told again. */
  readonly tell: (change: Change) => Promise<void>;
  /** Hears of changes. @returns ends it */
  readonly hear: (reader: (change: Change) => void) => () => void;
}
