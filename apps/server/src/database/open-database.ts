/** @file Opens a database of either kind. */

import { withChanges } from "./changes.js";
import type { Database, DatabasePlace } from "./database.js";
import { migrate } from "./migrations.js";
import { openEmbedded } from "./open-embedded.js";
import { openPostgres } from "./open-postgres.js";

/**
 * Opens a database and brings its tables up to date.
 * @throws AtelierError `file` for one that is in use, of a newer version, or not to be written; `network` for one that
 *   cannot be reached or refuses the user.
 */
export async function openDatabase(place: DatabasePlace): Promise<Database> {
  const backing = await ("url" in place ? openPostgres(place.url) : openEmbedded(place.folder));
  try {
    await migrate(backing.connection, backing.name);
    return await withChanges(backing);
  } catch (error) {
    await backing[Symbol.asyncDispose]();
    throw error;
  }
}
