/** @file The models and adapters that a user names, with what a download tells shown on the way. */

import { embeddedBaseName } from "@atelier/base/embedded";
import {
  type HubEvent,
  selectAdapterFiles,
  selectAutoencoderFiles,
  selectEmbedderFiles,
} from "@atelier/diffusion/files";
import {
  type FindModelOptions,
  type FoundModel,
  findModel,
  type ModelPlace,
} from "@atelier/diffusion/node";
import type { GivenConfig } from "@atelier/diffusion/train-config";
import { isAdapterRepository } from "./adapter-use.js";
import type { CliContext } from "./cli-context.js";
import { formatBytes } from "./format.js";
import type { Messages } from "./messages/messages.js";
import { openEmbedded } from "./open-embedded.js";
import type { Progress } from "./progress.js";

/** How a model is looked for. */
export interface FindOptions {
  readonly variant?: string | undefined;
  readonly progress: Progress;
}

/** Finds a model. @throws AtelierError as `findModel` and {@link openEmbedded}. */
export const findBase = (
  context: CliContext,
  source: string,
  options: FindOptions,
): Promise<FoundModel> => find(context, source, options);

/** Finds the base of a training. @throws AtelierError as {@link findBase}. */
export const findTrainingBase = (
  context: CliContext,
  { path, repo, revision, variant, offline }: GivenConfig["base"],
  progress: Progress,
): Promise<FoundModel> =>
  find(context, { path, repo, revision }, { variant, progress, isOffline: offline });

/** Finds an autoencoder. @throws AtelierError as {@link findBase}. */
export const findAutoencoder = (
  context: CliContext,
  source: string,
  options: FindOptions,
): Promise<FoundModel> => find(context, source, { ...options, select: selectAutoencoderFiles });

/** Finds an encoder that judges. @throws AtelierError as {@link findBase}. */
export const findEmbedder = (
  context: CliContext,
  source: string,
  progress: Progress,
): Promise<FoundModel> => find(context, source, { progress, select: selectEmbedderFiles });

/** Finds an adapter, or whatever else stands at a path. @throws AtelierError as {@link findBase}. */
export async function findAdapter(
  context: CliContext,
  source: string,
  progress: Progress,
): Promise<FoundModel> {
  return isAdapterRepository(source)
    ? find(context, source, { progress, select: selectAdapterFiles })
    : find(context, { path: source }, { progress });
}

function find(
  context: CliContext,
  source: string | ModelPlace,
  { progress, ...options }: FindOptions & Pick<FindModelOptions, "select" | "isOffline">,
): Promise<FoundModel> {
  const { io, text } = context;
  return findModel(source, {
    ...options,
    environment: io.env,
    signal: io.signal,
    shipped: async (name) =>
      name === embeddedBaseName ? openEmbedded(context, progress) : undefined,
    onEvent: (event) => show(event, text, progress),
  });
}

function show(event: HubEvent, { base }: Messages, progress: Progress): void {
  switch (event.type) {
    case "plan":
      if (event.missingBytes > 0) {
        progress.done(base.plan(event.repo, event.files, formatBytes(event.missingBytes)));
      }
      break;
    case "progress": {
      const [received, size] = [event.receivedBytes, event.sizeBytes].map(formatBytes);
      progress.update({ label: base.download(event.path, received ?? "", size ?? "") });
      break;
    }
    case "file":
      progress.clear();
      break;
    default:
      event satisfies never;
  }
}
