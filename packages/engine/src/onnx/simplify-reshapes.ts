/**
 * @file Removes reshapes that change nothing. They copy no data, but each costs the runtime as much
 * bookkeeping as an operator that does, and a training step has a thousand of them.
 */

import type { OnnxNode } from "./model-proto.js";

/**
 * The same operators with every Reshape reading the value that was not reshaped before, equal ones
 * shared, and those left out that nobody uses. `results` are the names that must be made.
 */
export function simplifyReshapes(
  nodes: readonly OnnxNode[],
  results: ReadonlySet<string>,
): OnnxNode[] {
  /** What a reshaped value was before. */
  const sources = new Map<string, string>();
  const first = new Map<string, string>();
  const renamed = new Map<string, string>();
  const simplified = nodes.map((node) => {
    const inputs = node.inputs.map((name) => renamed.get(name) ?? name);
    const [value = "", shape = ""] = inputs;
    const [output = ""] = node.outputs;
    if (node.opType !== "Reshape") return { ...node, inputs };
    const source = sources.get(value) ?? value;
    sources.set(output, source);
    const key = `${source} ${shape}`;
    const equal = first.get(key);
    if (equal === undefined) first.set(key, output);
    else if (!results.has(output)) renamed.set(output, equal);
    return { ...node, inputs: [source, shape] };
  });
  const used = new Set(results);
  const kept = simplified.toReversed().filter((node) => {
    if (node.opType === "Reshape" && !node.outputs.some((name) => used.has(name))) return false;
    for (const name of node.inputs) used.add(name);
    return true;
  });
  return kept.toReversed();
}
