/** @file The page "train", in Korean. */

import type { Messages } from "../catalogue.js";

/** Its texts. */
export const trainText: Messages["train"] = {
  about: "사진에서 학습까지 위에서 아래로 이어집니다. 손대지 않은 것은 알맞게 정해 드립니다.",
  begunFromRun: (run) => `다음 학습 기록의 설정으로 시작합니다: ${run}`,
  startOver: "처음부터",
  startedOver: "입력한 내용을 비웠습니다.",
  pictures: {
    title: "사진",
    about: "사람이나 물건 하나라면 좋은 사진 5–20장이면 충분합니다.",
    captions: (captioned, pictures) =>
      captioned === 0
        ? "설명 없음"
        : captioned >= pictures
          ? "모두 설명 있음"
          : `${captioned}장에 설명 있음`,
    choose: (name) => `학습할 데이터셋: ${name}`,
    manage: "새 데이터셋",
    none: {
      title: "아직 사진이 없습니다",
      body: "모델이 배울 사진으로 데이터셋을 만들어 주세요. 10장 정도면 시작하기 좋습니다.",
      make: "사진 넣기",
    },
    gone: (names) => `보관함에 더는 없는 데이터셋: ${names}`,
    forget: "빼기",
    search: "데이터셋 찾기",
  },
  goal: {
    title: "무엇을 가르칠까요?",
    guessed: "사진을 보고 짐작했습니다. 아니라면 다른 것을 골라 주세요.",
    goals: {
      subject: {
        name: "사람이나 물건",
        about: "우리 강아지, 친구, 머그잔처럼 어떤 그림에든 넣고 싶은 것 하나.",
      },
      style: { name: "화풍", about: "무엇을 그리든 그림이 보이는 방식." },
      model: { name: "여러 가지", about: "설명이 달린 사진 수백 장으로 만드는 나만의 모델." },
      word: { name: "단어", about: "프롬프트에 쓸 새 단어. 나머지는 그대로 둡니다." },
    },
    takes: (technique) => `추천 기법: ${technique}`,
    youTake: (technique) => `고른 기법: ${technique}`,
    reasons: {
      "few-of-one-subject": "한 가지를 찍은 사진 몇 장을 위해 만들어진 기법입니다.",
      "class-kept": "종류 사진을 내 사진과 함께 보여 주어 종류를 뜻하는 단어의 뜻이 유지됩니다.",
      "many-things-in-one-manner":
        "여러 가지를 그린 그림에서 화풍을 배우고, 파일은 몇 메가바이트입니다.",
      "words-tell-apart": "설명이 서로 다른 점을 말해 주므로 나머지 공통점을 배웁니다.",
      "smallest-file": "파일이 몇 킬로바이트입니다.",
      "all-else-untouched": "새 단어 말고는 아무것도 바뀌지 않습니다.",
      "most-likeness": "단어만 배울 때보다 더 닮고, 프롬프트에는 단어만 있으면 됩니다.",
      "many-captioned": "설명이 달린 사진이 이만큼이면 모델 전체가 그리는 것을 바꿀 수 있습니다.",
      "memory-of-full": "이 컴퓨터의 메모리에 모든 가중치와 옵티마이저 상태가 들어갑니다.",
      "too-little-memory-for-full":
        "모든 가중치를 학습하려면 이 컴퓨터보다 많은 메모리가 필요하지만, 랭크가 높은 LoRA로도 가까운 결과를 얻습니다.",
    },
    noAdvice: "사진을 살펴보지 못해 조언을 드리지 못합니다. 보통은 이 기법이 알맞습니다.",
    other: "다른 기법 고르기",
    technique: "기법",
    advised: "추천대로",
    techniques: {
      dreambooth: {
        name: "DreamBooth",
        about:
          "대상 하나에 이름을 붙여 배우는 LoRA입니다. 사전 보존(prior preservation)으로 종류의 뜻을 유지합니다.",
      },
      lora: {
        name: "LoRA",
        about: "모델에 덧붙이는 작은 어댑터입니다. 설명이 말하지 않는 공통점을 배웁니다.",
      },
      "textual-inversion": {
        name: "Textual Inversion",
        about: "새 단어만 배웁니다. 모델은 그대로이므로 원래 그릴 수 있던 것 안에서 표현합니다.",
      },
      pivotal: {
        name: "단어와 어댑터",
        about: "새 단어와 LoRA를 함께 배웁니다. 단어만 배울 때보다 더 닮습니다.",
      },
      finetune: {
        name: "전체 파인튜닝",
        about: "모델의 모든 가중치를 학습합니다. 가장 많이 배우지만 메모리와 파일이 가장 큽니다.",
      },
    },
  },
  naming: {
    title: "무엇이라고 부를까요?",
    identifier: "식별자",
    identifierAbout: "sks처럼 아직 아무 뜻이 없는 단어입니다. 프롬프트에 씁니다.",
    noun: "종류(클래스)",
    nounAbout: "프롬프트에 쓰는 영어로 적어 주세요: dog, man, mug.",
    called: (prompt, classPrompt) =>
      `내 사진은 “${prompt}”, 같은 종류의 다른 것은 그대로 “${classPrompt}”입니다.`,
    drawn: (count, classPrompt) =>
      `처음 학습할 때는 먼저 기반 모델이 “${classPrompt}” 그림 ${count}장을 그리므로 시간이 걸립니다.`,
    word: "새 단어",
    wordAbout: "<my-dog>처럼 공백 없이 적습니다. 프롬프트에 씁니다.",
    initializer: "시작값",
    initializerAbout: "뜻이 가까운 단어, 또는 모든 단어의 평균인 mean입니다.",
    prompt: "설명이 없는 사진의 설명(캡션)",
    promptAbout: (count) =>
      count === 0
        ? "모든 사진에 설명이 있어 필요하지 않습니다."
        : `사진 ${count}장에 설명이 없습니다. 무엇이 담겼는지 적어 주세요. 트리거 단어를 쓰려면 함께 적습니다.`,
    base: "기반 모델",
    bases: {
      embedded: "내장",
      library: "보관함",
      repo: "Hugging Face",
    },
    embeddedAbout:
      "Atelier에 들어 있는 작은 모델입니다. 64 × 64픽셀을 그리고 어느 컴퓨터에서나 몇 분이면 학습하므로 시험해 보기 좋습니다. 실제 사진처럼 그리려면 다른 모델을 골라 주세요.",
    model: "모델",
    noModels: "보관함에 모델이 없습니다. 보관함에서 내려받거나 저장소를 적어 주세요.",
    toLibrary: "보관함으로",
    repo: "저장소",
    repoAbout:
      "stable-diffusion-v1-5/stable-diffusion-v1-5처럼 owner/name으로 적습니다. 먼저 내려받습니다.",
  },
  missing: {
    "no-dataset": "사진을 골라 주세요.",
    "no-pictures": "데이터셋이 비어 있습니다. 사진을 넣어 주세요.",
    "one-dataset": "설정 찾기는 데이터셋 하나로 합니다. 하나만 골라 주세요.",
    "no-base": "기반 모델을 골라 주세요.",
    "bad-repo": "owner/name 형식이어야 합니다.",
    "no-noun": "종류를 적어 주세요. 예: dog",
    "no-word": "단어를 정해 주세요. 예: <my-dog>",
    "bad-word": "공백이 없는 단어 하나여야 합니다.",
    "no-prompt": "설명이 없는 사진에 무엇이 담겼는지 적어 주세요.",
    "bad-minutes": "1–10,000분이어야 합니다.",
  },
  forecast: {
    title: "시작하기 전에",
    open: "사진을 고르면 학습에 무엇이 얼마나 필요한지 알려 드립니다.",
    memory: "메모리",
    needs: (needed, available) =>
      available === undefined ? `${needed} 필요` : `${available} 가운데 ${needed} 필요`,
    fitsNot: "메모리에 들어가지 않습니다.",
    wouldFit: "이렇게 하면 들어갑니다:",
    nothingFits: "흔히 쓰는 방법으로는 부족합니다. 더 작은 기반 모델이나 다른 컴퓨터를 써 주세요.",
    smaller: {
      limit: (gigabytes) => `${gigabytes} GB로 제한 (느려짐)`,
      batch: "한 번에 한 장씩",
      again: "보관하지 않고 다시 계산 (느려짐)",
      size: (edges) => `사진 크기 ${edges}`,
      bits: "기반 모델을 8비트로",
    },
    take: (change, needed) => `${change}: ${needed}`,
    time: "시간",
    about: (seconds) =>
      seconds < 90
        ? `약 ${Math.max(1, Math.round(seconds / 5)) * 5}초 (최근의 비슷한 학습 기준)`
        : seconds < 5400
          ? `약 ${Math.round(seconds / 60)}분 (최근의 비슷한 학습 기준)`
          : `약 ${(seconds / 3600).toFixed(1)}시간 (최근의 비슷한 학습 기준)`,
    timeOpen: "첫 스텝 전에는 알 수 없습니다. 보관함에 이런 학습이 아직 없습니다.",
    minutes: (minutes) => `정한 대로 ${minutes}분`,
    steps: "스텝",
    stepsOf: (steps, pictures) => `${steps.toLocaleString("ko")}스텝 × 사진 ${pictures}장`,
    size: "크기",
    sizeOf: (width, height) => `${width} × ${height}`,
    warnings: "알아 둘 것",
    failed: "이대로는 학습할 수 없습니다",
    fix: "빠졌거나 잘못된 것이 있습니다",
    settingWrong: (name, problem) => `${name}: ${problem}`,
  },
  settings: {
    title: "설정",
    about:
      "대부분의 학습은 이것으로 충분합니다. 비워 두면 이 사진과 기반 모델에 알맞은 값을 씁니다.",
    usual: (value) => `보통 ${value}`,
    set: "바꿈",
    reset: (name) => `${name} 되돌리기`,
    resetAll: "모두 되돌리기",
    steps: "스텝 수",
    stepsAbout: "얼마나 오래 학습할지입니다. 적으면 덜 닮고, 많으면 통째로 외웁니다.",
    rate: "학습률",
    rateAbout: "한 스텝에 얼마나 바뀔지입니다. 높으면 빨리 배우지만 더 잊습니다.",
    rank: "랭크",
    rankAbout: "어댑터가 담을 수 있는 양입니다. 한 가지면 8–32, 여러 가지면 더 크게 합니다.",
    batch: "배치",
    batchAbout: "한 스텝에 함께 보는 사진 수입니다. 많으면 안정적이지만 메모리가 더 듭니다.",
    size: "크기(픽셀)",
    sizeAbout: "사진을 이 길이의 정사각형으로 학습합니다. 크면 세밀하지만 더 많이 듭니다.",
    watch: "관찰하고 가장 좋은 지점 보관",
    watchAbout:
      "시간의 10분의 1로 무엇을 배우고 잊는지 잽니다. 이를 위해 사진 몇 장 가운데 한 장을 남겨 둡니다. 가장 좋은 스텝이 결과가 됩니다.",
    act: "판정에 따라 조치",
    actAbout: "더 배우지 못하면 마치고, 학습이 무너지면 되돌아가고, 망각이 시작되면 막습니다.",
    prefer: "무엇이 가장 좋은가요?",
    preferAbout: "닮음과 모델이 원래 알던 것이 부딪칠 때 무엇을 더 볼지 정합니다.",
    preferences: { likeness: "닮음", balance: "균형", keep: "원래 알던 것" },
  },
  presets: {
    title: "프리셋",
    names: { quick: "빠르게 보기", recommended: "추천", thorough: "꼼꼼하게" },
    about: {
      quick:
        "스텝을 5분의 1만 학습하고 종류 그림을 미리 그리지 않습니다. 방향이 맞는지 볼 수 있지만 완성된 결과는 아닙니다.",
      recommended: "사진에 알맞은 스텝 수로 학습하고, 시간의 10분의 1은 관찰에 씁니다.",
      thorough: "스텝도 시간도 두 배입니다. 지나치다 싶으면 스스로 먼저 마칩니다.",
    },
    own: "내 프리셋",
    keep: "프리셋으로 저장",
    keepAbout: "바꾼 설정과 기법을 저장합니다. 이 사진에 관한 내용은 저장하지 않습니다.",
    name: "프리셋 이름",
    kept: (name) => `이 브라우저에 저장했습니다: ${name}`,
    forget: (name) => `${name} 프리셋 삭제`,
    forgotten: (name) => `삭제했습니다: ${name}`,
  },
  all: {
    show: "모든 설정",
    count: (changed) => (changed === 0 ? "바꾼 것 없음" : `${changed}개 바꿈`),
    search: "이름과 설명에서 찾기",
    found: (count) => `설정 ${count}개`,
    none: "이 기법에는 그런 설정이 없습니다.",
    onlyChanged: "바꾼 것만",
    usual: "기본값",
    depends: "정하지 않음",
    empty: "없음",
    yes: "예",
    no: "아니요",
    named: "보관함의 이름 또는 owner/name",
    lines: "한 줄에 하나씩",
    files:
      "설정 파일에서 경로를 적는 항목에는 보관함의 데이터셋, 모델, 어댑터 이름을 적습니다. 사진, 결과, 캐시 폴더는 Studio가 정합니다.",
    groups: {
      learning: "학습 과정과 옵티마이저",
      tuning: "학습할 것",
      data: "사진과 설명",
      prior: "사전 보존",
      progress: "샘플, 관찰, 스냅숏",
      objective: "손실, 노이즈, 타임스텝",
      model: "모델과 결과",
      machine: "컴퓨터와 메모리",
    },
  },
  import: {
    open: "설정 가져오기",
    title: "다른 프로그램의 설정",
    about:
      "kohya(TOML 또는 GUI의 JSON), ai-toolkit(YAML), OneTrainer(JSON)의 설정이나 diffusers 명령줄을 붙여 넣거나 파일을 끌어다 놓아 주세요.",
    text: "설정",
    file: "파일 고르기",
    read: "읽기",
    reading: "읽는 중",
    drop: "여기에 파일을 놓아 주세요",
    tooLarge: "설정은 1 MB 이하여야 합니다. 맞는 파일인지 확인해 주세요.",
    from: (format) => `읽은 형식: ${format}`,
    left: (count) =>
      count === 0
        ? "모든 설정에 대응하는 것이 있습니다."
        : `대응하는 것이 없어 옮기지 않은 설정 ${count}개:`,
    take: "이 설정 쓰기",
    taken: "설정을 가져왔습니다.",
  },
  yaml: {
    open: "YAML로 보기",
    title: "명령줄에서 같은 학습",
    about: "train.yaml로 저장하고 실행해 주세요: atelier train train.yaml",
    tune: "설정 찾기는 이렇게 실행합니다: ",
    failed: "브라우저가 복사를 허용하지 않습니다. 글자를 직접 골라 복사해 주세요.",
  },
  search: {
    label: "설정을 어떻게 정할까요?",
    mine: "이 설정으로",
    found: "알아서 찾기",
    about:
      "짧은 학습을 여러 번 해 보고 저마다 무엇을 배우고 잊었는지 잰 다음, 가장 좋은 설정으로 학습합니다. 학습률과 스텝 수를 몰라도 됩니다.",
    minutes: "전체 시간(분)",
    minutesAbout: "시험과 마지막 학습을 모두 합한 시간입니다.",
  },
  start: {
    train: "학습 시작",
    search: "찾아서 학습",
    queued: (title) => `대기열에 넣었습니다: ${title}`,
  },
};
