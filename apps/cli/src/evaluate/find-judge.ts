/** @file Who judges: two encoders that the user names, or those that the base brings along. */

import { embeddedBaseInWords } from "@atelier/base/embedded";
import {
  createJudge,
  hasJudge,
  type Judge,
  openEmbedder,
  openJudge,
} from "@atelier/diffusion/evaluate";
import { displayName } from "@atelier/diffusion/pipeline";
import { AtelierError, type Runtime, said } from "@atelier/engine";
import type { CliContext } from "../cli-context.js";
import { findEmbedder } from "../open-base.js";
import type { Progress } from "../progress.js";

/** The judges that are asked for. */
export interface JudgeFlags {
  /** A CLIP. */
  readonly judge?: string;
  /** A DINOv2, or another that tells things apart. */
  readonly instanceJudge?: string;
}

/** What a judge is opened for. */
export interface JudgeSource {
  readonly flags: JudgeFlags;
  /** The base's folder or file. */
  readonly base: string;
  readonly isEmbedded: boolean;
  readonly runtime: Runtime;
  readonly progress: Progress;
}

/**
 * Opens the judge.
 * @throws AtelierError `config` where none is named and the base has none, or only one of two is named;
 *   and what opening them throws.
 */
export async function findJudge(
  context: CliContext,
  { flags, base, isEmbedded, runtime, progress }: JudgeSource,
): Promise<Judge> {
  const { files } = context;
  const { judge: clip, instanceJudge: instance } = flags;
  if (clip === undefined && instance === undefined) {
    if (!(await hasJudge(files, base))) {
      throw new AtelierError(
        "config",
        said`evaluate: expected a judge, got none: ${displayName(base)} brings none along. Name a CLIP and a DINOv2, which are downloaded once: --judge openai/clip-vit-base-patch32 --instance-judge facebook/dinov2-small. Folders with their files do as well.`,
      );
    }
    return openJudge(files, base, { runtime, name: isEmbedded ? embeddedBaseInWords : undefined });
  }
  if (clip === undefined || instance === undefined) {
    throw new AtelierError(
      "config",
      clip === undefined
        ? said`evaluate: expected two judges, got one. Name a CLIP with --judge, such as openai/clip-vit-base-patch32, too.`
        : said`evaluate: expected two judges, got one. Name a DINOv2 with --instance-judge, such as facebook/dinov2-small, too.`,
    );
  }
  const open = async (source: string) => {
    const { path } = await findEmbedder(context, source, progress);
    const opened = await openEmbedder(files, path, { runtime, name: displayName(source) });
    progress.tell(opened.notes);
    return opened;
  };
  const first = await open(clip);
  try {
    const second = clip === instance ? first : await open(instance);
    return createJudge({ clip: first, instance: second });
  } catch (error) {
    await first[Symbol.asyncDispose]();
    throw error;
  }
}
