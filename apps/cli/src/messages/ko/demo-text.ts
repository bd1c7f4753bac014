/** @file `atelier demo` in Korean. */

import type { DemoPart } from "../../demo/demo-clock.js";
import { quoteArgument } from "../../format.js";
import type { demoText as english } from "../demo-text.js";

const doing: Readonly<Record<DemoPart, string>> = {
  before: "기반 모델만으로 그리기",
  train: "학습 스텝",
  after: "어댑터로 그리기",
  judge: "판정",
};

const begins: Readonly<Record<DemoPart, string>> = {
  before: "1/4  마스코트를 본 적 없는 기반 모델만으로 그리기",
  train: "2/4  그림 5장으로 마스코트 가르치기",
  after: "3/4  같은 프롬프트와 시드를 어댑터로 다시 그리기",
  judge: "4/4  판정하고 보고서 쓰기",
};

/** Texts of the demo. */
export const demoText: typeof english = {
  description: "내장 기반 모델에 본 적 없는 마스코트를 가르치고 보고서를 씁니다.",
  base: "다른 기반 모델의 diffusers 폴더 (기본값: 내장 기반 모델)",
  out: "새로 만들 폴더 (기본값: runs/demo-<time>)",
  steps: "학습 스텝 수",
  seed: "학습에 쓸 시드",
  more: `
예시:
  atelier demo
  atelier demo --steps 100 --out runs/quick

report.html(디스크에서 바로, 어느 브라우저로나 열림), sheet.png, 학습에 쓴 그림, training/에 든
어댑터를 남깁니다. --json을 쓰면 그린 그림도 before/와 after/에 남깁니다. 보고서에서 목표에 이르지 못했다고 해도 종료 코드는 0입니다.`,
  starting: "기반 모델 확인 중",
  folder: (path) => `데모 폴더: ${path}`,
  progress: (part, left, loss) =>
    `${doing[part]}${loss === undefined ? "" : `, 손실 ${loss.toFixed(3)}`}, 전체 약 ${left} 남음`,
  begins: (part, left) => `${begins[part]} (전체 약 ${left} 남음)`,
  stopped: (path) =>
    `보고서를 쓰기 전에 중단해 보고서가 없습니다. 지금까지 한 작업은 ${path} 폴더에 있습니다. 처음부터 다시 하려면 데모를 다시 실행하세요.`,
  goesOn: (training) => `학습만 이어서 하려면: atelier resume ${quoteArgument(training)}`,
  parts: {
    before: "학습 전 그리기",
    train: "학습",
    after: "학습 후 그리기",
    judge: "판정",
  },
  settings: (config, parameters) => [
    ["스텝 수", `${config.steps}, 스텝마다 그림 ${config.batchSize}장`],
    ["학습률", `${config.learningRate}, ${config.schedule.name}`],
    ["LoRA", `랭크 ${config.lora?.rank}, 적용 레이어 ${config.lora?.targets.join(", ")}`],
    ["학습 파라미터 수", String(parameters)],
    ["옵티마이저", config.optimizer.name],
    ["시드", String(config.seed)],
    ["백엔드", config.device.backend],
  ],
  finished: (time) => `${time} 만에 마쳤습니다.`,
  finding: (holds, sentence) => `${holds ? "✓" : "✗"} ${sentence}`,
  look: (report, sheet) => `열어 보세요: ${report}\n함께 보세요: ${sheet}`,
};
