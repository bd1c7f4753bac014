/** @file `atelier extract`: a LoRA from what distinguishes a tuned model from its base. */

import { embeddedBaseName } from "@atelier/base/embedded";
import type { ModelFiles } from "@atelier/diffusion/families";
import { writeKohyaLora } from "@atelier/diffusion/files";
import { extractAdapter } from "@atelier/diffusion/tuning";
import { AtelierError, said } from "@atelier/engine";
import { type Command, Option } from "commander";
import { adapterTitle, layersOf } from "../adapter-layers.js";
import { type CliContext, print, printJson } from "../cli-context.js";
import { formatBytes } from "../format.js";
import { addParts, addPredictionType, type ModelOptions, openModel } from "../model-options.js";
import { wholeNumber } from "../number-options.js";
import { findBase } from "../open-base.js";
import { createProgress } from "../progress.js";
import { storedTypes } from "../stored-types.js";

interface ExtractFlags extends ModelOptions {
  readonly json?: boolean;
  readonly out: string;
  readonly base: string;
  readonly rank: number;
  readonly dtype: keyof typeof storedTypes;
  readonly force?: boolean;
}

/** Adds the command. */
export function addExtractCommand(program: Command, context: CliContext): void {
  const { text } = context;
  const { extract: own } = text.techniques;
  const command = program
    .command("extract")
    .description(own.description)
    .argument("<tuned>", own.argument)
    .requiredOption("--out <file>", own.out)
    .option("--base <model>", own.base, embeddedBaseName)
    .option("--rank <number>", own.rank, wholeNumber(text, 1), 16)
    .addOption(
      new Option("--dtype <type>", own.dtype).choices(Object.keys(storedTypes)).default("fp16"),
    )
    .option("--variant <name>", text.base.variant);
  addParts(addPredictionType(command, text), text)
    .option("--force", text.convert.force)
    .option("--json", text.program.json)
    .addHelpText("after", own.more)
    .action((tuned: string, flags: ExtractFlags) => extract(context, tuned, flags));
}

async function extract(context: CliContext, tuned: string, flags: ExtractFlags): Promise<void> {
  const { files, text } = context;
  const { extract: own } = text.techniques;
  const { base, out, rank, dtype } = flags;
  if (flags.force !== true && (await files.stat(out)) !== undefined) {
    throw new AtelierError(
      "config",
      said`${out}: expected a new place, got one where something stands. Choose another, or give --force to replace it.`,
    );
  }
  const progress = createProgress(context, { json: flags.json === true });
  const opened: ModelFiles[] = [];
  const open = async (source: string) => {
    const { path } = await findBase(context, source, { variant: flags.variant, progress });
    const checkpoint = await openModel(context, flags, { path, progress });
    opened.push(checkpoint);
    return checkpoint;
  };
  try {
    const [before, after] = [await open(base), await open(tuned)];
    const extraction = extractAdapter({ base: before, tuned: after, rank });
    let next = await extraction.next();
    while (next.done !== true) {
      progress.update({ label: own.tensors, ...next.value });
      next = await extraction.next();
    }
    const { weights, kept, leftOut } = next.value;
    const size = await writeKohyaLora(files, out, weights, {
      ...layersOf(before),
      title: adapterTitle(out),
      dtype: storedTypes[dtype],
    });
    progress.clear();
    if (leftOut.length > 0) progress.warn(own.leftOut(leftOut));
    const layers = weights.modules.size;
    if (flags.json === true) printJson(context, { type: "written", path: out, kept, leftOut });
    else print(context, own.written({ path: out, layers, kept, size: formatBytes(size) }));
  } finally {
    progress.clear();
    for (const checkpoint of opened) await checkpoint.close();
  }
}
