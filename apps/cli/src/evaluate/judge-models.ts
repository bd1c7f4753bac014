/** @file Has drawings judged, and scores them. */

import type { RgbPicture } from "@atelier/diffusion/core";
import {
  classSpread,
  compareWithBase,
  type Judge,
  type JudgedDrawings,
  type JudgedPictures,
  type JudgedProtocol,
  judgePictures,
  mostAlikePair,
  scoreDrawings,
  scoreReal,
} from "@atelier/diffusion/evaluate";
import { AtelierError } from "@atelier/engine";
import { type CliContext, printJson } from "../cli-context.js";
import type { Progress } from "../progress.js";
import { atelierVersion } from "../version.js";
import type { DrawnModel, DrawnModels } from "./draw-models.js";
import type { Evaluation, ModelEvaluation } from "./evaluation.js";
import type { DrawOrder, PictureStore } from "./picture-store.js";
import type { EvaluationPlan } from "./plan-evaluation.js";

/** What is judged, by whom. */
export interface JudgeModelsOptions {
  readonly plan: EvaluationPlan;
  readonly drawn: DrawnModels;
  readonly judge: Judge;
  readonly json: boolean;
  readonly progress: Progress;
}

/** @throws AtelierError `aborted` between two prompts; `data` for a drawing that is damaged. */
export async function judgeModels(
  context: CliContext,
  options: JudgeModelsOptions,
): Promise<Evaluation> {
  const { plan, drawn, judge } = options;
  const { protocol, subject } = plan;
  const [base, ...tuned] = drawn.models;
  const judged = await judgeProtocol(context, options);
  const judgeModel = createModelJudge(context, options);
  const evaluate = async (model: DrawnModel) => {
    const drawings = await judgeModel(model);
    return { ...drawings, scores: scoreDrawings(judged, drawings) };
  };
  const ofBase = await evaluate(base);
  const others: ModelEvaluation[] = [];
  for (const model of tuned) {
    const own = await evaluate(model);
    const comparison = compareWithBase(judged.real, ofBase, own);
    others.push({ ...(await described(context, plan, model)), scores: own.scores, comparison });
  }
  return {
    version: 1,
    program: `Atelier ${atelierVersion}`,
    subject: subject.words,
    base: drawn.base,
    judges: { clip: judge.clip.description, instance: judge.instance.description },
    protocol: { ...protocol, learned: judged.prompts.map((prompt) => prompt.isLearned) },
    drawnBy: drawn.drawnBy,
    real: {
      pictures: subject.pictures.map(({ path }) => path),
      scores: scoreReal(judged.real),
      mostAlike: mostAlikePair(judged.real.clip),
    },
    models: [{ ...(await described(context, plan, base)), scores: ofBase.scores }, ...others],
    classSpread: classSpread(ofBase),
  };
}

/** Prompts and real pictures by the judge. */
async function judgeProtocol(
  { text }: CliContext,
  { plan: { protocol, subject }, judge, progress }: JudgeModelsOptions,
): Promise<JudgedProtocol> {
  const { embeddings, truncated } = await judge.clip.embedTexts(
    protocol.prompts.map(({ readable }) => readable),
  );
  const cut = truncated.filter((end) => end !== "");
  if (cut.length > 0) progress.warn(text.evaluate.cutPrompts(cut));
  return {
    prompts: protocol.prompts.map(({ scores, prompt }) => ({
      scores,
      isLearned: isLearned(prompt, subject.captions),
    })),
    texts: embeddings,
    textScore: protocol.textScore,
    real: await judgePictures(
      judge,
      subject.pictures.map(({ picture }) => picture),
    ),
  };
}

/** Reads and judges one model's drawings, prompt by prompt so that few are in memory. */
function createModelJudge(
  context: CliContext,
  { drawn, judge, json, progress }: JudgeModelsOptions,
): (model: DrawnModel) => Promise<JudgedDrawings> {
  const { io, text } = context;
  const total = drawn.models.reduce(
    (sum, { orders, ofClass }) => sum + orders.length + Math.min(1, ofClass.length),
    0,
  );
  let done = 0;
  const look = async (pictures: readonly RgbPicture[]): Promise<JudgedPictures> => {
    if (io.signal.aborted) throw new AtelierError("aborted", "evaluate: stopped while judging.");
    const judged = await judgePictures(judge, pictures);
    done += 1;
    if (json) printJson(context, { type: "progress", part: "judge", done, total });
    progress.update({ label: text.evaluate.judging, done, total });
    return judged;
  };
  return async ({ store, orders, ofClass }) => {
    const prompts: JudgedPictures[] = [];
    for (const order of orders) prompts.push(await look(await readOrders(store, [order])));
    const pictures = await readOrders(store, ofClass);
    return { prompts, ofClass: pictures.length === 0 ? undefined : await look(pictures) };
  };
}

async function described(
  { files }: CliContext,
  { folder }: EvaluationPlan,
  { name, store, orders }: DrawnModel,
): Promise<Pick<ModelEvaluation, "name" | "drawings">> {
  const start = files.join(folder, "x").length - 1;
  const drawings = await Promise.all(
    orders.map(({ prompt, seeds }) =>
      Promise.all(
        seeds.map(async (seed) =>
          (await store.pathOf(prompt, seed)).slice(start).replaceAll("\\", "/"),
        ),
      ),
    ),
  );
  return { name, drawings };
}

async function readOrders(
  store: PictureStore,
  orders: readonly DrawOrder[],
): Promise<RgbPicture[]> {
  const pictures: RgbPicture[] = [];
  for (const { prompt, seeds } of orders) {
    for (const seed of seeds) pictures.push(await store.read(prompt, seed));
  }
  return pictures;
}

/** Whether a caption says all that a prompt asks for, so that a copy of its picture is a right answer. */
export function isLearned(prompt: string, captions: readonly string[]): boolean {
  const wordsOf = (caption: string) => caption.toLowerCase().match(/[^\s,.;]+/g) ?? [];
  const asked = wordsOf(prompt).filter((word) => !["a", "an", "the"].includes(word));
  return captions.some((caption) => {
    const said = new Set(wordsOf(caption));
    return asked.every((word) => said.has(word));
  });
}
