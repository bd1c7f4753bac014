/** @file `atelier textual-inversion`: teaches a model a new word, with or without an adapter beside it. */

import type { Command } from "commander";
import type { CliContext } from "../cli-context.js";
import { addTechniqueCommand } from "./technique.js";

/** Adds the command. */
export function addTextualInversionCommand(program: Command, context: CliContext): void {
  const { textualInversion: text } = context.text.techniques;
  addTechniqueCommand(program, context, {
    name: "textual-inversion",
    tunings: ["textual_inversion", "pivotal"],
    text,
    // `--init` is the word's here; an adapter's start can be set in a config file.
    sets: ["embedding.initializer", "lora.init"],
    addOptions: (command) => command.option("--init <words>", text.init, "mean"),
    complete(values, { init }) {
      values.set("embedding.initializer", init);
    },
  });
}
