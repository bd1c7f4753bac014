/** @file Where a graph lies while it is compiled, as far as the platform decides. */

import type { NodeOf } from "../../graph/node.js";
import type { ParameterBinding } from "../../onnx/lower-graph.js";
import type { ParameterSource } from "../../runtime/runtime.js";
import type { StoredDType } from "../../stored-dtype.js";

/** A weight that is not read, but mapped when the session is made. */
export type MappedWeight = Exclude<ParameterBinding, "run">;

/** What is mapped. */
export interface MapOptions {
  /** Element types that files may hold. */
  readonly types: readonly StoredDType[];
  /** Whether also such that are not the weight's own. */
  readonly widens: boolean;
}

/** Disposed once the session is there. */
export interface GraphPlace extends AsyncDisposable {
  /** What places of mapped weights are relative to. */
  readonly folder: string;
  /** Those that can be mapped, by name. @throws AtelierError `weights`, `dtype` for files that do not fit. */
  map(
    nodes: readonly NodeOf<"parameter">[],
    parameters: ReadonlyMap<string, ParameterSource>,
    options: MapOptions,
  ): Promise<ReadonlyMap<string, MappedWeight>>;
}
