/** @file All texts of the page in Korean. */

import { koreanErrors, koreanVerdicts, koreanWarnings } from "@atelier/diffusion/korean";
import { pageErrors } from "./korean-errors.js";
import type { Messages } from "./messages.js";

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;

export const korean: Messages = {
  title: "Atelier 놀이터",
  lead: "작은 그림 모델이 이 브라우저 안에서 그림을 그리고, 내 사진을 배웁니다. 넣은 사진은 이 탭 밖으로 나가지 않습니다.",
  otherLanguage: "English",
  load: {
    title: "모델 내려받기",
    about: (bytes) =>
      `${megabytes(bytes)}, 한 번만 받습니다. 다음에 올 때를 위해 브라우저가 보관합니다.`,
    button: "내려받기",
    progress: (done, total) => `${megabytes(total)} 중 ${megabytes(done)}`,
    onCard: (bytes) => `그래픽 카드로 계산(실험 기능, ${megabytes(bytes)} 추가)`,
    card: "그래픽 카드로 계산합니다.",
    noCard: (fault) => `그래픽 카드를 쓸 수 없습니다(${fault}).`,
    threads: (count) => `프로세서의 스레드 ${count}개로 계산합니다.`,
    single:
      "이 페이지는 다른 출처와 격리되지 않아 스레드를 더 쓸 수 없습니다. 안내에 적힌 헤더와 함께 제공하거나 페이지를 다시 불러오세요.",
  },
  draw: {
    title: "그리기",
    prompt: "프롬프트",
    seed: "시드",
    strength: "배운 것의 강도",
    button: "그리기",
    progress: (done, total) => `${total}스텝 중 ${done}스텝`,
    empty: "그린 그림이 여기에 나타납니다. 예: a cat on a blue background",
    alt: (prompt, seed) => `${prompt}, 시드 ${seed}`,
    save: "저장",
  },
  teach: {
    title: "가르치기",
    about: "한 사물이나 캐릭터의 사진 3–10장. 서로 다를수록 좋습니다.",
    drop: "여기에 사진을 놓거나 골라 주세요",
    choose: "사진 고르기",
    clear: "모두 빼기",
    chosen: (count) => `사진 ${count}장`,
    tooMany: (most, got) =>
      `사진: ${most}장까지 넣을 수 있지만 ${got}장이 있습니다. 처음 ${most}장만 씁니다. 더 많으면 스튜디오에서 학습하세요.`,
    looking: "넣은 것을 살펴보는 중 …",
    broken: (names) => `온전한 사진이 아니어서 뺐습니다: ${names}`,
    huge: (names) => `1억 3400만 화소를 넘어서 뺐습니다: ${names}. 크기를 줄여 주세요.`,
    others: (count) => `사진이 아닌 파일 ${count}개를 뺐습니다.`,
    inner: (count) => `안에 있는 폴더 ${count}개는 보지 않았습니다. 따로 놓아 주세요.`,
    none: "사진: PNG, JPEG, WebP, AVIF여야 하지만 해당하는 파일이 없습니다. 다른 파일을 골라 주세요.",
    word: "프롬프트에서 부를 이름",
    wordAbout: "아직 뜻이 없는 단어로 정하세요.",
    kind: "종류",
    kindAbout: "모델이 아는 영어 단어 하나: robot, cat, house",
    steps: "스텝 수",
    button: "가르치기",
    stages: {
      download: "내려받는 중",
      quantize: "가중치를 저장하는 중",
      weights: "모델을 읽는 중",
      "class-pictures": "아는 것을 그려 보는 중",
      captions: "설명을 읽는 중",
      latents: "사진을 보는 중",
      probes: "남겨 둘 사진을 고르는 중",
      compile: "첫 스텝을 준비하는 중",
      check: "결과를 확인하는 중",
    },
    progress: (step, steps, left) => `${steps}스텝 중 ${step}스텝, ${left} 남음`,
    memory: (bytes) => `메모리 ${megabytes(bytes)}`,
    loss: "손실",
    lossAbout: (first, last) => `스텝별 손실(평균): 처음 ${first}, 지금 ${last}`,
    samples: "배우는 동안 그린 그림",
    sampleAlt: (step) => `${step}스텝 뒤에 그린 그림`,
    atStep: (step) => `${step}스텝`,
    download: "어댑터 내려받기",
    downloadAbout:
      "Atelier 내장 베이스용 LoRA(safetensors)입니다. 위에서 바로 그려 볼 수 있습니다.",
  },
  kept: {
    title: "내 수업",
    about: (prompt, step, steps, isOver) =>
      isOver
        ? `“${prompt}”을(를) ${step}스텝 동안 다 배웠습니다.`
        : `“${prompt}”을(를) ${steps}스텝 중 ${step}스텝까지 배웠습니다.`,
    where: (bytes) =>
      `사진과 함께 이 브라우저에 보관합니다(${megabytes(bytes)}). 다음 수업을 시작하거나 지울 때까지 남아 있습니다.`,
    fetchFirst: "이어서 하려면 먼저 모델을 내려받으세요.",
    goOn: "이어서 하기",
    show: "열기",
    forget: "지우기",
    none: (reason) =>
      `이 브라우저는 수업을 보관하지 못합니다(${reason}). 끝날 때까지 페이지를 열어 두세요.`,
  },
  stop: "중지",
  stopping: "멈추는 중 …",
  stopped: "멈췄습니다.",
  broken: (message) => `작업기가 끝났습니다: ${message} 페이지를 다시 불러오세요.`,
  lost: (reason, isKept) =>
    `그래픽 카드를 잃었습니다(${reason}). 이제 프로세서로 계산합니다.${
      isKept ? " 배운 것은 보관되어 있습니다. 아래에서 이어서 하세요." : ""
    }`,
  noThings:
    "이 브라우저에는 WebAssembly나 워커가 없습니다. 최신 Firefox, Chrome, Edge, Safari를 쓰세요.",
  duration: (seconds) =>
    seconds < 90 ? `${Math.ceil(seconds)}초` : `${Math.ceil(seconds / 60)}분`,
  warnings: koreanWarnings,
  verdicts: koreanVerdicts,
  errors: { ...koreanErrors, ...pageErrors },
};
