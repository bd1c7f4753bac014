/** @file The report of a run, and what the terminal says at its end, in Korean. */

import { byRequest, type Estimate, type Verdict } from "@atelier/diffusion/core";
import type { ResultFile, RunState } from "@atelier/diffusion/train";
import { quoteArgument } from "../../format.js";
import { errorChange, percentOf, share, signed } from "../../report/run-report/percent.js";
import type { runReportText as english } from "../run-report-text.js";

type Bank = Verdict["bank"];

const enlarged = "확대한 학습 사진";

const heldOut = (pictures: number): string =>
  pictures === 1 ? "남겨 둔 사진" : `남겨 둔 사진 ${pictures}장`;

const learnedFrom = (bank: Bank): string => (bank === "echo" ? enlarged : "남겨 둔 사진");

const nameOf = (what: "generic" | "class", classPrompt: string): string =>
  what === "generic" ? "다른 것" : `‘${classPrompt}’`;

/** `−31 ~ −44 %`: the smaller change first. */
function errorRange({ low, high }: Estimate): string {
  const [near, far] = high <= 0 ? [high, low] : [low, high];
  return `${signed(percentOf(near))} ~ ${errorChange(far)}`;
}

/** `9 ~ 14 %`. */
const shares = (from: number, to: number): string =>
  `${share(from).replace(" %", "")} ~ ${share(to)}`;

function runStateText(state: RunState, folder: string): string {
  const resume = `이어서 학습하려면: atelier resume ${quoteArgument(folder)}`;
  switch (state.kind) {
    case "done":
      if (state.stop?.watcher === byRequest) return "요청에 따라 학습을 마쳤습니다.";
      return state.stop === undefined
        ? "학습을 마쳤습니다."
        : `${state.stop.watcher} 관찰기가 학습을 끝냈습니다: ${state.stop.reason}`;
    case "running":
      return "학습이 진행 중이며, 이것은 지금까지의 상태입니다.";
    case "stopped":
      return `학습을 멈췄습니다. ${resume}`;
    case "failed":
      return `학습에 실패했습니다: ${state.reason} ${resume}`;
    case "interrupted":
      return `학습이 도중에 끊겼습니다. ${resume}`;
    case "unknown":
      return "학습이 어떻게 끝났는지 읽을 수 없습니다.";
  }
}

const forms: Readonly<Record<ResultFile["form"], string>> = {
  kohya: "A1111, Forge, ComfyUI용",
  comfyui: "ComfyUI용",
  diffusers: "diffusers용",
  peft: "PEFT용",
  webui: "A1111, Forge, ComfyUI용",
  folder: "diffusers용",
  "single-file": "A1111, Forge, ComfyUI용",
};

const kinds: Readonly<Record<ResultFile["kind"], string>> = {
  adapter: "어댑터",
  embedding: "새 단어",
  model: "모델",
};

/** Korean. */
export const runReportText: typeof english = {
  command: {
    description:
      "학습 기록의 보고서를 다시 씁니다: 무엇을 배웠고, 무엇을 잊었고, 무엇을 가져다 쓸지.",
    argument: "학습 기록 폴더 또는 tune 폴더",
    out: "저장할 .html 파일 (기본값: 학습 기록 폴더의 report.html, tune 폴더의 tune.html)",
    more: `
예시:
  atelier report runs/lora-20261124-093015
  atelier report runs/lora-20261124-093015 --out dog.html

학습이 끝날 때마다 보고서가 만들어집니다. 이 명령은 보고서를 새로 쓰며, 진행 중이거나 끊긴 학습에도 쓸 수
있습니다. 사진은 학습할 때 읽은 곳에서 읽으므로 같은 폴더에서 실행하세요.`,
    notHtml: (path) =>
      `--out ${path}: .html로 끝나는 이름이어야 하지만 아닙니다. 예를 들어 report.html로 하세요.`,
  },
  failed: (folder, reason) =>
    `${folder}: 보고서를 쓰지 못했습니다: ${reason} 학습 자체는 온전하며, \`atelier report\` 명령으로 보고서를 다시 쓸 수 있습니다.`,
  terminal: {
    verdict: (sentence) => `판정: ${sentence}`,
    report: (path) => `보고서: ${path}`,
    curve: (bank) => `${learnedFrom(bank)}의 오차`,
    kept: (step, error) => (step === 0 ? "보관: 시작" : `보관: ${step}스텝, ${error}`),
  },
  title: (name) => `“${name}” 학습의 결과`,
  summary: ({ pictures, held, step, steps, time, base }) => {
    const done = step === steps ? `${steps}스텝을` : `${steps}스텝 중 ${step}스텝을`;
    const rest = held === 0 ? "학습했습니다" : `학습했고, 사진 ${held}장은 남겨 두었습니다`;
    return `사진 ${pictures}장으로 ${done} ${time} 동안 ${rest}. 기반 모델: ${base}.`;
  },
  unwatched: "관찰하지 않은 학습이어서 무엇을 배우고 잊었는지 알 수 없습니다.",
  tooShort: "한 번도 관찰하지 못한 학습이어서 무엇을 배우고 잊었는지 알 수 없습니다.",
  undecided: "무엇을 배웠는지 말하기에는 아직 이릅니다.",
  runState: runStateText,
  bestSoFar: (reason) => `지금까지 가장 좋은 지점: ${reason}`,
  lastOfEchoes: `결과는 마지막 스텝의 것입니다. ${enlarged}으로는 어느 스텝이 가장 좋은지 알 수 없습니다.`,
  holdOut: "--held-out 1을 쓰면 사진 한 장을 학습하지 않고 남겨 두어 알아볼 수 있습니다.",
  keptNot: (reason, step) => `${reason} 그래도 파일에는 ${step}스텝이 들어 있습니다.`,
  result: ({ step, isLast, isDone, bank, learned, train, forgotten, classPrompt }) => {
    const what = `${isDone ? "결과는" : "지금까지 가장 좋은 것은"} ${step}스텝${isLast ? "(마지막)" : ""}입니다.`;
    const error =
      bank === "echo"
        ? `학습 사진의 오차는 ${errorChange(train.ofThese.value)}`
        : `${heldOut(learned.pictures)}의 오차는 ${errorChange(learned.ofThese.value)}(비슷한 사진이라면 ${errorRange(learned.ofOthersLikeThem)})`;
    const worse = (["generic", "class"] as const).flatMap((each) => {
      const value = forgotten[each];
      return value === undefined ? [] : [`${nameOf(each, classPrompt)} ${share(value)}`];
    });
    return worse.length === 0
      ? `${what} ${error}입니다.`
      : `${what} ${error}이고, 기반 모델보다 예측이 나빠진 정도는 ${worse.join(", ")}입니다.`;
  },
  lastLook: (step, sentences) => `마지막 관찰(${step}스텝): ${sentences.join(" ")}`,
  take: "가져다 쓸 것",
  noResult: "아직 만들어진 것이 없습니다.",
  form: ({ kind, form }) => `${forms[form]} ${kinds[kind]}`,
  lastStep: "마지막 스텝의 결과, 비교용",
  atStrength: ({ kind, form }, strength) => `${forms[form]} ${kinds[kind]}, 강도 ${strength}`,
  headings: {
    learned: "배운 것",
    forgotten: "잊은 것",
    path: "잊은 만큼 얻은 것",
    pictures: "사진별 결과",
    timesteps: "어느 노이즈에서 배웠는지",
    drawings: "그린 그림",
    loss: "학습 손실",
    settings: "설정",
    watching: "얼마나 믿을 수 있는지",
    unwatched: "더 알아보는 방법",
  },
  states: {
    learning: "배우는 중",
    "learned-enough": "충분히 배움",
    overfitting: "과적합",
    "nothing-happens": "변화 없음",
    diverging: "발산",
    forgetting: "망각",
    "forgetting-much": "심한 망각",
  },
  steps: "스텝",
  keptStep: (step) => (step === 0 ? "시작" : `보관: ${step}스텝`),
  curves: {
    train: "학습 사진",
    learned: (bank, pictures) => (bank === "echo" ? "확대한 사진" : heldOut(pictures)),
    described: (train, learned, { bank, pictures }) =>
      `시작부터 마지막 관찰까지 오차의 변화: 학습 사진 ${errorChange(train)}, ${bank === "echo" ? enlarged : heldOut(pictures)} ${errorChange(learned)}.`,
    explained: (bank) =>
      bank === "echo"
        ? "시작과 비교한 오차의 변화이며, 아래로 갈수록 좋습니다. 표시는 관찰한 지점이고, 진한 띠에는 이 사진들의 참된 변화가 90 % 확률로 들어 있습니다. 파선은 계속 내려가는데 실선이 올라가기 시작하면 사진을 외우는 것입니다."
        : "시작과 비교한 오차의 변화이며, 아래로 갈수록 좋습니다. 표시는 관찰한 지점이고, 진한 띠에는 이 사진들의 참된 변화가, 넓고 연한 띠에는 비슷한 다른 사진의 참된 변화가 90 % 확률로 들어 있습니다. 파선은 계속 내려가는데 실선이 올라가기 시작하면 학습 사진을 외우는 것입니다.",
    broken: (steps) => `오차나 그래디언트가 유한한 수가 아니었던 스텝(×): ${steps.join(", ")}.`,
  },
  forgetting: {
    none: "다른 것을 잊는지는 측정하지 않았습니다.",
    name: nameOf,
    described: (parts) =>
      `마지막 관찰에서 기반 모델보다 예측이 나빠진 정도: ${parts.map(([name, value]) => `${name} +${share(value)}`).join(", ")}.`,
    explained:
      "다른 것의 예측이 기반 모델보다 나빠진 정도이며, 위로 갈수록 더 잊은 것입니다. 0은 기반 모델입니다. 띠에는 참값이 90 % 확률로 들어 있고, 점선은 예상입니다.",
    forecast: ({ name, step, atEnd, steps, known, at }) => {
      const range = `+${share(atEnd.value)}(${shares(atEnd.low, atEnd.high)})`;
      return known === undefined
        ? `${name}: 이대로면 ${steps}스텝에서 ${range}가 됩니다.`
        : `${name}: ${step}스텝에서 예상한 ${steps}스텝의 값은 ${range}였고, ${at}스텝에서 +${share(known)}${at === steps ? "가 되었습니다" : "였습니다"}.`;
    },
  },
  heatMap: {
    described: "타임스텝과 관찰 지점에 따른 오차의 변화(%).",
    time: (time) => `t ${time}`,
    looks: "관찰한 지점(스텝)",
    explained:
      "타임스텝(행)마다 관찰한 지점(열)에서 오차가 변한 정도(%)입니다. 위쪽에서는 그림에 노이즈가 거의 없어 세부를 배우고, 아래쪽에서는 거의 노이즈뿐이어서 구도를 배웁니다. 외울 때는 세부부터 외웁니다.",
  },
  pictures: {
    name: "사진",
    noFile: "파일 없음",
    notSeen: "–",
    train: "학습",
    learned: (bank) => (bank === "echo" ? "확대" : "남겨 둠"),
    head: (name, step) => `${name}, ${step}스텝`,
    worst: (picture, error) =>
      `가장 적게 배운 사진: ${picture} (${error}). 다른 사진만큼 반영되어야 한다면, 설명(캡션)이 사진에 보이는 것을 말하는지, 다른 사진에 보이는 것이 이 사진에도 보이는지 살펴보세요.`,
    explained: (bank) =>
      `사진별 오차의 변화를 가장 적게 배운 사진부터 보여 줍니다.${bank === "echo" ? " 확대한 사진은 학습할 때 한 번도 보여 주지 않습니다." : ""} 숫자마다 측정 횟수가 적으므로 사진 사이의 작은 차이에는 의미가 없습니다.`,
  },
  path: {
    described: "학습의 경로: 관찰한 지점마다 배운 것과 잊은 것.",
    gained: (bank) => `${learnedFrom(bank)}의 오차`,
    forgotten: (what, classPrompt) => `${nameOf(what, classPrompt)}의 예측이 나빠진 정도`,
    strength: (strength) => `×${strength}`,
    explained: (hasStrengths) =>
      `숫자는 스텝입니다. 위로 갈수록 더 잘 배운 것이고 오른쪽으로 갈수록 더 잊은 것이므로, 왼쪽 위 모서리가 가장 좋습니다. 경로가 오른쪽으로만 가는 곳에서는 스텝을 더해도 잃기만 하고 얻는 것이 없습니다.${hasStrengths ? " 파선은 ‘atelier strength’로 측정한 다른 강도의 결과입니다(×1은 학습한 그대로)." : ""}`,
  },
  drawings: {
    none: "학습하는 동안 그린 그림이 없습니다. --samples-every-steps를 주면 학습하면서 그림을 그립니다.",
    step: (step) => (step === 0 ? "기반 모델" : `${step}스텝`),
    best: (step, kept) =>
      step === kept ? `${step}스텝, 결과` : `${step}스텝, 결과(${kept}스텝)에 가장 가까움`,
    nearest: (name) => `가장 비슷한 학습 사진: ${name}`,
    explained:
      "한 프롬프트의 그림은 시드가 같아 같은 노이즈에서 시작했습니다. 학습 사진은 색의 배치가 가장 비슷한 것이며, 그것을 되풀이하는 그림은 복사본입니다.",
  },
  settings: {
    names: {
      folder: "학습 기록 폴더",
      base: "기반 모델",
      pictures: "사진",
      prompt: "프롬프트",
      tuning: "학습한 것",
      word: "새 단어",
      trained: "학습한 값의 수",
      steps: "스텝",
      rate: "학습률",
      optimizer: "옵티마이저",
      prior: "사전 보존(prior preservation)",
      size: "크기",
      watch: "관찰",
      seed: "시드",
      backend: "백엔드",
    },
    lora: (method, rank, targets) => `${method}, 랭크 ${rank}, 레이어 ${targets.join(", ")}`,
    steps: (steps, pictures) => `${steps}, 스텝마다 사진 ${pictures}장`,
    rate: (rate, schedule) => `${rate}, ${schedule}`,
    prior: ({ source, classPrompt }) => `${source}, ‘${classPrompt}’`,
    size: (width, height) => `${width}×${height}`,
    unwatched: "없음",
    watch: ({ share: part, prefer }) =>
      `학습 시간의 최대 ${share(part)}${prefer === undefined ? "" : `, ${prefer} 우선`}`,
  },
  watching: {
    unwatched:
      "관찰하는 학습은 진행하면서 스스로를 살펴보고, 배우는지, 외우는지, 잊는지 알려 주며, 가장 좋은 스텝을 보관합니다. 학습은 너무 짧거나, 남는 메모리가 없거나, 관찰하지 말라고 하지 않으면 관찰됩니다. 정해 준 만큼 시간이 더 걸리며, 여기서는 10분의 1입니다:",
    tooShort:
      "관찰하려 했지만 첫 관찰 전에 끝났거나 한 번 관찰하기에도 너무 짧았습니다. 스텝 수를 늘리거나 --watch로 관찰에 쓸 시간의 비율을 높이세요.",
    command: (settings) => `atelier lora ${settings} --watch 0.1`,
    trusted: ({ bank, learned, heldOut: names }) => {
      if (bank === "echo") {
        return `사진이 적어 모두 학습에 필요하므로 한 장도 남겨 두지 않았습니다. ${enlarged}으로는 무언가를 배운다는 것을 알 수 있지만, 언제 충분하거나 지나친지, 비슷한 다른 사진을 얼마나 잘 그릴지는 알 수 없습니다.`;
      }
      const { pictures, ofOthersLikeThem } = learned;
      const named = `${names.slice(0, 5).join(", ")}${names.length > 5 ? ", …" : ""}`;
      const held = `사진 ${pictures}장을 남겨 두었습니다(${named}).`;
      const range = `비슷한 사진의 오차는 열에 아홉은 ${errorRange(ofOthersLikeThem)} 안에 있습니다.`;
      if (pictures === 1) return `${held} 여기서 말하는 것은 이 사진에 해당하며, ${range}`;
      const few = " 이렇게 적은 수로는 큰 변화는 보이지만 작은 변화는 놓칠 수 있습니다.";
      return `${held} ${range}${pictures < 5 ? few : ""}`;
    },
    different: (prompts) =>
      prompts === 0
        ? "무엇을 잊었는지는 측정하지 않았습니다. 이 결과로 다른 것을 그려 비교해 보세요."
        : `무엇을 잊었는지는 기반 모델이 프롬프트 ${prompts}개로 직접 그린 것으로 측정합니다. 예측이 얼마나 달라졌는지를 말할 뿐, 그림이 나빠졌는지는 말하지 않습니다. 중요하게 여기는 것을 그려 비교해 보세요.`,
    cost: "관찰에 든 시간",
    took: ({ looks, time, part }) =>
      `관찰 ${looks}번에 ${time} 걸렸으며, 전체 학습 시간의 ${share(part)}입니다. 관찰은 학습을 전혀 바꾸지 않습니다.`,
  },
};
