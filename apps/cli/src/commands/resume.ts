/** @file `atelier resume`: goes on with a run from its newest snapshot, or finishes it there. */

import { readRunConfig } from "@atelier/diffusion/train-config";
import { isTuneFolder } from "@atelier/diffusion/tune";
import { AtelierError } from "@atelier/engine";
import type { Command } from "commander";
import type { CliContext } from "../cli-context.js";
import { runTraining, type TrainingFlags } from "../train-runner.js";

/** Adds the command. */
export function addResumeCommand(program: Command, context: CliContext): void {
  const { text, files } = context;
  const { resume } = text.techniques;
  program
    .command("resume")
    .description(resume.description)
    .argument("<run>", resume.argument)
    .option("--allow-changes", resume.allowChanges, false)
    .option("--past-stop", resume.pastStop, false)
    .option("--finish", resume.finish, false)
    .option("--tokenizer <folder>", text.base.tokenizer)
    .option("--json", text.program.json)
    .addHelpText("after", resume.more)
    .action(async (run: string, { allowChanges, pastStop, finish, ...flags }: ResumeFlags) => {
      if (await isTuneFolder(files, run)) {
        if (allowChanges || pastStop) {
          throw new AtelierError(
            "config",
            "resume: expected neither --allow-changes nor --past-stop with the folder of a tune, whose probes are compared with each other, got one. Leave it out; where pictures or base have changed, begin a new tune.",
          );
        }
        if (finish) {
          throw new AtelierError(
            "config",
            "resume: expected --finish with the folder of a training, got that of a tune, which ends with its best when its time is over. Leave --finish out.",
          );
        }
        // A tune brings its own modules.
        const { resumeTune } = await import("./tune.js");
        await resumeTune(context, run, flags);
        return;
      }
      const config = await readRunConfig(files, run);
      await runTraining(context, config, { ...flags, resume: { allowChanges, pastStop, finish } });
    });
}

interface ResumeFlags extends TrainingFlags {
  readonly allowChanges: boolean;
  readonly pastStop: boolean;
  readonly finish: boolean;
}
