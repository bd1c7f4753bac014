/** @file What the page knows of its worker, answer by answer. */

import type { Warning } from "@atelier/diffusion/core";
import type { TrainEvent } from "@atelier/diffusion/train";
import type { Stage } from "../messages/messages.js";
import type { Answer, DrawnPicture, KeptLesson, Problem, Request } from "../worker/protocol.js";

type VerdictEvent = Extract<TrainEvent, { type: "verdict" }>;

/** A lesson as far as it has come. */
export interface LessonState {
  readonly steps: number;
  readonly losses: readonly number[];
  readonly secondsLeft: number;
  readonly memoryBytes: number;
  /** What is done beside the steps. */
  readonly stage:
    | { readonly name: Stage; readonly done: number; readonly total: number }
    | undefined;
  readonly verdict: VerdictEvent | undefined;
  readonly warnings: readonly Warning[];
  readonly samples: readonly { readonly step: number; readonly url: string }[];
}

/** All of it. */
export interface AtelierState {
  readonly model:
    | { readonly is: "away" }
    | { readonly is: "coming"; readonly done: number; readonly total: number }
    | ({ readonly is: "here" } & Omit<Extract<Answer, { type: "opened" }>, "type">);
  /** What is worked on. */
  readonly busy: Exclude<Request["type"], "stop"> | undefined;
  /** What the browser keeps of a lesson. */
  readonly kept: KeptLesson | undefined;
  /** Why it keeps none. */
  readonly unkept: string | undefined;
  readonly isStopping: boolean;
  readonly drawing: { readonly done: number; readonly total: number } | undefined;
  /** The latest first. */
  readonly drawn: readonly (Pick<DrawnPicture, "seed"> & {
    readonly url: string;
    readonly prompt: string;
  })[];
  readonly prompt: string;
  readonly lesson: LessonState | undefined;
  readonly learned: { readonly name: string; readonly url: string } | undefined;
  readonly problem: Problem | undefined;
  /** Why there is no worker any more. */
  readonly broken: string | undefined;
  /** Why the graphics card is gone, which another worker does without. */
  readonly lost: string | undefined;
  readonly wasStopped: boolean;
}

export const firstState: AtelierState = {
  model: { is: "away" },
  busy: undefined,
  kept: undefined,
  unkept: undefined,
  isStopping: false,
  drawing: undefined,
  drawn: [],
  prompt: "",
  lesson: undefined,
  learned: undefined,
  problem: undefined,
  broken: undefined,
  lost: undefined,
  wasStopped: false,
};

const noLesson: LessonState = {
  steps: 0,
  losses: [],
  secondsLeft: 0,
  memoryBytes: 0,
  stage: undefined,
  verdict: undefined,
  warnings: [],
  samples: [],
};

/** Pictures that stay on the page. */
const mostDrawn = 24;

/** What happens: the page asks, or the worker answers. */
export type Happening =
  | { readonly asked: Request }
  | { readonly answer: Answer }
  | { readonly broke: string };

/** The state after something has happened. */
export function nextState(state: AtelierState, happening: Happening): AtelierState {
  if ("asked" in happening) return afterRequest(state, happening.asked);
  if ("broke" in happening) {
    return { ...afterEnd(state), broken: happening.broke };
  }
  return afterAnswer(state, happening.answer);
}

function afterRequest(state: AtelierState, request: Request): AtelierState {
  if (request.type === "stop") return { ...state, isStopping: true };
  const begun = { ...state, busy: request.type, problem: undefined, wasStopped: false };
  switch (request.type) {
    case "open":
      return { ...begun, model: { is: "coming", done: 0, total: 0 } };
    case "draw":
      return { ...begun, prompt: request.drawing.prompt };
    case "teach":
      return { ...begun, lost: undefined, ...withoutLesson(state, request.lesson.steps) };
    case "go-on":
      return { ...begun, lost: undefined, ...withoutLesson(state, state.kept?.steps ?? 0) };
    case "forget":
      return begun;
  }
}

/** A lesson anew; what the one before has shown is given up. */
function withoutLesson(
  { lesson, learned }: AtelierState,
  steps: number,
): Pick<AtelierState, "lesson" | "learned"> {
  for (const { url } of lesson?.samples ?? []) URL.revokeObjectURL(url);
  if (learned !== undefined) URL.revokeObjectURL(learned.url);
  return { lesson: { ...noLesson, steps }, learned: undefined };
}

function afterAnswer(state: AtelierState, answer: Answer): AtelierState {
  const { lesson = noLesson } = state;
  switch (answer.type) {
    case "download":
      return { ...state, model: { is: "coming", done: answer.done, total: answer.total } };
    case "opened": {
      const { type: _, ...opened } = answer;
      return { ...state, model: { is: "here", ...opened } };
    }
    case "drawing":
      return { ...state, drawing: { done: answer.done, total: answer.total } };
    case "drawn": {
      const { png, seed } = answer.picture;
      const picture = { seed, url: urlOf(png, "image/png"), prompt: state.prompt };
      for (const { url } of state.drawn.slice(mostDrawn - 1)) URL.revokeObjectURL(url);
      return { ...state, drawn: [picture, ...state.drawn].slice(0, mostDrawn) };
    }
    case "training":
      return { ...state, lesson: afterEvent(lesson, answer.event) };
    case "sample": {
      const sample = { step: answer.step, url: urlOf(answer.png, "image/png") };
      return { ...state, lesson: { ...lesson, samples: [...lesson.samples, sample] } };
    }
    case "learned": {
      const url = urlOf(answer.adapter, "application/octet-stream");
      return { ...state, learned: { name: answer.name, url } };
    }
    case "kept":
      return { ...state, kept: answer.lesson, unkept: undefined };
    case "unkept":
      return { ...state, unkept: answer.reason };
    case "lost":
      // The problem is the same one, in words of ONNX Runtime; what was learned is with the kept lesson.
      if (state.learned !== undefined) URL.revokeObjectURL(state.learned.url);
      return {
        ...afterEnd(state),
        ...{ model: { is: "away" }, problem: undefined, learned: undefined, lost: answer.reason },
      };
    case "ended":
    case "failed": {
      const isGone =
        state.busy === "open" && (answer.type === "failed" || answer.how === "stopped");
      return {
        ...afterEnd(state),
        ...(isGone && { model: { is: "away" } as const }),
        problem: answer.type === "failed" ? answer.problem : undefined,
        wasStopped: answer.type === "ended" && answer.how === "stopped",
      };
    }
  }
}

/** Nothing is worked on any more. */
function afterEnd(state: AtelierState): AtelierState {
  const { lesson } = state;
  return {
    ...state,
    ...{ busy: undefined, isStopping: false, drawing: undefined },
    ...(lesson !== undefined && { lesson: { ...lesson, stage: undefined } }),
  };
}

function afterEvent(lesson: LessonState, event: TrainEvent): LessonState {
  switch (event.type) {
    case "plan":
      return { ...lesson, steps: event.steps };
    case "progress":
      return { ...lesson, stage: { name: event.stage, done: event.done, total: event.total } };
    case "warning": {
      const { type: _, ...warning } = event;
      return { ...lesson, warnings: [...lesson.warnings, warning] };
    }
    case "step": {
      const { loss, secondsLeft, memoryBytes } = event;
      const losses = [...lesson.losses, loss];
      return { ...lesson, losses, secondsLeft, memoryBytes, stage: undefined };
    }
    case "verdict":
      return { ...lesson, verdict: event };
    case "resumed":
      // Later ones are trained once more.
      return { ...lesson, losses: lesson.losses.slice(0, event.step) };
    default:
      return lesson;
  }
}

function urlOf(bytes: Uint8Array<ArrayBuffer>, type: string): string {
  return URL.createObjectURL(new Blob([bytes], { type }));
}
