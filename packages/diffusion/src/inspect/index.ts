/** @file `@atelier/diffusion/inspect`: what a file is. */

export { inspectPath } from "./inspect-path.js";
export type {
  AdapterFacts,
  ComponentFacts,
  InspectedKind,
  Inspection,
  InspectOptions,
  Problem,
} from "./inspection.js";
