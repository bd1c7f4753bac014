/**
 * @file `atelier dreambooth`: teaches a model one subject under an identifier, while its class keeps its
 * meaning.
 */

import { embeddedBaseName } from "@atelier/base/embedded";
import { dreamboothPrompts, type PromptSubject } from "@atelier/diffusion/evaluate";
import { AtelierError } from "@atelier/engine";
import { type Command, Option } from "commander";
import type { CliContext } from "../cli-context.js";
import { addTechniqueCommand } from "./technique.js";

/** Adds the command. */
export function addDreamboothCommand(program: Command, context: CliContext): void {
  const { dreambooth: text } = context.text.techniques;
  addTechniqueCommand(program, context, {
    name: "dreambooth",
    tunings: ["lora", "full", "pivotal"],
    text,
    sets: ["prior.classPrompt", "embedding.token"],
    addOptions: (command) =>
      command
        .requiredOption("--token <word>", text.token)
        .requiredOption("--class <noun>", text.class)
        .option("--no-prior", text.noPrior)
        .addOption(
          new Option("--paper-prompts <kind>", text.paperPrompts).choices(["object", "living"]),
        ),
    complete: (values, options) => describeSubject(values, readOptions(options)),
  });
}

interface SubjectOptions {
  readonly token: string;
  readonly noun: string;
  readonly hasPrior: boolean;
  readonly paperPrompts: PromptSubject["kind"] | undefined;
}

/** The command's own options. @throws AtelierError `config` for empty words. */
function readOptions(options: Record<string, unknown>): SubjectOptions {
  const { token, class: noun, prior, paperPrompts } = options;
  if (typeof token !== "string" || typeof noun !== "string" || !/\S/.test(token + noun)) {
    throw new AtelierError(
      "config",
      "dreambooth: expected an identifier and a class, got an empty one. For example: --token sks --class dog.",
    );
  }
  const kind = paperPrompts === "object" || paperPrompts === "living" ? paperPrompts : undefined;
  return { token, noun, hasPrior: prior !== false, paperPrompts: kind };
}

/** Prompts of subject and class, as the paper has them; a prompt that is given stays. */
function describeSubject(
  values: Map<string, unknown>,
  { token, noun, hasPrior, paperPrompts }: SubjectOptions,
): void {
  const base = values.get("base.path") ?? values.get("base.repo") ?? embeddedBaseName;
  // The embedded base draws pictures that are no photographs.
  const view = base === embeddedBaseName ? "a" : "a photo of a";
  const subject = `${token} ${noun}`;
  if (values.get("tuning") === "pivotal") values.set("embedding.token", token);
  if (!values.has("data.prompt")) values.set("data.prompt", `${view} ${subject}`);
  if (!values.has("data.captions")) values.set("data.captions", "prompt");
  if (hasPrior) values.set("prior.classPrompt", `${view} ${noun}`);
  if (paperPrompts !== undefined) {
    values.set("samples.prompts", dreamboothPrompts({ subject, kind: paperPrompts }));
  }
}
