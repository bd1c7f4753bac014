/** @file Errors of what makes the embedded base, in Korean; those of commands are `commandErrors` of the server. */

export const errorText: Readonly<Record<string, string>> = {
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
