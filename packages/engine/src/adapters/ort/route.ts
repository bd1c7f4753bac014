/** @file Which of the two adapters talks to ONNX Runtime: its C API where that can be, else onnxruntime-node. */

import { env } from "node:process";
import { AtelierError, messageOf, said } from "../../errors.js";
import { createBindingSession } from "./binding-sessions.js";
import { openLibrary } from "./c-api/library.js";
import { createCApiSessions } from "./c-api/sessions.js";
import type { CreateSession, OrtProvider } from "./sessions.js";

/** A way to ONNX Runtime. */
export interface OrtRoute {
  readonly name: "c-api" | "binding";
  readonly createSession: CreateSession;
  readonly sharesMemory: boolean;
  /** Whether runs are under way at once; by the binding, each blocks the thread. */
  readonly overlapsRuns: boolean;
  /** Why it is not the C API. */
  readonly reason?: string;
}

/** Opened once in a process. */
let opened: OrtRoute | undefined;

function openCApi(): OrtRoute {
  try {
    const createSession = createCApiSessions(openLibrary());
    return { name: "c-api", createSession, sharesMemory: true, overlapsRuns: true };
  } catch (error) {
    return binding(messageOf(error));
  }
}

const binding = (reason: string): OrtRoute => ({
  name: "binding",
  createSession: createBindingSession,
  sharesMemory: false,
  overlapsRuns: false,
  reason,
});

/**
 * The way to a provider. `ATELIER_ORT` asks for one: `capi` or `binding`.
 * @throws AtelierError `config` for another word, `runtime` where the C API is asked for and cannot be.
 */
export function chooseRoute(provider: OrtProvider): OrtRoute {
  const asked = env["ATELIER_ORT"] ?? "";
  if (!["", "capi", "binding"].includes(asked)) {
    throw new AtelierError(
      "config",
      said`ATELIER_ORT: expected capi or binding, got ${JSON.stringify(asked)}. Correct or unset it.`,
    );
  }
  if (provider !== "cpu") return binding("it runs the processor alone");
  if (asked === "binding") return binding("ATELIER_ORT=binding asks for another");
  opened ??= openCApi();
  if (asked === "" || opened.name === "c-api") return opened;
  throw new AtelierError(
    "runtime",
    said`runtime: expected ONNX Runtime's C API, since ATELIER_ORT=capi asks for it, got none: ${opened.reason ?? ""}. Run \`npm install\` again, or unset ATELIER_ORT.`,
  );
}
