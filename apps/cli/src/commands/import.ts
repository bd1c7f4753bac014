/**
 * @file `atelier import`: a training config from the settings of another trainer, with everything that has
 * no equivalent listed.
 */

import {
  type ImportedConfig,
  importAiToolkit,
  importDiffusers,
  importKohya,
  parseTrainConfig,
  readText,
  trainingStrength,
} from "@atelier/diffusion";
import { AtelierError, messageOf } from "@atelier/engine";
import type { Command } from "commander";
import { parse as parseToml } from "smol-toml";
import { stringify as stringifyYaml } from "yaml";
import { type CliContext, print, printJson } from "../cli-context.js";
import { readConfigFile } from "../config-file.js";

/** Adds the command. */
export function addImportCommand(program: Command, context: CliContext): void {
  const { import: text } = context.text.techniques;
  program
    .command("import")
    .description(text.description)
    .argument("<files...>", text.argument)
    .option("--out <file>", text.out)
    .option("--force", text.force, false)
    .option("--json", context.text.program.json, false)
    .addHelpText("after", text.more)
    .action((files: string[], options: ImportOptions) => importFiles(context, files, options));
}

interface ImportOptions {
  readonly out?: string;
  readonly force: boolean;
  readonly json: boolean;
}

async function importFiles(
  context: CliContext,
  paths: readonly string[],
  { out, force, json }: ImportOptions,
): Promise<void> {
  const { files, text } = context;
  const { import: words } = text.techniques;
  if (out !== undefined && !force && (await files.stat(out)) !== undefined) {
    throw new AtelierError("file", words.exists(out), { context: { path: out } });
  }
  const imported = await read(context, paths);
  const problems = problemsOf(imported.config);
  const yaml = stringifyYaml(imported.config);
  if (out !== undefined) await files.write(out, [new TextEncoder().encode(yaml)]);
  if (json) {
    printJson(context, { type: "import", ...imported, problems });
    return;
  }
  if (out === undefined) print(context, yaml.trimEnd());
  else print(context, words.written(out));
  for (const { option, value, why } of imported.left) {
    context.io.stderr.write(`${words.left(option, JSON.stringify(value), why)}\n`);
  }
  if (problems === undefined) {
    const strength = trainingStrength(parseTrainConfig(imported.config));
    context.io.stderr.write(`${words.strength(strength)}\n`);
  } else context.io.stderr.write(`${words.incomplete(problems)}\n`);
}

/** What still has to be filled in before it can be trained, if anything. */
function problemsOf(config: ImportedConfig["config"]): string | undefined {
  try {
    parseTrainConfig(config);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Files by their endings: kohya's TOML, ai-toolkit's YAML, else a command line of diffusers' scripts. */
async function read(context: CliContext, paths: readonly string[]): Promise<ImportedConfig> {
  const { files, text } = context;
  const [first = ""] = paths;
  const isToml = (path: string) => path.toLowerCase().endsWith(".toml");
  if (paths.every(isToml)) {
    return importKohya(
      await Promise.all(paths.map(async (path) => readToml(path, await readText(files, path)))),
    );
  }
  if (paths.length > 1) throw new AtelierError("config", text.techniques.import.severalFiles);
  if (/\.(ya?ml|json)$/i.test(first)) {
    const { value } = await readConfigFile(files, first, text);
    return importAiToolkit(Object.fromEntries(Object.entries(value ?? {})));
  }
  return importDiffusers(await readText(files, first));
}

function readToml(path: string, source: string): Readonly<Record<string, unknown>> {
  try {
    return parseToml(source);
  } catch (cause) {
    throw new AtelierError(
      "config",
      `${path}: expected TOML, got text that does not parse: ${messageOf(cause)}\nCorrect it.`,
      { cause },
    );
  }
}
