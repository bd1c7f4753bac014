/** @file `atelier evaluate`, its table and its page in Korean. */

import type { Estimate } from "@atelier/diffusion/evaluate";
import type { evaluateText as english } from "../evaluate-text.js";

const whole = (share: number): number => Math.round(100 * share);
const percent = (share: number): string => `${whole(share)} %`;
const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
/** Differences of cosines below this are of no account, however sure they are. */
const leastDifference = 0.005;

/** Whether an interval leaves the sign open, or is none, or the difference is of no account. */
const isOpen = ({ value, low, high }: Estimate): boolean =>
  !(low > 0 || high < 0) || Math.abs(value) < leastDifference;

/** Texts of evaluations. */
export const evaluateText: typeof english = {
  language: "ko",
  description:
    "학습 결과를 논문의 방식으로 채점합니다: 닮음, 프롬프트 충실도, 다양성, 종류, 복제를 기반 모델과 나란히 보여 줍니다.",
  argument:
    "학습 기록 폴더, 어댑터(파일[:강도]), 단어, 모델, 여러 개를 주면 한 표의 열로 나란히 표시",
  pictures: "학습에 쓴 사진의 폴더 (기본값: 학습 기록의 사진)",
  token: "가르친 식별자나 단어, 예: sks",
  class: "대상의 종류(클래스), 예: dog",
  baseOption:
    "학습의 바탕이 된 모델: 폴더, 파일, Hugging Face 저장소 (기본값: 학습 기록의 기반 모델, 없으면 내장 모델)",
  protocol:
    "dreambooth: 프롬프트 25개에 그림 4장씩과 종류, textual-inversion: 단어만 쓴 프롬프트와 세 가지 변형에 그림 64장씩",
  paperPrompts:
    "물건용(object) 또는 살아 있는 대상용(living) DreamBooth 프롬프트 (기본값: 종류에 맞게)",
  prompts: "다른 프롬프트를 한 줄에 하나씩 담은 파일, 대상의 자리는 {}",
  judge: "심사할 CLIP: 폴더나 Hugging Face 저장소 (기본값: 기반 모델에 심사 모델이 있으면 그 모델)",
  instanceJudge: "대상을 구별할 DINOv2, --judge와 같은 방식으로 지정",
  count: "프롬프트마다 그릴 장수 (기본값: 프로토콜의 장수)",
  out: "저장할 폴더 (기본값: 학습 기록 폴더의 evaluation/)",
  more: `
예시:
  atelier evaluate runs/lora-20261124-093015 --class robot
  atelier evaluate dog.safetensors dog.safetensors:0.7 --base models/sd15 --pictures photos/dog \\
      --token sks --class dog --judge openai/clip-vit-base-patch32 --instance-judge facebook/dinov2-small
  atelier evaluate runs/dog runs/dog/checkpoints/step-000200/dog.safetensors

evaluation.md(표), evaluation.html(같은 내용에, 그림과 그 그림에 가장 가까운 학습 사진을 나란히 보여 주는 페이지),
evaluation.json(모든 수치), 그린 그림을 남깁니다. 이미 그린 그림은 그대로 두므로, 중단했다면 같은 명령으로 이어서
할 수 있습니다. 심사 모델이 다르면 점수를 비교할 수 없습니다.`,
  base: "기반 모델",
  realPictures: "실제 사진",
  onePicture: "대상의 사진이 한 장뿐이어서 닮음의 상한을 알 수 없고, 복제도 판단할 수 없습니다.",
  cutPrompts: (ends) =>
    `심사 모델이 프롬프트 ${ends.length}개의 끝부분을 읽지 못합니다: ${ends.slice(0, 3).join("; ")}`,
  opening: "평가할 것을 여는 중",
  plan: ({ subject, pictures, prompts, drawings, folder }) =>
    `“${subject}”, 사진 ${pictures}장으로 학습: 프롬프트 ${prompts}개, 그림 모두 ${drawings}장, 저장 폴더: ${folder}`,
  drawing: (model, left) => `그림 (지금: ${model})${left === undefined ? "" : `, 약 ${left} 남음`}`,
  judging: "프롬프트 심사",
  stopped: (folder) =>
    `중단했습니다. 지금까지 그린 그림은 ${folder} 폴더에 있으며, 같은 명령으로 이어서 할 수 있습니다.`,
  look: (page, table) => `열어 보세요: ${page}\n표: ${table}`,
  title: (subject) => `“${subject}”, 얼마나 잘 배웠을까요?`,
  measure: "지표",
  measures: {
    instance: {
      label: "닮음 (DINO) ↑",
      means:
        "바로 그 대상인가? 그림과 학습한 사진의 평균 코사인 유사도로, 논문이 DINO를 쓰는 자리에 대상을 구별하는 심사 모델을 씁니다. 실제 사진끼리의 값이 닮음이 얼마나 높아질 수 있는지를 알려 줍니다.",
    },
    clipImage: {
      label: "닮음 (CLIP-I) ↑",
      means:
        "같은 값을 CLIP 역할의 심사 모델로 잰 것입니다. 그림 전체를 보므로 배경과 화풍도 점수에 들어갑니다.",
    },
    likenessShare: {
      label: "닮음 ÷ 실제 사진 ↑",
      means: "닮음 (DINO)을 실제 사진끼리의 값으로 나눈 것입니다.",
    },
    clipText: {
      label: "프롬프트 충실도 (CLIP-T) ↑",
      means:
        "그림이 프롬프트의 내용을 보여 주는가? 그림과 프롬프트의 평균 코사인 유사도이며, 가르친 단어는 어떤 심사 모델도 읽어 본 적이 없으므로 빼고 잽니다.",
    },
    clipTextGain: {
      label: "프롬프트 충실도 − 기반 모델 ↑",
      means: "프롬프트마다 구한 차이입니다.",
    },
    obeyed: {
      label: "자기 프롬프트에 가장 맞음 ↑",
      means: "표의 다른 모든 프롬프트보다 자기 프롬프트에 더 잘 맞는 그림의 비율입니다.",
    },
    diversity: {
      label: "다양성 (DIV) ↑",
      means:
        "같은 프롬프트로 그린 그림이 서로 얼마나 다른가? 대상을 구별하는 심사 모델로 잰, 그림 쌍마다의 1 − 코사인 유사도의 평균입니다. 논문의 DIV는 LPIPS 거리의 평균이며 여기에는 LPIPS가 없으므로 두 수치를 비교할 수 없습니다.",
    },
    diversityShare: {
      label: "다양성 ÷ 기반 모델 ↑",
      means: "1보다 훨씬 작으면 한 프롬프트의 그림들이 한 가지 그림으로 굳은 것입니다.",
    },
    variety: {
      label: "가짓수 (Vendi) ↑",
      means: "한 프롬프트의 그림이 서로 다른 그림 몇 장에 해당하는가? 최댓값은 그림의 장수입니다.",
    },
    classResemblance: {
      label: "종류가 대상을 닮음 (PRES) ↓",
      means:
        "종류만 그린 그림과 대상 사진의 평균 코사인 유사도를 대상을 구별하는 심사 모델로 잰 것입니다. 기반 모델보다 높으면 종류가 대상으로 변해 가는 것입니다.",
    },
    classResemblanceGain: { label: "PRES − 기반 모델 ↓", means: "시드마다 구한 차이입니다." },
    classKept: {
      label: "종류 유지 ↑",
      means:
        "종류를 그린 그림과, 같은 시드로 기반 모델이 그린 그림의 평균 코사인 유사도입니다. 아무것도 바뀌지 않았으면 1입니다.",
    },
    copies: {
      label: "복제 ↓",
      means:
        "학습한 사진 가운데 어느 한 장과 닮은 정도가, 학습한 사진끼리 가장 닮은 정도보다 큰 그림의 비율입니다. 그림 전체를 보는 심사 모델(CLIP 역할)로 재며, 구간은 클로퍼–피어슨 정확 구간입니다. 설명 하나에 내용이 모두 들어 있는 프롬프트는 세지 않습니다. 그런 프롬프트에서는 복제가 바로 요청한 결과이기 때문입니다. 학습한 사진을 본 적이 없는 기반 모델의 값은 이런 일이 우연히 얼마나 일어나는지를 보여 줍니다.",
    },
  },
  protocols: {
    dreambooth: "DreamBooth 프로토콜(Ruiz et al. 2022, arXiv 2208.12242)",
    "textual-inversion": "Textual Inversion 프로토콜(Gal et al. 2022, arXiv 2208.01618)",
  },
  summary: ({ protocol, prompts, count, pictures, classPictures }) =>
    `${protocol}에 따라 프롬프트 ${prompts}개로 ${count}장씩${classPictures === 0 ? "" : `, 종류만으로 ${classPictures}장`} 그려서, 학습한 사진 ${pictures}장과 견주었습니다.`,
  intervals:
    "괄호 안은 95 % 신뢰 구간입니다. 프롬프트를 재표본추출해 구했으며(종류와, 프롬프트 하나만 세는 값은 그림을 재표본추출), 복제는 정확 구간입니다. ↑는 클수록, ↓는 작을수록 좋습니다.",
  judges: (clip, instance) =>
    `심사 모델: CLIP 역할은 ${clip}, 대상 구별은 ${instance}. 다른 심사 모델의 점수와는 비교할 수 없습니다.`,
  baseAsked: (className) =>
    className === ""
      ? "기반 모델에는 모르는 단어를 빼고 같은 프롬프트를 주었습니다."
      : `기반 모델에는 모르는 말의 자리에 종류(“${className}”)를 넣어 같은 프롬프트를 같은 시드로 주었습니다.`,
  drawnBy: ({ sampler, steps, guidance, width, height, seed }) =>
    `샘플러 ${sampler}, ${steps}스텝, 가이던스 ${guidance}, ${width}×${height}픽셀, 시드 ${seed}부터 차례로 그렸습니다.`,
  findings: {
    likeness: (share, ofBase) =>
      Number.isFinite(share.value)
        ? `닮음은 실제 사진끼리 닮은 정도의 ${percent(share.value)}입니다(기반 모델: ${percent(ofBase.value)}).`
        : "사진이 한 장뿐이어서 닮음을 견줄 상한이 없습니다.",
    obedience: (gain, obeyed, ofBase) => {
      const fit = isOpen(gain)
        ? "그림이 프롬프트에 맞는 정도는 기반 모델과 비슷합니다"
        : `그림이 기반 모델보다 프롬프트에 ${gain.value < 0 ? "덜" : "더"} 잘 맞습니다`;
      return `${fit}(CLIP-T ${signed(gain.value)}). 그림의 ${percent(obeyed.value)}가 자기 프롬프트에 가장 잘 맞습니다(기반 모델: ${percent(ofBase.value)}).`;
    },
    diversity: (share) =>
      `같은 프롬프트로 그린 그림끼리의 차이는 기반 모델의 ${percent(share.value)}입니다.`,
    classes: (gain, kept, spread) => {
      const turned =
        isOpen(gain) || gain.value < 0
          ? "종류가 대상에 더 가까워지지 않았습니다."
          : `종류가 대상에 더 가까워졌습니다(PRES ${signed(gain.value)}).`;
      return `${turned} 종류를 그린 그림이 같은 시드로 기반 모델이 그린 그림과 닮은 정도는 ${kept.value.toFixed(2)}입니다(기반 모델이 다른 시드로 그린 그림끼리: ${spread.toFixed(2)}).`;
    },
    copies: (copies, ofBase) =>
      copies === undefined
        ? "복제는 판단할 수 없습니다. 사진이 2장 이상이고, 학습하지 않은 프롬프트가 있어야 합니다."
        : `그림 ${copies.of}장 가운데 ${copies.count}장이 학습한 사진의 복제입니다(${whole(copies.low)}–${percent(copies.high)}, 기반 모델에서는 우연히 ${ofBase?.count ?? 0}장).`,
  },
  nearTwins: (first, second) =>
    `${first}, ${second}: 거의 같은 사진이며 이 두 장이 복제의 기준이 됩니다. 그래서 복제로 셀 만한 그림이 거의 나오지 않습니다.`,
  copyMeasure: (first, second, similarity) =>
    `서로 가장 닮은 두 사진: ${first}, ${second} (${similarity.toFixed(3)}). 어느 사진이든 이보다 더 닮은 그림은 복제로 셉니다.`,
  headings: {
    short: "요약",
    table: "표",
    measures: "수치의 뜻",
    copies: "복제",
    drawings: "그림과 가장 가까운 사진",
    real: "학습한 사진",
    classes: "종류만 그린 그림",
  },
  noCopies: "복제로 볼 그림이 없습니다.",
  moreCopies: (count) => `${count}장이 더 있으며 evaluation.json에 적혀 있습니다.`,
  sheet:
    "프롬프트마다 학습한 사진을 가장 닮은 그림과 그 사진, 그리고 같은 시드로 기반 모델이 그린 그림입니다.",
  promptScores: (likeness, clipText) =>
    [
      ...(Number.isFinite(likeness) ? [`닮음 ${likeness.toFixed(2)}`] : []),
      ...(Number.isFinite(clipText) ? [`CLIP-T ${clipText.toFixed(2)}`] : []),
    ].join(", "),
  classSheet: "가르친 단어 없이 같은 시드로 종류를 그린 그림입니다. 예전 그대로여야 합니다.",
  shown: {
    base: (seed) => `기반 모델, 시드 ${seed}`,
    drawing: (seed) => `그림, 시드 ${seed}`,
    nearest: (name, similarity) => `가장 가까운 사진: ${name} (${similarity.toFixed(3)})`,
    copy: "복제",
    learned: "설명 하나에 모두 들어 있는 프롬프트: 복제로 세지 않음",
  },
};
