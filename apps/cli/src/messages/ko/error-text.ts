/** @file What errors of the command line and of the embedded base say, in Korean. */

export const errorText: Readonly<Record<string, string>> = {
  // apps/cli/src/commands
  "dreambooth: expected an identifier and a class, got an empty one. For example: --token sks --class dog.":
    "dreambooth: 식별자와 종류(클래스)가 있어야 하지만 비어 있습니다. 예: --token sks --class dog.",
  // apps/cli/src/demo
  "demo: stopped before its report.": "demo: 보고서를 만들기 전에 멈췄습니다.",
  "demo: stopped after {0} training steps; what is done is in {1}.":
    "demo: {0}스텝까지 학습하고 멈췄습니다. 지금까지의 결과는 {1}에 있습니다.",
  // apps/cli/src/evaluate
  "evaluate: stopped while judging.": "evaluate: 그림을 평가하는 중에 멈췄습니다.",
  // packages/base/src/adapters
  "embedded base: expected its model in {0}, got nothing there: this copy of Atelier comes without it. Name another base with --base (a folder, a .safetensors file or a Hugging Face repository), or train this one: npm run pretrain.":
    "내장 기반 모델: {0} 폴더에 모델이 있어야 하지만 아무것도 없습니다. 이 Atelier에는 내장 기반 모델이 들어 있지 않습니다. --base 옵션으로 다른 기반 모델(폴더, .safetensors 파일, Hugging Face 저장소)을 지정하거나 내장 기반 모델을 학습하세요: npm run pretrain.",
  "world: expected the package {0}, which is not installed. Run npm ci with development dependencies.":
    "world: {0} 패키지가 있어야 하지만 설치되어 있지 않습니다. 개발용 의존성까지 포함해 npm ci를 실행하세요.",
  "{0}: expected an icon named {1}, got none.":
    "{0}: 이름이 {1}인 아이콘이 있어야 하지만 없습니다.",
  "experiment: stopped while training.": "experiment: 학습하는 중에 멈췄습니다.",
  // packages/base/src/embedded
  "embedded base {0}: expected the files that Atelier came with, got:\n{1}\nInstall Atelier again; in a clone, run git checkout -- packages/base/model and remove what does not belong there.":
    "내장 기반 모델 {0}: Atelier와 함께 온 파일이어야 하지만 다음과 같습니다:\n{1}\nAtelier를 다시 설치하세요. 복제한 저장소라면 git checkout -- packages/base/model 명령을 실행하고 폴더에 속하지 않는 파일을 지우세요.",
  "{0}: expected sizes and SHA-256 of files, got something else. Install Atelier again; in a clone, run git checkout -- packages/base/model.":
    "{0}: 파일의 크기와 SHA-256이 있어야 하지만 다른 내용입니다. Atelier를 다시 설치하세요. 복제한 저장소라면 git checkout -- packages/base/model 명령을 실행하세요.",
  // packages/base/src/world
  'world: expected the name of a background, got "{0}". Known: {1}.':
    'world: 배경의 이름이어야 하지만 "{0}"입니다. 알려진 이름: {1}.',
  'world: expected the name of a concept, got "{0}". Known: {1}.':
    'world: 개념의 이름이어야 하지만 "{0}"입니다. 알려진 이름: {1}.',
  "world {0}: expected a safe integer, got {1}.":
    "world {0}: 안전한 정수(safe integer)여야 하지만 {1}입니다.",
  "world: expected something to choose from, got nothing.":
    "world: 고를 것이 있어야 하지만 없습니다.",
  'world: expected a concept with a face to wear something, got "{0}".':
    'world: 무엇을 걸치려면 얼굴이 있는 개념이어야 하지만 "{0}"입니다.',
};
