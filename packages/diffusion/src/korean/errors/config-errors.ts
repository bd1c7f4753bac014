/** @file What is said of a config's problems, and what stands within other errors' sentences, in Korean. */

import { pictureFormatText as english } from "../../english/picture-format-text.js";
import { pictureFormatText as korean } from "../picture-format-text.js";

/** By the English ones, formats that are not read and what to do; names that stay are left out. */
const formatErrors: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(english).flatMap(([format, { name, advice }]) => {
    const own = korean[format as keyof typeof korean]; // A key of the same record.
    return [[name, own.name] as const, [advice, own.advice] as const].filter(
      ([text, other]) => text !== other,
    );
  }),
);

export const configErrors: Readonly<Record<string, string>> = {
  ...formatErrors,
  // train/config/config-issues
  "{0}: unknown field": "{0}: 알 수 없는 항목입니다",
  "{0}: unknown field; did you mean {1}?": "{0}: 알 수 없는 항목입니다. 혹시 {1} 아닌가요?",
  nothing: "빈 값",
  "expected {0}, got {1}": "{0}여야 하지만 {1}입니다",
  "expected one of {0}, got {1}": "다음 가운데 하나여야 하지만 {1}입니다: {0}",
  "expected {0} of at least {1}, got {2}": "{0} {1} 이상이어야 하지만 {2}입니다",
  "expected {0} above {1}, got {2}": "{0} {1}보다 커야 하지만 {2}입니다",
  "expected {0} of at most {1}, got {2}": "{0} {1} 이하여야 하지만 {2}입니다",
  "expected {0} below {1}, got {2}": "{0} {1}보다 작아야 하지만 {2}입니다",
  "expected a text or a list of texts, got {0}": "텍스트 또는 텍스트 목록이어야 하지만 {0}입니다",
  "{0}, got {1}": "{0} (지금 값: {1})",
  "a whole number": "정수",
  "a number": "숫자",
  "a text": "텍스트",
  "true or false": "true 또는 false",
  "a list": "목록 형태",
  "a group of fields": "여러 항목의 묶음 형태",
  "a length": "길이가",
  "a number of entries": "개수가",
  "a value": "값이",
  // train/config
  "expected a name of up to 100 letters, digits, dots, dashes and underscores":
    "글자, 숫자, 점, 붙임표, 밑줄로 된 100자 이하의 이름이어야 합니다",
  "expected up to 100 letters, digits, dots, dashes and underscores":
    "글자, 숫자, 점, 붙임표, 밑줄로 100자 이하여야 합니다",
  "expected either base.path or base.repo, got both":
    "base.path와 base.repo 가운데 하나만 있어야 하지만 둘 다 있습니다",
  "expected base.path or base.repo, the model to train on, got neither":
    "학습할 기반 모델을 base.path나 base.repo로 지정해야 하지만 둘 다 없습니다",
  "expected float16 or bfloat16 where the model's own weights train, got {0}, in which they would begin with a large error. Leave it out, or train an adapter":
    "모델 자체의 가중치를 학습할 때는 float16이나 bfloat16이어야 하지만 {0}입니다. 그러면 처음부터 오차가 큽니다. 이 항목을 빼거나 어댑터를 학습하세요",
  "expected the folder of the masks because their source is folder, got none":
    "마스크의 출처가 folder이므로 마스크 폴더가 있어야 하지만 없습니다",
  "expected none with the source {0}, got one":
    "출처가 {0}일 때는 비워 두어야 하지만 값이 있습니다",
  "expected none where nothing is masked, got {0}":
    "마스크를 쓰지 않을 때는 비워 두어야 하지만 {0}입니다",
  "expected a prompt because {0} is prompt, got none":
    "{0} 값이 prompt이므로 프롬프트가 있어야 하지만 없습니다",
  "expected 0 where tags are neither shuffled nor dropped, got {0}":
    "태그를 섞지도 빼지도 않을 때는 0이어야 하지만 {0}입니다",
  "expected <pattern>=<{0}>, got {1}": "<패턴>=<{0}> 형태여야 하지만 {1}입니다",
  "expected 0 with {0}, whose change has no path of its own for the input, got {1}; use rankDropout or moduleDropout":
    "{0} 방식은 입력이 따로 지나는 길이 없어 0이어야 하지만 {1}입니다. rankDropout이나 moduleDropout을 쓰세요",
  "expected 1 with {0}, which has no second factor to be faster, got {1}":
    "{0} 방식은 더 빠르게 할 두 번째 행렬이 없어 1이어야 하지만 {1}입니다",
  "expected {0} with {1}, got {2}": "{1} 방식에서는 {0}여야 하지만 {2}입니다",
  "expected another start or no startFrom, got both pissa and an adapter to go on from":
    "startFrom을 쓰지 않거나 다른 초깃값이어야 하지만, pissa와 이어서 학습할 어댑터가 모두 있습니다",
  "expected none with the start pissa, whose factors begin as large as the weight, got one":
    "pissa는 행렬이 가중치만큼 크게 시작하므로 비워 두어야 하지만 값이 있습니다",
  "expected none with {0}, got {1}; it belongs to lokr":
    "{0} 방식에서는 비워 두어야 하지만 {1}입니다. lokr에서만 쓰는 항목입니다",
  "expected false with {0}, got true; it belongs to lokr":
    "{0} 방식에서는 false여야 하지만 true입니다. lokr에서만 쓰는 항목입니다",
  "expected none with the measure {0}, got one; it belongs to huber and smooth_l1":
    "손실 방식이 {0}일 때는 비워 두어야 하지만 값이 있습니다. huber와 smooth_l1에서만 쓰는 항목입니다",
  "expected at least timesteps.min ({0}), got {1}":
    "timesteps.min 값({0}) 이상이어야 하지만 {1}입니다",
  "expected none with the distribution {0}, got one; it belongs to {1}":
    "분포가 {0}일 때는 비워 두어야 하지만 값이 있습니다. {1} 분포에서만 쓰는 항목입니다",
  "expected none beside timesteps.dynamicShift, got {0}":
    "timesteps.dynamicShift를 쓸 때는 비워 두어야 하지만 {0}입니다",
  "expected none with the weighting {0}, got {1}":
    "가중 방식이 {0}일 때는 비워 두어야 하지만 {1}입니다",
  "expected a noiseOffset that it adapts, got 0": "조절할 noiseOffset 값이 있어야 하지만 0입니다",
  "expected an option of {0} ({1}), got one of {2}":
    "{0}의 옵션({1})이어야 하지만 다음의 옵션입니다: {2}",
  "expected no such section with the tuning {0}, got one":
    "학습 방식이 {0}일 때는 이 묶음이 없어야 하지만 있습니다",
  "expected false with textual_inversion, which trains one word":
    "textual_inversion은 단어 하나만 학습하므로 false여야 합니다",
  "expected none with textual_inversion, which changes no word but its own":
    "textual_inversion은 자기 단어만 바꾸므로 비워 두어야 합니다",
  "expected a token and an initializer for the tuning {0}, got none":
    "학습 방식이 {0}일 때는 토큰과 초깃값이 있어야 하지만 없습니다",
  "expected watch.validation, whose pictures it is about":
    "이 항목이 가리키는 사진의 폴더(watch.validation)가 있어야 합니다",
  "expected a run that is watched, got watch.share 0; 0.1 gives it a tenth of the time":
    "관찰하는 학습이어야 하지만 watch.share 값이 0입니다. 0.1이면 시간의 10분의 1을 관찰에 씁니다",
  "expected none beside watch.validation, whose pictures are looked at instead, got {0}":
    "watch.validation의 사진을 대신 쓰므로 비워 두어야 하지만 {0}입니다",
  "expected a momentum above 0 with nesterov, got none":
    "nesterov를 쓰려면 모멘텀이 0보다 커야 하지만 없습니다",
  "expected a momentum above 0, the only state of sgd, got none":
    "sgd의 상태는 모멘텀뿐이므로 0보다 커야 하지만 없습니다",
  "expected relativeStep with warmupInit, got warmupInit alone":
    "warmupInit은 relativeStep과 함께 써야 하지만 warmupInit만 있습니다",
  "expected either warmupSteps or warmupShare, got both":
    "warmupSteps와 warmupShare 가운데 하나만 있어야 하지만 둘 다 있습니다",
  "expected a word without white space, such as <my-style>":
    "<my-style>처럼 공백이 없는 단어여야 합니다",
  "expected none with the source prediction, which needs no pictures, got one":
    "출처가 prediction이면 사진이 필요 없으므로 비워 두어야 하지만 값이 있습니다",
  // data
  "caption {0}: {1}": "설명 {0}: {1}",
  "expected at most {0} bytes, got {1}. Is this a caption?":
    "{0}바이트 이하여야 하지만 {1}바이트입니다. 설명 파일이 맞나요?",
  "expected UTF-8 text, got UTF-16. Save it as UTF-8.":
    "UTF-8 텍스트여야 하지만 UTF-16입니다. UTF-8로 저장하세요.",
  "expected UTF-8 text, got a file with zero bytes. Save it as plain UTF-8 text.":
    "UTF-8 텍스트여야 하지만 값이 0인 바이트가 들어 있습니다. UTF-8 일반 텍스트로 저장하세요.",
  "expected UTF-8 text, got bytes that are not UTF-8 (perhaps Latin-1). Save it as UTF-8.":
    "UTF-8 텍스트여야 하지만 UTF-8이 아닌 바이트가 있습니다(CP949나 Latin-1일 수 있습니다). UTF-8로 저장하세요.",
  "a file. Name the folder that holds it.": "지정한 것은 파일입니다. 파일이 든 폴더를 지정하세요.",
  "nothing at that path.": "이 경로에 아무것도 없습니다.",
  "an empty folder": "빈 폴더",
  "none among {0} entries": "파일 {0}개를 살펴봄",
  "expected at most {0} pixels, got {1}. Shrink the picture, or raise maxPixels if you trust it.":
    "{0}픽셀 이하여야 하지만 {1}입니다. 사진을 줄이거나, 믿을 수 있는 사진이면 maxPixels를 높이세요.",
  "expected sides of at least {0} pixels, got {1}: the picture is too small to learn from. Remove it, or lower minSidePixels.":
    "변의 길이가 {0}픽셀 이상이어야 하지만 {1}입니다. 너무 작아 배울 것이 없는 사진입니다. 사진을 빼거나 minSidePixels를 낮추세요.",
  "expected a still picture, got an animation. Export the frame you want as PNG, or set animated to first-frame.":
    "움직이지 않는 사진이어야 하지만 애니메이션입니다. 원하는 프레임을 PNG로 내보내거나 animated 값을 first-frame으로 하세요.",
  "expected a picture, got an empty file.": "사진이어야 하지만 빈 파일입니다.",
  "expected at most {0} bytes, got {1}. Shrink the picture.":
    "{0}바이트 이하여야 하지만 {1}바이트입니다. 사진을 줄이세요.",
  "expected JPEG, PNG, WebP or AVIF, got {0}. {1}":
    "JPEG, PNG, WebP, AVIF 가운데 하나여야 하지만 다음 형식입니다: {0}. {1}",
  "Restore the picture or remove the file.": "사진을 원본으로 바꾸거나 파일을 지우세요.",
  "bytes of another kind": "알 수 없는 형식",
  // train
  "{0} Go on from the newest snapshot: atelier resume {1}":
    "{0} 가장 최근 스냅숏부터 이어서 학습하세요: atelier resume {1}",
  "{0} The result of step {1}, the last good one, is saved: {2}.":
    "{0} 마지막으로 정상이었던 {1}스텝의 결과를 저장했습니다: {2}.",
  "{0} The result of step {1}, the best so far, is saved: {2}.":
    "{0} 지금까지 가장 좋았던 {1}스텝의 결과를 저장했습니다: {2}.",
  "the one picture there is": "지금 있는 사진 1장",
  "the {0} pictures there are": "지금 있는 사진 {0}장",
  "a loss of NaN or infinity for {0}": "다음 사진의 손실이 NaN 또는 무한대: {0}",
  "gradients of NaN or infinity from {0}": "다음 사진에서 나온 그래디언트가 NaN 또는 무한대: {0}",
  // adapters
  "The system probably ran out of memory: use a smaller data.width and data.height, a smaller batchSize, or gradientCheckpointing: on.":
    "시스템의 메모리가 모자랐던 것 같습니다. data.width와 data.height 값을 줄이거나, batchSize 값을 줄이거나, gradientCheckpointing: on을 쓰세요.",
  "This is a fault of a native library or of Atelier; run `atelier doctor`, and try another device.backend or fewer device.threads.":
    "네이티브 라이브러리나 Atelier의 문제입니다. `atelier doctor`를 실행하고, device.backend 값을 바꾸거나 device.threads 값을 줄여 보세요.",
  " Its last words:\n{0}": " 마지막 출력:\n{0}",
  // core, files
  "a Git LFS pointer to it": "파일을 가리키는 Git LFS 포인터",
  "a web page": "웹 페이지",
  "This is {0}: download the file again.": "내용이 {0}입니다. 파일을 다시 내려받으세요.",
  "expected a safetensors file, got {0} bytes.": "safetensors 파일이어야 하지만 {0}바이트뿐입니다.",
  "expected a safetensors file, got {0}.": "safetensors 파일이어야 하지만 {0}입니다.",
  "expected a header of at most {0} bytes, got a length of {1}.":
    "헤더가 {0}바이트 이하여야 하지만 길이가 {1}로 적혀 있습니다.",
  "expected a header of {0} bytes, got a file of {1}.":
    "헤더가 {0}바이트여야 하지만 파일이 {1}바이트뿐입니다.",
  "what looks like a PyTorch checkpoint (.ckpt, .pt) under another name":
    "다른 이름이 붙은 PyTorch 체크포인트(.ckpt, .pt)로 보이는 파일",
  "Give it that ending, or convert it to safetensors.":
    "그 확장자를 붙이거나 safetensors로 변환하세요.",
  "what looks like a Python pickle under another name":
    "다른 이름이 붙은 Python pickle로 보이는 파일",
  "Give it the ending .pt, or convert it to safetensors.":
    "확장자 .pt를 붙이거나 safetensors로 변환하세요.",
  "what looks like a JSON file": "JSON 파일로 보이는 것",
  "Name the file of weights that belongs to it.": "이 파일에 딸린 가중치 파일을 지정하세요.",
  "what looks like a GGUF file under another name": "다른 이름이 붙은 GGUF 파일로 보이는 것",
  "Convert it to safetensors first.": "먼저 safetensors로 변환하세요.",
  "The file is cut off or no safetensors file; copy or download it again.":
    "파일이 잘렸거나 safetensors 파일이 아닙니다. 다시 복사하거나 내려받으세요.",
  'expected an honest name, got "__proto__"': '쓸 수 있는 이름이어야 하지만 "__proto__"입니다',
  'expected dtype, shape or data_offsets in "{0}", got "{1}"':
    '"{0}" 항목에는 dtype, shape, data_offsets만 있어야 하지만 "{1}"입니다',
  'expected dtype, shape and data_offsets in "{0}", got fewer':
    '"{0}" 항목에 dtype, shape, data_offsets가 모두 있어야 하지만 빠진 것이 있습니다',
  'expected a known dtype of "{0}", got "{1}"':
    '"{0}" 텐서의 dtype은 아는 것이어야 하지만 "{1}"입니다',
  'expected two data_offsets in "{0}", got {1}':
    '"{0}" 항목의 data_offsets는 2개여야 하지만 {1}개입니다',
  'expected "{0}" to begin at byte {1}, got {2}: {3}':
    '"{0}" 텐서는 {1}바이트에서 시작해야 하지만 {2}바이트에서 시작합니다({3})',
  "an overlap": "겹침",
  "a gap": "빈틈",
  "a whole number of": "정수",
  'expected {0} bytes for "{1}" ({2} {3}), got {4}':
    '"{1}" 텐서({2} {3})는 {0}바이트여야 하지만 {4}바이트입니다',
  "expected {0} bytes of data, got {1}": "데이터가 {0}바이트여야 하지만 {1}바이트입니다",
  " through the proxy {0}": "(프록시 {0} 경유)",
  "The token in {0} is not valid for it; make a new one under Settings, Access Tokens.":
    "{0}에 있는 토큰이 유효하지 않습니다. Settings의 Access Tokens에서 새로 만드세요.",
  "It does not exist, or is private or gated: check the name, and set HF_TOKEN to an access token of an account that may read it.":
    "없거나, 비공개이거나, 접근이 제한된(gated) 저장소입니다. 이름을 확인하고, 읽을 수 있는 계정의 액세스 토큰을 HF_TOKEN에 넣으세요.",
  "It is gated: accept its conditions on its web page with the account whose token is in {0}.":
    "접근이 제한된(gated) 저장소입니다. {0}에 있는 토큰의 계정으로 저장소 웹 페이지에서 조건에 동의하세요.",
  "The proxy wants a name and a password: write http://name:password@host:port into its variable.":
    "프록시에 이름과 비밀번호가 필요합니다. 프록시 환경 변수에 http://name:password@host:port 형태로 적으세요.",
  "No such repository, revision or file; check the name and the part behind the @.":
    "그런 저장소나 리비전, 파일이 없습니다. 이름과 @ 뒤를 확인하세요.",
  "Too many requests; wait a few minutes.": "요청이 너무 많습니다. 몇 분 뒤에 다시 하세요.",
  "Check the name.": "이름을 확인하세요.",
  "The hub has a problem; try again later.": "Hub에 문제가 있습니다. 나중에 다시 하세요.",
  "The hub or the proxy has a problem; try again later.":
    "Hub나 프록시에 문제가 있습니다. 나중에 다시 하세요.",
  "The file is damaged, cut off or of another kind; take another form of the model.":
    "파일이 손상되었거나 잘렸거나 다른 종류입니다. 모델의 다른 형식을 쓰세요.",
  "This looks like a safetensors file under another name: rename it.":
    "다른 이름이 붙은 safetensors 파일로 보입니다. 이름을 바꾸세요.",
  "The file is damaged, cut off, or holds more than a model; get the safetensors form of it.":
    "파일이 손상되었거나 잘렸거나 모델이 아닌 것까지 들어 있습니다. safetensors 형식을 받으세요.",
};
