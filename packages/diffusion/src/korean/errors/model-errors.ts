/** @file What errors of models and of drawing with them say, in Korean. */

export const modelErrors: Readonly<Record<string, string>> = {
  // core
  "{0}: expected {1}, got {2}. The file is no embedding, or it is damaged.":
    "{0}: 필요한 것은 {1}인데 있는 것은 {2}입니다. 임베딩이 아니거나 손상된 파일입니다.",
  "{0}: expected num_inference_steps, guidance_scale and guidance_rescale, got:\n{1}\nCorrect or remove the file.":
    "{0}: num_inference_steps, guidance_scale, guidance_rescale 값이 있어야 하지만 다음과 같습니다:\n{1}\n파일을 고치거나 지우세요.",
  'LoRA module: expected a path that begins with {0}, got "{1}".':
    'LoRA 모듈: 경로는 {0} 가운데 하나로 시작해야 하지만 "{1}"입니다.',
  "{0}: expected finite numbers, got NaN or infinity. The training that made this file diverged; use an earlier checkpoint.":
    "{0}: 유한한 수만 있어야 하지만 NaN이나 무한대가 있습니다. 이 파일을 만든 학습이 발산했습니다. 더 이른 체크포인트를 쓰세요.",
  "{0}: expected JSON, got text that does not parse ({1}). Check that the file is whole and was not edited by hand.":
    "{0}: JSON이어야 하지만 읽을 수 없는 텍스트입니다({1}). 파일이 온전한지, 손으로 고친 것은 아닌지 확인하세요.",
  "{0}: expected a model that Atelier supports, got:\n{1}\nUse a model of a supported kind, or correct these fields.":
    "{0}: Atelier가 지원하는 모델이어야 하지만 다음과 같습니다:\n{1}\n지원하는 종류의 모델을 쓰거나 이 필드들을 고치세요.",
  "{0}: expected a JSON object of fields, got {1}. Restore the file from the model's source.":
    "{0}: 필드를 담은 JSON 객체여야 하지만 {1}입니다. 모델을 받은 곳에서 파일을 다시 받으세요.",
  "{0}: expected a text file of at most {1} bytes, got {2}. Check that this is the file you mean.":
    "{0}: 텍스트 파일은 {1}바이트 이하여야 하지만 {2}바이트입니다. 쓰려던 파일이 맞는지 확인하세요.",
  "{0}: expected the file itself, got {1}. Download the file again.":
    "{0}: 파일 자체가 있어야 하지만 {1}입니다. 파일을 다시 내려받으세요.",
  "{0}: expected UTF-8 text, got other bytes. Restore it.":
    "{0}: UTF-8 텍스트여야 하지만 다른 바이트가 들어 있습니다. 원래 파일로 되돌리세요.",
  "{0}: expected JSON, got an empty file. Restore the file from the model's source.":
    "{0}: JSON이어야 하지만 빈 파일입니다. 모델을 받은 곳에서 파일을 다시 받으세요.",
  "rgbFromPixels: expected [3, height, width] or [1, 3, height, width], got [{0}].":
    "rgbFromPixels: 필요한 모양은 [3, height, width]나 [1, 3, height, width]인데 [{0}]입니다.",
  "rgbFromPixels: expected numbers, got NaN at element {0}. The model that drew this picture overflowed; run it in float32.":
    "rgbFromPixels: 숫자여야 하지만 요소 {0}에 NaN이 있습니다. 이 그림을 그린 모델에서 오버플로가 났습니다. 모델을 float32로 실행하세요.",
  "{0}: expected {1} bytes for a {2}x{3} RGB picture, got {4}.":
    "{0}: {2}x{3} RGB 그림은 {1}바이트여야 하지만 {4}바이트입니다.",
  "{0}: expected {1}, got {2}. Restore or remove the file.":
    "{0}: 필요한 것은 {1}인데 있는 것은 {2}입니다. 원래 파일로 되돌리거나 지우세요.",
  // families
  "{0}: expected {1}, got a model of none of them. Use a model of one of these families.":
    "{0}: 다음 계열의 모델이어야 하지만 어느 것도 아닙니다: {1}. 이 가운데 한 계열의 모델을 쓰세요.",
  '{0}: expected a tensor "{1}", got none. The file is incomplete or of another family.':
    '{0}: "{1}" 텐서가 있어야 하지만 없습니다. 일부가 빠졌거나 다른 계열의 파일입니다.',
  "clip skip: expected a whole number from 0 to {0}, got {1}. Skip fewer layers.":
    "clip skip: 0부터 {0}까지의 정수여야 하지만 {1}입니다. 레이어를 더 적게 건너뛰세요.",
  "base.predictionType: expected none for flow matching, got {0}. Its models predict a velocity of their own, noise less picture. Leave it out.":
    "base.predictionType: 플로 매칭 모델에서는 비워 두어야 하지만 {0}입니다. 플로 매칭 모델은 고유한 속도, 곧 노이즈에서 그림을 뺀 값을 예측합니다. 이 항목을 빼세요.",
  "scheduler config: expected one of flow matching, such as FlowMatchEulerDiscreteScheduler, got {0}. Restore scheduler_config.json from the model's source.":
    "스케줄러 설정: FlowMatchEulerDiscreteScheduler 같은 플로 매칭 스케줄러여야 하지만 {0}입니다. 모델을 받은 곳에서 scheduler_config.json 파일을 다시 받으세요.",
  "scheduler config: expected a model that predicts {0}, got {1}. Set base.predictionType if the file is wrong.":
    "스케줄러 설정: 모델이 예측하는 것은 {0} 가운데 하나여야 하지만 {1}입니다. 파일이 틀렸다면 base.predictionType 값을 지정하세요.",
  // models
  "clip inputIds: expected [batch, tokens] with at most {0} tokens, got {1}. Cut or split the captions.":
    "clip inputIds: [batch, tokens] 모양에 토큰이 {0}개 이하여야 하지만 {1}입니다. 설명(캡션)을 자르거나 나누세요.",
  "clip clipSkip: expected a whole number from 0 to {0}, got {1}. Skip fewer layers.":
    "clip clipSkip: 0부터 {0}까지의 정수여야 하지만 {1}입니다. 레이어를 더 적게 건너뛰세요.",
  "{0}: expected [{1}], got {2}. The input belongs to another model, or an axis is missing.":
    "{0}: 필요한 모양은 [{1}]인데 {2}입니다. 다른 모델의 입력이거나 축이 빠졌습니다.",
  "{0}: expected latents in whole patches of {1}×{2}, at most {3} along an edge, got {4}×{5}. Choose another size of picture.":
    "{0}: 잠재값은 {1}×{2} 패치로 나누어떨어지고 한 변에 패치가 {3}개 이하여야 하지만 {4}×{5}입니다. 그림 크기를 바꾸세요.",
  "T5 inputIds: expected [batch, tokens], got {0}. Give one row of ids for each text.":
    "T5 inputIds: 필요한 모양은 [batch, tokens]인데 {0}입니다. 텍스트마다 id를 한 행씩 주세요.",
  "transformer config: expected {0}, got {1}. Use a model of a supported kind.":
    "트랜스포머 설정: 필요한 것은 {0}인데 {1}입니다. 지원하는 종류의 모델을 쓰세요.",
  // pipeline
  "adapter {0}: expected a finite strength, got {1}. Use about 0 to 1.":
    "어댑터 {0}: 강도는 유한한 수여야 하지만 {1}입니다. 0~1 정도를 쓰세요.",
  "adapter {0}: expected factors for the layers of this {1} model, got {2} modules that do not fit:\n{3}\nUse an adapter that was trained on {4}.":
    "어댑터 {0}: 이 {1} 모델의 레이어에 맞는 행렬이어야 하지만 맞지 않는 모듈이 {2}개 있습니다:\n{3}\n{4}에서 학습한 어댑터를 쓰세요.",
  "embedding {0}: {1} Give the embedding a name of its own, as in name=file.":
    "임베딩 {0}: {1} name=file처럼 임베딩에 따로 이름을 붙이세요.",
  "embedding {0}: expected vectors of width {1}, as the text encoder of {2} ({3}) has, got width {4}. {5}.":
    "임베딩 {0}: {2}({3})의 텍스트 인코더처럼 너비가 {1}인 벡터여야 하지만 너비가 {4}입니다. {5}.",
  "generate: {0}\nCorrect these options.": "generate: {0}\n이 옵션들을 고치세요.",
  "generate: expected finite latents, got {0} after {1}. The model's weights or an adapter are damaged, or guidance is far too strong.":
    "generate: 잠재값이 유한한 수여야 하지만 {0}입니다({1} 이후). 모델의 가중치나 어댑터가 손상되었거나 가이던스(CFG)가 지나치게 강합니다.",
  "generate: expected finite pixels, got {0} from the autoencoder (VAE) of {1}. Its weights are damaged or were stored with too few bits: name another one with {2}.":
    "generate: 픽셀이 유한한 수여야 하지만 {1} 모델의 오토인코더(VAE)에서 {0} 값이 나왔습니다. 오토인코더의 가중치가 손상되었거나 너무 적은 비트로 저장되었습니다. {2} 옵션으로 다른 오토인코더를 지정하세요.",
  "generate: stopped {0}: {1}.": "generate: 멈췄습니다({0}): {1}.",
  "{0}: expected an open {1}, got one that was disposed. Load it again.":
    "{0}: 열린 상태의 {1} 객체여야 하지만 이미 닫혔습니다. 다시 불러오세요.",
  "{0}: expected tensors for the layers of this {1} model, got {2} that fit none: {3}{4}. The file may be made for another model family; {5} uses the {6} modules that fit.":
    "{0}: 이 {1} 모델의 레이어에 쓰는 텐서여야 하지만 어디에도 맞지 않는 텐서가 {2}개 있습니다: {3}{4}. 다른 계열의 모델용으로 만든 파일일 수 있습니다. {5} 옵션을 주면 맞는 모듈 {6}개를 씁니다.",
  "{0}: expected an adapter for {1}, which the base is, got one for {2}. Use it with a model of {3}, or use an adapter that was trained on {4}.":
    "{0}: 베이스와 같은 {1}용 어댑터여야 하지만 {2}용입니다. {3} 모델에 쓰거나, {4}에서 학습한 어댑터를 쓰세요.",
  "{0}: expected models that draw pictures from text together, got:\n{1}\nUse a text-to-image checkpoint, and do not mix models of different families.":
    "{0}: 텍스트로 함께 그림을 그리는 모델들이어야 하지만 다음과 같습니다:\n{1}\n텍스트로 그림을 그리는 체크포인트를 쓰고, 서로 다른 계열의 모델을 섞지 마세요.",
  "{0}: expected [{1}], got {2}.": "{0}: 필요한 모양은 [{1}]인데 {2}입니다.",
  "pipeline: expected a text encoder, got a model without.":
    "파이프라인: 텍스트 인코더가 있어야 하지만 없는 모델입니다.",
  "{0}: expected {1}, as in {2}, got others. Their folders have been exchanged, or they belong to another model: rename them.":
    "{0}: {2}에서처럼 다음과 같아야 하지만 다릅니다: {1}. 폴더가 서로 바뀌었거나 다른 모델의 것입니다. 폴더 이름을 바꾸세요.",
  "pipeline: expected a tokenizer, got a single-file checkpoint, which has none. Name {0} with {1}.":
    "파이프라인: 토크나이저가 있어야 하지만 단일 파일 체크포인트에는 없습니다. 다음을 {1} 옵션으로 지정하세요: {0}.",
  "{0}: expected a folder {1} in it, got none; the model's text encoders have a tokenizer each. Name {2}.":
    "{0}: 안에 {1} 폴더가 있어야 하지만 없습니다. 이 모델의 텍스트 인코더에는 토크나이저가 하나씩 있습니다. 다음을 지정하세요: {2}.",
  "{0}: expected at most {1} tokens and texts of {2}, which the text encoder knows, got {3} and {4}. Use the tokenizer that belongs to the checkpoint.":
    "{0}: 텍스트 인코더가 아는 만큼, 토큰은 {1}개 이하이고 텍스트는 {2}토큰 이하여야 하지만 {3}개와 {4}토큰입니다. 체크포인트에 딸린 토크나이저를 쓰세요.",
  // process
  "noise schedule: expected {0} trained_betas (num_train_timesteps), got {1}. Give one for each training timestep, or null for a named beta_schedule.":
    "노이즈 스케줄: trained_betas 값이 {0}개(num_train_timesteps)여야 하지만 {1}개입니다. 학습 타임스텝마다 하나씩 주거나, 이름으로 정한 beta_schedule을 쓰려면 null을 주세요.",
  "flow schedule: expected a whole timestep from 0 to {0}, got {1}. Draw timesteps from the range that the model was trained on.":
    "플로 스케줄: 타임스텝은 0부터 {0}까지의 정수여야 하지만 {1}입니다. 모델이 학습한 범위에서 타임스텝을 뽑으세요.",
  "loss weights: expected none, sigma_sqrt, sigma_squared or cosmap for flow matching, got {0}, which evens out the steps of DDPM's noise: errors of a velocity need none of it. Leave it out.":
    "손실 가중치: 플로 매칭에서는 none, sigma_sqrt, sigma_squared, cosmap 가운데 하나여야 하지만 {0}입니다. DDPM 노이즈의 스텝을 고르게 맞추는 가중치이며, 속도의 오차에는 필요하지 않습니다. 이 항목을 빼세요.",
  "noiseOffset: expected 0 for flow matching, got {0}. It teaches DDPM's models to be dark or bright as a whole, since they never see pure noise; these begin with it, and would no longer know it. Leave it out.":
    "noiseOffset: 플로 매칭에서는 0이어야 하지만 {0}입니다. DDPM 모델은 순수한 노이즈를 본 적이 없어서, 이 값으로 전체가 어둡거나 밝은 그림을 가르칩니다. 플로 매칭 모델은 순수한 노이즈에서 시작하므로, 이 값을 쓰면 순수한 노이즈를 더는 알아보지 못합니다. 이 항목을 빼세요.",
  "loss weights: expected a weighting that is defined for {0}, got {1}. Choose min-SNR, or none.":
    "손실 가중치: {0} 예측에 정의된 가중치여야 하지만 {1}입니다. min-SNR이나 none을 고르세요.",
  "loss weights: expected none, debiased, p2 or min-SNR for a model of DDPM's noise, got {0}, which is by the σ of flow matching. Choose one of these.":
    "손실 가중치: DDPM 노이즈를 쓰는 모델에서는 none, debiased, p2, min-SNR 가운데 하나여야 하지만 플로 매칭의 σ에 따른 {0}입니다. 앞의 넷 가운데 하나를 고르세요.",
  "noise schedule: expected a whole timestep from 0 to {0}, got {1}. Draw timesteps from the range that the model was trained on.":
    "노이즈 스케줄: 타임스텝은 0부터 {0}까지의 정수여야 하지만 {1}입니다. 모델이 학습한 범위에서 타임스텝을 뽑으세요.",
  "noise schedule: expected x0 and noise of one length that {0} timesteps divide, got {1} and {2}. Give one timestep for each sample.":
    "노이즈 스케줄: x0 값과 노이즈는 길이가 같고 타임스텝 수({0})로 나누어떨어져야 하지만 {1}, {2}입니다. 샘플마다 타임스텝을 하나씩 주세요.",
  "timesteps: expected weights of 0 or more that are not all 0, got {0}.":
    "timesteps: 가중치는 0 이상이고 모두 0은 아니어야 하지만 {0}입니다.",
  // samplers
  "sampler {0}: expected an evaluation from 0 to {1}, got {2}. Step once for each of the sampler's timesteps.":
    "샘플러 {0}: 평가 번호는 0부터 {1}까지여야 하지만 {2}입니다. 샘플러의 타임스텝마다 한 번씩 진행하세요.",
  "sampler {0}: expected a run to begin with a step, got evaluation {1} inside one. Begin at an earlier evaluation.":
    "샘플러 {0}: 스텝의 첫머리에서 시작해야 하지만 스텝 중간인 평가 {1}입니다. 더 앞의 평가에서 시작하세요.",
  "sampler {0}: expected a model output of {1} values, as many as the sample has, got {2}. Give the prediction without a variance.":
    "샘플러 {0}: 모델 출력의 값은 샘플과 같이 {1}개여야 하지만 {2}개입니다. 분산을 뺀 예측을 주세요.",
  "scheduler config of {0}: expected use_flow_sigmas false, got true, with which no sampler here follows it. Choose {1}.":
    "{0} 스케줄러 설정: use_flow_sigmas 값은 false여야 하지만 true입니다. 여기에는 이 설정을 따르는 샘플러가 없습니다. {1} 가운데 하나를 고르세요.",
  "scheduler config of {0}: expected prediction_type flow_prediction beside use_flow_sigmas, got {1}. Set it, or set use_flow_sigmas to false.":
    "{0} 스케줄러 설정: use_flow_sigmas를 쓰면 prediction_type 값이 flow_prediction이어야 하지만 {1}입니다. flow_prediction으로 바꾸거나 use_flow_sigmas를 false로 바꾸세요.",
  "scheduler config of {0}: expected a schedule of flow matching beside prediction_type flow_prediction, got that of DDPM. Set use_flow_sigmas to true, or choose {1}.":
    "{0} 스케줄러 설정: prediction_type 값이 flow_prediction이면 플로 매칭 스케줄이어야 하지만 DDPM 스케줄입니다. use_flow_sigmas를 true로 바꾸거나 {1} 가운데 하나를 고르세요.",
  "scheduler config of {0}: use_dynamic_shifting: expected false without use_flow_sigmas, got true. Correct it.":
    "{0} 스케줄러 설정: use_dynamic_shifting: use_flow_sigmas를 쓰지 않으면 false여야 하지만 true입니다. 이 값을 고치세요.",
  "scheduler config of {0}: expected a base_image_seq_len other than max_image_seq_len, got {1} twice. Correct these fields.":
    "{0} 스케줄러 설정: base_image_seq_len 값과 max_image_seq_len 값은 서로 달라야 하지만 둘 다 {1}입니다. 이 필드들을 고치세요.",
  "scheduler config of {0}: expected no σ spacing beside use_flow_sigmas, got {1}, which spaces DDPM's σ. Set it to false, or choose FlowMatchEulerDiscreteScheduler.":
    "{0} 스케줄러 설정: use_flow_sigmas를 쓰면 σ 간격을 쓰지 않아야 하지만 DDPM의 σ 간격을 정하는 {1} 필드가 켜져 있습니다. 이 필드를 false로 바꾸거나 FlowMatchEulerDiscreteScheduler를 고르세요.",
  "scheduler config of {0}: expected final_sigmas_type zero and predict_x0 beside use_flow_sigmas, got {1} and {2}. Correct these fields.":
    "{0} 스케줄러 설정: use_flow_sigmas를 쓰면 final_sigmas_type 값은 zero이고 predict_x0 값은 true여야 하지만 {1}, {2}입니다. 이 필드들을 고치세요.",
  'sampler: expected a shift above 0 for a picture of {0} tokens, got {1} by base_shift and max_shift. Set time_shift_type to "exponential".':
    '샘플러: 토큰이 {0}개인 그림에서 shift 값은 0보다 커야 하지만 base_shift와 max_shift에 따르면 {1}입니다. time_shift_type 값을 "exponential"로 바꾸세요.',
  "sampler: expected the number of the picture's tokens beside use_dynamic_shifting, got none. Say it, or set use_dynamic_shifting to false.":
    "샘플러: use_dynamic_shifting을 쓰면 그림의 토큰 수가 있어야 하지만 없습니다. 토큰 수를 주거나 use_dynamic_shifting을 false로 바꾸세요.",
  "sampler lcm: expected from 1 to {0} steps (original_inference_steps), got {1}. Choose a number of steps in that range.":
    "샘플러 lcm: 스텝 수는 1부터 {0}까지여야 하지만(original_inference_steps) {1}입니다. 이 범위에서 스텝 수를 고르세요.",
  "sampler pndm: expected at least {0} steps, got {1}. Take more, or another sampler.":
    "샘플러 pndm: 스텝 수는 {0} 이상이어야 하지만 {1}입니다. 스텝 수를 늘리거나 다른 샘플러를 쓰세요.",
  'sampler: expected one of {0}, got "{1}"{2}. Choose one of these.':
    '샘플러: {0} 가운데 하나여야 하지만 "{1}"입니다{2}. 이 가운데 하나를 고르세요.',
  "sampler: expected v_prediction or sample with zero terminal SNR, got epsilon. There is no signal to recover from noise alone; use a model trained for it or another spacing.":
    "샘플러: 마지막 SNR이 0이면(zero terminal SNR) v_prediction이나 sample이어야 하지만 epsilon입니다. 노이즈만으로는 되살릴 신호가 없습니다. 이 조건에 맞게 학습한 모델을 쓰거나 다른 간격을 쓰세요.",
  "scheduler config of {0}: {1}. Correct these fields.":
    "{0} 스케줄러 설정: {1}. 이 필드들을 고치세요.",
  "scheduler config of {0}: expected no rescale_betas_zero_snr for flow matching, got true. It begins with pure noise as it is. Leave {1} out.":
    "{0} 스케줄러 설정: 플로 매칭에서는 rescale_betas_zero_snr 값이 없어야 하지만 true입니다. 플로 매칭은 원래 순수한 노이즈에서 시작합니다. {1} 옵션을 빼세요.",
  "scheduler config of {0}: expected v_prediction or sample beside rescale_betas_zero_snr, got epsilon, which says nothing of the picture where there is no signal. If the model predicts v, say {1}; else set rescale_betas_zero_snr to false in its scheduler_config.json.":
    "{0} 스케줄러 설정: rescale_betas_zero_snr 값이 true이면 v_prediction이나 sample이어야 하지만 epsilon입니다. epsilon은 신호가 없는 곳에서 그림을 전혀 알려 주지 않습니다. 모델이 v를 예측한다면 {1} 옵션을 주고, 아니라면 모델의 scheduler_config.json에서 rescale_betas_zero_snr 값을 false로 바꾸세요.",
  "scheduler config of {0}: expected one σ spacing, got {1}. Switch all but one off.":
    "{0} 스케줄러 설정: σ 간격은 하나여야 하지만 {1}입니다. 하나만 남기고 모두 끄세요.",
  'scheduler config of {0}: algorithm_type {1} cannot reach σ = 0. Set final_sigmas_type to "sigma_min", or algorithm_type to one that ends in "++".':
    '{0} 스케줄러 설정: algorithm_type 값이 {1}이면 σ = 0에 이를 수 없습니다. final_sigmas_type 값을 "sigma_min"으로 바꾸거나 algorithm_type 값을 "++"로 끝나는 것으로 바꾸세요.',
  "scheduler config: expected a JSON object, got {0}. Give the content of a scheduler_config.json.":
    "스케줄러 설정: JSON 객체여야 하지만 {0}입니다. scheduler_config.json의 내용을 주세요.",
  "scheduler config: expected _class_name to be one of {0}, got {1}. Choose a sampler by name, or a model with one of these.":
    "스케줄러 설정: _class_name 값은 {0} 가운데 하나여야 하지만 {1}입니다. 샘플러를 이름으로 고르거나, 이 가운데 하나를 쓰는 모델을 고르세요.",
  "sampler: expected timesteps from 0 to {0}, got {1} to {2} with timestep_spacing {3} and steps_offset {4}. Use fewer steps.":
    "샘플러: 타임스텝은 0부터 {0}까지여야 하지만 timestep_spacing {3}, steps_offset {4} 설정으로는 {1}부터 {2}까지입니다. 스텝 수를 줄이세요.",
  "sampler: expected from 1 to {0} steps (num_train_timesteps), got {1}. Choose a number of steps in that range.":
    "샘플러: 스텝 수는 1부터 {0}까지여야 하지만(num_train_timesteps) {1}입니다. 이 범위에서 스텝 수를 고르세요.",
  // tokenizer
  "{0}: expected a precompiled_charsmap of SentencePiece, got {1}. Restore the file from the model's source.":
    "{0}: SentencePiece의 precompiled_charsmap이어야 하지만 그렇지 않습니다: {1}. 모델을 받은 곳에서 파일을 다시 받으세요.",
  "tokenizer: expected the token {0} in the vocabulary, got none. Restore the tokenizer's files.":
    "토크나이저: 어휘에 {0} 토큰이 있어야 하지만 없습니다. 토크나이저 파일을 원래대로 되돌리세요.",
  'tokenizer: expected a new token without white space, got {0}{1}. Choose another name, such as "<my-{2}>".':
    '토크나이저: 공백이 없는 새 토큰이어야 하지만 {0}입니다{1}. "<my-{2}>" 같은 다른 이름을 고르세요.',
  "{0}: expected a unigram model of SentencePiece, got {1}. Restore the file from the model's source.":
    "{0}: SentencePiece의 유니그램 모델이어야 하지만 그렇지 않습니다: {1}. 모델을 받은 곳에서 파일을 다시 받으세요.",
  "{0}: expected a T5 tokenizer (tokenizer.json or spiece.model), got neither. Copy one of these files from the base model.":
    "{0}: T5 토크나이저(tokenizer.json 또는 spiece.model)가 있어야 하지만 둘 다 없습니다. 기반 모델에서 두 파일 가운데 하나를 복사하세요.",
  "{0}: expected a file of T5's tokenizer, got {1}. Restore it from the model's source.":
    "{0}: T5 토크나이저의 파일이어야 하지만 그렇지 않습니다: {1}. 모델을 받은 곳에서 파일을 다시 받으세요.",
  "T5 tokenizer: expected a whole number of at least 1 token, got {0}. Choose a longer text.":
    "T5 토크나이저: 토큰 수는 1 이상의 정수여야 하지만 {0}입니다. 텍스트 길이를 늘리세요.",
  "{0}: expected the special token {1} in the vocabulary, got none. Restore the tokenizer's files from one source.":
    "{0}: 어휘에 특수 토큰 {1} 항목이 있어야 하지만 없습니다. 토크나이저 파일을 한 곳에서 모두 다시 받으세요.",
  "{0}: expected a CLIP tokenizer (tokenizer.json, or vocab.json and merges.txt), got neither. Copy these files from the base model.":
    "{0}: CLIP 토크나이저(tokenizer.json, 또는 vocab.json과 merges.txt)가 있어야 하지만 둘 다 없습니다. 기반 모델에서 이 파일들을 복사하세요.",
  "{0}: expected two parts separated by a space, got {1}. Restore the file.":
    "{0}: 공백으로 나뉜 두 부분이 있어야 하지만 {1}입니다. 원래 파일로 되돌리세요.",
  "{0}: expected CLIP's steps {1}, got {2}. Only CLIP tokenizers are supported.":
    "{0}: 필요한 CLIP 단계는 {1}인데 {2}입니다. CLIP 토크나이저만 지원합니다.",
  "{0}: expected a CLIP tokenizer's file, got {1}. Only CLIP tokenizers are supported.":
    "{0}: CLIP 토크나이저의 파일이어야 하지만 그렇지 않습니다: {1}. CLIP 토크나이저만 지원합니다.",
};
