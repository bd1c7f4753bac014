/** @file `atelier finetune`: trains the weights of a model, all or a part, on a folder of pictures. */

import type { Command } from "commander";
import type { CliContext } from "../cli-context.js";
import { addTechniqueCommand } from "./technique.js";

/** Adds the command. */
export function addFinetuneCommand(program: Command, context: CliContext): void {
  const { finetune: text } = context.text.techniques;
  addTechniqueCommand(program, context, { name: "finetune", tunings: ["full"], text });
}
