/** @file The config.json of the folder that a component's file lies in, where the file was taken from a model's folder. */

import type { FileStore } from "@atelier/engine";
import type { ComponentName } from "../../core/component-name.js";
import { isJsonObject } from "../../core/json-object.js";
import { readJson } from "../../core/read-text.js";
import { type Configs, componentNamed } from "../../families/components.js";

/**
 * The config beside a file, under the component's name; nothing where there is none of such a component.
 * @throws AtelierError `format`, `config` for one of such a component that is not understood.
 */
export async function configBeside(
  files: FileStore,
  path: string,
  name: ComponentName,
): Promise<Configs | undefined> {
  const beside = files.join(path.replace(/[^\\/]*$/, ""), "config.json");
  if ((await files.stat(beside)) === undefined) return undefined;
  const json = await readJson(files, beside);
  const className = classOf(json);
  const component = componentNamed(name);
  return className !== undefined && component.classes.includes(className)
    ? { [name]: component.readConfig(json, className) }
    : undefined;
}

/** As diffusers says it, or transformers. */
function classOf(json: unknown): string | undefined {
  if (!isJsonObject(json)) return undefined;
  const { _class_name: own, architectures } = json;
  const first: unknown = Array.isArray(architectures) ? architectures[0] : undefined;
  const found = own ?? first;
  return typeof found === "string" ? found : undefined;
}
