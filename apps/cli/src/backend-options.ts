/** @file The options that choose what computes, the same for every command that does. */

import type { Runtime } from "@atelier/engine";
import { createOrtRuntime, type OrtProvider } from "@atelier/engine/node";
import { type Command, Option } from "commander";
import type { CliContext } from "./cli-context.js";
import { wholeNumber } from "./number-options.js";

/** The backends that can be asked for. */
export const backends: readonly OrtProvider[] = ["cpu", "webgpu", "cuda"];

/** Parsed by {@link addBackendOptions}. */
export interface BackendOptions {
  readonly backend: OrtProvider;
  readonly threads?: number;
}

/** Adds `--backend` and `--threads`. */
export function addBackendOptions(command: Command, { text }: CliContext): Command {
  const { option, threads } = text.backend;
  return command
    .addOption(new Option("--backend <name>", option).choices(backends).default("cpu"))
    .addOption(new Option("--threads <n>", threads).argParser(wholeNumber(text, 1)));
}

/** A runtime as the options say. */
export function createRuntime({ backend, threads }: BackendOptions): Runtime {
  return createOrtRuntime({ provider: backend, ...(threads === undefined ? {} : { threads }) });
}
