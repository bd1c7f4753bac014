/**
 * @file Checks of a pipeline fixture: its adapter and word files, as other programs write them, hold what was
 * trained.
 */

import { floatTensor } from "@atelier/engine";
import { partEntries } from "../core/adapter-parts.js";
import type { LoraWeights } from "../core/lora-weights.js";
import { readLora } from "../files/adapter/read-lora.js";
import { readEmbedding } from "../files/word/read-embedding.js";
import { absent, compareTensors, type FixtureCheck, guarded, worstOf } from "./fixture-check.js";
import { parseTraining } from "./fixture-settings.js";
import { numbered, type PipelineFixture, rowAt } from "./open-pipeline-fixture.js";

/** Every `lora_*` and `learned_embeds*` of the folder. */
export async function* fileChecks(fixture: PipelineFixture): AsyncGenerator<FixtureCheck> {
  const { files, folder, label } = fixture;
  const names = (await files.list(folder)).map(({ name }) => name);
  for (const file of names.filter(
    (name) => name.startsWith("lora_") && !/_(init|final)\.safetensors$/.test(name),
  )) {
    const technique = file.startsWith("lora_text_") ? "lora_text" : "lora";
    const name = `${label} ${file}`;
    if (names.includes(`${technique}_final.safetensors`)) {
      yield* await guarded(name, () => loraCheck(fixture, technique, file));
    } else {
      yield { status: "skip", name, detail: `${technique}_final.safetensors is absent` };
    }
  }
  for (const file of names.filter((name) => name.startsWith("learned_embeds"))) {
    yield* await guarded(`${label} ${file}`, () => wordCheck(fixture, file));
  }
}

/** A file holds the factors that PEFT has trained, and their alpha unless it has no place for it. */
async function loraCheck(
  { files, folder, label, pipeline, settings }: PipelineFixture,
  technique: string,
  file: string,
): Promise<FixtureCheck[]> {
  const name = `${label} ${file}`;
  const { layers } = pipeline;
  const read = (path: string) => readLora(files, files.join(folder, path), { layers });
  const { weights, unknownKeys, alphaSources } = await read(file);
  if (unknownKeys.length > 0) {
    const detail = `unknown tensors: ${unknownKeys.slice(0, 10).join(", ")}`;
    return [{ status: "FAIL", name, detail }];
  }
  const reference = (await read(`${technique}_final.safetensors`)).weights;
  const training = settings.training[technique];
  const alpha = training === undefined ? undefined : parseTraining(technique, training).alpha;
  return [
    worstOf(name, [
      ...compareFactors(weights, reference),
      ...(alpha === undefined || alphaSources.has("rank") ? [] : compareAlphas(weights, alpha)),
    ]),
  ];
}

function compareFactors(actual: LoraWeights, expected: LoraWeights): FixtureCheck[] {
  const modules = new Set([...expected.modules.keys(), ...actual.modules.keys()]);
  return [...modules].flatMap((module) => {
    const own = actual.modules.get(module)?.parts ?? {};
    const theirs = expected.modules.get(module)?.parts ?? {};
    const parts = new Set([...partEntries(own), ...partEntries(theirs)].map(([part]) => part));
    return [...parts].map((part) => {
      const pair = { actual: own[part] ?? absent, expected: theirs[part] ?? absent };
      return compareTensors(`${module} ${part}`, pair, () => 0);
    });
  });
}

function compareAlphas({ modules }: LoraWeights, alpha: number): FixtureCheck[] {
  const expected = floatTensor([alpha], []);
  return [...modules].map(([module, own]) => {
    const pair = { actual: floatTensor([own.alpha], []), expected };
    return compareTensors(`${module} alpha`, pair, () => 0);
  });
}

/** A file holds the last of a word's vectors, of all text encoders or of one that its name tells. */
async function wordCheck(fixture: PipelineFixture, file: string): Promise<FixtureCheck[]> {
  const { files, folder, label, pipeline, tensors } = fixture;
  const name = `${label} ${file}`;
  const { embedding } = await readEmbedding(files, files.join(folder, file));
  const encoders = pipeline.family.textEncoders.map(({ component }) => component);
  const only = embedding.vectors.size === 1 ? Number(/_(\d)\.\w+$/.exec(file)?.[1] ?? 1) - 1 : 0;
  const checks: FixtureCheck[] = [];
  for (const [component, vectors] of embedding.vectors) {
    const index = Math.max(only, encoders.indexOf(component));
    const rows = await tensors.readFloat32(numbered("ti.rows", index));
    const last = rowAt(rows, (rows.shape[0] ?? 1) - 1);
    const pair = { actual: vectors, expected: { ...last, shape: [1, ...last.shape] } };
    checks.push(compareTensors(numbered("vector", index), pair, () => 0));
  }
  return [worstOf(name, checks)];
}
