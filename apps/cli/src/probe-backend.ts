/**
 * @file Run by `atelier doctor` in a process of its own: whether a backend computes right numbers. Prints one JSON object.
 */

import { AtelierError, messageOf, probeRuntime } from "@atelier/engine";
import { chooseRoute, createOrtRuntime } from "@atelier/engine/node";
import { backends } from "./backend-options.js";

try {
  const backend = backends.find((name) => name === process.argv[2]);
  if (backend === undefined) throw new Error(`expected one of ${backends.join(", ")}`);
  const begun = performance.now();
  const error = await probeRuntime(createOrtRuntime({ provider: backend }));
  const milliseconds = performance.now() - begun;
  const { name: route, reason: detour } = chooseRoute(backend);
  console.log(JSON.stringify({ error, milliseconds, route, detour }));
} catch (error) {
  // The runtime's own reason: ours advises the very command that runs this.
  const cause = error instanceof AtelierError ? error.cause : undefined;
  console.log(JSON.stringify({ reason: messageOf(cause ?? error) }));
}
