/** @file `atelier train`: trains as a config file and flags say. */

import type { Command } from "commander";
import type { CliContext } from "../cli-context.js";
import { addConfigFlags, valuesOfFlags } from "../config-flags.js";
import { resolveConfig } from "../resolve-config.js";
import { runTraining, type TrainingFlags } from "../train-runner.js";

/** Adds the command. */
export function addTrainCommand(program: Command, context: CliContext): void {
  const { text, files } = context;
  const command = program
    .command("train")
    .description(text.train.description)
    .argument("<config>", text.train.argument)
    .option("--tokenizer <folder>", text.base.tokenizer)
    .option("--plan", text.train.planOption)
    .option("--json", text.program.json);
  addConfigFlags(command, text)
    .addHelpText("after", text.train.more(text.train.rule))
    .action(async (file: string, flags: TrainingFlags) => {
      const config = await resolveConfig(files, { file, values: valuesOfFlags(command) });
      await runTraining(context, config, flags);
    });
}
