/** @file `atelier lora`: trains a LoRA on a folder of pictures, everything else by flags. */

import type { Command } from "commander";
import type { CliContext } from "../cli-context.js";
import { addConfigFlags, valuesOfFlags } from "../config-flags.js";
import { resolveConfig } from "../resolve-config.js";
import { runTraining, type TrainingFlags } from "../train-runner.js";

const folderField = "data.folder";

/** Adds the command. */
export function addLoraCommand(program: Command, context: CliContext): void {
  const { text, files } = context;
  const command = program
    .command("lora")
    .description(text.lora.description)
    .argument("<pictures>", text.lora.argument)
    .option("--tokenizer <folder>", text.base.tokenizer)
    .option("--json", text.program.json);
  addConfigFlags(command, text, new Set([folderField]))
    .addHelpText("after", text.lora.more(text.train.rule))
    .action(async (pictures: string, flags: TrainingFlags) => {
      const values = new Map([...valuesOfFlags(command), [folderField, pictures]]);
      await runTraining(context, await resolveConfig(files, { values }, text), flags);
    });
}
