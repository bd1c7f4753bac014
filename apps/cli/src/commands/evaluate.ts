/** @file `atelier evaluate`: scores what was trained by the protocols of papers, beside its base. */

import { protocolNames } from "@atelier/diffusion/evaluate";
import { samplerNames } from "@atelier/diffusion/samplers";
import { type Command, Option } from "commander";
import { addBackendOptions } from "../backend-options.js";
import type { CliContext } from "../cli-context.js";
import type { EvaluateFlags } from "../evaluate/plan-evaluation.js";
import { runEvaluation } from "../evaluate/run-evaluation.js";
import { addBaseDType, addModelOptions } from "../model-options.js";
import { numberBetween, wholeNumber } from "../number-options.js";

/** Adds the command. */
export function addEvaluateCommand(program: Command, context: CliContext): void {
  const { text } = context;
  const { evaluate: own, generate, base } = text;
  const whole = (minimum: number) => wholeNumber(text, minimum);
  const command = program
    .command("evaluate")
    .description(own.description)
    .argument("<what...>", own.argument)
    .option("--pictures <folder>", own.pictures)
    .option("--token <word>", own.token)
    .option("--class <noun>", own.class)
    .option("--base <model>", own.baseOption)
    .addOption(
      new Option("--protocol <name>", own.protocol).choices(protocolNames).default("dreambooth"),
    )
    .addOption(new Option("--paper-prompts <kind>", own.paperPrompts).choices(["object", "living"]))
    .option("--prompts <file>", own.prompts)
    .option("--judge <model>", own.judge)
    .option("--instance-judge <model>", own.instanceJudge)
    .option("--count <n>", own.count, whole(1))
    .addOption(new Option("--sampler <name>", generate.sampler).choices(samplerNames))
    .option("--steps <n>", generate.steps, whole(1))
    .option("--guidance <scale>", generate.guidance, numberBetween(text, 0))
    .addOption(new Option("--seed <n>", generate.seed).argParser(whole(0)).default(0))
    .option("--width <pixels>", generate.width, whole(1))
    .option("--height <pixels>", generate.height, whole(1))
    .option("--ignore-unknown", generate.ignoreUnknown)
    .option("--out <folder>", own.out);
  addBaseDType(addModelOptions(command, text), text).option("--tokenizer <folder>", base.tokenizer);
  addBackendOptions(command, context)
    .option("--json", text.program.json)
    .addHelpText("after", own.more)
    .action((named: readonly string[], flags: EvaluateFlags) =>
      runEvaluation(context, named, flags),
    );
}
