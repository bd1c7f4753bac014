/**
 * @file Which of the two adapters talks to ONNX Runtime: its C API where that can be, else onnxruntime-node. A library
 * that the user names has the C API alone.
 */

import { arch, env, platform } from "node:process";
import { AtelierError, messageOf, said } from "../../errors.js";
import { createBindingSession } from "./binding-sessions.js";
import { type OrtLibrary, openLibrary } from "./c-api/library.js";
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
let named: { readonly path: string; readonly route: OrtRoute } | undefined;

function openCApi(): OrtRoute {
  try {
    return byCApi(openLibrary());
  } catch (error) {
    return binding(messageOf(error));
  }
}

const byCApi = (library: OrtLibrary): OrtRoute => ({
  name: "c-api",
  createSession: createCApiSessions(library),
  sharesMemory: true,
  overlapsRuns: true,
});

/** The library that `ATELIER_ORT_LIB` names, for every provider but WebGPU, which onnxruntime-node's alone has. */
function namedPath(provider: OrtProvider): string | undefined {
  const path = env["ATELIER_ORT_LIB"] ?? "";
  return path === "" || provider === "webgpu" ? undefined : path;
}

/** The library of a provider. @throws AtelierError `config` for one that is named and is none, Error for the usual. */
export function libraryOf(provider: OrtProvider): OrtLibrary {
  const path = namedPath(provider);
  if (path === undefined) return openLibrary();
  try {
    return openLibrary({ path });
  } catch (error) {
    throw new AtelierError(
      "config",
      said`ATELIER_ORT_LIB: expected the library of ONNX Runtime 1.24 or newer for ${platform}-${arch}, got: ${messageOf(error)}. Name the libonnxruntime in the folder onnxruntime/capi of an unpacked wheel of PyPI's onnxruntime-gpu, or unset it.`,
    );
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
 * The way to a provider. `ATELIER_ORT` asks for one: `capi` or `binding`; `ATELIER_ORT_LIB` names the library of the
 * former.
 * @throws AtelierError `config` for another word or another file, `runtime` where the C API is asked for and cannot be.
 */
export function chooseRoute(provider: OrtProvider): OrtRoute {
  const asked = env["ATELIER_ORT"] ?? "";
  if (!["", "capi", "binding"].includes(asked)) {
    throw new AtelierError(
      "config",
      said`ATELIER_ORT: expected capi or binding, got ${JSON.stringify(asked)}. Correct or unset it.`,
    );
  }
  const path = namedPath(provider);
  if (path !== undefined) {
    if (asked === "binding") throw bindingHasOwn();
    if (named?.path !== path) named = { path, route: byCApi(libraryOf(provider)) };
    return named.route;
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

function bindingHasOwn(): AtelierError {
  return new AtelierError(
    "config",
    "ATELIER_ORT: expected capi with ATELIER_ORT_LIB, since onnxruntime-node opens no library but its own, got binding. Unset one of them.",
  );
}
