/** @file `@atelier/diffusion/inspect`: what a file is. */

export { inspectPath } from "./inspect-path.js";
export {
  type AdapterFacts,
  type ComponentFacts,
  errorProblem,
  type InspectedKind,
  type Inspection,
  type InspectOptions,
  type Problem,
} from "./inspection.js";
