/** @file Why an import leaves settings, in Korean. */

export const importErrors: Readonly<Record<string, string>> = {
  // train/import: values that are not what an option takes
  "expected 0 or 1": "0 또는 1이어야 합니다",
  "expected True or False": "True 또는 False여야 합니다",
  "expected true or false": "true 또는 false여야 합니다",
  "expected a number": "숫자여야 합니다",
  "expected numbers": "숫자여야 합니다",
  "expected one or two numbers": "숫자 하나 또는 둘이어야 합니다",
  "expected a number above 0": "0보다 큰 수여야 합니다",
  "expected a number of steps or a share": "스텝 수나 비율이어야 합니다",
  "expected steps, or a share below 1": "스텝 수나 1보다 작은 비율이어야 합니다",
  "expected a whole number": "정수여야 합니다",
  "expected a whole number from 0; a run has always a seed here":
    "0 이상의 정수여야 합니다. Atelier의 학습에는 항상 시드가 있습니다",
  "expected all, none or numbers such as 0-3,7": "all, none 또는 0-3,7 같은 번호여야 합니다",
  "expected numbers of blocks": "블록 번호여야 합니다",
  "expected name=value": "name=value 형태여야 합니다",
  "expected object or style": "object 또는 style이어야 합니다",
  "a name has letters, digits, dots, dashes and underscores here":
    "Atelier에서 이름에는 글자, 숫자, 점, 붙임표, 밑줄만 쓸 수 있습니다",
  "a mode's scale is from -1 to 1.75 here": "Atelier에서 mode의 값은 -1부터 1.75까지입니다",
  "ranks go up to {0}": "랭크는 {0}까지입니다",
  "sides are at most {0}:1 here": "Atelier에서 가로세로 비율은 최대 {0}:1입니다",
  "weights that learn have 16 bits or more": "학습하는 가중치는 16비트 이상입니다",
  "this value has no equivalent": "이 값에 대응하는 것이 없습니다",
  "no equivalent": "대응하는 것이 없습니다",
  "no equivalent here": "Atelier에는 대응하는 것이 없습니다",
  // what Atelier does not know
  "not known here": "Atelier가 모르는 옵션입니다",
  "not known here; did you mean {0}?": "Atelier가 모르는 옵션입니다. 혹시 {0} 아닌가요?",
  "not known here; all layers are adapted":
    "Atelier가 모르는 값입니다. 모든 레이어에 어댑터를 붙입니다",
  "no such algorithm here; lora is trained": "Atelier에 없는 알고리즘입니다. lora로 학습합니다",
  "no such argument of {0} here": "Atelier의 {0} 옵티마이저에는 이런 인자가 없습니다",
  "no such kind of network here": "Atelier에 없는 네트워크 종류입니다",
  "no such kind of network here; lora is trained":
    "Atelier에 없는 네트워크 종류입니다. lora로 학습합니다",
  "no such optimizer here; adamw is used": "Atelier에 없는 옵티마이저입니다. adamw를 씁니다",
  "no such schedule here; constant is used": "Atelier에 없는 스케줄입니다. constant를 씁니다",
  "no such scheme here; timesteps are drawn uniformly":
    "Atelier에 없는 방식입니다. 타임스텝은 고르게 뽑습니다",
  "belongs to that optimizer": "그 옵티마이저에 쓰는 인자입니다",
  "belongs to no option": "어느 옵션에도 속하지 않습니다",
  "{0}.py has no such option": "{0}.py에는 이런 옵션이 없습니다",
  "a class of PyTorch's: see schedule": "PyTorch의 클래스입니다. schedule 항목을 참고하세요",
  "arguments of a class of PyTorch's: see schedule":
    "PyTorch 클래스의 인자입니다. schedule 항목을 참고하세요",
  "a class of Python's cannot be used here": "Atelier에서는 Python 클래스를 쓸 수 없습니다",
  "a variable of the environment: write its value into the config":
    "환경 변수입니다. 값을 설정에 직접 쓰세요",
  "a variable that the text does not set: write its value into the config":
    "이 텍스트에서 값을 정하지 않은 변수입니다. 값을 설정에 직접 쓰세요",
  "a shell would not hand this line to the script: the line before does not go on":
    "앞줄이 이어지지 않아 셸이 이 줄을 스크립트에 넘기지 않습니다",
  "means nothing with Stable Diffusion 3 there":
    "원래 프로그램에서 Stable Diffusion 3에는 효과가 없습니다",
  "means nothing with flow matching, there and here":
    "원래 프로그램에서도 Atelier에서도 플로 매칭에는 효과가 없습니다",
  "means nothing with that timestep_sampling": "그 timestep_sampling에서는 효과가 없습니다",
  "means nothing without --with_prior_preservation":
    "--with_prior_preservation이 없으면 효과가 없습니다",
  "it means something with flow matching alone": "플로 매칭에서만 효과가 있습니다",
  // which of several counts
  "{0} sets {1} as well, and counts": "{0} 옵션도 {1} 값을 정하며, 그 값을 따릅니다",
  "a later file says otherwise, and counts": "뒤에 있는 파일의 값이 다르며, 그 값을 따릅니다",
  "additional_parameters say otherwise, and count":
    "additional_parameters의 값이 다르며, 그 값을 따릅니다",
  "rank says otherwise, and counts": "rank 값이 다르며, 그 값을 따릅니다",
  "lr_warmup_steps counts": "lr_warmup_steps 값을 따릅니다",
  "the warm-up is given in steps as well, and these count":
    "워밍업이 스텝 수로도 적혀 있어 스텝 수를 따릅니다",
  "stands in two sections; the last counts": "두 섹션에 있습니다. 마지막 값을 따릅니다",
  "stands twice; the last counts": "두 번 있습니다. 마지막 값을 따릅니다",
  "the data sets of the other file count": "다른 파일의 데이터셋을 따릅니다",
  "only the first process is taken": "첫 process만 가져옵니다",
  "one value for all folders here: that of the first counts":
    "Atelier에서는 모든 폴더에 한 값을 씁니다. 첫 폴더의 값을 따릅니다",
  "one value for all folders here: that of the first, {0}, counts":
    "Atelier에서는 모든 폴더에 한 값을 씁니다. 첫 폴더의 값({0})을 따릅니다",
  "one size for all folders: data.width and data.height":
    "모든 폴더에 한 크기를 씁니다: data.width, data.height",
  "one batchSize for all folders": "모든 폴더에 한 batchSize를 씁니다",
  "one value for all samples here": "Atelier에서는 모든 샘플에 한 값을 씁니다",
  'an option of one sample ("{0}"): all samples are drawn alike here':
    '샘플 하나("{0}")의 옵션입니다. Atelier에서는 모든 샘플을 같은 설정으로 그립니다',
  "several sizes: the first, {0}, is used": "크기가 여럿입니다. 첫 크기({0})를 씁니다",
  "several sizes: the largest, {0}, is used": "크기가 여럿입니다. 가장 큰 크기({0})를 씁니다",
  "one rate for all text encoders here: the first counts":
    "Atelier에서는 모든 텍스트 인코더에 한 학습률을 씁니다. 첫 값을 따릅니다",
  "one ratio for both models here": "Atelier에서는 두 모델에 한 비율을 씁니다",
  "one weight decay for all": "가중치 감쇠는 모두 한 값입니다",
  "one weighting of the losses here: minSnrGamma counts":
    "Atelier에서는 손실 가중을 하나만 씁니다. minSnrGamma를 따릅니다",
  "one measure of errors: see loss.measure":
    "오차를 재는 방법은 하나만 씁니다. loss.measure 항목을 참고하세요",
  "it adapts noiseOffset, which is off":
    "noiseOffset을 조절하는 값인데 noiseOffset이 꺼져 있습니다",
  "it belongs to relative_step, which is off":
    "relative_step과 함께 쓰는 값인데 relative_step이 꺼져 있습니다",
  // steps
  "counts epochs: set {0} to epochs × pictures × repeats / (batchSize × gradientAccumulation)":
    "에포크로 센 값입니다. {0} 값을 에포크 수 × 사진 수 × 반복 횟수 / (batchSize × gradientAccumulation)로 하세요",
  "counts epochs: set saveEverySteps to steps / save_n_epoch_ratio":
    "에포크로 센 값입니다. saveEverySteps 값을 steps / save_n_epoch_ratio로 하세요",
  "set {0} in steps": "{0} 값을 스텝 수로 정하세요",
  "set steps": "steps 값을 정하세요",
  "set gradientAccumulation to the batches of an epoch":
    "gradientAccumulation 값을 한 에포크의 배치 수로 하세요",
  "a step is one batch there: steps, samples.everySteps and saveEverySteps are divided by it":
    "원래 프로그램에서는 배치 하나가 한 스텝입니다. steps, samples.everySteps, saveEverySteps 값을 이 수로 나눕니다",
  "percent of all steps: the text encoder is trained to the end here":
    "전체 스텝의 퍼센트입니다. Atelier에서는 텍스트 인코더를 끝까지 학습합니다",
  "the text encoder is trained to the end here": "Atelier에서는 텍스트 인코더를 끝까지 학습합니다",
  "use atelier resume": "atelier resume 명령을 쓰세요",
  "states of other programs cannot be gone on from; see lora.startFrom":
    "다른 프로그램의 상태에서는 이어서 학습할 수 없습니다. lora.startFrom 항목을 참고하세요",
  // the base
  "choose one of {0}": "{0} 값 중에서 고르세요",
  "see {0}": "{0} 항목을 참고하세요",
  "the base is one folder or file": "기반 모델은 폴더나 파일 하나입니다",
  "one revision of the base is read": "기반 모델은 리비전 하나만 읽습니다",
  "the base's own is used": "기반 모델의 것을 씁니다",
  "the base's own UNet is used": "기반 모델의 UNet을 씁니다",
  "the base's own schedule is used": "기반 모델의 스케줄을 씁니다",
  "the base's own text encoder is used": "기반 모델의 텍스트 인코더를 씁니다",
  "the base's own tokenizer is used": "기반 모델의 토크나이저를 씁니다",
  "text encoders are those of the base: name a folder or a file that holds them as base.path":
    "텍스트 인코더는 기반 모델의 것을 씁니다. 텍스트 인코더가 든 폴더나 파일을 base.path에 지정하세요",
  "merge it into the base first": "먼저 기반 모델에 합치세요",
  "merge them into the base first": "먼저 기반 모델에 합치세요",
  "set base.offline": "base.offline 값을 정하세요",
  "see base.dtype, which is one for all large weights":
    "base.dtype 항목을 참고하세요. 모든 큰 가중치에 한 값을 씁니다",
  "blocks stay on the device: see base.dtype, gradientCheckpointing and maxMemory":
    "블록은 기기에 그대로 둡니다. base.dtype, gradientCheckpointing, maxMemory 항목을 참고하세요",
  "floats of 8 bits there; integers of 8 bits with scales here":
    "원래 프로그램에서는 8비트 부동소수점이지만 Atelier에서는 스케일을 둔 8비트 정수입니다",
  "another form of 4 bits there; integers of 4 bits with scales here":
    "원래 프로그램에서는 다른 4비트 형식이지만 Atelier에서는 스케일을 둔 4비트 정수입니다",
  "weights are used as they are": "가중치는 그대로 씁니다",
  "models for inpainting are not trained here": "Atelier에서는 인페인팅 모델을 학습하지 않습니다",
  "models of this kind are not trained here": "Atelier에서는 이런 종류의 모델을 학습하지 않습니다",
  "models with class labels are not trained here":
    "Atelier에서는 클래스 레이블이 있는 모델을 학습하지 않습니다",
  "no distilled models are trained": "증류(distillation)한 모델은 학습하지 않습니다",
  "one model is trained": "모델 하나만 학습합니다",
  "no model of this family is told": "이 계열에는 가이던스를 숫자로 받는 모델이 없습니다",
  "the model is always told of guidance": "모델에 항상 가이던스를 알려 줍니다",
  // what learns
  "the {0} is always trained": "{0} 부분은 항상 학습합니다",
  "T5 is read, not trained": "T5는 읽기만 하고 학습하지 않습니다",
  "all text encoders learn here, or none":
    "Atelier에서는 텍스트 인코더를 모두 학습하거나 하나도 학습하지 않습니다",
  "the text encoder's last layer is used": "텍스트 인코더의 마지막 레이어를 씁니다",
  "the text encoder's last layer is used; of SDXL's always the one before, there and here":
    "텍스트 인코더의 마지막 레이어를 씁니다. SDXL에서는 원래 프로그램도 Atelier도 항상 그 앞 레이어를 씁니다",
  "all parameters are trained at every step": "스텝마다 모든 파라미터를 학습합니다",
  "see full.parts: its parts have one rate":
    "full.parts 항목을 참고하세요. 모든 부분에 한 학습률을 씁니다",
  "multiply learningRate by batchSize × gradientAccumulation yourself":
    "learningRate에 batchSize × gradientAccumulation을 직접 곱하세요",
  "multiply learningRate yourself": "learningRate에 직접 곱하세요",
  "rates below 0.1 mean 1 with prodigy there":
    "원래 프로그램의 prodigy에서는 0.1보다 작은 학습률이 1을 뜻합니다",
  "it rises from a third of the rate there; constant is used":
    "원래 프로그램에서는 학습률의 3분의 1에서 올라갑니다. constant를 씁니다",
  "refused with constant there; the rate rises first here":
    "원래 프로그램에서는 constant와 함께 쓸 수 없지만, Atelier에서는 학습률이 먼저 올라갑니다",
  "see the fields of schedule": "schedule에 속한 항목들을 참고하세요",
  "the second number is always 0.001 here": "Atelier에서 둘째 숫자는 항상 0.001입니다",
  "the average follows every step": "이동 평균은 스텝마다 갱신합니다",
  // adapters
  "the adapter is trained at its own strength": "어댑터는 자체 강도로 학습합니다",
  "adapters of other kinds are not trained": "다른 종류의 어댑터는 학습하지 않습니다",
  "adapters of other kinds do not help to train":
    "다른 종류의 어댑터는 학습을 돕는 데 쓰지 않습니다",
  "all layers of the blocks are adapted": "블록의 모든 레이어에 어댑터를 붙입니다",
  "all layers of the UNet learn at one rate here":
    "Atelier에서는 UNet의 모든 레이어가 같은 학습률로 배웁니다",
  "all layers of the transformer learn at one rate here":
    "Atelier에서는 트랜스포머의 모든 레이어가 같은 학습률로 배웁니다",
  "no block is left: all of them are adapted": "남는 블록이 없어 모든 블록에 어댑터를 붙입니다",
  "of a transformer linear layers are adapted": "트랜스포머에서는 선형 레이어에 어댑터를 붙입니다",
  "layers without a matrix are not adapted": "행렬이 없는 레이어에는 어댑터를 붙이지 않습니다",
  "norms are not adapted": "정규화 레이어에는 어댑터를 붙이지 않습니다",
  "convolutions have no Tucker core here": "Atelier에서는 합성곱에 Tucker 코어를 쓰지 않습니다",
  "LoKr's second factor has the rank of the config": "LoKr의 둘째 행렬은 설정의 랭크를 따릅니다",
  "{0} has no path of its own for the input": "{0} 방식에는 입력이 따로 지나는 길이 없습니다",
  "{0} has no trained lengths here": "Atelier의 {0} 방식에서는 길이를 학습하지 않습니다",
  "only lora has trained lengths here": "Atelier에서 길이도 학습하는 방식은 lora뿐입니다",
  "lengths are those of a weight's outputs": "길이는 가중치의 출력별로 잽니다",
  "{0}'s strength is alpha / rank": "{0} 방식의 강도는 alpha / rank입니다",
  "dora's strength is alpha / rank here": "Atelier에서 dora의 강도는 alpha / rank입니다",
  "set lora.rank to that of the adapter": "lora.rank 값을 어댑터의 랭크로 하세요",
  "give the layers as lora.targets": "레이어를 lora.targets에 지정하세요",
  "give patterns as lora.targets or full.parts": "lora.targets나 full.parts에 패턴으로 지정하세요",
  "see lora.rankPattern and lora.alphaPattern for single layers":
    "레이어마다 따로 정하려면 lora.rankPattern과 lora.alphaPattern 항목을 참고하세요",
  "see lora.rankPattern and lora.targets": "lora.rankPattern과 lora.targets 항목을 참고하세요",
  "weights are not perturbed": "가중치에 잡음을 더하지 않습니다",
  "weights are not shaken": "가중치를 흔들지 않습니다",
  "see atelier merge": "atelier merge 명령을 참고하세요",
  // words
  "train the word on its own: tuning: textual_inversion":
    "단어는 따로 학습하세요(tuning: textual_inversion)",
  "one word at a time": "단어는 한 번에 하나씩 학습합니다",
  "a word is saved as a file": "단어는 파일로 저장합니다",
  "a word starts from words, not from a file": "단어는 파일이 아니라 다른 단어에서 시작합니다",
  // noise, timesteps and losses
  "noise is drawn as it is, but for noiseOffset": "noiseOffset 말고는 노이즈를 그대로 뽑습니다",
  "noise is constant over each channel": "노이즈는 채널마다 일정합니다",
  "noiseOffset is the same at every step": "noiseOffset 값은 모든 스텝에서 같습니다",
  "inputPerturbation is the same at every step": "inputPerturbation 값은 모든 스텝에서 같습니다",
  "pyramid noise does not exist here": "Atelier에는 피라미드 노이즈가 없습니다",
  "latents are taken as they are": "잠재값은 그대로 씁니다",
  "models of flow matching begin with noise as it is":
    "플로 매칭 모델은 노이즈를 그대로 두고 시작합니다",
  "counts 1000·σ before the shift; here timesteps are places of the base's schedule":
    "시프트하기 전의 1000·σ 값입니다. Atelier의 타임스텝은 기반 모델 스케줄에서의 위치입니다",
  "counts 1000·σ there; here timesteps are places of the base's shifted schedule":
    "원래 프로그램에서는 1000·σ 값이지만 Atelier의 타임스텝은 기반 모델의 시프트한 스케줄에서의 위치입니다",
  "counts places among what was drawn there; here those of the base's schedule":
    "원래 프로그램에서는 뽑은 것 가운데의 위치지만 Atelier에서는 기반 모델 스케줄에서의 위치입니다",
  "the model's velocity is learned as it is, which is raw there":
    "모델의 속도(velocity)를 그대로 학습합니다. 원래 프로그램의 raw와 같습니다",
  "errors are not scaled before huber": "huber를 적용하기 전에 오차의 크기를 바꾸지 않습니다",
  "errors are those of the picture there; sigma_squared measures them here, and goes with no other weighting":
    "원래 프로그램에서는 그림의 오차를 잽니다. Atelier에서는 sigma_squared로 재며, 다른 가중과 함께 쓸 수 없습니다",
  "losses are not weighted by such a table; timesteps are drawn uniformly":
    "그런 표로 손실을 가중하지 않습니다. 타임스텝은 고르게 뽑습니다",
  "losses are weighted by gamma / SNR without a bound there; see minSnrGamma":
    "원래 프로그램에서는 손실을 상한 없이 gamma / SNR로 가중합니다. minSnrGamma 항목을 참고하세요",
  "losses have no bound": "손실에 상한을 두지 않습니다",
  "weighs losses with model_prediction_type sigma_scaled alone":
    "model_prediction_type이 sigma_scaled일 때만 손실을 가중합니다",
  "see loss, minSnrGamma and weighting": "loss, minSnrGamma, weighting 항목을 참고하세요",
  "see minSnrGamma and weighting": "minSnrGamma와 weighting 항목을 참고하세요",
  "see weighting: sigma_sqrt and cosmap": "weighting 항목의 sigma_sqrt와 cosmap을 참고하세요",
  "DREAM does not exist here": "Atelier에는 DREAM이 없습니다",
  "EDM's preconditioning does not exist here": "Atelier에는 EDM의 preconditioning이 없습니다",
  // pictures
  "folders of pictures are read": "사진 폴더를 읽습니다",
  "pictures are the files of data.folder": "사진은 data.folder 안의 파일입니다",
  "pictures are trained, no videos": "동영상이 아니라 사진을 학습합니다",
  "pictures have captions": "사진은 설명과 함께 학습합니다",
  "pictures have borders": "사진의 양쪽 끝을 이어 붙이지 않습니다",
  "pictures are changed by data.flip and data.crop alone":
    "사진은 data.flip과 data.crop으로만 바꿉니다",
  "pictures are cropped at their centre or at random": "사진은 가운데나 무작위 위치에서 자릅니다",
  "pictures are scaled to the size of the training": "사진은 학습 크기에 맞춰 줄이거나 늘립니다",
  "pictures are squeezed into a square there, cropped here":
    "원래 프로그램에서는 사진을 정사각형으로 눌러 맞추지만 Atelier에서는 자릅니다",
  "positions are those of the picture's middle": "위치는 그림 한가운데의 것을 씁니다",
  "crops and mirrored pictures are newly drawn at every step":
    "자를 위치와 좌우 뒤집기는 스텝마다 새로 뽑습니다",
  "extents are multiples of what the model's deepest level needs, 64 pixels":
    "너비와 높이는 모델의 가장 깊은 단계에 필요한 64픽셀의 배수입니다",
  "colours are never changed": "색은 바꾸지 않습니다",
  "faces are not looked for": "얼굴을 찾지 않습니다",
  "control pictures do not exist here": "Atelier에는 컨트롤 이미지가 없습니다",
  "masks are white where it counts": "마스크는 반영할 곳이 흰색입니다",
  "masks are files of the pictures' names in a folder: see data.masks":
    "마스크는 폴더에 사진과 같은 이름으로 둔 파일입니다. data.masks 항목을 참고하세요",
  "counts as masks with masked_loss alone": "masked_loss와 함께 쓸 때만 마스크로 씁니다",
  "no pictures are kept apart": "따로 남겨 두는 사진이 없습니다",
  "repeats are counted by picture: set data.repeats":
    "반복은 사진 단위로 셉니다. data.repeats 값을 정하세요",
  "set data.repeats": "data.repeats 값을 정하세요",
  "keep fewer pictures in the folder": "폴더에 사진을 더 적게 두세요",
  "download the data set and name its folder as data.folder":
    "데이터셋을 내려받고 그 폴더를 data.folder에 지정하세요",
  "name the folders inside of it as data.folders": "그 안의 폴더들을 data.folders에 지정하세요",
  "the first folder's losses count once": "첫 폴더의 손실은 1배로 셉니다",
  "see data.width and data.height": "data.width와 data.height 항목을 참고하세요",
  "see atelier inspect": "atelier inspect 명령을 참고하세요",
  "the cache is filled as it is needed": "캐시는 필요할 때 채웁니다",
  // pictures of the class
  "one folder of the class here: move the pictures into it":
    "Atelier에서 종류 사진의 폴더는 하나입니다. 사진을 그 폴더로 옮기세요",
  "one picture of the class stands beside each of the subject":
    "대상 사진마다 종류 사진 한 장을 함께 씁니다",
  "one shape for all beside pictures of the class":
    "종류 사진과 함께 쓰면 모든 사진이 한 모양입니다",
  "pictures of the class are prepared as those of the first folder":
    "종류 사진은 첫 폴더의 사진처럼 준비합니다",
  "only folders that are trained on are read; see prior for a class":
    "학습할 사진의 폴더만 읽습니다. 종류는 prior 항목을 참고하세요",
  "name it as prior.folder, with prior.classPrompt":
    "prior.classPrompt와 함께 prior.folder에 지정하세요",
  "the folders inside of it are read there, such as 10_sks dog: name them as prior.folder":
    "원래 프로그램에서는 그 안의 10_sks dog 같은 폴더를 읽습니다. 그 폴더를 prior.folder에 지정하세요",
  "set prior.lossWeight beside prior.folder": "prior.folder와 함께 prior.lossWeight 값을 정하세요",
  'it replaces the trigger word in each caption there; here the class is "a {0}"':
    '원래 프로그램에서는 설명마다 트리거 단어를 이 단어로 바꾸지만, Atelier에서는 종류가 "a {0}"입니다',
  // captions
  "captions are read from .txt and .caption files": "설명은 .txt와 .caption 파일에서 읽습니다",
  "captions are read from .txt and .caption files;{0} rename the files":
    "설명은 .txt와 .caption 파일에서 읽습니다.{0} 파일 이름을 바꾸세요",
  "a .txt file of the picture's name comes before it here;{0} move the .txt files away":
    "Atelier에서는 사진과 이름이 같은 .txt 파일이 먼저입니다.{0} .txt 파일을 다른 곳으로 옮기세요",
  " there only the first line of a file counts, here all of it;":
    " 원래 프로그램에서는 파일의 첫 줄만 쓰지만 Atelier에서는 전체를 씁니다.",
  "there only the first line of a file counts, here all of it":
    "원래 프로그램에서는 파일의 첫 줄만 쓰지만 Atelier에서는 전체를 씁니다",
  "captions stand under text in metadata.jsonl": "설명은 metadata.jsonl의 text에서 읽습니다",
  "captions stand once": "설명은 한 번만 들어갑니다",
  "one caption for each picture": "설명은 사진마다 하나입니다",
  "captions are always padded to 77 tokens": "설명은 항상 77토큰까지 채웁니다",
  "captions are cut after 75 tokens": "설명은 75토큰 뒤를 자릅니다",
  "captions are padded without a mask": "설명의 남는 자리는 마스크 없이 채웁니다",
  "captions are newly drawn at every step": "설명은 스텝마다 새로 뽑습니다",
  "captions keep their letters": "설명의 대소문자는 바꾸지 않습니다",
  "captions of files stay as they are: [trigger] is not replaced in them, nor is the word put before those that lack it":
    "파일의 설명은 그대로 둡니다. [trigger]를 바꾸지 않고, 트리거 단어가 없는 설명 앞에 단어를 붙이지도 않습니다",
  "captions of training have no weights": "학습할 때 설명에는 가중치를 쓰지 않습니다",
  "data.captionDropout leaves out the caption for all text encoders":
    "data.captionDropout은 모든 텍스트 인코더에서 설명을 뺍니다",
  "all tags are shown from the first step": "첫 스텝부터 모든 태그를 보여 줍니다",
  "all tags but data.keepTags may be dropped":
    "data.keepTags로 정한 태그 말고는 모두 빠질 수 있습니다",
  "each tag is dropped by itself here": "Atelier에서는 태그를 하나씩 따로 뺍니다",
  "tags have one separator": "태그를 나누는 문자는 하나입니다",
  "give the number of tags as data.keepTags": "태그 수를 data.keepTags에 지정하세요",
  "give the prompts of that file as data.prompt, or write .txt files":
    "그 파일의 프롬프트를 data.prompt에 지정하거나 .txt 파일로 쓰세요",
  "write it into the captions": "설명에 직접 쓰세요",
  "write them into the captions": "설명에 직접 쓰세요",
  "write metadata.jsonl beside the pictures": "사진 옆에 metadata.jsonl 파일을 두세요",
  "write the names into .txt files beside the pictures": "이름을 사진 옆의 .txt 파일에 쓰세요",
  // samples
  "pictures are drawn from prompts alone": "그림은 프롬프트만으로 그립니다",
  "one picture of each prompt is drawn": "프롬프트마다 그림을 한 장 그립니다",
  "samples are drawn as they are": "샘플은 그대로 그립니다",
  "samples are drawn at multiples of samples.everySteps":
    "샘플은 samples.everySteps의 배수인 스텝에서 그립니다",
  "samples are drawn at strength 1": "샘플은 강도 1로 그립니다",
  "samples are drawn with what is trained alone": "샘플은 학습한 것만으로 그립니다",
  "samples have seeds": "샘플은 시드를 정해 그립니다",
  "sliders are not trained": "슬라이더는 학습하지 않습니다",
  "prompts of a file: give them as samples.prompts":
    "파일에 적힌 프롬프트입니다. samples.prompts에 지정하세요",
  "the job's name stands there: write it into samples.prompts":
    "그 자리에는 작업 이름이 들어갑니다. samples.prompts에 직접 쓰세요",
  "the trigger word stands there in samples.prompts; a config's text may also have the job's name in its place":
    "samples.prompts에서는 그 자리에 트리거 단어를 넣습니다. 설정의 텍스트에서는 그 자리가 작업 이름일 수도 있습니다",
  // files
  "files are written as safetensors": "파일은 safetensors로 저장합니다",
  "what is trained is saved": "학습한 것을 저장합니다",
  "the file does not say so": "파일에는 그렇게 적지 않습니다",
  "results stay on this machine": "결과는 이 컴퓨터에만 둡니다",
  "name this file as well: atelier import <command> <file>":
    "이 파일도 함께 지정하세요: atelier import <command> <file>",
  "name this file as well: atelier import <settings> <concepts>":
    "이 파일도 함께 지정하세요: atelier import <settings> <concepts>",
  "name this file as well: atelier import <training> <data sets>":
    "이 파일도 함께 지정하세요: atelier import <training> <data sets>",
};
