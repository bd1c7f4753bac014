/** @file A config as YAML, to be copied into a file for `atelier train`. */

/** Texts that stand without quotes and are read as the texts that they are. */
const plain = /^[\p{L}_./<][\p{L}\p{N}_./<> -]*$/u;
/** Texts that YAML reads as something else. */
const reserved = /^(?:true|false|null|yes|no|on|off|y|n|~)$/i;

/** The config as YAML. Undefined values are left out. */
export function yamlOf(config: Readonly<Record<string, unknown>>): string {
  return `${linesOf(config, "").join("\n")}\n`;
}

function linesOf(group: object, indent: string): string[] {
  return Object.entries(group).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined) return [];
    const key = `${indent}${scalarOf(name)}:`;
    if (Array.isArray(value)) {
      if (value.length === 0) return [`${key} []`];
      return [key, ...value.map((entry: unknown) => `${indent}  - ${inlineOf(entry)}`)];
    }
    if (typeof value !== "object" || value === null) return [`${key} ${scalarOf(value)}`];
    const inner = linesOf(value, `${indent}  `);
    return inner.length === 0 ? [`${key} {}`] : [key, ...inner];
  });
}

/** An entry of a list. JSON is YAML, too. */
function inlineOf(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : scalarOf(value);
}

function scalarOf(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  const isPlain = plain.test(value) && !reserved.test(value) && !/[ ]$/.test(value);
  return isPlain ? value : JSON.stringify(value);
}
