/**
 * @file What Atelier asks of ONNX Runtime: a session for a model, and runs of it. Two adapters answer,
 * one on its C API (`c-api/`), one on onnxruntime-node (`binding-sessions.ts`).
 */

import type { ValueType } from "../../graph/node.js";
import type { GraphExecutor } from "../../runtime/compiled-graph.js";
import type { AnyTensor } from "../../runtime/runtime.js";

/** Execution providers that onnxruntime-node ships on some platform. */
export type OrtProvider = "cpu" | "webgpu" | "cuda";

/** How sessions are made on a device. */
export interface DeviceSettings {
  readonly provider: OrtProvider;
  /** Threads of one operator. */
  readonly threads: number;
  /** Whether ONNX Runtime keeps freed memory itself. */
  readonly usesArena: boolean;
}

/** A model to make a session for. */
export interface SessionRequest {
  /** An encoded ModelProto. */
  readonly model: Uint8Array;
  /** The folder that the places of external data are relative to. It is gone once the session is there. */
  readonly folder: string;
  /** Whether ONNX Runtime's optimiser may fold and repack weights. */
  readonly isOptimized: boolean;
  /** Names of what a run is given, in its order. */
  readonly inputs: readonly string[];
  /** What a run gives, in its order. */
  readonly outputs: readonly SessionOutput[];
}

/** An output of a session. */
export interface SessionOutput {
  readonly name: string;
  readonly type: ValueType;
  /** Whether it stays in the device's memory. */
  readonly stays: boolean;
}

/** Makes a session. @throws Error as ONNX Runtime puts it. */
export type CreateSession = (
  request: SessionRequest,
  settings: DeviceSettings,
) => Promise<GraphExecutor>;

/** Makes a session whose values may lie in the device's memory. @throws Error as ONNX Runtime puts it. */
export type CreateResidentSession = (
  request: SessionRequest,
  settings: DeviceSettings,
) => Promise<GraphExecutor<AnyTensor>>;

/** Threads of one session that wait for work after its run would take the cores of the next. */
const stopsSpinning = { "session.force_spinning_stop": "1" };

/** Entries of a session's configuration by ONNX Runtime's names. */
export function configEntries({
  isOptimized,
}: Pick<SessionRequest, "isOptimized">): Readonly<Record<string, string>> {
  return isOptimized
    ? {
        ...stopsSpinning,
        // It would merge recomputed blocks with their originals.
        "optimization.disable_specified_optimizers": "CommonSubexpressionElimination",
      }
    : { ...stopsSpinning, "session.disable_prepacking": "1" };
}
