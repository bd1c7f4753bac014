/** @file `atelier demo`: what Atelier does, shown from end to end in a minute or two. */

import { type Command, Option } from "commander";
import { addBackendOptions } from "../backend-options.js";
import type { CliContext } from "../cli-context.js";
import { defaultSteps } from "../demo/demo-settings.js";
import type { DemoFlags } from "../demo/demo-stages.js";
import { runDemo } from "../demo/run-demo.js";
import { wholeNumber } from "../number-options.js";

/** Adds the command. */
export function addDemoCommand(program: Command, context: CliContext): void {
  const { text } = context;
  const { demo: own, base } = text;
  const command = program
    .command("demo")
    .description(own.description)
    .option("--base <folder>", own.base)
    .option("--tokenizer <folder>", base.tokenizer)
    .option("--out <folder>", own.out)
    .addOption(
      new Option("--steps <n>", own.steps).argParser(wholeNumber(text, 1)).default(defaultSteps),
    )
    .addOption(new Option("--seed <n>", own.seed).argParser(wholeNumber(text, 0)).default(0));
  addBackendOptions(command, context)
    .option("--json", text.program.json)
    .addHelpText("after", own.more)
    .action((flags: DemoFlags) => runDemo(context, flags));
}
