/** @file `atelier worker`: takes jobs of a Studio on this machine, until Ctrl-C. */

import { resolve } from "node:path";
import { AtelierError } from "@atelier/engine";
import { type Command, Option } from "commander";
import { type CliContext, print } from "../cli-context.js";
import { atelierVersion } from "../version.js";
import { programPath, storageOf, untilAborted } from "./studio.js";

interface WorkerFlags {
  readonly database: string;
  readonly library: string;
  readonly storage?: string;
  readonly storageEndpoint?: string;
  readonly name?: string;
  readonly lanes: string;
  readonly backend: "cpu" | "webgpu" | "cuda";
}

const lanes = ["heavy", "light"] as const;

/** Adds the command. */
export function addWorkerCommand(program: Command, context: CliContext): void {
  const { text } = context;
  const { worker: own } = text.studio;
  program
    .command("worker")
    .description(own.description)
    .requiredOption("--database <url>", own.database)
    .requiredOption("--library <folder>", own.library)
    .option("--storage <place>", own.storage)
    .option("--storage-endpoint <url>", text.studio.storageEndpoint)
    .option("--name <text>", own.name)
    .option("--lanes <list>", own.lanes, lanes.join(","))
    .addOption(
      new Option("--backend <name>", text.backend.option)
        .choices(["cpu", "webgpu", "cuda"])
        .default("cpu"),
    )
    .addHelpText("after", own.more)
    .action((flags: WorkerFlags) => work(context, flags));
}

async function work(context: CliContext, flags: WorkerFlags): Promise<void> {
  const { io, text } = context;
  const { database, backend, name } = flags;
  const taken = lanesOf(context, flags.lanes);
  const { openWorker } = await import("@atelier/server");
  const worker = await openWorker({
    ...{ database, backend, lanes: taken, program: programPath, version: atelierVersion },
    library: resolve(flags.library),
    storage: storageOf(context, flags),
    ...(name !== undefined && { name }),
  });
  try {
    print(context, text.studio.worker.works(worker.name, taken.join(", ")));
    print(context, text.studio.worker.end);
    await untilAborted(io.signal);
  } finally {
    await worker.close();
  }
}

function lanesOf({ text }: CliContext, value: string): (typeof lanes)[number][] {
  const names = value.split(",").map((name) => name.trim());
  const taken = lanes.filter((lane) => names.includes(lane));
  if (taken.length > 0 && taken.length === new Set(names).size) return taken;
  throw new AtelierError("config", text.studio.worker.notLanes(value));
}
