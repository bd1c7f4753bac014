/** @file `atelier lora`: trains an adapter on a folder of pictures, everything else by flags. */

import type { Command } from "commander";
import type { CliContext } from "../cli-context.js";
import { addTechniqueCommand } from "./technique.js";

/** Adds the command. */
export function addLoraCommand(program: Command, context: CliContext): void {
  const { lora: text } = context.text;
  addTechniqueCommand(program, context, { name: "lora", tunings: ["lora"], text });
}
