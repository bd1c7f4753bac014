/** @file What is said of opened models, adapters and words, in Korean. */

import { option } from "../core/option-words.js";
import type { SentencesOf, WarningParams } from "../core/warnings/warning.js";
import { listed } from "./list.js";

/** By code. */
export const fileSentences: SentencesOf<"files"> = {
  "skipped-objects": ({ path, classes }) =>
    `${path}: 다음 클래스의 객체를 제외했습니다: ${listed(classes)}. 텐서, 숫자, 텍스트만 읽으며, 파일 안의 어떤 것도 실행하지 않았습니다.`,
  "variant-fallback": ({ folder, variant }) =>
    `${folder}: ${variant} 가중치가 없어 일반 가중치를 씁니다.`,
  "yaml-damaged": ({ path, problem }) => `${path}: 읽지 않습니다: ${problem}.`,
  "yaml-of-no-model": ({ path }) =>
    `${path}: Stable Diffusion 모델을 설명하는 파일이 아니어서 읽지 않습니다.`,
  "yaml-parameterization": ({ path, got }) =>
    `${path}: parameterization이 eps, v, x0 중 하나여야 하지만 ${got}입니다. 이 파일은 읽지 않습니다.`,
  "prediction-contradiction": ({ path, type, by, where, otherType, otherBy, otherWhere }) =>
    `${path}: 예측 방식이 서로 다르게 적혀 있습니다. ${teller(by, where)}: ${type}. ${teller(otherBy, otherWhere)}: ${otherType}. 앞의 것을 따릅니다. ${option("predictionType")} 옵션은 둘보다 우선합니다.`,
  "assumed-prediction": ({ path, type, reason }) => assumed(path, type, reasons[reason]),
  "assumed-by-tensor": ({ path, type, tensor }) =>
    assumed(path, type, `"${tensor}" 텐서가 있는 모델처럼`),
  "assumed-by-adapter": ({ path, type, adapter }) =>
    assumed(path, type, `${adapter} 어댑터를 학습한 모델처럼`),
  "unheeded-zero-snr": ({ path }) =>
    `${path}: 순수한 노이즈까지 학습했다고 표시되어 있지만 epsilon을 예측하는 모델에는 뜻이 없습니다. 평소의 스케줄을 씁니다.`,
  "adapter-prediction": ({ path, trained, base }) =>
    `${path}: ${trained} 예측 방식의 모델에서 학습했지만 ${base} 예측 방식의 모델에 쓰고 있습니다. 잘못되었다면 ${option("predictionType", trained)} 옵션을 주세요.`,
  "adapter-zero-snr": ({ path }) =>
    `${path}: 순수한 노이즈로 끝나는 스케줄에서 학습했지만 기반 모델의 스케줄은 그렇지 않습니다. 똑같이 그리려면 ${option("zeroTerminalSnr", true)} 옵션을 주세요.`,
  "word-left-out": ({ token, problem }) => `${JSON.stringify(token)} 단어를 제외합니다: ${problem}`,
  "word-for-other-encoder": ({ path, tensors }) =>
    `${path}: 제외하는 텐서가 있습니다: ${listed(tensors)}. 다른 인코더의 단어 벡터나 인코더 출력의 벡터는 Stable Diffusion의 프롬프트에 쓸 자리가 없습니다.`,
  "unused-vectors": ({ path, tensors }) =>
    `${path}: Stable Diffusion에 쓸 자리가 없어 제외한 텐서가 있습니다: ${listed(tensors)}.`,
  "alpha-in-metadata": ({ path, alpha }) =>
    `${path}: 메타데이터의 ss_network_alpha 값(${alpha})은 알파 텐서가 없으면 반영되지 않습니다. A1111, ComfyUI, diffusers에서도 같습니다.`,
  "bookkeeping-tensors": ({ path, count }) =>
    `${path}: 도구가 자기 용도로 넣어 둔 텐서 ${count}개를 제외합니다.`,
};

function teller(by: WarningParams<"prediction-contradiction">["by"], where: string): string {
  if (by === "config") return "파일에 저장된 config";
  return by === "tensor" ? `"${where}" 텐서` : where;
}

type Assumption = WarningParams<"assumed-prediction">;

function assumed(path: string, type: Assumption["type"], why: string): string {
  const other = type === "epsilon" ? "v_prediction" : "epsilon";
  return `${path}: 예측 방식이 적혀 있지 않아 ${why} ${type} 방식으로 봅니다. 틀렸다면 그림이 노이즈나 단색으로 나오므로, 그때는 ${option("predictionType", other)} 옵션을 주세요.`;
}

const reasons: { readonly [R in Assumption["reason"]]: string } = {
  sd1: "SD 1.x 대부분처럼",
  sdxl: "SDXL 자체의 기반 모델처럼",
  "sd2-768": "768픽셀의 SD 2.x처럼",
  "sd2-special": "SD 2의 인페인팅, 깊이, 업스케일 모델처럼",
  "sd2-norm-768": "norm 하나가 768픽셀의 SD 2.x와 비슷하므로",
  "sd2-norm-512": "norm 하나가 512픽셀의 SD 2.x와 비슷하므로",
  "sd2-steps": "같은 스텝만큼 학습한 512픽셀의 SD 2.0처럼",
};
