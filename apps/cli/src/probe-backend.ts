/**
 * @file Run by `atelier doctor` in a process of its own: whether a backend computes right numbers. Prints one JSON object.
 */

import { probeRuntime } from "@atelier/engine";
import { chooseRoute, createOrtRuntime } from "@atelier/engine/node";
import { backends } from "./backend-options.js";
import { runtimeReason } from "./runtime-reason.js";

try {
  const backend = backends.find((name) => name === process.argv[2]);
  if (backend === undefined) throw new Error(`expected one of ${backends.join(", ")}`);
  const begun = performance.now();
  const error = await probeRuntime(createOrtRuntime({ provider: backend }));
  const milliseconds = performance.now() - begun;
  const { name: route, reason: detour } = chooseRoute(backend);
  console.log(JSON.stringify({ error, milliseconds, route, detour }));
} catch (error) {
  console.log(JSON.stringify({ reason: runtimeReason(error) }));
}
