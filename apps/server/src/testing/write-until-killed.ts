/** @file A program that writes jobs into an embedded database and says how many, until it is killed. */

import { randomUUID } from "node:crypto";
import { openDatabase } from "../database/open-database.js";

const [, , folder = ""] = process.argv;
const { tables } = await openDatabase({ folder });
for (let written = 1; ; written += 1) {
  const request = JSON.stringify({ kind: "doctor" as const });
  const about = { kind: "doctor", title: "Doctor", request, after: [], state: "waiting" } as const;
  const place = { lane: "light", backend: "cpu", memory: 1, queue: "light.cpu.1" } as const;
  await tables
    .insertInto("job")
    .values({ id: randomUUID(), ...about, after: [], ...place, priority: 0 })
    .execute();
  process.stdout.write(`${written}\n`);
}
