/** @file Errors of the command line in Korean that no job of the Studio can have; see `commandErrors` of the server. */

export const errorText: Readonly<Record<string, string>> = {
  // apps/cli/src/commands
  "dreambooth: expected an identifier and a class, got an empty one. For example: --token sks --class dog.":
    "dreambooth: 식별자와 종류(클래스)가 있어야 하지만 비어 있습니다. 예: --token sks --class dog.",
  // packages/base/src/adapters
  "world: expected the package {0}, which is not installed. Run npm ci with development dependencies.":
    "world: {0} 패키지가 있어야 하지만 설치되어 있지 않습니다. 개발용 의존성까지 포함해 npm ci를 실행하세요.",
  "{0}: expected an icon named {1}, got none.":
    "{0}: 이름이 {1}인 아이콘이 있어야 하지만 없습니다.",
  "experiment: stopped while training.": "experiment: 학습하는 중에 멈췄습니다.",
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
