/** @file Training configs in YAML or JSON (which YAML contains), with the line of every problem. */

import { readText } from "@atelier/diffusion/core";
import { AtelierError, type FileStore, said } from "@atelier/engine";
import { isMap, LineCounter, parseDocument } from "yaml";

/** A parsed file. */
export interface ConfigFile {
  readonly value: unknown;
  /** The line of a field by its dotted path, or of the nearest group around it that is there. */
  lineOf(path: string): number | undefined;
}

/**
 * Reads a config file. Aliases are limited, so that a small file cannot expand without end.
 * @throws AtelierError `file`; `config` for text that is no YAML, all problems at once with lines.
 */
export async function readConfigFile(files: FileStore, path: string): Promise<ConfigFile> {
  const source = await readText(files, path);
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    const list = faults.map(
      ({ message, pos }) => `  ${path}:${lines.linePos(pos[0]).line}: ${message}`,
    );
    throw notYaml(path, list.join("\n"));
  }
  return {
    value: toValue(path, () => document.toJS({ maxAliasCount: 100 })),
    lineOf(field) {
      const parts = field.split(".");
      for (let depth = parts.length; depth > 0; depth--) {
        const offset = keyOffset(document.contents, parts.slice(0, depth));
        if (offset !== undefined) return lines.linePos(offset).line;
      }
      return undefined;
    },
  };
}

function toValue(path: string, read: () => unknown): unknown {
  try {
    return read();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw notYaml(path, `  ${message}`, cause);
  }
}

function notYaml(path: string, problems: string, cause?: unknown): AtelierError {
  return new AtelierError(
    "config",
    said`${path}: expected YAML or JSON, got text that does not parse:\n${problems}\nCorrect these lines.`,
    { cause },
  );
}

/** Where the key of a field begins. */
function keyOffset(root: unknown, parts: readonly string[]): number | undefined {
  let node = root;
  let offset: number | undefined;
  for (const part of parts) {
    if (!isMap(node)) return undefined;
    const pair = node.items.find(({ key }) => String(key) === part);
    if (pair === undefined) return undefined;
    const { key } = pair;
    const range = typeof key === "object" && key !== null && "range" in key ? key.range : undefined;
    offset = Array.isArray(range) ? Number(range[0]) : undefined;
    node = pair.value;
  }
  return offset;
}
