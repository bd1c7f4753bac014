/** @file Errors of trainings and of all that belongs to them: data, verdicts, evaluation, in Korean. */

/** From the English template to the Korean one, with the same parameters. */
export const trainingErrors: Readonly<Record<string, string>> = {
  // train
  "resume {0}: expected a run that is not done, got one that {1} ended at step {2}: {3} Its result is {4}. To train on all the same, resume it with {5}, which heeds {6} no more.":
    "resume {0}: 끝나지 않은 학습이어야 하지만 {1} 관찰기가 {2}스텝에서 끝낸 학습입니다: {3} 결과: {4}. 그래도 더 학습하려면 {5} 옵션으로 이어서 학습하세요. 그러면 {6} 관찰기의 판단을 더는 따르지 않습니다.",
  "resume {0}: expected a run that is not done, got one that was finished by request at step {1}. Its result is {2}. To train on all the same, resume it with {3}.":
    "resume {0}: 끝나지 않은 학습이어야 하지만 요청에 따라 {1}스텝에서 마친 학습입니다. 결과: {2}. 그래도 더 학습하려면 {3} 옵션으로 이어서 학습하세요.",
  "resume {0}: expected a run that is not done, got one that ended at step {1}. Its result is {2}.":
    "resume {0}: 끝나지 않은 학습이어야 하지만 {1}스텝에서 끝난 학습입니다. 결과: {2}.",
  "resume {0}: expected a snapshot to finish the run with, got none. Train on first: atelier resume {1}":
    "resume {0}: 학습을 마치려면 스냅숏이 있어야 하지만 없습니다. 먼저 이어서 학습하세요: atelier resume {1}",
  "output.checkpoint: expected a tokenizer for the folder of the fine-tuned model, got none in {0}. Name one with {1}, or write a single file: output.checkpoint: single-file.":
    "output.checkpoint: 파인튜닝한 모델의 폴더에는 토크나이저가 필요하지만 {0} 모델에 없습니다. {1} 옵션으로 지정하거나, 단일 파일로 저장하세요(output.checkpoint: single-file).",

  // train/config
  "training config: {0}:\n{1}\nCorrect these fields; {2} lists all of them.":
    "학습 설정: 문제가 있습니다({0}):\n{1}\n이 항목을 고치세요. 전체 항목 보기: {2}.",
  "{0}: expected settings that a base advises for trainings, got:\n{1}\nCorrect or remove it.":
    "{0}: 기반 모델이 학습에 권장하는 설정이어야 하지만 다음 문제가 있습니다:\n{1}\n고치거나 지우세요.",

  // train/data
  "prior.folder: expected at least {0} pictures of the class in {1}, got {2}. Add pictures, set prior.count to {3}, or leave prior.folder out to have them drawn by the base.":
    "prior.folder: {1} 폴더에 종류 사진이 {0}장 이상 있어야 하지만 {2}장입니다. 사진을 더 넣거나, prior.count를 {3}장으로 바꾸거나, prior.folder를 빼서 기반 모델이 그리게 하세요.",
  'cache: expected float32 values "{0}", got {1}. Clear the cache.':
    '캐시: "{0}" 값은 float32여야 하지만 {1}입니다. 캐시를 비우세요.',
  "watch.validation: expected pictures that training does not show, got {0} that it shows, or nearly so (= the same, ≈ nearly, ↔ mirrored):\n{1}\nRemove them from one of the folders, or look at them all the same: {2}.":
    "watch.validation: 학습에서 보여 주지 않는 사진이어야 하지만 {0}장이 학습 사진과 같거나 거의 같습니다(= 같음, ≈ 거의 같음, ↔ 좌우 반전):\n{1}\n한쪽 폴더에서 빼거나, 그대로 확인하려면 {2} 옵션을 쓰세요.",

  // train/events
  "training: stopped before the first step; nothing was trained.":
    "학습: 첫 스텝 전에 멈췄습니다. 학습한 것은 없습니다.",

  // train/folder
  "{0}: expected float32 {1}, got {2}.": "{0}: {1} 값은 float32여야 하지만 {2}입니다.",
  "run {0}: expected the folder of a run, got one without {1}. Name the folder that the run printed first, such as runs/lora-20261124-093015.":
    "학습 기록 {0}: 학습 기록 폴더여야 하지만 {1} 파일이 없습니다. 학습을 시작할 때 맨 처음 표시된 폴더를 지정하세요(예: runs/lora-20261124-093015).",
  "run folder {0}: expected a new folder, got one that holds a run already. Go on with it (atelier resume {1}), or name another one with output.run, or none.":
    "학습 기록 폴더 {0}: 새 폴더여야 하지만 이미 학습 기록이 있습니다. 이어서 학습하거나(atelier resume {1}), output.run에 다른 폴더를 지정하거나, output.run을 빼세요.",
  "run folder {0}: expected {1} MiB of free space for the results and snapshots, got {2} MiB. Free some space, choose another disk with output.folder, or raise saveEverySteps.":
    "학습 기록 폴더 {0}: 결과와 스냅숏을 저장하려면 여유 공간 {1} MiB가 필요하지만 {2} MiB뿐입니다. 공간을 비우거나, output.folder로 다른 디스크를 고르거나, saveEverySteps를 늘리세요.",
  "run {0}: expected the base and the pictures of the run, got {1} {2}:\n{3}\nPut them back, or go on with them as they are: {4}.":
    "학습 기록 {0}: 기반 모델과 사진이 이 학습의 것이어야 하지만 달라졌습니다({1} {2}):\n{3}\n되돌리거나, 지금 그대로 이어서 학습하려면 {4} 옵션을 쓰세요.",

  // train/import
  "import: expected a job of ai-toolkit with a process of type sd_trainer, got {0}. Other kinds of jobs have no equivalent.":
    "import: type이 sd_trainer인 process가 있는 ai-toolkit 작업이어야 하지만 {0}입니다. 다른 종류의 작업에는 대응하는 것이 없습니다.",
  "import: expected a command line with a training script of diffusers ({0}.py) or of sd-scripts ({1}.py), got {2}.":
    "import: diffusers({0}.py)나 sd-scripts({1}.py)의 학습 스크립트를 실행하는 명령줄이어야 하지만 {2}입니다.",
  "import: expected one command, got {0} ({1}). Keep the one that is meant.":
    "import: 명령이 하나여야 하지만 {0}개입니다({1}). 쓰려는 명령만 남기세요.",
  "import: expected a LoRA_type of {0}, got {1}. It belongs to a family that is not trained here, or to a newer version of the GUI.":
    "import: LoRA_type은 {0} 중 하나여야 하지만 {1}입니다. 여기서 학습하지 않는 계열이거나 더 새로운 버전의 GUI에서 쓰는 값입니다.",
  "import: expected settings of sd-scripts (pretrained_model_name_or_path, network_module, resolution, …), got {0}. Name a file of --config_file or --dataset_config.":
    "import: sd-scripts 설정(pretrained_model_name_or_path, network_module, resolution, …)이 필요하지만 {0}입니다. --config_file이나 --dataset_config에 쓰는 파일을 지정하세요.",
  "import: expected settings for Stable Diffusion 1.x, 2.x, XL, 3 or FLUX.1, got some for {0}. Models of this family are not trained here.":
    "import: Stable Diffusion 1.x, 2.x, XL, 3 또는 FLUX.1 설정이어야 하지만 {0} 설정입니다. 이 계열의 모델은 여기서 학습하지 않습니다.",
  "import: expected a training_method of FINE_TUNE, LORA or EMBEDDING, got {0}. It has no equivalent.":
    "import: training_method는 FINE_TUNE, LORA, EMBEDDING 중 하나여야 하지만 {0}입니다. 대응하는 것이 없습니다.",
  "import: expected settings of kohya's GUI, OneTrainer or ai-toolkit, got a file that is none of these. Name the file in which the training itself is described.":
    "import: kohya GUI, OneTrainer, ai-toolkit의 설정이어야 하지만 어느 것도 아닌 파일입니다. 학습 자체를 설정한 파일을 지정하세요.",
  "import: expected one file, or several .toml files of kohya (training and data set), or OneTrainer's settings with its concepts and samples, got others. Import one at a time.":
    "import: 파일 하나, kohya의 .toml 파일 여럿(학습과 데이터셋), 또는 OneTrainer 설정과 그 concepts, samples여야 하지만 다른 파일들입니다. 한 번에 하나씩 가져오세요.",
  "import: expected data sets as [[datasets]] with [[datasets.subsets]], got {0}. See sd-scripts' --dataset_config.":
    "import: 데이터셋은 [[datasets]]와 [[datasets.subsets]]로 적혀 있어야 하지만 {0}입니다. sd-scripts의 --dataset_config를 참고하세요.",
  "import: expected settings for Stable Diffusion or FLUX.1, got a network for {0} (network_module {1}). Models of this family are not trained here.":
    "import: Stable Diffusion이나 FLUX.1 설정이어야 하지만 {0} 네트워크입니다(network_module {1}). 이 계열의 모델은 여기서 학습하지 않습니다.",
  "import: expected quotes that pair up, got {0}. Close the quote.":
    "import: 따옴표의 짝이 맞아야 하지만 {0}입니다. 따옴표를 닫으세요.",

  // train/parts
  'embedding.token: expected a word that the base does not know yet, got "{0}", which stands in its vocabulary. Choose another, such as <{1}> or my_{2}.':
    'embedding.token: 기반 모델이 아직 모르는 단어여야 하지만 "{0}" 단어는 이미 어휘에 있습니다. <{1}>, my_{2} 같은 다른 단어를 고르세요.',
  'embedding.initializer: expected at most {0} {1}, one for each vector, got {2} in "{3}". Use {4}, mean or random{5}.':
    'embedding.initializer: 벡터마다 하나씩 최대 {0}개({1})여야 하지만 "{3}"에는 {2}개입니다. 다음 중에서 쓰세요: {4}, mean, random{5}.',

  // train/plan
  "schedule.warmupSteps: expected fewer than the {0} steps of the run, got {1}. Shorten the warm-up or train longer.":
    "schedule.warmupSteps: 이 학습의 {0}스텝보다 적어야 하지만 {1}스텝입니다. 워밍업을 줄이거나 더 오래 학습하세요.",
  "schedule.endLearningRate: expected less than the learning rate {0}, got {1}. Lower it or use the constant schedule.":
    "schedule.endLearningRate: 학습률 {0}보다 작아야 하지만 {1}입니다. 값을 낮추거나 constant 스케줄을 쓰세요.",
  "maxMemory: expected {0} GB or more, which is what the smallest batch with all blocks computed again takes, got {1}. Train smaller pictures (data.width, data.height), fewer weights (lora, full.parts), or with a state of fewer bits (optimizer.stateDtype).":
    "maxMemory: {0} GB 이상이어야 하지만 {1} GB입니다. 가장 작은 배치에서 모든 블록을 다시 계산해도 이만큼 필요합니다. 더 작은 사진(data.width, data.height)이나 더 적은 가중치(lora, full.parts)로 학습하거나, 상태를 더 적은 비트로 두세요(optimizer.stateDtype).",
  "{0}\nUse {1} by {2}.": "{0}\n너비 {1}, 높이 {2} 크기를 쓰세요.",
  "base.fingerprint: expected the base {0}…, got {1}. Use the version of Atelier that wrote this config, or remove base.fingerprint to train on this one.":
    "base.fingerprint: 지문이 {0}…인 기반 모델이어야 하지만 {1}입니다. 이 설정을 만든 버전의 Atelier를 쓰거나, 지금 모델로 학습하려면 base.fingerprint를 지우세요.",
  "mixedPrecision: expected a device that computes in float16, since this run has begun on one, got {0}, which does not. Go on there, or begin anew in float32.":
    "mixedPrecision: float16으로 시작한 학습이므로 float16을 계산하는 기기가 필요하지만 이 기기({0})는 그렇지 않습니다. 시작한 기기에서 이어 가거나 float32로 새로 시작하세요.",
  "batchParts: expected a divisor of batchSize {0}, got {1}. Leave it out, or change one of them.":
    "batchParts: batchSize {0}의 약수여야 하지만 {1}입니다. 빼거나 둘 중 하나를 바꾸세요.",
  "timesteps: expected at most the base's last timestep, {0}, got {1} to {2}.":
    "timesteps: 기반 모델의 마지막 타임스텝인 {0} 이하여야 하지만 {1}–{2}입니다.",
  "data.buckets.use: expected one shape beside pictures of the class, got buckets. Use prior.source prediction, which needs no pictures.":
    "data.buckets.use: 종류 사진과 함께라면 모양이 하나여야 하지만 버킷을 씁니다. 사진이 필요 없는 prior.source prediction을 쓰세요.",
  "base.zeroTerminalSnr: expected none for flow matching, got true. It begins with pure noise as it is. Leave it out.":
    "base.zeroTerminalSnr: 플로 매칭에서는 없어야 하지만 true입니다. 플로 매칭은 원래 순수한 노이즈에서 시작합니다. 이 설정을 빼세요.",
  "base.zeroTerminalSnr: expected a model that predicts v_prediction, got {0}, which says nothing where there is no signal. Leave it out, or train with base.predictionType v_prediction.":
    "base.zeroTerminalSnr: v_prediction을 예측하는 모델이어야 하지만 {0} 모델입니다. 이런 예측은 신호가 없는 곳에서 아무것도 알려 주지 않습니다. 이 설정을 빼거나, base.predictionType v_prediction으로 학습하세요.",
  "watch.heldOut: expected fewer than {0}, got {1}, which leaves none to train on.":
    "watch.heldOut: 전체 사진({0})보다 적어야 하지만 {1}장이라 학습할 사진이 남지 않습니다.",

  // train/result
  "{0}: expected the prediction of what was trained, got one that differs by {1}. This is a fault of Atelier; the state of the training is in the run's snapshots.":
    "{0}: 학습한 모델과 예측이 같아야 하지만 {1}만큼 다릅니다. Atelier의 잘못입니다. 학습 상태는 학습 기록의 스냅숏에 있습니다.",
  "{0}: expected what was trained, got {1}. The file was changed or damaged while it was written; resume the run to write it again.":
    "{0}: 학습한 값이어야 하지만 {1}입니다. 파일을 쓰는 동안 바뀌었거나 손상되었습니다. 이어서 학습해 파일을 다시 쓰세요.",

  // train/step
  "training: expected a finite loss at step 1, got {0}. The weights of the base model are damaged or overflow; check them with `atelier inspect`.":
    "학습: 1스텝의 손실은 유한한 수여야 하지만 그렇지 않습니다({0}). 기반 모델의 가중치가 손상되었거나 값이 범위를 넘칩니다. `atelier inspect`로 확인하세요.",
  "training: expected a finite loss at step {0}, got {1}, with products in float16. Train without it (mixedPrecision: off), or lower the learning rate.":
    "학습: 곱을 float16으로 계산한 {0}스텝의 손실은 유한한 수여야 하지만 그렇지 않습니다({1}). float16 없이 학습하거나(mixedPrecision: off) 학습률을 낮추세요.",
  "training: expected a finite loss at step {0}, got {1}. Lower the learning rate, or remove the picture if it is always the same.":
    "학습: {0}스텝의 손실은 유한한 수여야 하지만 그렇지 않습니다({1}). 학습률을 낮추거나, 늘 같은 사진이라면 그 사진을 빼세요.",

  // train/strength
  "strength {0}: expected a run with a result, got one that has made none so far. Go on with it first: atelier resume {1}.":
    "strength {0}: 결과가 있는 학습 기록이어야 하지만 아직 결과가 없습니다. 먼저 이어서 학습하세요: atelier resume {1}.",
  "strengths: expected numbers above 0, which is the base itself, and at most {0}, got {1}. Use for example {2}.":
    "strengths: 0(기반 모델 그대로)보다 크고 {0} 이하인 수여야 하지만 {1}입니다. 예를 들어 {2} 값을 쓰세요.",
  "strength {0}: expected a run of an adapter or of weights, got one of a new word alone, which has no strength. Give it more or less weight in the prompt instead: ({1}:0.8).":
    "strength {0}: 어댑터나 가중치를 학습한 기록이어야 하지만 새 단어만 학습한 기록이라 강도가 없습니다. 대신 프롬프트에서 단어의 비중을 조절하세요: ({1}:0.8).",
  "{0}: expected strengths as this version of Atelier measures them, got something else. Measure them anew: atelier strength.":
    "{0}: 이 버전의 Atelier에서 측정한 강도여야 하지만 다른 내용입니다. 다시 측정하세요: atelier strength.",

  // train/watch
  "watch: expected errors of the base that are finite numbers, got {0} of {1} that are none ({2}). The weights of the base model are damaged or overflow; check them with `atelier inspect`.":
    "watch: 기반 모델의 오차는 유한한 수여야 하지만 {1}개 중 {0}개가 그렇지 않습니다({2}). 기반 모델의 가중치가 손상되었거나 값이 범위를 넘칩니다. `atelier inspect`로 확인하세요.",
  "{0}: expected the looks that a snapshot has kept, got {1}. Resume from an earlier snapshot.":
    "{0}: 스냅숏에 보관한 관찰 기록이어야 하지만 {1}입니다. 더 앞선 스냅숏부터 이어서 학습하세요.",
  'watchers: expected names of their own, got two called "{0}". Rename one.':
    '관찰기: 이름이 서로 달라야 하지만 "{0}" 이름이 둘입니다. 하나의 이름을 바꾸세요.',

  // tune
  "tune: expected the pictures, captions and base that it began with, got others: {0} is not what {1} is. Put them back and go on, or begin a new tune.":
    "tune: 사진, 설명, 기반 모델이 시작할 때와 같아야 하지만 다릅니다: {0}, {1} 두 파일의 내용이 서로 다릅니다. 되돌린 뒤 계속하거나 튜닝을 새로 시작하세요.",
  "tune minutes: expected a number above 0 and at most {0}, which is a week, got {1}. 20 is a good beginning.":
    "tune minutes: 0보다 크고 일주일인 {0} 이하여야 하지만 {1}입니다. 처음에는 20이 알맞습니다.",
  "tune optimizer.name: expected an optimizer whose learning rate can be chosen, got {0}, which finds its own. Tune with adamw, or train without.":
    "tune optimizer.name: 학습률을 고를 수 있는 옵티마이저여야 하지만 학습률을 스스로 찾는 {0}입니다. adamw로 튜닝하거나, 튜닝 없이 학습하세요.",
  "tune watch.heldOut: expected one picture or more that is not trained on, got 0. Only such a picture tells which settings are better.":
    "tune watch.heldOut: 학습하지 않는 사진이 1장 이상이어야 하지만 0장입니다. 어떤 설정이 더 나은지는 이런 사진으로만 알 수 있습니다.",
  "tune {0}: expected the folder of a tune, got one without {1}. Name the folder that it printed first, such as runs/tune-20261124-093015.":
    "tune {0}: 튜닝 폴더여야 하지만 {1} 파일이 없습니다. 튜닝을 시작할 때 맨 처음 표시된 폴더를 지정하세요(예: runs/tune-20261124-093015).",
  "{0}: expected what a tune of this version of Atelier has measured, got something else. Restore the file, or begin anew in another folder.":
    "{0}: 이 버전의 Atelier에서 튜닝하며 측정한 내용이어야 하지만 다른 내용입니다. 파일을 원래대로 되돌리거나 다른 폴더에서 새로 시작하세요.",
  "tune {0}: expected a new folder, got one that holds a tune already. Go on with it (atelier resume {1}), or name another folder.":
    "tune {0}: 새 폴더여야 하지만 이미 튜닝 기록이 있습니다. 이어서 진행하거나(atelier resume {1}), 다른 폴더를 지정하세요.",

  // tuning
  "merge: expected adapters with weights other than 0, got {0} without any.":
    "merge: 0이 아닌 가중치가 있는 어댑터여야 하지만 {0}개 모두 그런 가중치가 없습니다.",
  "merge: expected words of different names, got {0} in two adapters. Train one of them again with another token.":
    "merge: 단어의 이름이 서로 달라야 하지만 {0} 단어가 어댑터 두 개에 있습니다. 하나를 다른 토큰으로 다시 학습하세요.",
  "merge: expected LoRAs, got a {0} in {1} ({2}), whose change is no product of two factors. Merge it into the base: name it as {3}.":
    "merge: LoRA여야 하지만 {1}에 {0} 방식이 있습니다({2}). 이 방식의 변화는 두 행렬의 곱이 아닙니다. 기반 모델을 {3} 옵션으로 지정해 그 모델에 합치세요.",
  "merge: expected adapters for one model, got another shape of {0} in {1}. Merge adapters of one family.":
    "merge: 같은 모델의 어댑터여야 하지만 {1}에서 {0}의 모양이 다릅니다. 한 계열의 어댑터끼리 합치세요.",
  "extract: expected layers that differ between {0} and {1}, got {2}. Name the tuned model and the base that it was made from.":
    "extract: {0}, {1} 사이에 다른 레이어가 있어야 하지만 {2}뿐입니다. 파인튜닝한 모델과 그 기반 모델을 지정하세요.",
  "extract: expected two models of one architecture, got {0} [{1}] in the base and {2} in the tuned model. Name the base that the model was made from.":
    "extract: 두 모델의 구조가 같아야 하지만 {0}의 모양이 기반 모델에서는 [{1}], 파인튜닝한 모델에서는 {2}입니다. 이 모델의 기반이 된 모델을 지정하세요.",
  "{0}: expected patterns over the adapted layers, got {1}, which means none of them. The adapted layers are called {2} ….":
    "{0}: 어댑터를 붙인 레이어의 패턴이어야 하지만 {1}에 맞는 레이어가 없습니다. 어댑터를 붙인 레이어의 이름: {2} ….",
  "lora.targets: expected {0} or patterns over the model's layers, got {1}, which means none of them. Layers are called {2} ….":
    "lora.targets: {0} 또는 모델의 레이어 패턴이어야 하지만 {1}에 맞는 레이어가 없습니다. 레이어의 이름: {2} ….",
  "lora: expected a value of {0}, got {1} others. The state is of another run.":
    "lora: {0} 값이 필요하지만 다른 값만 {1}개 있습니다. 다른 학습의 상태입니다.",
  "{0}: expected the layers, method, rank and alpha of this config, got {1} differences:\n{2}\nSet lora.method, lora.rank, lora.alpha and lora.targets to those of the adapter.":
    "{0}: 레이어, 방식, 랭크, 알파가 이 설정과 같아야 하지만 {1}곳이 다릅니다:\n{2}\nlora.method, lora.rank, lora.alpha, lora.targets를 어댑터와 같게 설정하세요.",
  "strength: expected an adapter whose change can be scaled within its form, got {0} ({1}). Give it its strength where it is used: file.safetensors:0.8.":
    "strength: 형식을 그대로 두고 변화의 크기를 바꿀 수 있는 어댑터여야 하지만 {0}입니다({1}). 쓰는 곳에서 강도를 주세요: file.safetensors:0.8.",
  "{0}: expected {1} or patterns over the model's parameters, got {2}{3}. Parameters are called {4} ….":
    "{0}: {1} 또는 모델의 파라미터 패턴이어야 하지만 다음과 같습니다: {2}{3}. 파라미터의 이름: {4} ….",

  // verdicts
  "strength: expected a strength at which all errors are finite numbers, got none. Measure smaller ones.":
    "strength: 모든 오차가 유한한 수인 강도가 있어야 하지만 없습니다. 더 작은 강도를 측정하세요.",

  // data
  "batches: expected pictures with repeats above 0, got {0}. Remove pictures that must not be shown.":
    "배치: 사진의 repeats는 0보다 커야 하지만 {0}입니다. 보여 주지 않을 사진은 빼세요.",
  "batches: expected {0} to be an integer of at least {1}, got {2}.":
    "배치: {0} 값은 {1} 이상의 정수여야 하지만 {2}입니다.",
  "buckets: expected an area of at least one shape in steps of {0} with sides up to {1}:1, got {2} pixels. Lower data.buckets.step, or raise the resolution.":
    "버킷: {0}픽셀 단위로 변의 비율이 {1}:1 이하인 모양이 하나는 들어갈 넓이여야 하지만 {2}픽셀입니다. data.buckets.step을 낮추거나 해상도를 높이세요.",
  "expected at least {0}x{1} pixels for a bucket, got {2}x{3}. Allow upscaling (data.buckets.upscale), lower data.buckets.step, or remove the picture.":
    "버킷에는 {0}x{1}픽셀 이상이 필요하지만 {2}x{3}픽셀입니다. 확대를 허용하거나(data.buckets.upscale), data.buckets.step을 낮추거나, 사진을 빼세요.",
  '{0}: expected choices like {a|b}, none within another, got braces that do not pair up in "{1}". Write {{ and }} for braces that are meant literally, or set data.wildcards to false.':
    '{0}: 선택지는 {a|b}처럼 쓰고 서로 겹치지 않아야 하지만 "{1}"에는 짝이 맞지 않는 중괄호가 있습니다. 중괄호를 글자 그대로 쓰려면 {{ }}처럼 겹쳐 쓰고, 아니면 data.wildcards를 false로 두세요.',
  "caption {0}: expected text, got an empty file. Write a caption, or delete the file so that metadata.jsonl or the prompt is used.":
    "설명(캡션) {0}: 텍스트가 있어야 하지만 빈 파일입니다. 설명을 쓰거나, metadata.jsonl이나 프롬프트를 쓰도록 파일을 지우세요.",
  "captions {0}: expected a caption for every picture, got none for {1}{2}. Write name.txt beside each picture, a line in metadata.jsonl, or give one prompt for all; a new word can take its captions from templates (embedding.kind).{3}":
    "설명(캡션) {0}: 모든 사진에 설명이 있어야 하지만 다음 사진에 없습니다: {1}{2}. 사진마다 옆에 name.txt를 두거나, metadata.jsonl에 한 줄씩 쓰거나, 모든 사진에 쓸 프롬프트 하나를 주세요. 새 단어는 템플릿을 설명으로 쓸 수 있습니다(embedding.kind).{3}",
  "pictures {0}: expected a folder, got {1}": "사진 폴더 {0}: 폴더여야 하지만 아닙니다. {1}",
  "pictures {0}: expected JPEG, PNG, WebP or AVIF files, got {1}. Put pictures there or name another folder.{2}":
    "사진 폴더 {0}: JPEG, PNG, WebP, AVIF 파일이 있어야 하지만 없습니다({1}). 사진을 넣거나 다른 폴더를 지정하세요.{2}",
  "mask {0}: expected {1}x{2} pixels as its picture has, got {3}x{4}. Draw the mask over the picture itself.":
    "마스크 {0}: 사진과 같은 {1}x{2}픽셀이어야 하지만 {3}x{4}픽셀입니다. 사진 위에 바로 마스크를 그리세요.",
  "picture {0}: {1}": "사진 {0}: {1}",
  'captions {0}: expected lines like {"file_name": "a.png", "text": "a caption"}, got {1} that are not. Correct them.{2}{3}':
    '설명(캡션) {0}: 줄마다 {"file_name": "a.png", "text": "a caption"} 같은 형식이어야 하지만 {1}줄이 다릅니다. 고치세요.{2}{3}',
  "resampleRgb: expected a window inside {0}x{1}, got {2}x{3} at left {4}, top {5}.":
    "resampleRgb: 창은 {0}x{1} 안에 있어야 하지만 왼쪽 {4}, 위 {5}에서 {2}x{3}입니다.",
  "planResizeCrop: expected crop.{0} from 0 to below 1, got {1}.":
    "planResizeCrop: crop.{0} 값은 0 이상 1 미만이어야 하지만 {1}입니다.",
  "planResizeCrop: expected a {0} that is a multiple of {1}, got {2}.{3}":
    "planResizeCrop: {0} 값은 {1}의 배수여야 하지만 {2}입니다.{3}",
  "expected key and checksum {0}, got {1}.": "키와 체크섬은 {0} 값이어야 하지만 {1}입니다.",
  "{0}: expected finite numbers, got {1} at element {2} of {3}. The model's weights are damaged or were stored with too few bits: check them, or name another autoencoder (base.vae) where these are a picture's latents.":
    "{0}: 유한한 수여야 하지만 {3}의 {2}번 요소가 {1}입니다. 모델의 가중치가 손상되었거나 너무 적은 비트로 저장되었습니다. 가중치를 확인하거나, 사진의 잠재값이라면 다른 오토인코더(base.vae)를 지정하세요.",

  // adapters
  "hub: expected 10 GB of free address space, which Node reserves before it sends a request, got less. Raise the limit (`ulimit -v`), set NODE_OPTIONS=--disable-wasm-trap-handler, or use what is in the cache with HF_HUB_OFFLINE=1.":
    "hub: Node가 요청을 보내기 전에 예약하는 주소 공간 10 GB가 비어 있어야 하지만 그보다 적습니다. 제한을 늘리거나(`ulimit -v`), NODE_OPTIONS=--disable-wasm-trap-handler를 설정하거나, HF_HUB_OFFLINE=1로 캐시에 있는 것을 쓰세요.",
  "{0}: expected a commit, got other text. Delete the file.":
    "{0}: 커밋이 적혀 있어야 하지만 다른 텍스트입니다. 파일을 지우세요.",
  "{0}: expected to write the hub's cache, got {1}. Free some space, or set HF_HUB_CACHE to a folder that can be written.":
    "{0}: Hub 캐시에 쓸 수 있어야 하지만 실패했습니다({1}). 공간을 비우거나, HF_HUB_CACHE에 쓸 수 있는 폴더를 지정하세요.",
  "HF_ENDPOINT: expected an address such as https://huggingface.co, got {0}. Correct the variable, or unset it.":
    "HF_ENDPOINT: https://huggingface.co 같은 주소여야 하지만 {0}입니다. 변수를 고치거나 해제하세요.",
  "{0}: expected a file with an access token of the Hugging Face Hub, got {1}. Correct its rights, or set HF_TOKEN.":
    "{0}: Hugging Face Hub의 액세스 토큰이 담긴 파일이어야 하지만 읽지 못했습니다({1}). 권한을 고치거나 HF_TOKEN을 설정하세요.",
  "{0}: expected a whole number of seconds, got {1}. Correct the variable, or unset it.":
    "{0}: 초 단위의 정수여야 하지만 {1}입니다. 변수를 고치거나 해제하세요.",
  "{0}: expected a file of certificates at {1}, got {2}. Correct the variable, or unset it.":
    "{0}: {1} 위치에 인증서 파일이 있어야 하지만 읽지 못했습니다({2}). 변수를 고치거나 해제하세요.",
  "run folder {0}: expected a folder that no run uses, got one that process {1} on {2} is using. Wait for it, choose another folder with output.run, or delete {3} if that process is no training.":
    "학습 기록 폴더 {0}: 다른 학습에서 쓰지 않는 폴더여야 하지만 {2}의 프로세스 {1}에서 쓰고 있습니다. 끝나기를 기다리거나, output.run에 다른 폴더를 지정하거나, 그 프로세스가 학습이 아니라면 {3} 파일을 지우세요.",
  "run folder {0}: expected a folder that can be written, got {1}. Change its permissions, free some space, or choose another with output.folder.":
    "학습 기록 폴더 {0}: 쓸 수 있는 폴더여야 하지만 그렇지 않습니다({1}). 권한을 바꾸거나, 공간을 비우거나, output.folder에 다른 폴더를 지정하세요.",
  "{0}: expected a proxy such as http://proxy.example:8080, got {1}. Set HTTPS_PROXY to an HTTP proxy, which goes before ALL_PROXY, or name hosts that are reached without in NO_PROXY.":
    "{0}: http://proxy.example:8080 같은 프록시여야 하지만 {1}입니다. ALL_PROXY보다 우선하는 HTTPS_PROXY에 HTTP 프록시를 지정하거나, 프록시 없이 연결할 호스트를 NO_PROXY에 적으세요.",
  "picture {0}: expected a whole picture, got one that does not decode ({1}). Replace the file or remove it.":
    "사진 {0}: 온전한 사진이어야 하지만 디코딩할 수 없습니다({1}). 파일을 바꾸거나 지우세요.",
  "internal: {0}": "내부 오류: {0}",
  "training process: expected its program at {0}, got nothing there. Run `npm run build`.":
    "학습 프로세스: {0} 위치에 프로그램이 있어야 하지만 없습니다. `npm run build`를 실행하세요.",
  "training process: expected it to finish, but it {0}. {1} The last snapshot in the run folder is whole.{2}":
    "학습 프로세스: 끝까지 마쳐야 하지만 도중에 끝났습니다({0}). {1} 학습 기록 폴더의 마지막 스냅숏은 온전합니다.{2}",

  // evaluate
  "judge: expected {0}, got none. Name one at least.":
    "심사 모델: {0} 입력이 필요하지만 없습니다. 하나 이상 지정하세요.",
  "judge: expected finite embeddings of {0}, got {1}. The judge's weights are damaged; restore them.":
    "심사 모델: {0} 임베딩은 유한해야 하지만 {1}입니다. 심사 모델의 가중치가 손상되었습니다. 가중치를 원래대로 되돌리세요.",
  "clopperPearson: expected a count of at least one trial and a level between 0 and 1, got {0} of {1} at {2}.":
    "clopperPearson: 시행이 한 번 이상이고 수준은 0과 1 사이여야 하지만 {1}번 중 {0}번, 수준 {2}입니다.",
  "kernelDistance: expected two rows at least on each side, got {0} and {1}.":
    "kernelDistance: 양쪽에 행이 둘 이상 있어야 하지만 {0}개, {1}개입니다.",
  "judge: expected an encoder of pictures and texts in the role of CLIP, got one of pictures alone ({0}). Use a CLIP model there, and this one to tell things apart.":
    "심사 모델: CLIP 자리에는 사진과 텍스트를 모두 읽는 인코더가 필요하지만 사진만 읽는 인코더입니다({0}). 그 자리에는 CLIP 모델을 쓰고, 이 인코더는 서로 다른 것을 구별하는 데 쓰세요.",
  "{0}: expected pictures of {1}x{2}, as in config.json, got {3}x{4} in preprocessor_config.json. The files belong to models of different sizes: download them from one.":
    "{0}: 사진이 config.json처럼 {1}x{2} 크기여야 하지만 preprocessor_config.json에는 {3}x{4}입니다. 크기가 다른 모델들의 파일입니다. 한 모델에서 내려받으세요.",
  "{0}: expected at most {1} tokens and texts of {2}, as in config.json, got a tokenizer of {3} and {4}. Use the tokenizer that belongs to the model.":
    "{0}: config.json처럼 토큰은 {1}개, 텍스트는 {2}토큰 이하여야 하지만 토크나이저는 {3}개, {4}토큰입니다. 모델에 맞는 토크나이저를 쓰세요.",
  "{0}: expected pictures of at least one patch of {1} pixels, as in config.json, got {2}x{3} in preprocessor_config.json. The files belong to different models: download them from one.":
    "{0}: 사진은 config.json의 패치 하나인 {1}픽셀 이상이어야 하지만 preprocessor_config.json에는 {2}x{3}입니다. 서로 다른 모델의 파일입니다. 한 모델에서 내려받으세요.",
  "{0}: expected a CLIP (model_type clip) or a DINOv2 (dinov2), got {1}. Use a folder of such a model.":
    "{0}: CLIP(model_type clip)이나 DINOv2(dinov2)여야 하지만 {1}입니다. 이런 모델의 폴더를 쓰세요.",
  "{0}: expected the folder of a CLIP or DINOv2 with its config.json, got {1}. Name the folder that transformers saved or the Hub has.":
    "{0}: config.json이 있는 CLIP이나 DINOv2 폴더여야 하지만 {1}입니다. transformers로 저장한 폴더나 Hub에 있는 폴더를 지정하세요.",
  "{0}: expected preprocessor_config.json, which says how pictures are prepared, got none. Download it from where the model comes from: with other settings scores cannot be compared.":
    "{0}: 사진을 준비하는 방법이 적힌 preprocessor_config.json이 필요하지만 없습니다. 모델을 받은 곳에서 내려받으세요. 설정이 다르면 점수를 비교할 수 없습니다.",
  "{0}: expected a judge in its folder {1}/, got none there. Name the folder of a model that brings its judge along, as Atelier's own does.":
    "{0}: {1}/ 폴더에 심사 모델이 있어야 하지만 없습니다. Atelier의 모델처럼 심사 모델이 함께 들어 있는 모델의 폴더를 지정하세요.",
  "{0}: expected pairs in the same order, got {1}.":
    "{0}: 같은 순서로 짝이 맞아야 하지만 {1}입니다.",
  'protocol: expected {0} in every prompt, where the subject stands, got "{1}". Write for example "a {2} on the beach".':
    'protocol: 모든 프롬프트에서 대상이 들어갈 자리에 {0} 표시가 있어야 하지만 "{1}"입니다. 예를 들어 "a {2} on the beach"처럼 쓰세요.',
  "rowSimilarities: expected as many rows on both sides, got {0} and {1}.":
    "rowSimilarities: 양쪽의 행 수가 같아야 하지만 {0}개, {1}개입니다.",
  "selfSimilarity: expected two rows at least, got {0}.":
    "selfSimilarity: 행이 둘 이상 있어야 하지만 {0}개입니다.",
  "similarity: expected embeddings of finite length above 0, got {0} in row {1}. The embedder or its weights are damaged.":
    "similarity: 임베딩의 길이는 0보다 크고 유한해야 하지만 {1}번 행이 {0}입니다. 임베딩 모델이나 그 가중치가 손상되었습니다.",
  "{0}: expected embeddings [rows, width] of one width, got {1} and {2}. Use one embedder for both.":
    "{0}: 임베딩 [rows, width]의 폭이 같아야 하지만 {1}, {2}입니다. 둘 다 같은 임베딩 모델을 쓰세요.",
  "structure: expected {0} weights for {1}x{2} pixels, got {3}.":
    "structure: {1}x{2}픽셀에는 가중치 {0}개가 필요하지만 {3}개입니다.",
  "{0}: expected two pictures of one size, got {1}x{2} and {3}x{4}. Resize one of them.":
    "{0}: 두 사진의 크기가 같아야 하지만 {1}x{2}, {3}x{4}입니다. 하나의 크기를 바꾸세요.",

  // advise
  "pictures {0}: expected pictures that can be used, got none among {1}. Replace them.{2}":
    "사진 폴더 {0}: 쓸 수 있는 사진이 있어야 하지만 {1}장 중에 없습니다. 사진을 바꾸세요.{2}",

  // inspect
  "{0}: expected a file or folder, got nothing at this path. Check the path.":
    "{0}: 파일이나 폴더여야 하지만 이 경로에 아무것도 없습니다. 경로를 확인하세요.",
  "inspect: stopped before its end.": "inspect: 끝나기 전에 멈췄습니다.",

  // verify
  "{0}: expected PEFT's config in the metadata.": "{0}: 메타데이터에 PEFT 설정이 있어야 합니다.",
  "{0}: expected an input {1}, got none.": "{0}: {1} 입력이 필요하지만 없습니다.",
  "{0}, got others: {1}. Write the fixture again.":
    "{0}, 하지만 다른 값입니다: {1}. 픽스처를 다시 만드세요.",
  "{0}: expected tolerances and texts of a judge fixture, got other values. Restore the file.":
    "{0}: 심사 모델 픽스처의 허용 오차와 텍스트가 있어야 하지만 다른 값입니다. 파일을 원래대로 되돌리세요.",
  "{0}: expected matrices X and Y of one width, got other values. Restore the file.":
    "{0}: 폭이 같은 행렬 X와 Y여야 하지만 다른 값입니다. 파일을 원래대로 되돌리세요.",
  '{0}: expected outputs named {1}, got "{2}". Rename the tensor out.{3}.':
    '{0}: 출력의 이름은 {1} 중에 있어야 하지만 "{2}"입니다. out.{3} 텐서의 이름을 바꾸세요.',
  "{0}: expected an input in.{1}, got {2}. Add the tensor.":
    "{0}: in.{1} 입력이 필요하지만 {2}입니다. 텐서를 추가하세요.",
  "{0}: expected {1} from its config, got {2}. Config and weights belong to different models.":
    "{0}: 가중치가 설정과 맞아야 하지만 다릅니다(설정: {1}, 가중치: {2}). 설정과 가중치가 서로 다른 모델의 것입니다.",
  'optimizer fixture: expected a tensor "{0}", got none.':
    '옵티마이저 픽스처: "{0}" 텐서가 필요하지만 없습니다.',
  '{0}: expected the model\'s config as JSON in the metadata field "config", got something else. Write the fixture again.':
    '{0}: 메타데이터의 "config" 항목에 모델 설정이 JSON으로 있어야 하지만 다른 내용입니다. 픽스처를 다시 만드세요.',
  "{0}: expected a picture, got none.": "{0}: 그림이 나와야 하지만 없습니다.",
  "{0}: expected a list of sampler loops, got {1} at {2}. Restore the file.":
    "{0}: 샘플러 루프의 목록이어야 하지만 {2} 위치가 다릅니다({1}). 파일을 원래대로 되돌리세요.",
  "scheduler loop: expected a shape of at least two dimensions, got [{0}]. Correct the entry's shape.":
    "스케줄러 루프: 모양이 2차원 이상이어야 하지만 [{0}]입니다. 항목의 shape를 고치세요.",
  "{0}: expected {1} as int64, got {2}. Write the fixture again.":
    "{0}: {1} 값은 int64여야 하지만 {2}입니다. 픽스처를 다시 만드세요.",
  "{0}: expected models/, schedulers.json or pipeline/, several of these below pipelines/, or judges/ in the folder, got {1}. Name the folder that holds the fixtures.":
    "{0}: 폴더에 models/, schedulers.json, pipeline/, 여러 pipeline을 담은 pipelines/, judges/ 중 하나가 있어야 하지만 {1}입니다. 픽스처가 있는 폴더를 지정하세요.",
  "verify: stopped before its end.": "verify: 끝나기 전에 멈췄습니다.",
};
