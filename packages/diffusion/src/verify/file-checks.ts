/**
 * @file Checks of a pipeline fixture: its adapter and word files, as other programs write them, hold what was
 * trained.
 */

import { type FloatTensor, floatTensor } from "@atelier/engine";
import { partEntries } from "../core/adapter-parts.js";
import type { LoraModule, LoraWeights } from "../core/lora-weights.js";
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
  const read = (path: string, given?: number) =>
    readLora(files, files.join(folder, path), {
      layers,
      ...(given === undefined ? {} : { alpha: given }),
    });
  const { weights, unknownKeys, alphaSources } = await read(file);
  if (unknownKeys.length > 0) {
    const detail = `unknown tensors: ${unknownKeys.slice(0, 10).join(", ")}`;
    return [{ status: "FAIL", name, detail }];
  }
  const training = settings.training[technique];
  const alpha = training === undefined ? undefined : parseTraining(technique, training).alpha;
  const reference = (await read(`${technique}_final.safetensors`, alpha)).weights;
  // Of files whose factors are others, such as of several layers in one, the products count.
  const isSame =
    [...reference.modules.keys()].every((path) => weights.modules.has(path)) &&
    !/ai_toolkit/.test(file);
  if (!isSame) return [worstOf(name, compareChanges(weights, reference))];
  return [
    worstOf(name, [
      ...compareFactors(weights, reference),
      ...(alpha === undefined || alphaSources.has("rank") ? [] : compareAlphas(weights, alpha)),
    ]),
  ];
}

/** A module that changes nothing may be absent. */
function compareChanges(actual: LoraWeights, expected: LoraWeights): FixtureCheck[] {
  const paths = new Set([...expected.modules.keys(), ...actual.modules.keys()]);
  return [...paths].map((path) => {
    const [own, theirs] = [actual, expected].map(({ modules }) => changeOf(modules.get(path)));
    const size = Math.max(own?.data.length ?? 0, theirs?.data.length ?? 0);
    const nothing = floatTensor(new Float32Array(size), [size]);
    const pair = { actual: own ?? nothing, expected: theirs ?? nothing };
    return compareTensors(path, pair, (scale) => 1e-6 * Math.max(1, scale));
  });
}

/** What a plain adapter adds to its layer's weight, in one row. */
function changeOf(module: LoraModule | undefined): FloatTensor | undefined {
  const { up, down } = module?.parts ?? {};
  if (module === undefined || up === undefined || down === undefined) return undefined;
  const [rank = 0] = down.shape;
  const [rows, columns] = [up.data.length / rank, down.data.length / rank];
  const scale = module.alpha / rank;
  const data = new Float32Array(rows * columns);
  for (let i = 0; i < data.length; i++) {
    const [row, column] = [Math.floor(i / columns), i % columns];
    let sum = 0;
    for (let r = 0; r < rank; r++) {
      sum += (up.data[row * rank + r] ?? 0) * (down.data[r * columns + column] ?? 0);
    }
    data[i] = sum * scale;
  }
  return floatTensor(data, [data.length]);
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
