/**
 * @file Runs a judge fixture: a folder with a CLIP or DINOv2 in `model/`, settings in expected.json, and what
 * transformers and PyTorch made of pictures and texts in tensors.safetensors.
 */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import { isJsonObject } from "../core/json-object.js";
import { readJson } from "../core/read-text.js";
import type { EncoderPlace } from "../evaluate/open-encoder.js";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { clipChecks } from "./clip-checks.js";
import { dinov2Checks } from "./dinov2-checks.js";
import { type FixtureCheck, failedCheck } from "./fixture-check.js";
import { fixtureTolerances, tolerancesSchema } from "./fixture-tolerances.js";
import type { JudgeFixture } from "./judge-checks.js";
import type { PipelineFixtureOptions } from "./open-pipeline-fixture.js";
import { trackTensors, unreadCheck } from "./tracked-tensors.js";

type Checks = (
  fixture: JudgeFixture,
  files: FileStore,
  place: EncoderPlace,
) => AsyncGenerator<FixtureCheck>;

/** By `model_type`. */
const kinds: ReadonlyMap<unknown, Checks> = new Map([
  ["clip", clipChecks],
  ["dinov2", dinov2Checks],
]);

/**
 * Checks a judge fixture, one result at a time. What is in the folder never makes it throw: a part that cannot be
 * read or run is a failed check, a kind of model that Atelier does not have a skipped one.
 */
export async function* verifyJudgeFixture(
  folder: string,
  { files, runtime, label = "judge" }: PipelineFixtureOptions,
): AsyncGenerator<FixtureCheck, void, undefined> {
  try {
    const model = files.join(folder, "model");
    const config = await readJson(files, files.join(model, "config.json"));
    const type = isJsonObject(config) ? config["model_type"] : undefined;
    const checks = kinds.get(type);
    if (checks === undefined) {
      const detail = `${typeof type === "string" ? type : "no model_type"} is no judge of Atelier yet`;
      yield { status: "skip", name: label, detail };
      return;
    }
    const { tolerances, texts } = await readExpected(files, files.join(folder, "expected.json"));
    const file = await openSafetensors(files, files.join(folder, "tensors.safetensors"));
    try {
      const fixture = { label, texts, tolerances, ...trackTensors(file) };
      yield* checks(fixture, files, { folder: model, config, name: label, runtime });
      yield* unreadCheck(label, fixture);
    } finally {
      await file.close();
    }
  } catch (error) {
    yield failedCheck(label, error);
  }
}

async function readExpected(
  files: FileStore,
  path: string,
): Promise<Pick<JudgeFixture, "texts" | "tolerances">> {
  const json = await readJson(files, path);
  const fields = isJsonObject(json) ? json : {};
  const tolerances = tolerancesSchema.safeParse(fields["tolerances"]);
  const texts: unknown = fields["texts"] ?? [];
  const isTexts = Array.isArray(texts) && texts.every((text) => typeof text === "string");
  if (tolerances.success && isTexts) {
    return { tolerances: fixtureTolerances(tolerances.data), texts };
  }
  throw new AtelierError(
    "format",
    said`${path}: expected tolerances and texts of a judge fixture, got other values. Restore the file.`,
  );
}
