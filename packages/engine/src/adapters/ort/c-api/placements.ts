/** @file Which operators of a model ONNX Runtime leaves to the processor although a device was asked for. */

import type { DeviceSettings, SessionRequest } from "../sessions.js";
import type { OrtLibrary } from "./library.js";
import { openSession, SILENT } from "./sessions.js";

/** Types of operators that the processor runs, each as often as it does: "Sign". */
export type ReadPlacement = (
  request: SessionRequest,
  settings: DeviceSettings,
) => Promise<readonly string[]>;

/** Reads what an opened library decides when it makes a session. */
export function createPlacementReader({ functions: ort }: OrtLibrary): ReadPlacement {
  const environment = ort.createEnvironment(SILENT, "atelier");
  const more = { "session.record_ep_graph_assignment_info": "1" };
  return async (request, settings) => {
    const session = await openSession(ort, environment, { request, settings, more });
    try {
      return ort
        .assignmentsOf(session)
        .filter(({ provider }) => provider === "CPUExecutionProvider")
        .flatMap(({ operators }) => operators);
    } finally {
      ort.releaseSession(session);
    }
  };
}
