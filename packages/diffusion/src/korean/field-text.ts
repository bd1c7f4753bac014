/** @file What each field of the training config means, in Korean. */

import type { fieldText } from "../train/events/messages.js";

/** One phrase per field of the training config, by its dotted path. */
export const koreanFields: Readonly<Record<keyof typeof fieldText, string>> = {
  version: "이 설정 형식의 버전",
  name: "학습할 것과 그 파일의 이름 (기본값: lora, model, embedding)",
  base: "파인튜닝할 기반 모델",
  "base.path": "diffusers 폴더 또는 .safetensors 체크포인트",
  "base.repo": "Hugging Face 저장소, 예: stable-diffusion-v1-5/stable-diffusion-v1-5",
  "base.revision": "저장소의 브랜치, 태그, 커밋",
  "base.variant": "가중치 파일의 변형, 예: fp16",
  "base.dtype":
    "기반 모델의 레이어를 저장할 비트 수, 메모리를 줄임: int8은 float32의 4분의 1, int4는 8분의 1 (파일의 형식과 상관없이 한 번만 변환)",
  "base.vae":
    "모델의 오토인코더(VAE) 대신 쓰거나 오토인코더가 없는 단일 파일에 쓸 오토인코더의 폴더, 파일, Hugging Face 저장소",
  "base.parts":
    "기반 모델 파일에 없는 텍스트 인코더와 오토인코더 파일: clip_l.safetensors, t5xxl_fp16.safetensors, ae.safetensors",
  "base.maxSequenceLength":
    "T5가 설명에서 읽는 토큰 수 (기본값: Stable Diffusion 3은 256, FLUX.1은 512)",
  "base.guidance": "가이던스를 숫자로 받는 FLUX.1 dev에 학습하는 동안 알려 줄 값",
  "base.architecture":
    "공개된 종류가 아닌 기반 모델을 어댑터에 적을 이름 (기본값: 모델이 스스로 밝힌 이름)",
  "base.fingerprint":
    "기반 모델이 맞는지 확인할 지문(학습 기록 폴더에 남는 값), 다른 모델이면 학습을 거부",
  "base.offline": "네트워크를 쓰지 않고 이미 내려받은 것만 사용",
  "base.predictionType": "모델이 예측하는 것, 모델 파일에 잘못 적혀 있거나 없을 때",
  "base.zeroTerminalSnr":
    "마지막 타임스텝을 순수한 노이즈로 두고 학습하고 그림, 전체가 어둡거나 밝은 사진에 알맞음, v를 예측하는 모델용",
  data: "학습할 사진",
  "data.folder":
    "사진(JPEG, PNG, WebP, AVIF) 폴더, 또는 sd-scripts 방식으로 이름 붙인 폴더들을 담은 폴더: 10_sks dog는 에포크마다 사진을 10번 보여 주고, 설명이 없는 사진에는 sks dog를 설명으로 씀",
  "data.prompt": "설명이 없는 사진에 쓸 설명(캡션)",
  "data.captions":
    "auto는 .txt, .caption, metadata.jsonl을 먼저 읽고, prompt는 모든 사진에 프롬프트를 씀",
  "data.captionDropout": "설명 없이 보여 줄 비율, 가이던스를 위한 것",
  "data.folders":
    "추가할 사진 폴더: 경로, 또는 파일에서는 {folder, prompt, captions, repeats, flip, lossWeight}",
  "data.wildcards": "설명의 {a|b}에서 하나, 여러 줄에서 한 줄을 매번 새로 뽑아 씀",
  "data.shuffleTags": "설명의 태그 순서를 매번 섞음",
  "data.keepTags": "섞거나 빼지 않을 앞쪽 태그 수",
  "data.tagDropout": "매번 뺄 태그의 비율",
  "data.tagSeparator": "태그를 나누는 문자",
  "data.buckets": "넓이가 비슷한 여러 모양의 버킷, 가로세로 비율이 다른 사진도 조금만 잘림",
  "data.buckets.use": "버킷 사용, 쓰지 않으면 모든 사진을 한 모양으로 자름",
  "data.buckets.step": "너비와 높이가 이 값의 배수 (기본값: 모델의 가장 깊은 단계에 필요한 값)",
  "data.buckets.maxAspect": "긴 변을 짧은 변으로 나눈 값의 상한",
  "data.buckets.upscale": "작은 사진을 버킷 넓이까지 확대, 쓰지 않으면 더 작은 모양으로 학습",
  "data.masks": "사진마다 학습에 반영할 부분, 나머지는 배우지 않음",
  "data.masks.source":
    "마스크의 출처: 사진의 알파 채널, 또는 폴더에 사진과 같은 이름으로 둔 파일, 반영할 곳이 흰색",
  "data.masks.folder": "마스크 폴더",
  "data.masks.unmaskedWeight": "가려진 곳을 반영할 비중, 0에서 1까지",
  "data.width": "사진을 자를 너비(픽셀) (기본값: 모델의 너비)",
  "data.height": "사진을 자를 높이(픽셀) (기본값: 모델의 높이)",
  "data.crop": "사진을 자를 위치, random은 사진과 반복마다 위치를 새로 뽑음",
  "data.flip": "사진의 절반을 좌우로 뒤집음, 스텝마다 새로 뽑음",
  "data.repeats": "에포크마다 사진 한 장을 보여 줄 횟수, 1.5는 두 에포크에 세 번",
  "data.filter": "사진 크기를 바꾸는 방법",
  "data.animated": "움직이는 그림을 다룰 방법",
  "data.minSidePixels": "짧은 변이 이보다 작은 사진은 거부",
  lora: "어댑터",
  "lora.method":
    "가중치의 변화를 적는 방식: lora, rslora(강도가 alpha / √rank), dora(출력마다 길이도 학습), loha와 lokr(작은 두 가중치의 곱)",
  "lora.rank": "저랭크 행렬의 안쪽 폭, 어댑터가 배울 수 있는 양",
  "lora.alpha": "강도는 alpha / rank (기본값: 랭크와 같아 강도가 1)",
  "lora.targets":
    "어댑터를 붙일 레이어: attention, feed-forward, projections, convolutions, all-linear, all, 또는 경로 패턴(mid_block.*) (기본값: 기반 모델의 권장값, 없으면 attention)",
  "lora.rankPattern":
    "일부 레이어의 랭크: <패턴>=<숫자>, 패턴은 targets와 같고 레이어에 맞는 첫 패턴을 따름",
  "lora.alphaPattern": "일부 레이어의 알파: <패턴>=<숫자>",
  "lora.dropout": "학습할 때 저랭크 경로의 입력을 버리는 비율",
  "lora.rankDropout": "학습할 때 랭크의 차원(loha, lokr은 레이어의 출력)을 버리는 비율",
  "lora.moduleDropout": "한 스텝에서 어댑터를 끄는 레이어의 비율",
  "lora.maxWeightNorm": "레이어 가중치 변화의 최대 노름, 더 크면 스텝마다 줄임",
  "lora.loraPlusRatio": "둘째 행렬의 학습률을 첫째 행렬의 학습률로 나눈 값(LoRA+), 논문의 값은 16",
  "lora.init":
    "행렬의 시작값: gaussian(lora, dora의 기본값), kaiming(loha, lokr의 기본값), lycoris(loha, lokr), pissa(lora, dora, 가중치의 가장 큰 방향에서 시작)",
  "lora.lokrFactor": "LoKr 첫째 행렬의 크기 (기본값: 레이어 크기의 제곱근에 가까운 값)",
  "lora.lokrDecomposeBoth": "LoKr의 첫째 행렬도 두 행렬의 곱으로 씀",
  "lora.startFrom": "이어서 학습할 어댑터, 랭크와 레이어가 이 설정과 같아야 함",
  tuning:
    "학습할 것: lora(어댑터), full(모델의 가중치), textual_inversion(새 단어), pivotal(단어와 어댑터)",
  full: "모델 자체의 가중치",
  "full.parts":
    "UNet에서 학습할 부분: all, cross-attention, attention, feed-forward, convolutions, norm-and-bias, 또는 파라미터 패턴(mid_block.*)",
  "full.textEncoderParts": "텍스트 인코더도 학습할 때, 그중 학습할 부분",
  embedding: "새 단어",
  "embedding.token": "설명과 프롬프트에 쓰는 그대로의 단어, 예: <my-style>",
  "embedding.initializer": "벡터의 시작값: 뜻이 가까운 단어들, mean(어휘의 평균), random",
  "embedding.vectors": "벡터 수, 하나가 프롬프트의 토큰 하나를 차지함",
  "embedding.kind": "subject 또는 style: 사진의 설명 대신 논문의 템플릿을 설명으로 씀",
  "embedding.learningRate":
    "벡터의 학습률 (기본값: 이 학습의 학습률, 어댑터와 함께면 기반 모델의 권장값, 없으면 1e-3)",
  "embedding.maxNorm": "벡터의 최대 노름, 어휘 평균 노름의 배수로 지정 (기본값: 제한 없음)",
  "embedding.trainShare":
    "벡터를 더 바꾸지 않기 시작하는 지점(전체 스텝 중 비율), 어댑터와 함께면 0.5",
  textEncoder: "lora와 full에서 텍스트 인코더도 바꿀지 여부",
  "textEncoder.train": "텍스트 인코더도 학습 (lora에서는 어텐션에 어댑터를 붙임)",
  "textEncoder.learningRate":
    "텍스트 인코더의 학습률: lora에서는 1e-5, full과 prodigy에서는 이 학습의 학습률",
  prior: "사전 보존(prior preservation): 대상을 배우는 동안 종류의 뜻을 유지",
  "prior.classPrompt": "대상이 속한 종류, 예: a photo of a dog",
  "prior.source":
    "pictures(대상 사진마다 함께 볼 종류 사진) 또는 prediction(기반 모델 자신의 종류 예측, 사진이 필요 없음)",
  "prior.folder": "종류 사진의 폴더 (기본값: 학습 전에 기반 모델이 그린 것)",
  "prior.count": "종류 사진의 수",
  "prior.lossWeight": "대상과 비교한 종류의 비중",
  ema: "학습한 값의 이동 평균, 마지막 값 대신 저장하고 그릴 때 씀",
  "ema.decay": "한 스텝에서 유지하는 평균의 비율, 예: 0.999, 0이면 평균을 내지 않음",
  "ema.updateAfterStep": "이 스텝까지는 평균이 가중치와 같음",
  "ema.warmup": "비율이 올라가는 방식: linear는 (1 + n)/(10 + n), power는 1 - (1 + n)^(-2/3)",
  optimizer: "가중치를 갱신하는 방법",
  "optimizer.name":
    "알고리즘, muon은 AdamW와 같은 학습률로 쓰며 모델의 모든 가중치와 큰 배치에 알맞음",
  "optimizer.beta1":
    "그래디언트 평균의 감쇠: 0.9 (adamw, adam, lion, prodigy, 그리고 muon에서 행렬이 아닌 것), adafactor는 기본값으로 평균을 두지 않음",
  "optimizer.beta2":
    "그래디언트 제곱 평균의 감쇠: 0.999 (adamw, adam, muon, prodigy), lion에서는 그래디언트 평균의 감쇠: 0.99",
  "optimizer.beta3": "스텝 크기를 추정하는 합의 감쇠: beta2의 제곱근 (prodigy)",
  "optimizer.epsilon":
    "그래디언트가 0에 가까워도 갱신을 유한하게 하는 값: 1e-8 (adamw, adam, muon, prodigy), 제곱에 더하는 1e-30 (adafactor)",
  "optimizer.weightDecay":
    "가중치 감쇠: adamw는 분리형 0.01, adam과 sgd는 L2 0.01, muon은 분리형 0.1, lion과 adafactor와 prodigy는 분리형 0",
  "optimizer.stateDtype":
    "스텝 사이에 모멘트를 두는 자료형: float32, 메모리를 줄이려면 float16 또는 uint8 (8비트 AdamW), 상태가 작은 adafactor와 muon에서는 쓸 수 없음",
  "optimizer.momentum": "모멘텀: 0 (sgd), 0.95 (muon)",
  "optimizer.nesterov": "네스테로프 모멘텀: false (sgd), true (muon)",
  "optimizer.clipThreshold": "갱신의 최대 제곱평균제곱근: 1 (adafactor)",
  "optimizer.decayRate": "스텝 t의 제곱을 1 - t^-decayRate로 감쇠: 0.8 (adafactor)",
  "optimizer.scaleParameter": "파라미터의 제곱평균제곱근에 맞춰 스텝 크기를 조절 (adafactor)",
  "optimizer.relativeStep": "학습률과 상관없이 스텝 크기를 min(0.01, 1/sqrt(t))로 함 (adafactor)",
  "optimizer.warmupInit": "relativeStep에서 스텝 크기를 min(1e-6 t, 1/sqrt(t))로 함 (adafactor)",
  "optimizer.useBiasCorrection": "Adam의 편향 보정 (prodigy)",
  "optimizer.safeguardWarmup": "추정값의 분모에서 학습률을 뺌, 워밍업을 쓸 때 (prodigy)",
  "optimizer.d0": "스텝 크기의 첫 추정값: 1e-6 (prodigy)",
  "optimizer.dCoefficient": "스텝 크기의 추정값에 곱하는 값: 1 (prodigy)",
  "optimizer.growthRate": "한 스텝에 추정값이 커질 수 있는 최대 배수 (prodigy, 기본값: 제한 없음)",
  learningRate:
    "워밍업 뒤의 학습률 (기본값: 기반 모델의 권장값, 없으면 lora와 pivotal은 1e-4, full은 5e-6, textual_inversion은 5e-3, prodigy에서는 찾아낸 스텝 크기에 곱하는 값으로 1)",
  schedule: "학습률의 변화",
  "schedule.name":
    "워밍업 뒤에 학습률이 바뀌는 모양, schedule을 하나도 설정하지 않으면 모두 기반 모델의 권장값",
  "schedule.warmupSteps": "학습률이 0에서 올라가는 스텝 수",
  "schedule.warmupShare": "학습률이 0에서 올라가는 구간, 전체 스텝 중 비율로",
  "schedule.minRatio": "linear, cosine, cosine_with_restarts, rex가 끝나는 값, 학습률 대비 비율: 0",
  "schedule.cycles": "cosine_with_restarts가 내려가는 횟수: 1",
  "schedule.power": "polynomial 스케줄의 지수: 1",
  "schedule.endLearningRate": "polynomial 스케줄이 끝나는 학습률: 1e-7",
  "schedule.bend": "rex가 학습률 가까이에 머무는 정도: 논문은 0.5, OneTrainer는 0.9, 0이면 직선",
  "schedule.endRatio": "exponential이 끝나는 값, 학습률 대비 비율: 0.01, 1보다 크면 올라감",
  steps: "학습 스텝 수, 가중치를 갱신하는 횟수 (기본값: 기반 모델의 권장값, 없으면 500)",
  batchSize: "배치 하나의 사진 수 (기본값: 기반 모델의 권장값, 없으면 1)",
  gradientAccumulation: "스텝 하나의 배치 수",
  batchParts:
    "배치를 나눠 동시에 계산할 조각 수, 작은 모델에서 더 빠름 (기본값: 기기가 아니라 모델의 크기로 정함)",
  maxGradNorm: "그래디언트를 이 노름까지 줄임, 0이면 그대로 둠",
  loss: "오차를 재는 방법",
  "loss.measure": "mse, l1, 그리고 하나의 큰 오차에 덜 흔들리는 huber와 smooth_l1",
  "loss.huberC":
    "huber와 smooth_l1이 제곱에서 절댓값으로 바뀌는 지점, 노이즈가 가장 많은 쪽에서: 0.1",
  "loss.huberSchedule": "바뀌는 지점이 타임스텝에 따라 달라지는 방식: snr",
  weighting:
    "타임스텝에 따른 손실의 가중: debiased (1/√SNR), p2, 플로 매칭에서는 sigma_sqrt (1/σ²), sigma_squared (σ², 그림의 오차), cosmap, 다른 방법으로 minSnrGamma가 있음",
  p2Gamma: "p2 가중의 지수: 1",
  adaptiveNoiseScale: "채널 평균 1마다 noiseOffset에 더할 양",
  inputPerturbation:
    "모델이 보는 것에만 더할 노이즈의 양, 목표에는 더하지 않음 (Ning et al. 2023), 논문의 값은 0.1",
  timesteps: "뽑을 타임스텝",
  "timesteps.distribution":
    "uniform, 또는 중간을 더 뽑는 logit_normal, mode, cosmap (Esser et al. 2024), timesteps를 하나도 설정하지 않으면 모두 기반 모델의 권장값",
  "timesteps.min": "노이즈가 가장 적은 첫 타임스텝",
  "timesteps.max": "마지막 타임스텝 (기본값: 노이즈 스케줄의 마지막 타임스텝)",
  "timesteps.mean": "logit_normal의 평균: 0, 크면 노이즈가 더 많은 쪽",
  "timesteps.deviation": "logit_normal의 표준편차: 1",
  "timesteps.modeScale": "mode의 값: 1.29, 0보다 크면 중간을, 작으면 양 끝을 더 뽑음",
  "timesteps.shift":
    "플로 매칭의 값: 1보다 크면 노이즈가 많은 타임스텝을 더 자주 뽑음, 기반 모델의 값 대신 씀 (SD 3: 3)",
  "timesteps.dynamicShift": "FLUX.1처럼 shift를 그림의 크기에 따라 정함",
  minSnrGamma: "손실을 min(SNR, gamma)로 가중 (Hang et al. 2023), 보통 5 (기본값: 쓰지 않음)",
  noiseOffset: "채널마다 일정한 노이즈를 이만큼 더함, 더 어둡거나 밝은 그림을 위한 것",
  seed: "모든 무작위의 시드",
  maxMemory: "학습에 쓸 수 있는 메모리(GB), 들어맞을 때까지 활성값을 다시 계산하고 배치를 나눔",
  mixedPrecision:
    "스텝의 곱은 float16으로, 정규화와 합과 가중치는 float32로 계산, float16을 계산하는 그래픽 카드에서만 쓰고 다른 기기에서는 float32",
  gradientCheckpointing:
    "활성값을 두지 않고 다시 계산: 메모리는 줄고 시간은 늘어남, auto는 크기에 따라 정함",
  samples: "학습하는 동안 그릴 그림",
  "samples.everySteps": "그림을 그리는 간격(스텝), 0이면 그리지 않음",
  "samples.prompts": "그릴 것 (기본값: 첫 사진의 설명)",
  "samples.negativePrompt": "그리지 않을 것",
  "samples.sampler":
    "샘플러 (기본값: dpmpp_2m_karras, 노이즈에 신호가 남지 않는 기반 모델에서는 그 모델의 샘플러)",
  "samples.steps": "그릴 때의 스텝 수 (기본값: 기반 모델의 권장값, 없으면 20)",
  "samples.guidance": "가이던스(CFG) (기본값: 기반 모델의 권장값, 없으면 7.5)",
  "samples.seed": "첫 프롬프트의 시드, 다음 프롬프트마다 1씩 커짐",
  watch: "학습을 관찰하는 방법",
  "watch.share":
    "무엇을 배우고 잊는지 관찰해 가장 좋은 스텝을 보관하는 데 쓸 시간의 비율 (기본값: 모두 합해 10분의 1), 0이면 관찰하지 않음",
  "watch.everySteps": "관찰 간격(스텝) (기본값: 많이 바뀔 때는 촘촘히, 나중에는 드문드문)",
  "watch.heldOut":
    "학습하지 않고 남겨 두어 비슷한 사진도 배우는지 확인할 사진 수 (기본값: 5장 미만이면 0장, 관찰을 직접 지정했다면 3장 미만일 때 0장, 20장 미만이면 1장, 그 이상이면 10분의 1)",
  "watch.validation":
    "사진을 남겨 두는 대신 확인에 쓸 다른 사진의 폴더, 설명은 학습 사진처럼 두고 학습에는 쓰지 않음",
  "watch.allowOverlap": "학습 사진과 같은 것이 담긴 watch.validation 사진도 사용",
  "watch.prompts": "모델이 잊지 말아야 할 다른 것의 프롬프트 (기본값: 기반 모델의 권장값)",
  "watch.classPrompt":
    "뜻을 유지해야 하는, 대상이 속한 종류 (기본값: prior.classPrompt, 없으면 프롬프트에서 모델이 모르는 단어를 뺀 것)",
  "watch.act":
    "관찰한 대로 조치: 가장 좋은 스텝에서 학습률을 낮추며 짧게 마무리하고, 학습이 무너지면 그 스텝으로 돌아가 더 낮은 학습률로 계속하고, 망각이 시작되면 그때부터 기반 모델의 종류 예측을 유지",
  "watch.prefer":
    "가장 좋은 스텝을 고를 때 학습 사진과 비슷한 사진의 가장 낮은 오차와 함께 기반 모델이 알던 것을 반영할 정도: 조금(likeness), 같은 만큼(balance), 더 많이(keep)",
  saveEverySteps: "스냅숏(저장 지점) 간격(스텝), 0이면 끝에만 저장",
  keep: "남겨 둘 스냅숏",
  "keep.last": "남겨 둘 최근 스냅숏 수",
  "keep.best": "남겨 둘 손실이 가장 낮은 스냅숏 수",
  "keep.everySteps": "스냅숏을 하나씩 남겨 둘 간격(스텝), 0이면 남겨 두지 않음",
  "keep.withinSteps": "스냅숏을 모두 남겨 둘 최근 스텝 수, 0이면 남겨 두지 않음",
  output: "결과를 저장할 곳",
  "output.folder": "모든 학습 기록의 폴더를 담을 폴더",
  "output.run": "이 학습 기록의 폴더 (기본값: 어댑터와 시각으로 이름 지은 폴더)",
  "output.formats":
    "어댑터 파일: kohya (A1111, ComfyUI), diffusers, both(앞의 두 가지), comfyui (점을 쓰는 모델 자신의 이름)",
  "output.checkpoint": "파인튜닝한 모델의 형식: diffusers 폴더 또는 .safetensors 단일 파일",
  "output.dtype": "학습한 가중치를 저장할 자료형",
  cacheFolder: "계산한 잠재값과 텍스트 임베딩의 폴더 (기본값: Atelier의 캐시)",
  device: "계산할 곳",
  "device.backend": "ONNX Runtime의 실행 공급자(execution provider)",
  "device.threads":
    "스레드 수 (기본값: 모든 코어), 다른 바쁜 프로그램이 있으면 서로 기다리게 되므로 적은 편이 더 빠름",
};
