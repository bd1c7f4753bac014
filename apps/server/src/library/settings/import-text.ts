/**
 * @file Settings of another trainer, pasted or dropped as text: told apart by the name of their file, else by how they
 * look, and made a config of ours.
 */

import { type ForeignFile, importSettings } from "@atelier/diffusion/train";
import { AtelierError, messageOf, type Sentence, said } from "@atelier/engine";
import { parse as parseToml } from "smol-toml";
import { parseDocument } from "yaml";
import type { z } from "zod";
import type { imported } from "../../api/library.js";
import { tellSentence } from "../folder/tell.js";
import { namedElsewhere } from "./fields.js";

/** What the API answers. */
export type Imported = z.infer<typeof imported>;

/**
 * Makes a config of settings of kohya, ai-toolkit, OneTrainer or diffusers.
 * @throws AtelierError `config` for text that is none of them.
 */
export function importText(text: string, name: string): Imported {
  const file = parse(text, name);
  const { config, left } = importSettings([file]);
  const notes = left.map(({ option, why }) => note(option, why));
  const own = withoutPaths(config, (path, value) => {
    notes.push(
      note(
        path,
        said`${shown(value)} is chosen in the Studio: add it to the library and take it from there`,
      ),
    );
  });
  return { format: formatOf(file), config: own, notes };
}

function note(setting: string, why: Sentence): Imported["notes"][number] {
  return { setting, ...tellSentence(why) };
}

const shown = (value: unknown): string => JSON.stringify(value).slice(0, 200);

/** The trainer whose settings a file holds, once they have been read. */
function formatOf(file: ForeignFile): string {
  switch (file.kind) {
    case "toml":
      return "kohya";
    case "text":
      // Scripts of sd-scripts, and what only they know.
      return /(train_network|train_db|train_textual_inversion|fine_tune|sdxl_train\w*|flux_train\w*|sd3_train\w*)\.py|--network_module\b/.test(
        file.text,
      )
        ? "kohya"
        : "diffusers";
    case "data": {
      const names = Object.keys(
        typeof file.value === "object" && file.value !== null ? file.value : {},
      );
      if (names.includes("config")) return "ai-toolkit";
      return names.includes("training_method") ? "onetrainer" : "kohya";
    }
  }
}

function parse(text: string, name: string): ForeignFile {
  if (/\.toml$/i.test(name)) return { kind: "toml", value: tomlOf(name, text) };
  if (/\.(ya?ml|jsonc?)$/i.test(name)) return { kind: "data", value: yamlOf(name, text) };
  const isCommand =
    /^\s*(\$\s*)?(accelerate|python3?|torchrun|CUDA_)/m.test(text) || /(^|\s)--\w/.test(text);
  if (isCommand) return { kind: "text", text };
  if (/^\s*[\w.-]+\s*=\s*\S/m.test(text)) return { kind: "toml", value: tomlOf(name, text) };
  return { kind: "data", value: yamlOf(name, text) };
}

function tomlOf(name: string, text: string): Readonly<Record<string, unknown>> {
  try {
    return parseToml(text);
  } catch (cause) {
    throw unreadable(name, "TOML", cause);
  }
}

/** YAML, which JSON is as well. Aliases are limited, so that a small text cannot expand without end. */
function yamlOf(name: string, text: string): unknown {
  try {
    const document = parseDocument(text, { prettyErrors: false });
    const [fault] = document.errors;
    if (fault !== undefined) throw fault;
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw unreadable(name, "YAML or JSON", cause);
  }
}

const unreadable = (name: string, form: string, cause: unknown) =>
  new AtelierError(
    "config",
    said`${name}: expected settings as ${form}, got text that does not parse (${messageOf(cause).slice(0, 300)}). Correct it.`,
    { cause },
  );

/** A config without the fields that name what lies elsewhere; `tell` hears of each. */
function withoutPaths(
  config: Readonly<Record<string, unknown>>,
  tell: (path: string, value: unknown) => void,
  prefix = "",
): Record<string, unknown> {
  const kept = Object.entries(config).flatMap(([name, value]): [string, unknown][] => {
    const path = prefix + name;
    if (path === "version") return [];
    if (namedElsewhere.has(path)) {
      tell(path, value);
      return [];
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [[name, value]];
    // Sound: an object that is no array is one of fields.
    const inner = withoutPaths(value as Readonly<Record<string, unknown>>, tell, `${path}.`);
    return Object.keys(inner).length === 0 ? [] : [[name, inner]];
  });
  return Object.fromEntries(kept);
}
