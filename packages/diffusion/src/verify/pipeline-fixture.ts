/**
 * @file Runs a pipeline fixture: a folder with a model in `pipeline/`, settings in expected.json, and what diffusers,
 * peft and PyTorch made of them. Texts, models, samples, trainings and files are compared.
 */

import type { FileStore } from "@atelier/engine";
import { isJsonObject } from "../core/json-object.js";
import { readJson } from "../core/read-text.js";
import { familyList } from "../families/families.js";
import { fileChecks } from "./file-checks.js";
import { type FixtureCheck, failedCheck } from "./fixture-check.js";
import { flowChecks } from "./flow-checks.js";
import { modelChecks } from "./model-checks.js";
import { openPipelineFixture, type PipelineFixtureOptions } from "./open-pipeline-fixture.js";
import { sampleChecks } from "./sample-checks.js";
import { textChecks } from "./text-checks.js";
import { unreadCheck } from "./tracked-tensors.js";
import { trainingChecks } from "./training-checks.js";

/** Whether a folder is laid out as a pipeline fixture. */
export async function isPipelineFixture(files: FileStore, folder: string): Promise<boolean> {
  for (const name of ["pipeline", "expected.json", "tensors.safetensors"]) {
    if ((await files.stat(files.join(folder, name))) === undefined) return false;
  }
  return true;
}

/**
 * Checks a pipeline fixture, one result at a time. What is in the folder never makes it throw: a part
 * that cannot be read or run is a failed check, a family that Atelier does not have a skipped one.
 */
export async function* verifyPipelineFixture(
  folder: string,
  options: PipelineFixtureOptions,
): AsyncGenerator<FixtureCheck, void, undefined> {
  const { label = "pipeline", files } = options;
  try {
    const other = await unknownFamily(files, files.join(folder, "pipeline"));
    if (other !== undefined) {
      yield { status: "skip", name: label, detail: `${other} is no family of Atelier yet` };
      return;
    }
    await using fixture = await openPipelineFixture(folder, options);
    for (const checks of [
      textChecks,
      modelChecks,
      flowChecks,
      sampleChecks,
      fileChecks,
      trainingChecks,
    ]) {
      yield* checks(fixture);
    }
    yield* unreadCheck(label, fixture);
  } catch (error) {
    yield failedCheck(label, error);
  }
}

/** The pipeline's class where it is none of a family that Atelier has. */
async function unknownFamily(files: FileStore, model: string): Promise<string | undefined> {
  const index = await readJson(files, files.join(model, "model_index.json"));
  const name = isJsonObject(index) ? index["_class_name"] : undefined;
  const isKnown = familyList.some(({ pipelineClass }) => pipelineClass === name);
  return typeof name === "string" && !isKnown ? name : undefined;
}
