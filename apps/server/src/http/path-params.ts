/**
 * @file Parameters in paths, taken from the path as it was sent: each part is decoded once, after it was divided, so
 * that no encoded slash or dot makes a path of a name.
 */

import { said } from "@atelier/engine";
import { refused } from "../api/refusal.js";
import { checkText } from "./check-text.js";

/**
 * The parameters of a path.
 * @param pattern as routes have it, with `:name` and a final `*`
 * @throws AtelierError, a refusal, where a part is no name
 */
export function pathParams(pattern: string, path: string): Record<string, string> {
  const params: Record<string, string> = {};
  const parts = path.split("/");
  for (const [at, expected] of pattern.split("/").entries()) {
    if (expected === "*") params["*"] = parts.slice(at).map(nameOf).join("/");
    else if (expected.startsWith(":")) params[expected.slice(1)] = nameOf(parts[at] ?? "");
  }
  return params;
}

function nameOf(part: string): string {
  let name: string;
  try {
    name = decodeURIComponent(part);
  } catch {
    throw noName();
  }
  checkText(name);
  if (name === "" || name === "." || name === ".." || /[/\\]/.test(name)) throw noName();
  return name;
}

function noName(): Error {
  return refused("bad-input", said`path: expected names between its slashes, got another.`);
}
