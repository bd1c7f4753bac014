/**
 * @file What commands say where they fail, in Korean, by their English templates. They stand here and not at the
 * command line, since jobs run commands, and the page shows what these say.
 */

import type { SentenceCatalogue } from "@atelier/engine";

/** Sentences by templates. */
export const commandErrors: SentenceCatalogue = {
  // configs
  "training config: one problem:\n{0}\nCorrect these; `atelier train --help-all` lists all fields.":
    "학습 설정에 문제가 1개 있습니다:\n{0}\n이 항목을 고쳐 주세요. 모든 항목은 `atelier train --help-all` 명령으로 볼 수 있습니다.",
  "training config: {0} problems:\n{1}\nCorrect these; `atelier train --help-all` lists all fields.":
    "학습 설정에 문제가 {0}개 있습니다:\n{1}\n이 항목을 고쳐 주세요. 모든 항목은 `atelier train --help-all` 명령으로 볼 수 있습니다.",
  "{0}: expected YAML or JSON, got text that does not parse:\n{1}\nCorrect these lines.":
    "{0}: YAML 또는 JSON이어야 하지만 해석할 수 없는 텍스트입니다:\n{1}\n이 줄을 고쳐 주세요.",
  // dreambooth
  "dreambooth: expected an identifier and a class, got an empty one. For example: --token sks --class dog.":
    "dreambooth: 식별자와 종류(클래스)가 있어야 하지만 비어 있습니다. 예: --token sks --class dog.",
  // tune and resume
  "{0}: expected no {1}, which a tune finds or sets itself, got one. Leave it out.":
    "{0}: {1}, 튜닝이 직접 찾거나 정하는 항목이므로 없어야 하지만 있습니다. 빼 주세요.",
  "--minutes {0}: expected a number above 0 and at most 10080, which is a week, got something else. Write for example --minutes 20.":
    "--minutes {0}: 0보다 크고 10080(일주일) 이하인 숫자여야 하지만 다른 값입니다. --minutes 20처럼 적어 주세요.",
  "resume: expected neither --allow-changes nor --past-stop with the folder of a tune, whose probes are compared with each other, got one. Leave it out; where pictures or base have changed, begin a new tune.":
    "resume: 튜닝 폴더에는 --allow-changes와 --past-stop을 쓸 수 없지만 그중 하나를 썼습니다. 튜닝은 시험 학습을 서로 비교하기 때문입니다. 그 옵션을 빼 주세요. 사진이나 기반 모델이 바뀌었다면 튜닝을 새로 시작하세요.",
  "resume: expected --finish with the folder of a training, got that of a tune, which ends with its best when its time is over. Leave --finish out.":
    "resume: --finish는 학습 기록 폴더에 쓰지만 튜닝 폴더입니다. 튜닝은 정한 시간이 지나면 가장 좋은 결과로 끝납니다. --finish를 빼 주세요.",
  // strength
  "--strengths {0}: expected numbers with commas between, got something else. Write for example 0.4,0.6,0.8,1,1.2.":
    "--strengths {0}: 쉼표로 구분한 숫자여야 하지만 다른 값입니다. 0.4,0.6,0.8,1,1.2처럼 적어 주세요.",
  "strength --draw: expected no --dry-run, which writes nothing. Leave one of the two out.":
    "strength --draw: 아무것도 저장하지 않는 --dry-run과 함께 쓸 수 없습니다. 둘 중 하나를 빼세요.",
  "--out {0}: expected a new file, got one that exists. Name another one, or replace it with --force.":
    "--out {0}: 새 파일이어야 하지만 이미 있는 파일입니다. 다른 이름을 쓰거나 --force로 덮어쓰세요.",
  // generate
  "--adapter {0}: expected file or file:weight with a number, got another weight. Write for example dog.safetensors:0.8.":
    "--adapter {0}: file 또는 file:weight 형식에서 weight는 숫자여야 하지만 숫자가 아닙니다. 예를 들어 dog.safetensors:0.8처럼 쓰세요.",
  "--adapter {0}: expected a LoRA file or folder, got nothing at this path. Check the path; a repository is called organisation/name.":
    "--adapter {0}: LoRA 파일이나 폴더여야 하지만 이 경로에는 아무것도 없습니다. 경로를 확인하세요. 저장소는 organisation/name 형식으로 적습니다.",
  "--embedding {0}: expected a textual-inversion file, got nothing at this path. Check the path; a name goes before it, as in my-style=file.":
    "--embedding {0}: Textual Inversion 파일이어야 하지만 이 경로에는 아무것도 없습니다. 경로를 확인하세요. 이름은 my-style=file처럼 경로 앞에 적습니다.",
  "--out {0}: expected a new file, got one that exists. Choose another name, or give --force to replace it.":
    "--out {0}: 새 파일이어야 하지만 이미 있는 파일입니다. 다른 이름을 고르거나 --force로 덮어쓰세요.",
  "{0}: expected a free name, got {1} that are taken. Choose another folder with --out.":
    "{0}: 쓰이지 않는 이름이 있어야 하지만 {1}개가 모두 쓰이고 있습니다. --out으로 다른 폴더를 고르세요.",
  "--out {0}: expected a .png file or a folder, got another kind of file. Pictures are written as PNG.":
    "--out {0}: .png 파일이나 폴더여야 하지만 다른 종류의 파일입니다. 그림은 PNG로 저장됩니다.",
  // convert, merge, extract and download
  "{0}: expected a new place, got one where something stands. Choose another, or give --force to replace it.":
    "{0}: 비어 있는 위치여야 하지만 이미 무언가가 있습니다. 다른 위치를 고르거나 --force로 덮어쓰세요.",
  "{0}: expected another place than the input, got the same. A file cannot be replaced while it is read.":
    "{0}: 입력과 다른 위치여야 하지만 같은 위치입니다. 읽고 있는 파일은 덮어쓸 수 없습니다.",
  "--to diffusers: expected a folder for a word of two text encoders, which has a file for each there, got the name of a file. Name a folder.":
    "--to diffusers: 텍스트 인코더가 둘인 단어는 인코더마다 파일이 하나씩이라 폴더여야 하지만 파일 이름입니다. 폴더를 지정하세요.",
  "--to {0}: expected kohya, comfyui or diffusers for a LoRA or a word, got a checkpoint's form. The input is no checkpoint.":
    "--to {0}: LoRA나 단어의 형식은 kohya, comfyui, diffusers 중 하나여야 하지만 체크포인트의 형식입니다. 입력은 체크포인트가 아닙니다.",
  "--to {0}: expected diffusers or single-file for a checkpoint, got a LoRA's form. The input is a checkpoint.":
    "--to {0}: 체크포인트의 형식은 diffusers 또는 single-file이어야 하지만 LoRA의 형식입니다. 입력은 체크포인트입니다.",
  "{0}: expected a LoRA of {1} or {2}, or of the embedded base, got one whose model its names do not tell. Name the checkpoint with {3}.":
    "{0}: {1}, {2} 또는 내장 기반 모델의 LoRA여야 하지만 안에 든 이름만으로는 어느 모델의 것인지 알 수 없습니다. {3} 옵션으로 체크포인트를 지정하세요.",
  "{0}: expected factors for the layers of its base, got {1} modules that do not fit:\n{2}\nName the checkpoint that the LoRA was trained on.":
    "{0}: 기반 모델의 레이어에 맞는 행렬이어야 하지만 맞지 않는 모듈이 {1}개 있습니다:\n{2}\nLoRA를 학습한 체크포인트를 지정하세요.",
  "{0}: expected tensors for layers of the base, got {1} that fit none: {2}. Name the checkpoint that the LoRA was trained on.":
    "{0}: 기반 모델의 레이어에 맞는 텐서여야 하지만 어디에도 맞지 않는 텐서가 {1}개 있습니다: {2}. LoRA를 학습한 체크포인트를 지정하세요.",
  "merge --rank: expected none with --base, whose weights have all ranks. Leave one of the two out.":
    "merge --rank: --base와 함께 쓸 수 없습니다. 기반 모델의 가중치에는 모든 랭크가 담깁니다. 둘 중 하나를 빼세요.",
  "merge --layers-of: expected none with --base, whose layers are meant. Leave one of the two out.":
    "merge --layers-of: --base와 함께 쓸 수 없습니다. --base를 주면 그 모델의 레이어를 씁니다. 둘 중 하나를 빼세요.",
  "merge --ignore-unknown: expected --base beside it, got none. Adapters that are merged among themselves lose nothing.":
    "merge --ignore-unknown: --base와 함께 써야 하지만 --base가 없습니다. 어댑터끼리 합칠 때는 빠지는 것이 없습니다.",
  "--out {0}: expected a new place, got one where something stands. Choose another.":
    "--out {0}: 새 경로여야 하지만 이미 무엇인가 있습니다. 다른 경로를 고르세요.",
  // evaluate
  "evaluate {0}: expected a run's folder, an adapter, a word or a model, got nothing at this path. Check the path; a repository is called organisation/name.":
    "evaluate {0}: 학습 기록 폴더, 어댑터, 단어, 모델 가운데 하나여야 하지만 이 경로에 아무것도 없습니다. 경로를 확인하세요. 저장소는 organisation/name으로 적습니다.",
  "evaluate {0}: expected file or file:strength with a number, got another strength. Write for example dog.safetensors:0.8.":
    "evaluate {0}: 파일이나 파일:강도(숫자)여야 하지만 강도가 숫자가 아닙니다. dog.safetensors:0.8처럼 적어 주세요.",
  "evaluate {0}: expected no strength for what is no adapter, got one. Leave it out.":
    "evaluate {0}: 어댑터가 아니면 강도를 줄 수 없지만 강도가 있습니다. 강도를 빼 주세요.",
  "evaluate {0}: expected a run's folder, an adapter, a word or a model, got something else. `atelier inspect` says what it is.":
    "evaluate {0}: 학습 기록 폴더, 어댑터, 단어, 모델 가운데 하나여야 하지만 다른 것입니다. `atelier inspect` 명령으로 무엇인지 확인하세요.",
  "evaluate {0}: expected a run that has made something, got one without a result. Go on with it: atelier resume.":
    "evaluate {0}: 결과가 있는 학습 기록이어야 하지만 아직 결과가 없습니다. atelier resume 명령으로 이어서 학습하세요.",
  "evaluate {0}: expected the pictures that it was trained on, got none: the file does not say where they are. Name their folder with --pictures.":
    "evaluate {0}: 학습한 사진이 필요하지만 없습니다. 이 파일에는 사진이 어디 있는지 적혀 있지 않습니다. --pictures로 사진 폴더를 지정하세요.",
  "evaluate {0}: expected {1}, got none: {2}. Say for example --token {3} --class {4}.":
    "evaluate {0}: {1}가 필요하지만 없습니다. {2}. 이렇게 지정하세요: --token {3} --class {4}",
  "the word that was taught and its class": "가르친 단어와 종류",
  "the word that was taught": "가르친 단어",
  "the class of the subject": "대상의 종류",
  "nothing is recorded of it": "기록된 것이 없습니다",
  "captions such as {0} do not tell": "{0} 같은 설명으로는 알 수 없습니다",
  "evaluate: expected runs on one base, got {0}. Evaluate them apart, or say with --base which one is meant.":
    "evaluate: 모두 같은 기반 모델로 학습한 것이어야 하지만 기반 모델이 여럿입니다: {0}. 따로 평가하거나, 어느 것인지 --base로 지정하세요.",
  "--prompts {0}: expected prompts, one a line, got none. Write for example: a {} on the beach.":
    "--prompts {0}: 한 줄에 하나씩 프롬프트가 있어야 하지만 없습니다. 이렇게 적어 주세요: a {} on the beach",
  "evaluate: expected a judge, got none: {0} brings none along. Name a CLIP and a DINOv2, which are downloaded once: --judge openai/clip-vit-base-patch32 --instance-judge facebook/dinov2-small. Folders with their files do as well.":
    "evaluate: 심사 모델이 필요하지만 기반 모델({0})에는 없습니다. CLIP과 DINOv2를 지정하세요. 한 번만 내려받습니다: --judge openai/clip-vit-base-patch32 --instance-judge facebook/dinov2-small. 파일이 든 폴더도 쓸 수 있습니다.",
  "evaluate: expected two judges, got one. Name a CLIP with --judge, such as openai/clip-vit-base-patch32, too.":
    "evaluate: 심사 모델이 둘 필요하지만 하나뿐입니다. openai/clip-vit-base-patch32 같은 CLIP도 --judge로 지정하세요.",
  "evaluate: expected two judges, got one. Name a DINOv2 with --instance-judge, such as facebook/dinov2-small, too.":
    "evaluate: 심사 모델이 둘 필요하지만 하나뿐입니다. facebook/dinov2-small 같은 DINOv2도 --instance-judge로 지정하세요.",
  "evaluate: expected drawings of the same model and settings in {0}, got others:\n{1}\nChoose another folder with --out, or give the settings that they were drawn with.":
    "evaluate: {0} 폴더에는 같은 모델과 설정으로 그린 그림이 있어야 하지만 다른 그림이 있습니다:\n{1}\n--out으로 다른 폴더를 고르거나, 그 그림을 그린 설정을 그대로 지정하세요.",
  "evaluate: stopped while judging.": "evaluate: 그림을 평가하는 중에 멈췄습니다.",
  // demo
  "--out {0}: expected a new or empty folder, got one where something stands. Choose another.":
    "--out {0}: 새 폴더나 빈 폴더여야 하지만 이미 무언가가 있습니다. 다른 폴더를 고르세요.",
  "{0}: expected a folder that can be written, got: {1}. Change its permissions, free some space, or choose another with --out.":
    "{0}: 쓸 수 있는 폴더여야 하지만 쓸 수 없습니다: {1}. 권한을 바꾸거나, 공간을 비우거나, --out으로 다른 폴더를 고르세요.",
  "{0}: expected {1} of free space for the adapter and the report, got {2}. Free some space, or choose another disk with --out.":
    "{0}: 어댑터와 보고서를 저장하려면 여유 공간이 {1} 필요하지만 {2}만 있습니다. 공간을 비우거나 --out으로 다른 디스크를 고르세요.",
  "demo: stopped before its report.": "demo: 보고서를 만들기 전에 멈췄습니다.",
  "demo: stopped after {0} training steps; what is done is in {1}.":
    "demo: {0}스텝까지 학습하고 멈췄습니다. 지금까지의 결과는 {1}에 있습니다.",
  // the embedded base
  "embedded base: expected its model in {0}, got nothing there: this copy of Atelier comes without it. Name another base with --base (a folder, a .safetensors file or a Hugging Face repository), or train this one: npm run pretrain.":
    "내장 기반 모델: {0} 폴더에 모델이 있어야 하지만 아무것도 없습니다. 이 Atelier에는 내장 기반 모델이 들어 있지 않습니다. --base 옵션으로 다른 기반 모델(폴더, .safetensors 파일, Hugging Face 저장소)을 지정하거나 내장 기반 모델을 학습하세요: npm run pretrain.",
  "embedded base {0}: expected the files that Atelier came with, got:\n{1}\nInstall Atelier again; in a clone, run git checkout -- packages/base/model and remove what does not belong there.":
    "내장 기반 모델 {0}: Atelier와 함께 온 파일이어야 하지만 다음과 같습니다:\n{1}\nAtelier를 다시 설치하세요. 복제한 저장소라면 git checkout -- packages/base/model 명령을 실행하고 폴더에 속하지 않는 파일을 지우세요.",
  "{0}: expected sizes and SHA-256 of files, got something else. Install Atelier again; in a clone, run git checkout -- packages/base/model.":
    "{0}: 파일의 크기와 SHA-256이 있어야 하지만 다른 내용입니다. Atelier를 다시 설치하세요. 복제한 저장소라면 git checkout -- packages/base/model 명령을 실행하세요.",
};
