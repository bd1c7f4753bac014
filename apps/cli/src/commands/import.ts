/**
 * @file `atelier import`: a training config from the settings of another trainer, with everything that has
 * no equivalent listed.
 */

import { embeddedBaseName, trainingAdvice } from "@atelier/base/embedded";
import { readText } from "@atelier/diffusion/core";
import {
  completeConfig,
  type ForeignFile,
  type ImportedConfig,
  importSettings,
  parseTrainConfig,
  trainingStrength,
} from "@atelier/diffusion/train";
import { AtelierError, messageOf, sentenceIn } from "@atelier/engine";
import type { Command } from "commander";
import { parse as parseToml } from "smol-toml";
import { stringify as stringifyYaml } from "yaml";
import { type CliContext, print, printJson } from "../cli-context.js";
import { readConfigFile } from "../config-file.js";
import { errorWords } from "../error-words.js";
import { withDefaultBase } from "../resolve-config.js";

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
  const problems = problemsOf(context, imported.config);
  const yaml = stringifyYaml(imported.config);
  if (out !== undefined) await files.write(out, [new TextEncoder().encode(yaml)]);
  if (json) {
    const left = imported.left.map((setting) => ({
      ...setting,
      why: sentenceIn(setting.why, {}),
    }));
    printJson(context, { type: "import", ...imported, left, problems });
    return;
  }
  if (out === undefined) print(context, yaml.trimEnd());
  else print(context, words.written(out));
  for (const { option, value, why } of imported.left) {
    const reason = sentenceIn(why, text.errors);
    context.io.stderr.write(`${words.left(option, JSON.stringify(value), reason)}\n`);
  }
  if (problems === undefined) {
    const given = parseTrainConfig(withDefaultBase(imported.config));
    const advice = given.base.path === embeddedBaseName ? trainingAdvice : {};
    const strength = trainingStrength(completeConfig(given, advice));
    context.io.stderr.write(`${words.strength(strength)}\n`);
  } else context.io.stderr.write(`${words.incomplete(problems)}\n`);
}

/** What still has to be filled in before it can be trained, if anything. */
function problemsOf({ text }: CliContext, config: ImportedConfig["config"]): string | undefined {
  try {
    parseTrainConfig(withDefaultBase(config));
    return undefined;
  } catch (error) {
    return errorWords(error, text);
  }
}

/** No settings come near this size. */
const maxBytes = 4 * 1024 * 1024;

/** Files by their endings: TOML, YAML and JSON, else a command line. */
async function read(context: CliContext, paths: readonly string[]): Promise<ImportedConfig> {
  const { files, text } = context;
  const { import: words } = text.techniques;
  const read = async (path: string): Promise<ForeignFile> => {
    const found = await files.stat(path);
    if (found?.kind === "folder") throw new AtelierError("file", words.folder(path));
    if (found !== undefined && found.sizeBytes > maxBytes)
      throw new AtelierError("config", words.tooLarge(path, maxBytes));
    if (path.toLowerCase().endsWith(".toml"))
      return { kind: "toml", value: readToml(path, await readText(files, path), words) };
    if (/\.(ya?ml|jsonc?)$/i.test(path))
      return { kind: "data", value: (await readConfigFile(files, path)).value };
    return { kind: "text", text: await readText(files, path) };
  };
  const parsed: ForeignFile[] = [];
  for (const path of paths) parsed.push(await read(path));
  return importSettings(parsed);
}

function readToml(
  path: string,
  source: string,
  words: CliContext["text"]["techniques"]["import"],
): Readonly<Record<string, unknown>> {
  try {
    return parseToml(source);
  } catch (cause) {
    throw new AtelierError("config", words.notToml(path, messageOf(cause)), { cause });
  }
}
