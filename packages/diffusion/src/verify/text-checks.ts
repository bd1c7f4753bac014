/** @file Checks of a pipeline fixture: texts as token ids, and what the denoiser is told of them. */

import { floatTensor, intTensor, type TensorOf } from "@atelier/engine";
import type { TextEncoderName } from "../core/component-name.js";
import type { Conditioning } from "../families/family.js";
import { presentEncoders } from "../families/model-files.js";
import { encodeConditions } from "../pipeline/generate.js";
import { resolveGenerateOptions } from "../pipeline/generate-settings.js";
import { encodeTexts } from "../pipeline/generate-warnings.js";
import { rowsOf } from "../pipeline/tensor-rows.js";
import type { Tokenizers } from "../pipeline/tokenizers.js";
import { absent, compareTensors, type FixtureCheck, guarded } from "./fixture-check.js";
import { numbered, type PipelineFixture } from "./open-pipeline-fixture.js";
import { asFloats } from "./read-model-fixture.js";

/** Token ids, text states and the negative prompts of a fixture, as far as it holds them. */
export async function* textChecks(fixture: PipelineFixture): AsyncGenerator<FixtureCheck> {
  const texts = textsOf(fixture);
  const { pipeline, label } = fixture;
  // The captions of training are the last of the texts.
  for (const [prefix, own] of [
    ["", texts],
    ["train.", texts.slice(3)],
  ] as const) {
    if (!fixture.has(`${prefix}tokens`) || own.length === 0) continue;
    yield* await guarded(`${label} ${prefix}tokens`, async () =>
      compareIds(fixture, await pipeline.tokenizers(), { name: `${prefix}tokens`, texts: own }),
    );
    yield* await guarded(`${label} ${prefix}prompt_embeds`, async () => {
      const { conditioning } = await pipeline.encodePrompts(own);
      return compareConditioning(fixture, conditioning, prefix);
    });
  }
  yield* projectionChecks(fixture, texts);
  yield* negativeChecks(fixture, texts);
}

/** Those of all tensors with a row for each text; older fixtures have the first sample's prompts. */
function textsOf({ settings: { texts, samples } }: PipelineFixture): readonly string[] {
  if (texts !== undefined) return texts;
  const [first] = samples;
  return first === undefined ? [] : [first.prompt, first.negative_prompt ?? ""];
}

/** Compares texts' ids by every tokenizer. @throws AtelierError `weights` for a missing tensor. */
export async function compareIds(
  { label, tensors, pipeline }: PipelineFixture,
  tokenizers: Tokenizers,
  { name, texts }: { readonly name: string; readonly texts: readonly string[] },
): Promise<FixtureCheck[]> {
  const encoders = presentEncoders(pipeline.family, pipeline.configs);
  const checks = encoders.map(async ({ component }, index) => {
    const rows = texts.map((text) => tokenizers.get(component)?.encode(text).ids ?? []);
    const actual = floatTensor(rows.flat(), [rows.length, rows[0]?.length ?? 0]);
    const expected = asFloats(await tensors.read(numbered(name, index)));
    return compareTensors(`${label} ${numbered(name, index)}`, { actual, expected }, () => 0);
  });
  return Promise.all(checks);
}

/** Names of what follows from texts, in the fixture: the newer and the older one. */
const stateNames = ["prompt_embeds", "text_embeddings"] as const;
const pooledName = "pooled_prompt_embeds";

/** What follows from texts, under the fixture's names with a prefix. */
async function compareConditioning(
  fixture: PipelineFixture,
  conditioning: Conditioning,
  prefix: string,
): Promise<FixtureCheck[]> {
  const { label, tensors, tolerances, pipeline } = fixture;
  const { sequence } = pipeline.family.conditioning;
  const checks: FixtureCheck[] = [];
  for (const [own, actual] of Object.entries(conditioning)) {
    const names = own === sequence ? stateNames : [pooledName];
    const name = names.map((theirs) => prefix + theirs).find((theirs) => fixture.has(theirs));
    if (name === undefined) continue;
    const expected = await tensors.readFloat32(name);
    checks.push(compareTensors(`${label} ${name}`, { actual, expected }, tolerances.outputs));
  }
  return checks;
}

/** What fixtures call what a text encoder says: the states that a family reads, and the pooled one. */
const encoderNames = {
  states: ["penultimate", "last_hidden_state"],
  pooled: ["text_embeds", "pooler_output"],
} as const;

/** What each text encoder says by itself. */
async function* projectionChecks(
  fixture: PipelineFixture,
  texts: readonly string[],
): AsyncGenerator<FixtureCheck> {
  const { label, tensors, tolerances, pipeline } = fixture;
  const { family, configs } = pipeline;
  for (const [index, { component }] of presentEncoders(family, configs).entries()) {
    for (const [part, names] of Object.entries(encoderNames)) {
      const name = names.map((own) => `te${index + 1}.${own}`).find((own) => fixture.has(own));
      if (name === undefined) continue;
      yield* await guarded(`${label} ${name}`, async () => {
        const ids = await idsOf(fixture, component, texts);
        const said = await pipeline.encodeStates(component, ids);
        const actual = (part === "states" ? said.states : said.pooled) ?? absent;
        const expected = await tensors.readFloat32(name);
        return [compareTensors(`${label} ${name}`, { actual, expected }, tolerances.outputs)];
      });
    }
  }
}

async function idsOf(
  { pipeline }: PipelineFixture,
  component: TextEncoderName,
  texts: readonly string[],
): Promise<TensorOf<"int64">> {
  const tokenizer = (await pipeline.tokenizers()).get(component);
  const rows = texts.map((text) => tokenizer?.encode(text).ids ?? []);
  return intTensor(rows.flat(), [rows.length, rows[0]?.length ?? 0]);
}

/** A negative prompt that was not given, an empty one, and one of words, as `generate` takes them. */
async function* negativeChecks(
  fixture: PipelineFixture,
  [prompt = "", words = ""]: readonly string[],
): AsyncGenerator<FixtureCheck> {
  const { pipeline, label } = fixture;
  const cases = [
    ["absent", {}],
    ["empty", { negativePrompt: "" }],
    ["words", { negativePrompt: words }],
  ] as const;
  for (const [kind, negative] of cases) {
    const prefix = `encode_prompt.${kind}.negative_`;
    if (!fixture.has(`${prefix}prompt_embeds`)) continue;
    yield* await guarded(`${label} ${prefix}prompt_embeds`, async () => {
      const options = { prompt, ...negative, guidanceScale: 2, promptSyntax: "plain" } as const;
      const settings = resolveGenerateOptions(pipeline, options);
      const texts = encodeTexts(pipeline.family, await pipeline.tokenizers(), settings);
      const both = await encodeConditions({ pipeline, settings }, texts);
      const ofSizes = pipeline.family.conditioning.ofSizes(settings.negativeSizes);
      const ofTexts = Object.entries(both).flatMap(([name, rows]) => {
        const [first = absent] = rowsOf(rows);
        return name in ofSizes ? [] : [[name, first] as const];
      });
      return compareConditioning(fixture, Object.fromEntries(ofTexts), prefix);
    });
  }
}
