/** @file An evaluation from end to end: everything is found and checked, then drawn, judged, and written. */

import { createRuntime } from "../backend-options.js";
import { type CliContext, print, printJson } from "../cli-context.js";
import { findBase } from "../open-base.js";
import { createProgress, type Progress } from "../progress.js";
import { evaluationMarkdown } from "../report/evaluation-markdown.js";
import { evaluationPage } from "../report/evaluation-page.js";
import { evaluationTable, findings, tableLines } from "../report/evaluation-table.js";
import { type DrawnModels, drawModels } from "./draw-models.js";
import type { Evaluation } from "./evaluation.js";
import { findJudge } from "./find-judge.js";
import { judgeModels } from "./judge-models.js";
import { type EvaluateFlags, type EvaluationPlan, planEvaluation } from "./plan-evaluation.js";

/** Evaluates what is named. @throws AtelierError `aborted` on Ctrl-C, and whatever its parts throw. */
export async function runEvaluation(
  context: CliContext,
  named: readonly string[],
  flags: EvaluateFlags,
): Promise<void> {
  const { io, text } = context;
  const json = flags.json === true;
  const progress = createProgress(context, { json });
  progress.update({ label: text.evaluate.opening });
  try {
    const plan = await planEvaluation(context, { named, flags, progress });
    const { variant } = plan.modelOptions;
    const found = await findBase(context, plan.base, { variant, progress });
    const runtime = createRuntime(flags);
    const { isEmbedded } = plan;
    const base = found.path;
    await using judge = await findJudge(context, { flags, base, isEmbedded, runtime, progress });
    tellPlan(context, { plan, json, progress });
    if (plan.subject.pictures.length === 1) progress.warn(text.evaluate.onePicture);
    try {
      const drawn = await drawModels(context, { plan, flags, found, runtime, progress });
      const evaluation = await judgeModels(context, { plan, drawn, judge, json, progress });
      progress.clear();
      await write(context, { plan, drawn, evaluation, json });
    } catch (error) {
      if (io.signal.aborted) progress.warn(text.evaluate.stopped(plan.folder));
      throw error;
    }
  } finally {
    progress.clear();
  }
}

function tellPlan(
  context: CliContext,
  {
    plan,
    json,
    progress,
  }: {
    readonly plan: EvaluationPlan;
    readonly json: boolean;
    readonly progress: Progress;
  },
): void {
  const { protocol, subject, folder, models } = plan;
  const { prompts, count, classPrompts, classCount } = protocol;
  const facts = {
    ...{ subject: subject.words.name, pictures: subject.pictures.length, prompts: prompts.length },
    drawings: (1 + models.length) * (prompts.length * count + classPrompts.length * classCount),
    folder,
  };
  if (json) printJson(context, { type: "plan", protocol: protocol.name, ...facts });
  else progress.done(context.text.evaluate.plan(facts));
}

/** The page comes last: where it is, everything is. */
async function write(
  context: CliContext,
  {
    plan,
    drawn,
    evaluation,
    json,
  }: {
    readonly plan: EvaluationPlan;
    readonly drawn: DrawnModels;
    readonly evaluation: Evaluation;
    readonly json: boolean;
  },
): Promise<void> {
  const { files, text } = context;
  const path = (ending: string) => files.join(plan.folder, `evaluation.${ending}`);
  const save = (ending: string, content: string) =>
    files.write(path(ending), [new TextEncoder().encode(content)]);
  await save("json", `${JSON.stringify(evaluation, undefined, 2)}\n`);
  await save("md", evaluationMarkdown(evaluation, text));
  const pictures = {
    real: plan.subject.pictures.map(({ picture }) => picture),
    async drawing(model: number, prompt: number, seed: number) {
      const { store, orders } = drawn.models[model] ?? drawn.models[0];
      return store.read(orders[prompt]?.prompt ?? "", evaluation.drawnBy.seed + seed);
    },
    async ofClass(model: number, prompt: number) {
      const { store, ofClass } = drawn.models[model] ?? drawn.models[0];
      return store.read(ofClass[prompt]?.prompt ?? "", evaluation.drawnBy.seed);
    },
  };
  await save("html", await evaluationPage(evaluation, pictures, text));
  if (json) {
    const paths = { page: path("html"), table: path("md"), numbers: path("json") };
    printJson(context, { type: "done", ...paths, evaluation });
    return;
  }
  for (const line of tableLines(evaluationTable(evaluation, text))) print(context, line);
  for (const model of evaluation.models.slice(1)) {
    print(context, "");
    if (evaluation.models.length > 2) print(context, model.name);
    for (const sentence of findings(evaluation, model, text)) print(context, sentence);
  }
  print(context, `\n${text.evaluate.look(path("html"), path("md"))}`);
}
