/** @file What errors say whose sentences are chosen or put together elsewhere, in Korean. */

export const extraErrors: Readonly<Record<string, string>> = {
  // models
  "FLUX.1 transformer: expected a guidance for a model with guidance_embeds, got none. Pass it beside the timestep.":
    "FLUX.1 트랜스포머: guidance_embeds가 있는 모델에는 가이던스가 있어야 하지만 없습니다. 타임스텝과 함께 주세요.",
  "FLUX.1 transformer: expected no guidance for a model without guidance_embeds, got one. Leave it out for this model.":
    "FLUX.1 트랜스포머: guidance_embeds가 없는 모델에는 가이던스가 없어야 하지만 있습니다. 이 모델에서는 빼세요.",
  "unet: expected textEmbeds and timeIds for additionEmbedType text_time, got at most one of them. Pass the pooled text states and the six picture sizes.":
    "unet: additionEmbedType 값이 text_time이면 textEmbeds와 timeIds가 있어야 하지만 많아야 하나만 있습니다. 풀링한 텍스트 상태와 그림 크기 값 여섯 개를 주세요.",
  "unet: expected no textEmbeds and timeIds without additionEmbedType, got at least one of them. Leave them out for this model.":
    "unet: additionEmbedType 값이 없으면 textEmbeds와 timeIds가 없어야 하지만 하나 이상 있습니다. 이 모델에서는 빼세요.",
  // process
  "timesteps.shift: expected none for a model of DDPM's noise, got one; it moves the σ of flow matching. Use timesteps.min, timesteps.max or another distribution.":
    "timesteps.shift: DDPM 노이즈를 쓰는 모델에서는 비워 두어야 하지만 값이 있습니다. 플로 매칭의 σ를 옮기는 값입니다. timesteps.min, timesteps.max 또는 다른 분포를 쓰세요.",
  // verdicts
  "verdicts: expected rows of pictures in training and of some held out or echoed, got {0}. The record of this watch is damaged: watch the run anew.":
    "판정: 학습 사진의 행과 남겨 둔 사진 또는 echo의 행이 있어야 하지만 {0}입니다. 이 관찰 기록이 손상되었습니다. 학습을 처음부터 다시 관찰하세요.",
  "verdicts: expected rows of both halves in {0}, got none of half {1}. The record of this watch is damaged: watch the run anew.":
    "판정: {0}에 두 절반의 행이 모두 있어야 하지만 절반 {1}의 행이 없습니다. 이 관찰 기록이 손상되었습니다. 학습을 처음부터 다시 관찰하세요.",
  "verdicts: expected {0} values of {1} at step {2}, got {3}. The record of this watch is damaged: watch the run anew.":
    "판정: {2}스텝에 {1} 값이 {0}개 있어야 하지만 {3}개입니다. 이 관찰 기록이 손상되었습니다. 학습을 처음부터 다시 관찰하세요.",
  "verdicts: expected two rows of {0} or more with a loss at the start, got {1}. The record of this watch is damaged: watch the run anew.":
    "판정: 시작할 때 손실이 있는 {0} 행이 두 개 이상 있어야 하지만 {1}개입니다. 이 관찰 기록이 손상되었습니다. 학습을 처음부터 다시 관찰하세요.",
  // data
  "picture {4}: expected at least {0}x{1} pixels for a bucket, got {2}x{3}. Allow upscaling (data.buckets.upscale), lower data.buckets.step, or remove the picture.":
    "사진 {4}: 버킷에는 {0}x{1}픽셀 이상이어야 하지만 {2}x{3}입니다. 확대를 허용하거나(data.buckets.upscale), data.buckets.step 값을 낮추거나, 사진을 빼세요.",
};
