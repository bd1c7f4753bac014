/**
 * @file From a config file and flags to a checked training config. Problems are listed all at once,
 * each with the line or the flag that it comes from.
 */

import { embeddedBaseName } from "@atelier/base/embedded";
import { type GivenConfig, parseTrainConfig } from "@atelier/diffusion/train-config";
import { AtelierError, type FileStore, type Sentence, said, sentenceIn } from "@atelier/engine";
import type { ConfigFile } from "./config-file.js";
import { configFlags } from "./config-flags.js";

/** Where a config comes from. */
export interface ConfigSources {
  readonly file?: string | undefined;
  /** By dotted path; they win over the file. */
  readonly values: ReadonlyMap<string, unknown>;
}

/**
 * Reads, merges and checks.
 * @throws AtelierError `file` for a missing file, `config` with every problem.
 */
export async function resolveConfig(
  files: FileStore,
  { file, values }: ConfigSources,
): Promise<GivenConfig> {
  const parsed = file === undefined ? undefined : await readFile(files, file);
  const config = withDefaultBase(await withBase(files, merge(parsed?.value ?? {}, values)));
  try {
    return parseTrainConfig(config);
  } catch (error) {
    throw withOrigins(error, { file, parsed, values });
  }
}

async function readFile(files: FileStore, path: string): Promise<ConfigFile> {
  // Flags alone need no parser of YAML.
  const { readConfigFile } = await import("./config-file.js");
  return readConfigFile(files, path);
}

/** A file's value with the flags' fields replaced; what is no object is left to the schema. */
function merge(value: unknown, values: ReadonlyMap<string, unknown>): unknown {
  let merged = withoutOtherBase(value, values);
  for (const [path, field] of values) merged = setAt(merged, path.split("."), field);
  return merged;
}

/** Fields that say which base is meant, and what it is. */
const ofBase: ReadonlySet<string> = new Set(["path", "repo", "fingerprint", "architecture"]);

/** A base named by a flag replaces the file's, whichever of its two forms either has. */
function withoutOtherBase(value: unknown, values: ReadonlyMap<string, unknown>): unknown {
  const given = ["path", "repo"].filter((key) => values.has(`base.${key}`));
  const base = valueAt(value, ["base"]);
  if (given.length !== 1 || typeof base !== "object" || base === null) return value;
  const kept = Object.entries(base).filter(([key]) => !ofBase.has(key));
  return setAt(value, ["base"], Object.fromEntries(kept));
}

function setAt(value: unknown, [key, ...rest]: readonly string[], field: unknown): unknown {
  if (key === undefined) return field;
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject && value !== undefined && value !== null) return value;
  const entries = new Map<string, unknown>(Object.entries(value ?? {}));
  entries.set(key, setAt(entries.get(key), rest, field));
  return Object.fromEntries(entries);
}

/** A base that is no path but reads as a repository is one. */
async function withBase(files: FileStore, config: unknown): Promise<unknown> {
  const base = new Map(Object.entries(valueAt(config, ["base"]) ?? {}));
  const path: unknown = base.get("path");
  const isName = typeof path === "string" && /^[\w.-]+\/[\w.-]+(@[\w./-]+)?$/.test(path);
  if (!isName || base.has("repo") || (await files.stat(path)) !== undefined) return config;
  const [repo, revision] = path.split("@");
  base.delete("path");
  base.set("repo", repo);
  if (revision !== undefined) base.set("revision", revision);
  return setAt(config, ["base"], Object.fromEntries(base));
}

/** The embedded base where a config names none; what is no config is left to the schema. */
export function withDefaultBase(config: unknown): unknown {
  const base = valueAt(config, ["base"]) ?? {};
  const isNamed = ["path", "repo"].some((key) => valueAt(base, [key]) !== undefined);
  return isNamed ? config : setAt(config, ["base", "path"], embeddedBaseName);
}

function valueAt(value: unknown, parts: readonly string[]): unknown {
  return parts.reduce<unknown>((inner, part) => {
    if (typeof inner !== "object" || inner === null) return undefined;
    return new Map<string, unknown>(Object.entries(inner)).get(part);
  }, value);
}

interface Origins extends ConfigSources {
  readonly parsed: ConfigFile | undefined;
}

/** The same problems, each with the flag or line it comes from. */
function withOrigins(error: unknown, { file, parsed, values }: Origins): unknown {
  const problems = error instanceof AtelierError ? error.context["problems"] : undefined;
  if (!Array.isArray(problems)) return error;
  const flags = new Map(configFlags().map(({ field, name }) => [field.path, name]));
  const lines = problems.map((problem: Sentence): Sentence => {
    const path = /^[\w.]+(?=:)/.exec(sentenceIn(problem, {}))?.[0] ?? "";
    const flag = values.has(path) ? flags.get(path) : undefined;
    const line = flag === undefined ? parsed?.lineOf(path) : undefined;
    const origin = flag ?? (line === undefined ? undefined : `${file ?? ""}:${line}`);
    return origin === undefined ? problem : said`${problem} (${origin})`;
  });
  const list = { template: lines.map((_, at) => `  {${at}}`).join("\n"), params: lines };
  const sentence =
    lines.length === 1
      ? said`training config: one problem:\n${list}\nCorrect these; \`atelier train --help-all\` lists all fields.`
      : said`training config: ${lines.length} problems:\n${list}\nCorrect these; \`atelier train --help-all\` lists all fields.`;
  return new AtelierError("config", sentence, { cause: error, context: { problems } });
}
