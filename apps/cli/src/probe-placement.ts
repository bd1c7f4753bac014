/**
 * @file Run by `atelier doctor` in a process of its own: which operators of trainings of a model a device would leave to
 * the processor. Prints one JSON object.
 */

import { openModelFiles } from "@atelier/diffusion/files";
import { exampleGraphs } from "@atelier/diffusion/train";

import { nodeFiles, operatorsOnProcessor } from "@atelier/engine/node";
import { backends } from "./backend-options.js";
import { runtimeReason } from "./runtime-reason.js";

const [, , name, path = ""] = process.argv;
try {
  const backend = backends.find((known) => known === name);
  if (backend === undefined || backend === "cpu") throw new Error("expected a device");
  const model = await openModelFiles(nodeFiles, path);
  const graphs = exampleGraphs(model);
  await model.close();
  const left = new Set<string>();
  for (const graph of graphs) {
    for (const operator of await operatorsOnProcessor(graph, backend)) left.add(operator);
  }
  console.log(JSON.stringify({ left: [...left].sort(), graphs: graphs.length }));
} catch (error) {
  console.log(JSON.stringify({ reason: runtimeReason(error) }));
}
