/** @file The page "pictures", in Korean. */

import type { Messages } from "../catalogue.js";

type Text = Messages["pictures"];

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const uncheckedWhat: Readonly<Record<string, string>> = {
  "far-off": "다른 사진과 동떨어진 사진이 있는지",
  "captions-fit": "설명이 사진에 맞는지",
  "captions-cut": "설명이 모델에 너무 길지 않은지",
};
const uncheckedWhy: Readonly<Record<string, string>> = {
  "no-judge": "판단할 CLIP이나 DINOv2가 필요함",
  "reads-no-texts": "심사 모델이 글을 읽지 못함",
  "too-few": "판단하기에 사진이나 설명이 너무 적음",
  "not-told-apart": "심사 모델이 이 설명들을 구별하지 못함",
  "no-tokenizer": "모델에 토크나이저가 없음",
};

const sets = {
  about: "학습에 쓸 데이터셋입니다. 폴더나 사진, .zip 파일을 이 페이지 아무 곳에나 놓아 주세요.",
  addFiles: "파일 추가",
  addFolder: "폴더 추가",
  newSet: "새 데이터셋",
  create: "만들기",
  dropNewSet: "놓으면 데이터셋을 만듭니다",
  noSets: "아직 사진이 없습니다",
  noSetsHint:
    "사진이 든 폴더를 여기에 놓거나 골라 주세요. 한 가지 대상이나 화풍의 사진 5~20장이면 첫 학습에 충분합니다.",
  looseName: "사진",
  nothingDropped: "읽을 수 있는 것이 없었습니다.",
  setDeleted: (name) => `“${name}” 데이터셋을 휴지통으로 옮겼습니다.`,
  deleteSet: (name) => `데이터셋 삭제: ${name}`,
  counts: (shown, captioned) => `${shown} · 설명 ${captioned}개`,
  namePlaceholder: "우리 강아지",
  nameFaults: {
    taken: "같은 이름의 데이터셋이 이미 있습니다.",
    wrong: "글자, 숫자, 띄어쓰기와 . _ - ( )만 쓸 수 있고, 점이나 띄어쓰기로 끝날 수 없습니다.",
  },
} satisfies Partial<Text>;

const uploads = {
  sending: (done, total) => `추가하는 중: ${total}개 중 ${done}개 …`,
  brokeOff: (done, total) => `${total}개 중 ${done}개를 추가하고 끊겼습니다.`,
  added: (count, captioned) =>
    captioned > 0
      ? `사진 ${count}장과 설명 ${captioned}개를 추가했습니다.`
      : `사진 ${count}장을 추가했습니다.`,
  progress: "추가 진행",
  skipped: (count) => `파일 ${count}개를 뺐습니다`,
  skippedBecause: {
    unsupported: "사진(JPEG, PNG, WebP, AVIF), 설명(.txt), 압축 파일(.zip)이 아닙니다.",
    unread: "브라우저가 읽지 못했습니다.",
  },
} satisfies Partial<Text>;

const many = {
  deleted: (count) => `사진 ${count}장을 휴지통으로 옮겼습니다.`,
  turned: (count) => `사진 ${count}장을 돌렸습니다.`,
  edited: (count) => `설명 ${count}개를 바꿨습니다.`,
  addTagTo: (tag, count) => `사진 ${count}장에 “${tag}” 추가`,
  takeTagFrom: (tag, count) => `설명 ${count}개에서 “${tag}” 빼기`,
  tags: "태그",
  noTags: "태그가 없습니다. 설명에서 쉼표로 나눈 것이 태그입니다.",
  allTags: (count) => `태그 ${count}개 모두 보기`,
  newTag: "새 태그",
  addTag: "추가",
  tagsHint: (undo) => `바꾼 것은 아래 알림의 “${undo}”로 되돌릴 수 있습니다.`,
  scopeChosen: (count) => `고른 사진 ${count}장의 설명을 바꿉니다.`,
  scopeAll: (count) => `고른 사진이 없어 보이는 사진 ${count}장의 설명을 모두 바꿉니다.`,
  find: "찾을 내용",
  replaceBy: "바꿀 내용",
  matchCase: "대소문자 구분",
  replace: "바꾸기",
  before: "설명 앞에 넣을 내용",
  beforePlaceholder: "photo of ",
  after: "설명 뒤에 넣을 내용",
  put: "넣기",
  willChange: (count) => (count === 0 ? "바뀌는 설명이 없습니다." : `설명 ${count}개가 바뀝니다.`),
} satisfies Partial<Text>;

const grid = {
  list: "데이터셋의 사진",
  tools: "도구",
  layout: "보기 방식",
  asGrid: "격자로 보기",
  asList: "설명과 함께 목록으로 보기",
  size: "사진 크기",
  search: "이름과 설명에서 찾기",
  nothingFound: "이 내용이 든 이름이나 설명이 없습니다.",
  showAll: (count) => `점검 결과만 보는 중: ${count}장 모두 보기`,
  chooseAll: "모두 선택",
  chooseNone: "선택 해제",
  chosen: (count) => `${count}장 선택`,
  nothingChosen: "선택한 사진 없음",
  deleteChosen: (count) => `사진 ${count}장 삭제`,
  choose: (name) => `선택: ${name}`,
  openPicture: (name) => `보기: ${name}`,
  noCaption: "설명 없음",
  notTrained: "학습할 수 없음",
  cropLabel: ({ width, height, cropped, enlarged }, { isEnlarged }) => {
    const size = `${width}×${height}`;
    if (isEnlarged) return `${size} · ${enlarged.toFixed(2)}배 확대`;
    return cropped < 0.005 ? size : `${size} · −${percent(cropped)}`;
  },
  tile: ({ name, hasMask }, { hasCaption, crop }) =>
    [
      name,
      ...(hasCaption ? [] : ["설명 없음"]),
      ...(hasMask ? ["마스크 있음"] : []),
      ...(crop ? [`학습 크기 ${crop.width}×${crop.height}, ${percent(crop.cropped)} 잘림`] : []),
    ].join(", "),
  pictureFacts: ({ name, width, height }, bytes) =>
    [...(name === "" ? [] : [name]), `${width}×${height}`, bytes].join(" · "),
} satisfies Partial<Text>;

const onePicture = {
  chooseHint:
    "사진을 골라 주세요. 클릭하면 한 장, Shift와 함께 클릭하면 범위, Ctrl과 함께 클릭하면 한 장을 더 고릅니다. 화살표 키로 옮기고 Space로 고르며, Ctrl+A는 모두 선택, Delete는 휴지통으로 옮깁니다.",
  editCaptions: "설명 바꾸기",
  caption: "설명(캡션)",
  captionOf: (name) => `설명: ${name}`,
  captionPlaceholder: "사진에 보이는 것",
  captionKeys: "Ctrl+Enter를 누르면 다음 사진으로 갑니다.",
  captionsSaved: "저장됨",
  saving: "저장하는 중 …",
  notSaved: (why) => `설명을 저장하지 못했습니다. ${why}`,
  turnLeft: "왼쪽으로 돌리기",
  turnRight: "오른쪽으로 돌리기",
  paintMask: "마스크",
} satisfies Partial<Text>;

const set = {
  tabs: { picture: "사진", captions: "설명", check: "점검", set: "데이터셋" },
  panel: "자세히",
  train: "이 사진으로 학습",
  dropInto: (name) => `놓으면 “${name}” 데이터셋에 추가합니다`,
  noPictures: "아직 사진이 없습니다",
  noPicturesHint:
    "사진, 폴더, .zip 파일을 여기에 놓아 주세요. 사진 옆에 같은 이름의 .txt 파일이 있으면 그 사진의 설명이 됩니다.",
  rename: "이름 바꾸기",
  subject: "무엇을 담았는지",
  subjectHint: "dog나 watercolour처럼 종류를 적어 주세요. 학습할 때 이 종류로 시작합니다.",
  subjectPlaceholder: "dog",
  trigger: "트리거 단어",
  triggerHint: "배운 것을 대신하는 드문 단어입니다. 나중에 프롬프트에 씁니다.",
  triggerPlaceholder: "sks",
  triggerEverywhere: "모든 설명에 있습니다.",
  putTrigger: "설명에 넣기",
} satisfies Partial<Text>;

const crops = {
  crops: "자르기",
  cropsAt: ({ width, height, buckets }) => `${width}×${height}${buckets ? " · 버킷" : ""}`,
  showCrops: "학습되는 부분 보기",
  cropsHint: "어두운 부분은 잘려 나갑니다. 주황색은 30 % 넘게 잘리거나 확대되는 사진입니다.",
  width: "가로",
  height: "세로",
  buckets: "버킷",
  bucketsHint: "사진마다 자기 모양에 가까운 크기로 학습합니다.",
  badCrops: (count) =>
    count === 0 ? "모든 사진이 잘 들어갑니다." : `주황색으로 표시한 사진: ${count}장`,
} satisfies Partial<Text>;

const mask = {
  maskTitle: (name) => `마스크: ${name}`,
  board: (name) => `마스크를 칠하는 곳: ${name}`,
  maskHint:
    "배울 부분을 칠해 주세요. 어두운 부분은 배우지 않습니다. B는 칠하기, E는 지우기, [와 ]는 붓 크기입니다. 키보드로는 화살표로 옮기고 Space로 찍으며, Shift와 화살표로 칠합니다.",
  brush: "붓",
  paint: "칠하기",
  erase: "지우기",
  brushSize: "붓 크기",
  opacity: "마스크 어둡기",
  invert: "뒤집기",
  clear: "모두 지우기",
  removeMask: "마스크 없애기",
  nothingPainted:
    "칠한 곳이 없어 이 사진에서 배울 것이 없습니다. 배울 부분을 칠하거나 마스크를 없애 주세요.",
  maskDiscarded: "칠한 것을 버렸습니다.",
  maskRemoved: "마스크를 휴지통으로 옮겼습니다.",
} satisfies Partial<Text>;

const care = {
  check: "사진 점검",
  checkAgain: "다시 점검",
  checking: "점검 진행",
  checkHint:
    "중복되거나 흐린 사진, 작거나 동떨어진 사진, 잘림, 없거나 너무 길거나 맞지 않는 설명을 찾습니다. 아무것도 바꾸지 않습니다.",
  checkOld: "점검한 뒤에 데이터셋이 바뀌었습니다. 다시 점검해 주세요.",
  checked: ({ pictures, width, height }, found) =>
    `사진 ${pictures}장, 학습 크기 ${width}×${height} 기준: ${found === 0 ? "확인할 점이 없습니다." : `확인할 점이 ${found}가지 있습니다.`}`,
  usable: ({ withoutCaptions: all, withCaptions }) => {
    const others =
      withCaptions === all
        ? `똑같이 ${all}장을 쓸 수 있습니다`
        : withCaptions === 0
          ? "설명이 없어 한 장도 쓸 수 없습니다"
          : `설명이 없는 사진을 빼고 ${withCaptions}장을 쓸 수 있습니다`;
    return `DreamBooth와 Textual Inversion에 ${all}장을 쓸 수 있습니다. LoRA와 전체 파인튜닝에는 ${others}.`;
  },
  unchecked: (what, why) =>
    `확인하지 못한 것: ${uncheckedWhat[what] ?? what} (${uncheckedWhy[why] ?? why})`,
  judged: (judge) => `심사 모델: ${judge}`,
  transparency: (count) =>
    `투명한 부분이 있는 사진이 ${count}장 있습니다. 흰 바탕에 놓고 학습합니다. “data.masks.source: alpha”로 설정하면 투명한 부분은 배우지 않습니다.`,
  moreFindings: (count) => `같은 종류가 ${count}가지 더 있습니다.`,
  unnamed: (count) => `여기에 없는 것이 ${count}가지 더 있습니다. 다시 점검해 주세요.`,
  findingActions: {
    choose: (count) => `${count}장 보기`,
    delete: (count) => `${count}장 삭제`,
    deleteOthers: (count) => `가장 큰 사진만 두고 ${count}장 삭제`,
    turn: () => "오른쪽으로 돌리기",
    crops: () => "자르기 보기",
    captions: () => "설명 열기",
  },
  optionWords: {
    width: "가로",
    height: "세로",
    prompt: "학습 페이지의 공통 프롬프트",
    "data.prompt": "학습 페이지의 공통 프롬프트",
    "data.buckets.use": "버킷",
  },
} satisfies Partial<Text>;

/** Its texts. */
export const picturesText: Text = {
  ...{ ...sets, ...uploads, ...many, ...grid, ...onePicture },
  ...{ ...set, ...crops, ...mask, ...care },
};
