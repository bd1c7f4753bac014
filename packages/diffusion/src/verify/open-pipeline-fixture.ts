/**
 * @file Opens a pipeline fixture: a folder with a model in `pipeline/`, settings in expected.json and diffusers'
 * results in tensors.safetensors. Which tensors are read is remembered, so that none is passed over in
 * silence.
 */

import { type FileStore, type FloatTensor, floatTensor, type Runtime } from "@atelier/engine";
import type { ModelFiles } from "../families/model-files.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { loadPipeline } from "../pipeline/load-pipeline.js";
import type { Pipeline } from "../pipeline/pipeline.js";
import { type FixtureSettings, readFixtureSettings } from "./fixture-settings.js";
import { type FixtureTolerances, fixtureTolerances } from "./fixture-tolerances.js";
import { type TrackedTensors, trackTensors } from "./tracked-tensors.js";

/** What a fixture is checked with. */
export interface PipelineFixtureOptions {
  readonly files: FileStore;
  readonly runtime: Runtime;
  /** What the names of its checks begin with. */
  readonly label?: string;
}

/** An open fixture. Dispose it to close its files. */
export interface PipelineFixture extends TrackedTensors, AsyncDisposable {
  readonly label: string;
  readonly folder: string;
  readonly files: FileStore;
  readonly runtime: Runtime;
  readonly model: ModelFiles;
  readonly pipeline: Pipeline;
  readonly settings: FixtureSettings;
  readonly tolerances: FixtureTolerances;
}

/** Opens a fixture. @throws AtelierError for files that are missing or damaged. */
export async function openPipelineFixture(
  folder: string,
  { files, runtime, label = "pipeline" }: PipelineFixtureOptions,
): Promise<PipelineFixture> {
  const settings = await readFixtureSettings(files, files.join(folder, "expected.json"));
  const model = await openModelFiles(files, files.join(folder, "pipeline"), {
    maxSequenceLength: settings.max_sequence_length,
  });
  const pipeline = await loadPipeline(model, { runtime, files });
  try {
    const opened = await openSafetensors(files, files.join(folder, "tensors.safetensors"));
    return {
      ...{ label, folder, files, runtime, model, pipeline, settings },
      tolerances: fixtureTolerances(settings.tolerances),
      ...trackTensors(opened),
      async [Symbol.asyncDispose]() {
        await opened.close();
        await pipeline[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await pipeline[Symbol.asyncDispose]();
    throw error;
  }
}

/** The name of a tensor that each text encoder has one of: `tokens`, `tokens_2`. */
export function numbered(name: string, index: number): string {
  return index === 0 ? name : `${name}_${index + 1}`;
}

/** Row `index` of `[rows, …]`, without that axis. */
export function rowAt({ data, shape }: FloatTensor, index: number): FloatTensor {
  const [rows = 1, ...rest] = shape;
  const size = data.length / rows;
  return floatTensor(data.slice(index * size, (index + 1) * size), rest);
}
