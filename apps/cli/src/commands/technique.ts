/**
 * @file What the commands for single techniques share: a folder of pictures as the argument, every
 * field of the config that the technique reads as a flag, and fields that the command sets itself.
 */

import type { TuningName } from "@atelier/diffusion/train";
import type { Command } from "commander";
import type { CliContext } from "../cli-context.js";
import { addConfigFlags, valuesOfFlags } from "../config-flags.js";
import { resolveConfig } from "../resolve-config.js";
import { runTraining, type TrainingFlags } from "../train-runner.js";

/** A command that trains on a folder of pictures. */
export interface Technique {
  readonly name: string;
  /** What may be trained; the first unless `--tuning` says otherwise. */
  readonly tunings: readonly TuningName[];
  readonly text: {
    readonly description: string;
    readonly argument: string;
    readonly more: (rule: string) => string;
  };
  /** Fields that {@link Technique.complete} sets, so that they are no flags. */
  readonly sets?: readonly string[];
  /** Options besides those of the config. */
  readonly addOptions?: (command: Command) => void;
  /** Fills in fields by path, from those that were given and the command's own options. */
  readonly complete?: (values: Map<string, unknown>, options: Record<string, unknown>) => void;
}

/** Sections of the config by the tunings that read them. */
const sections: Readonly<Record<string, readonly TuningName[]>> = {
  lora: ["lora", "pivotal"],
  full: ["full"],
  embedding: ["textual_inversion", "pivotal"],
  textEncoder: ["lora", "full", "pivotal"],
  prior: ["lora", "full", "pivotal"],
};

const folderField = "data.folder";

/** Adds the command of a technique. */
export function addTechniqueCommand(
  program: Command,
  { text, files, ...context }: CliContext,
  technique: Technique,
): void {
  const { tunings, sets = [], complete = () => {} } = technique;
  const isIdle = (path: string) => {
    const readers = sections[path.split(".")[0] ?? ""];
    return readers !== undefined && !readers.some((tuning) => tunings.includes(tuning));
  };
  const command = program
    .command(technique.name)
    .description(technique.text.description)
    .argument("<pictures>", technique.text.argument);
  technique.addOptions?.(command);
  command
    .option("--tokenizer <folder>", text.base.tokenizer)
    .option("--plan", text.train.planOption)
    .option("--json", text.program.json);
  const own = [folderField, ...sets, ...(tunings.length > 1 ? [] : ["tuning"])];
  const isLeftOut = (path: string) => own.includes(path) || isIdle(path);
  addConfigFlags(command, text, isLeftOut)
    .addHelpText("after", technique.text.more(text.train.rule))
    .action(async (pictures: string, flags: TrainingFlags) => {
      const values = valuesOfFlags(command, isLeftOut);
      values.set(folderField, pictures);
      if (!values.has("tuning")) values.set("tuning", tunings[0]);
      complete(values, command.opts());
      const config = await resolveConfig(files, { values });
      await runTraining({ text, files, ...context }, config, flags);
    });
}
