/** @file What `atelier doctor` looks at, one function each. */

import { spawn } from "node:child_process";
import { readdir, stat, statfs } from "node:fs/promises";
import { createRequire } from "node:module";
import { freemem, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { atelierCacheFolder, hubCacheFolder } from "@atelier/diffusion/node";
import { probeTolerance, shorten } from "@atelier/engine";
import type { OrtProvider } from "@atelier/engine/node";
import { z } from "zod";
import type { CliContext } from "./cli-context.js";
import { errorWords } from "./error-words.js";
import { formatBytes, formatError } from "./format.js";
import type { Messages } from "./messages/messages.js";
import { openEmbedded } from "./open-embedded.js";
import { atelierVersion } from "./version.js";

/** One fact about the machine. */
export interface Finding {
  readonly id: string;
  /** `absent` is nothing to worry about: an optional part that is not there. */
  readonly status: "ok" | "problem" | "absent";
  readonly label: string;
  readonly message: string;
  readonly advice?: string;
  /** Nothing works without it. */
  readonly isFatal?: boolean;
}

const minimumNode = "20.19";
const probeTimeoutMs = 120_000;
const lowMemoryBytes = 7e9;
const lowDiskBytes = 10e9;

/** Versions of everything that computes. */
export function findVersions({ doctor: text }: Messages): Finding {
  const runtime = runtimeVersion() ?? text.notInstalled;
  const node = process.versions.node;
  const isOld = compareVersions(node, minimumNode) < 0;
  const platform = `${process.platform}-${process.arch}`;
  return {
    id: "versions",
    status: isOld ? "problem" : "ok",
    label: text.labels.versions,
    message: text.versions(atelierVersion, node, runtime, platform),
    ...(isOld ? { advice: text.oldNode(minimumNode) } : {}),
  };
}

/** Of what the engine finds. */
function runtimeVersion(): string | undefined {
  const engine = createRequire(import.meta.resolve("@atelier/engine/node"));
  try {
    const manifest: unknown = engine("onnxruntime-node/package.json");
    return z.object({ version: z.string() }).parse(manifest).version;
  } catch {
    return undefined;
  }
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  return (left?.[0] ?? 0) - (right?.[0] ?? 0) || (left?.[1] ?? 0) - (right?.[1] ?? 0);
}

const probeResult = z.union([
  // JSON has no NaN and writes null for it.
  z.object({
    error: z.number().nullable(),
    milliseconds: z.number(),
    route: z.enum(["c-api", "binding"]),
    /** Why it is not the C API. */
    detour: z.string().optional(),
  }),
  z.object({ reason: z.string() }),
]);

/** Whether a backend computes the right numbers, in a process of its own that may crash. */
export async function findBackend(
  backend: OrtProvider,
  { text: { doctor: text, duration }, io }: CliContext,
): Promise<Finding> {
  const label = text.labels.backend(backend);
  const isCpu = backend === "cpu";
  const advice = { cpu: text.brokenCpu, webgpu: text.webgpu, cuda: text.cuda }[backend];
  const outcome = await runProbe("probe-backend", [backend], {
    signal: io.signal,
    result: probeResult,
    text,
  });
  if ("reason" in outcome) {
    const message = text.backendFails(outcome.reason.trim().replace(/\s+/g, " "));
    const status = isCpu ? "problem" : "absent";
    // What is wrong with a variable says itself what to do.
    const isAdvised = !outcome.reason.startsWith("ATELIER_ORT");
    const finding = { id: `backend.${backend}`, status, label, message, isFatal: isCpu } as const;
    return { ...finding, ...(isAdvised ? { advice } : {}) };
  }
  const error = outcome.error ?? Number.NaN;
  const shown = formatError(error);
  if (!(error <= probeTolerance)) {
    const message = text.backendWrong(shown);
    const wrong = { status: "problem", advice: text.wrongNumbers, isFatal: isCpu } as const;
    return { id: `backend.${backend}`, label, message, ...wrong };
  }
  const { milliseconds, route, detour = "" } = outcome;
  const works = text.backendWorks(duration(milliseconds / 1000), shown);
  const finding = { id: `backend.${backend}`, status: "ok", label } as const;
  const library = io.env["ATELIER_ORT_LIB"] ?? "";
  if (library !== "" && route === "c-api") {
    return { ...finding, message: `${works}, ${text.byLibrary(library)}` };
  }
  // Other backends know one way.
  if (!isCpu) return { ...finding, message: works };
  if (route === "c-api") return { ...finding, message: `${works}, ${text.byCApi}` };
  const message = `${works}, ${text.byBinding(detour.trim().replace(/\s+/g, " "))}`;
  const isAskedFor = io.env["ATELIER_ORT"] === "binding";
  return { ...finding, message, ...(isAskedFor ? {} : { advice: text.noCApi }) };
}

/** Operators of trainings that a device leaves to the processor, or why that cannot be told. */
const placementResult = z.union([
  z.object({ left: z.array(z.string()), graphs: z.number() }),
  z.object({ reason: z.string() }),
]);

/** Whether a device computes all of a training itself: of the embedded base, with every optimizer. */
export async function findPlacement(
  backend: Exclude<OrtProvider, "cpu">,
  context: CliContext,
): Promise<Finding> {
  const { doctor: text } = context.text;
  const finding = { id: `placement.${backend}`, label: text.labels.placement(backend) };
  const base = await openEmbedded(context).catch(() => undefined);
  if (base === undefined) return { ...finding, status: "absent", message: text.noPlacementBase };
  const outcome = await runProbe("probe-placement", [backend, base.path], {
    signal: context.io.signal,
    result: placementResult,
    text,
  });
  if ("reason" in outcome) {
    const message = text.placementUnknown(outcome.reason.trim().replace(/\s+/g, " "));
    return { ...finding, status: "absent", message };
  }
  const { left, graphs } = outcome;
  if (left.length === 0) return { ...finding, status: "ok", message: text.allPlaced(graphs) };
  const message = text.leftToProcessor(left);
  return { ...finding, status: "problem", message, advice: text.slowPlacement };
}

interface ProbeOptions<Result> {
  readonly signal: AbortSignal;
  readonly text: Messages["doctor"];
  /** What it prints. */
  readonly result: z.ZodType<Result>;
}

/** What a program beside this one prints, in a process of its own that may crash. */
function runProbe<Result>(
  program: string,
  values: readonly string[],
  { signal, text, result }: ProbeOptions<Result>,
): Promise<Result | { readonly reason: string }> {
  const script = fileURLToPath(new URL(`./${program}.js`, import.meta.url));
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...values], {
      stdio: ["ignore", "pipe", "pipe"],
      signal,
      timeout: probeTimeoutMs,
    });
    let [output, errors] = ["", ""];
    child.stdout.on("data", (chunk: unknown) => {
      output += String(chunk);
    });
    child.stderr.on("data", (chunk: unknown) => {
      errors += String(chunk);
    });
    child.on("error", ({ message }) => resolve({ reason: message }));
    child.on("close", (code, ending) => {
      if (code === 0) return resolve(parseProbe(output, result, text));
      const timedOut = ending === "SIGTERM" && text.noAnswer(probeTimeoutMs / 1000);
      const crash = code === null ? text.ended(ending ?? "") : lastLine(errors);
      resolve({ reason: timedOut || crash || text.ended(String(code)) });
    });
  });
}

function parseProbe<Result>(
  output: string,
  result: z.ZodType<Result>,
  text: Messages["doctor"],
): Result | { readonly reason: string } {
  try {
    return result.parse(JSON.parse(lastLine(output)));
  } catch {
    return { reason: text.ended(JSON.stringify(shorten(output, 80))) };
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}

/** Whether the embedded base is there and whole; without it a model must be named. */
export async function findEmbeddedBase(context: CliContext): Promise<Finding> {
  const { doctor: text } = context.text;
  const finding = { id: "base.embedded", label: text.labels.embedded };
  try {
    const { path, fingerprint = "" } = await openEmbedded(context);
    const { bytes } = await sizeOfFolder(path);
    const message = text.embedded(formatBytes(bytes), fingerprint.slice(0, 12));
    return { ...finding, status: "ok", message };
  } catch (error) {
    return {
      ...finding,
      status: "problem",
      message: errorWords(error, context.text).replace(/\s+/g, " "),
    };
  }
}

/** Memory of the machine or of the container that limits it. */
export function findMemory({ doctor: text }: Messages): Finding {
  const limit = process.constrainedMemory();
  const total = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  const free = Math.min(freemem(), total);
  const isLow = free < lowMemoryBytes;
  return {
    id: "memory",
    status: isLow ? "problem" : "ok",
    label: text.labels.memory,
    message: text.memory(formatBytes(free), formatBytes(total)),
    ...(isLow ? { advice: text.lowMemory } : {}),
  };
}

/** Free space where runs and models go. */
export async function findDisk({ io, text: { doctor: text } }: CliContext): Promise<Finding[]> {
  const findings: Finding[] = [];
  const hub = hubCacheFolder(io.env);
  for (const [id, path] of [
    ["disk.work", process.cwd()],
    ["disk.models", await nearestFolder(hub)],
  ] as const) {
    const { bavail, bsize } = await statfs(path);
    const free = bavail * bsize;
    const isLow = free < lowDiskBytes;
    findings.push({
      id,
      status: isLow ? "problem" : "ok",
      label: text.labels.disk,
      message: text.disk(formatBytes(free), path),
      ...(isLow ? { advice: text.lowDisk } : {}),
    });
  }
  return findings;
}

/** The path itself or the nearest folder above it that exists. */
async function nearestFolder(path: string): Promise<string> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  return isThere || dirname(path) === path ? path : nearestFolder(dirname(path));
}

/** What the caches take. */
export async function findCaches({ io, text: { doctor: text } }: CliContext): Promise<Finding[]> {
  const caches = [
    ["cache.hub", text.labels.hubCache, hubCacheFolder(io.env)],
    ["cache.atelier", text.labels.cache, atelierCacheFolder({ environment: io.env })],
  ] as const;
  return Promise.all(
    caches.map(async ([id, label, path]): Promise<Finding> => {
      const { files, bytes } = await sizeOfFolder(path);
      const message =
        files === 0 ? text.noCache(path) : text.cache(formatBytes(bytes), files, path);
      return { id, status: "ok", label, message };
    }),
  );
}

/** Files below a folder; links are not followed, since the hub's cache links to its own files. */
async function sizeOfFolder(path: string): Promise<{ files: number; bytes: number }> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  let [files, bytes] = [0, 0];
  for (const entry of entries) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) {
      const below = await sizeOfFolder(inner);
      files += below.files;
      bytes += below.bytes;
    } else if (entry.isFile()) {
      files += 1;
      bytes += (await stat(inner).catch(() => undefined))?.size ?? 0;
    }
  }
  return { files, bytes };
}
