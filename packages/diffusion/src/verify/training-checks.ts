/**
 * @file Checks of a pipeline fixture: its trainings. The same batches, noise and first weights as in PyTorch, then
 * losses, gradient norms, gradients and trained weights are compared. Techniques that are not known here
 * are reported as skipped.
 */

import {
  constant,
  type FloatTensor,
  floatTensor,
  gradients,
  input,
  intTensor,
} from "@atelier/engine";
import { clipConfigOf } from "../families/components.js";
import { poolAtEnd } from "../models/clip-text/pooling.js";
import { compareSteps, compareTrainedWeights } from "./compare-training.js";
import { absent, compareTensors, type FixtureCheck, guarded, worstOf } from "./fixture-check.js";
import { parseTraining, type TrainingSettings } from "./fixture-settings.js";
import {
  type FixtureTraining,
  fullTraining,
  loraTraining,
  type Parameters,
  type TrainingParts,
  wordTraining,
} from "./fixture-trainings.js";
import { type PipelineFixture, rowAt } from "./open-pipeline-fixture.js";
import { asFloats } from "./read-model-fixture.js";
import { compareIds } from "./text-checks.js";
import { inputChecks, readTrainingInputs } from "./training-inputs.js";
import { weightingChecks } from "./weighting-checks.js";

/** How each technique trains. */
const techniques: ReadonlyMap<string, (parts: TrainingParts) => Promise<FixtureTraining>> = new Map(
  [
    ["lora", loraTraining],
    ["lora_text", loraTraining],
    ["full", fullTraining],
    ["dreambooth", fullTraining],
    ["textual_inversion", wordTraining],
  ],
);

/** Every training of expected.json, in its order, and what all of them begin with. */
export async function* trainingChecks(fixture: PipelineFixture): AsyncGenerator<FixtureCheck> {
  yield* inputChecks(fixture);
  for (const [technique, given] of Object.entries(fixture.settings.training)) {
    const name = `${fixture.label} training ${technique}`;
    const begin = techniques.get(technique);
    if (begin === undefined) {
      const detail = `training with ${technique} comes with a later version`;
      yield { status: "skip", name, detail };
      continue;
    }
    yield* await guarded(name, async () => {
      const settings = parseTraining(technique, given);
      const inputs = await readTrainingInputs(fixture);
      const training = await begin({ fixture, technique, settings, inputs });
      await using _ = training.stepper;
      return [
        ...(await captionChecks(fixture, settings)),
        ...(technique === "lora" ? await weightingChecks(name, fixture, training) : []),
        ...(await trajectoryChecks(name, { fixture, settings, training })),
        ...(await gradientChecks(name, { fixture, settings, training })),
      ];
    });
  }
}

interface Checked {
  readonly fixture: PipelineFixture;
  readonly settings: TrainingSettings;
  readonly training: FixtureTraining;
}

/** Steps through a training: losses, gradient norms, the vectors of a word, and the weights at the end. */
async function trajectoryChecks(
  name: string,
  { fixture: { tolerances }, settings, training }: Checked,
): Promise<FixtureCheck[]> {
  const { stepper, followed } = training;
  const losses: number[] = [];
  const norms: number[] = [];
  const rows: FixtureCheck[] = [];
  for (const [step, batch] of training.batches.entries()) {
    const [results] = await stepper.run([batch], settings.lr);
    losses.push(Number(results?.["loss"]?.data[0]));
    norms.push(Number(results?.["gradNorm"]?.data[0]));
    for (const [parameter, stored] of followed) {
      const [first, expected] = [rowAt(stored, 0), rowAt(stored, step + 1)];
      const change = Math.max(
        ...expected.data.map((value, i) => Math.abs(value - (first.data[i] ?? 0))),
      );
      const { data = absent.data } = (await stepper.values()).get(parameter) ?? {};
      const actual = floatTensor(data, expected.shape);
      const title = `${parameter} after step ${step + 1}`;
      rows.push(compareTensors(title, { actual, expected }, tolerances.trained(change).max));
    }
  }
  const { losses: expected, grad_norms: expectedNorms } = settings;
  return [
    compareSteps(`${name} losses`, { actual: losses, expected }, tolerances.loss),
    ...(expectedNorms === undefined
      ? []
      : [
          compareSteps(
            `${name} grad_norms`,
            { actual: norms, expected: expectedNorms },
            tolerances.gradNorm,
          ),
        ]),
    ...(rows.length === 0 ? [] : [worstOf(`${name} rows`, rows)]),
    // What nothing reads is no part of the graph, and stays as it is in PyTorch as well.
    ...compareTrainedWeights(
      name,
      {
        ...training,
        actual: new Map([...training.initial, ...(await stepper.values())]),
        steps: expected.length,
      },
      tolerances,
    ),
  ];
}

/** The gradients of the first batch at the first and at PyTorch's last weights, and its loss at these. */
async function gradientChecks(
  name: string,
  { fixture, settings: { loss_after: lossAfter }, training }: Checked,
): Promise<FixtureCheck[]> {
  const { gradients: stored, initial, expected } = training;
  const checks: FixtureCheck[] = [];
  if (stored.first.size > 0) {
    const { gradients: actual } = await differentiate(fixture, training, initial);
    const title = `${name} first gradients`;
    checks.push(worstOf(title, await compareGradients(fixture, actual, stored.first)));
  }
  if (stored.last.size === 0 && lossAfter === undefined) return checks;
  const { loss, gradients: actual } = await differentiate(fixture, training, expected);
  if (lossAfter !== undefined) {
    const pair = { actual: loss, expected: floatTensor([lossAfter], []) };
    checks.push(compareTensors(`${name} loss_after`, pair, fixture.tolerances.loss));
  }
  if (stored.last.size > 0) {
    const title = `${name} last gradients`;
    checks.push(worstOf(title, await compareGradients(fixture, actual, stored.last)));
  }
  return checks;
}

async function compareGradients(
  { tensors, tolerances }: PipelineFixture,
  actual: Parameters,
  stored: ReadonlyMap<string, string>,
): Promise<FixtureCheck[]> {
  const checks = [...stored].map(async ([parameter, name]) => {
    const expected = await tensors.readFloat32(name);
    // A word's one row is stored without its axis.
    const { data } = actual.get(parameter) ?? absent;
    const pair = { actual: floatTensor(data, expected.shape), expected };
    return compareTensors(parameter, pair, tolerances.gradients);
  });
  return Promise.all(checks);
}

/** Loss and gradients of the first batch at these weights. */
async function differentiate(
  { runtime }: PipelineFixture,
  { graph: { loss, trained }, frozen, batches: [batch = {}] }: FixtureTraining,
  weights: Parameters,
): Promise<{ readonly loss: FloatTensor; readonly gradients: Parameters }> {
  const names = trained.map(({ attributes }) => attributes.name);
  const cotangents = gradients(loss, trained);
  const outputs = Object.fromEntries(cotangents.map((node, i) => [`grad ${names[i]}`, node]));
  await using graph = await runtime.compile(
    { outputs: { loss, ...outputs } },
    { parameters: frozen },
  );
  const values = names.map((name) => [name, weights.get(name) ?? absent] as const);
  const results = await graph.run({ ...batch, ...Object.fromEntries(values) });
  const resultOf = (name: string) => asFloats(results[name] ?? absent);
  return {
    loss: resultOf("loss"),
    gradients: new Map(names.map((name) => [name, resultOf(`grad ${name}`)])),
  };
}

/** The captions of a word's training as ids, and the place whose state stands for each of them. */
async function captionChecks(
  fixture: PipelineFixture,
  { texts, token = "" }: TrainingSettings,
): Promise<FixtureCheck[]> {
  const { label, tensors, pipeline } = fixture;
  if (texts === undefined) return [];
  const tokenizers = new Map(
    [...(await pipeline.tokenizers())].map(([name, own]) => [
      name,
      own.kind === "clip" ? own.withTokens([token]) : own,
    ]),
  );
  const checks = await compareIds(fixture, tokenizers, { name: "train.ti_tokens", texts });
  const name = "ti.pooled_position";
  const encoder = pipeline.family.textEncoders.at(-1);
  if (!fixture.has(name) || encoder === undefined) return checks;
  const expected = asFloats(await tensors.read(name));
  const ids = texts.map((text) => tokenizers.get(encoder.component)?.encode(text).ids ?? []);
  const [rows, tokens] = [ids.length, ids[0]?.length ?? 0];
  // The state of every token is its place, so that what is pooled tells the place.
  const places = floatTensor(
    Array.from({ length: rows * tokens }, (_, i) => i % tokens),
    [rows, tokens, 1],
  );
  const { eosTokenId } = clipConfigOf(pipeline.configs, encoder.component);
  const pooled = poolAtEnd(constant(places), input("ids", [rows, tokens], "int64"), eosTokenId);
  await using graph = await fixture.runtime.compile({ outputs: { pooled } });
  const results = await graph.run({ ids: intTensor(ids.flat(), [rows, tokens]) });
  const actual = floatTensor(asFloats(results["pooled"] ?? absent).data, expected.shape);
  return [...checks, compareTensors(`${label} ${name}`, { actual, expected }, () => 0)];
}
