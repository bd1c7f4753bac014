/** @file Every text of the command line that a person reads, in Korean, by command. */

import { byRequest } from "@atelier/diffusion/core";
import { koreanFields } from "@atelier/diffusion/korean";
import type { en as english } from "../en.js";
import { baseText } from "./base-text.js";

const fields: Readonly<Record<string, string>> = koreanFields;

/** The Korean catalogue. */
export const ko: typeof english = {
  program: {
    description:
      "내 사진으로 텍스트-이미지 디퓨전 모델을 파인튜닝합니다: LoRA, DreamBooth, Textual Inversion, 전체 파인튜닝. Python은 필요 없습니다.",
    version: "버전 출력",
    help: "명령 설명 표시",
    json: "표준 출력에 프로그램이 읽을 JSON만 한 줄씩 출력",
    more: `
예시:
  atelier demo
  atelier lora photos/dog --base models/sd15 --prompt "a photo of sks dog"
  atelier dreambooth photos/dog --base models/sd15 --token sks --class dog
  atelier textual-inversion art/ink --base models/sd15 --token "<ink>" --init painting --kind style
  atelier generate --base models/sd15 --prompt "a photo of sks dog in a hat" \\
      --adapter runs/lora/lora.safetensors --out dog.png
  atelier inspect lora.safetensors
  atelier doctor

종료 코드: 0 완료, 1 실패, 2 잘못된 명령줄 또는 설정, 130 Ctrl-C로 중단.
ATELIER_DEBUG=1로 실행하면 오류가 난 위치를 출력합니다.`,
    error: (message) => `오류: ${message}`,
    unexpected: (message) =>
      `내부 오류: ${message}\nAtelier의 버그입니다. ATELIER_DEBUG=1로 다시 실행하고, 출력된 내용을 알려 주세요.`,
    interrupted: "중단했습니다.",
    stopping:
      "중단하는 중입니다. 지금까지 한 작업은 저장됩니다. 저장하지 않고 바로 끝내려면 Ctrl-C를 다시 누르세요.",
  },
  backend: {
    option: "계산을 맡을 백엔드: cpu, webgpu 또는 cuda",
    threads:
      "프로세서의 스레드 수 (기본값: 모든 코어, 바쁜 프로그램이 함께 돌 때는 줄이는 편이 빠름)",
  },
  train: {
    description: "설정 파일대로 학습합니다.",
    argument: "YAML 또는 JSON 설정 파일",
    planOption: "학습에 얼마나 필요한지만 알려 주고 학습하지 않음",
    more: (rule) =>
      `
예시:
  atelier train dog.yaml
  atelier train dog.yaml --rank 8 --steps 1000

설정 파일에 꼭 필요한 항목:
  data: { folder: photos/dog, prompt: a photo of sks dog }
Atelier에 내장된 작은 모델이 아닌 다른 모델을 쓸 때 더 필요한 항목:
  base: { path: models/sd15 }

${rule}`,
    rule: `설정의 모든 항목은 옵션으로도 줄 수 있으며, 옵션이 파일보다 우선합니다. 맨 위 항목과, 다른 그룹에
같은 이름이 없는 항목은 옵션 이름이 항목 이름 그대로입니다(lora.rank: --rank). 그룹의 name, path,
folder, use 항목은 그룹 이름이 옵션 이름이고(base.path: --base), 나머지는 두 이름을 모두 붙입니다
(samples.steps: --samples-steps). 목록은 옵션을 여러 번 써서 줍니다.`,
    field: (description, path) =>
      `${path === "base.path" ? baseText.field : (fields[path] ?? description)} [${path}]`,
    helpAll: "모든 옵션을 그룹별로 표시",
    starting: "시작하는 중",
    step: (loss, left, memory) =>
      `스텝, 손실 ${loss}, ${left} 남음${memory === "" ? "" : `, ${memory}`}`,
    stages: {
      download: (received, total) => `기반 모델 내려받는 중: ${received} / ${total}`,
      quantize: (done, total) =>
        `기반 모델을 더 적은 비트로 저장하는 중 (한 번만): ${done} / ${total}`,
      weights: "기반 모델의 가중치 읽기",
      "class-pictures": "종류(클래스)의 그림 그리기",
      latents: "사진 인코딩",
      captions: "설명(캡션) 인코딩",
      probes: "기반 모델이 무엇을 유지하는지 볼 그림 그리기",
      compile: "계산 그래프 컴파일",
      check: "저장한 파일 확인",
    },
    folder: (path) => `학습 기록 폴더: ${path}`,
    plan: ({ pictures, width, height, steps, adaptedLayers, trainedParameters }) =>
      `${width}×${height} 사진 ${pictures}장으로 ${steps}스텝: ${adaptedLayers === 0 ? "" : `레이어 ${adaptedLayers}개의 `}파라미터 ${trainedParameters}개`,
    memory: (total, batch, pictures) =>
      `메모리 약 ${total}${batch === pictures ? "" : `, 사진 ${pictures}장을 ${batch}장씩 나누어 계산`}`,
    tooLarge: (total, machine) =>
      `이 학습에는 메모리가 약 ${total} 필요하지만 이 컴퓨터에는 ${machine}뿐입니다. --max-memory에 쓸 수 있는 GB를 적으면 그 안에 맞춰 학습합니다.`,
    lastStep: (path) => `마지막 스텝의 결과: ${path}`,
    heldOut: (names, validation) => {
      const some =
        validation !== undefined && validation.pictures > names.length
          ? ` (${validation.folder} 폴더의 사진 ${validation.pictures}장 중 ${names.length}장)`
          : "";
      return `비슷한 사진도 배우는지 보려고 학습하지 않고 남겨 둔 사진: ${names.join(", ")}${some}`;
    },
    usedMemory: (used, planned) => `메모리: 최대 ${used}, 예상 ${planned}`,
    bucket: (width, height, names, cropped) =>
      `${width}×${height}: 사진 ${names.length}장 (${names.slice(0, 6).join(", ")}${names.length > 6 ? ", …" : ""}), 최대 ${Math.round(100 * cropped)} % 잘림`,
    resumed: (step) =>
      step === 0 ? "아직 스냅숏이 없어 처음부터 시작합니다." : `${step}스텝에서 이어서 학습합니다.`,
    sample: (path) => `샘플: ${path}`,
    saved: (path) => `저장했습니다: ${path}`,
    finished: (steps, time) => `${steps}스텝 학습을 마쳤습니다 (${time}).`,
    ended: ({ watcher, reason }) =>
      watcher === byRequest ? "요청에 따라 마쳤습니다." : `조기 종료 (${watcher}): ${reason}`,
    interrupted: (step) =>
      `${step}스텝까지 학습하고 중단했습니다. 지금까지 만든 것은 저장했습니다.`,
    use: (options) => `학습 결과로 그리기:\n  atelier generate ${options} --out picture.png`,
    goOn: (run) => `이어서 학습하기:\n  atelier resume ${run}`,
    finish: (run) =>
      `지금까지 가장 좋은 지점을 결과로 여기서 마치기:\n  atelier resume ${run} --finish`,
  },
  lora: {
    description: "사진 폴더로 LoRA를 학습합니다.",
    argument: "사진 폴더 (JPEG, PNG, WebP, AVIF), 설명(캡션)은 사진 옆에 두거나 --prompt로 지정",
    more: (rule) =>
      `
예시:
  atelier lora photos/robot --prompt "a sks robot"
  atelier lora photos/dog --base models/sd15 --prompt "a photo of sks dog"
  atelier lora photos/style --base org/model --rank 8 --steps 1500 --samples-every-steps 100

${rule}`,
  },
  generate: {
    description: "그림을 그립니다.",
    prompt: "그릴 것",
    negative: "그리지 않을 것",
    promptSyntax:
      "두 프롬프트의 괄호를 읽는 방식: a1111(기본값)은 (word), (word:1.3), [word], BREAK를 아래 설명대로, plain은 모든 글자를 텍스트로 읽음",
    adapter: "LoRA 파일, 폴더 또는 Hugging Face 저장소 (강도는 콜론 뒤에, 여러 개면 옵션을 반복)",
    adapterMetavar: "file[:weight]",
    embedding:
      "Textual Inversion 파일 (프롬프트에서는 파일에 든 토큰이나 여기서 준 이름으로 부르며, 여러 개면 옵션을 반복)",
    embeddingMetavar: "[name=]file",
    sampler: "샘플러 (기본값: 모델의 샘플러)",
    steps: "디노이징 스텝 수 (기본값: 모델의 권장값, 없으면 30)",
    guidance: "프롬프트를 따르는 정도, 1이면 가이던스 없음 (기본값: 모델의 권장값, 없으면 7.5)",
    rescale: "가이던스 리스케일 (Lin et al. 2023), v-prediction 모델에서는 보통 0.7",
    seed: "첫 그림의 시드, 다음 그림부터는 하나씩 큰 수",
    width: "가로 픽셀 수 (기본값: 모델의 가로 크기)",
    height: "세로 픽셀 수 (기본값: 모델의 세로 크기)",
    count: "그릴 그림 수",
    clipSkip:
      "텍스트 인코더의 끝에서 뺄 레이어 수, 네거티브 프롬프트에도 적용 (1이면 끝에서 두 번째 레이어를 쓰며 A1111의 clip skip 2와 같음)",
    out: ".png 파일(여러 장이면 cat-1.png, cat-2.png …) 또는 폴더 (기본값: 현재 폴더에 새 이름)",
    force: "이미 있는 파일 덮어쓰기",
    ignoreUnknown: "어댑터의 텐서 중 기반 모델의 어느 레이어에도 맞지 않는 것을 제외",
    eta: "DDIM의 η (0이면 무작위 없음, 1이면 DDPM만큼)",
    ignored: (path, count, keys) =>
      `${path}: 텐서 ${count}개는 맞는 레이어가 없어 제외합니다: ${keys}`,
    more: `
예시:
  atelier generate --prompt "a noto style dog on a red background"
  atelier generate --base models/sd15 --prompt "a lighthouse" --seed 5 --out lighthouse.png
  atelier generate --base models/sd15 --prompt "sks dog" --adapter dog.safetensors:0.8 --count 4 --out dogs

프롬프트는 A1111과 같은 방식으로 읽습니다: (word) 1.1배, (word:1.3) 1.3배, [word] 1/1.1배로 반영하며,
괄호는 겹쳐 쓸 수 있습니다. \\( 및 \\) 표기는 괄호 글자 자체이고, BREAK 다음부터 새로운 토큰 75개가
시작됩니다. LoRA는 프롬프트가 아니라 --adapter로 줍니다. <lora:name:0.8> 표기는 제외하고 그 사실을
알려 줍니다. [from:to:0.5], [a|b], AND 표기는 단어로 읽고 그 사실을 알려 줍니다. 임베딩의 단어는 홀로
쓰일 때만 통하고, 다른 단어 안에 있을 때는 통하지 않습니다.

그림에는 생성 정보가 A1111과 같은 형식으로 들어갑니다. 생성 정보를 보려면
\`atelier inspect picture.png\` 명령을 실행하세요.`,
    loading: "모델 불러오는 중",
    hashing: "기록에 남길 모델 파일의 해시 계산 중",
    step: (picture, count) =>
      count === 1 ? "디노이징 스텝" : `디노이징 스텝 (그림 ${count}장 중 ${picture}번째)`,
    unused: (count, keys) =>
      `기반 모델의 텐서 ${count}개는 어느 모델에서도 쓰이지 않습니다: ${keys}`,
    alphaIsRank: (path) =>
      `${path}: 알파가 적혀 있지 않은 모듈이 있어 랭크를 알파로 씁니다. 학습할 때의 값과 다를 수 있습니다.`,
    wrote: (path, seed, time) => `${path} (시드 ${seed}, ${time})`,
    // The parser's frame puts the word for an error before it.
    missing: (options) =>
      `꼭 필요한 옵션이 없습니다: ${options} (\`atelier generate --help\` 명령으로 예시를 볼 수 있습니다)`,
    twoNames: ({ path, token, other, isPossible }) =>
      isPossible
        ? `${path}: 여기서 부르는 이름은 ${token}, 다른 이름은 ${other}입니다. 다른 이름을 고르려면 --embedding ${other}=${path} 옵션을 쓰세요.`
        : `${path}: 여기서 부르는 이름은 ${token}입니다. 다른 이름("${other}")은 새 단어로 쓸 수 없습니다. 다르게 부르려면 --embedding name=${path} 옵션을 쓰세요.`,
    unusableWord: (token, reason) => `어댑터에 든 단어("${token}")는 쓰지 않습니다: ${reason}`,
    unusable: {
      "white-space": "단어에는 공백이 들어갈 수 없습니다. 어댑터 자체는 사용합니다.",
      taken:
        "같은 이름의 단어가 이미 있습니다. 그 단어를 --embedding으로 주었다면 그쪽을 쓰며, 어댑터 자체는 사용합니다.",
    },
    expected: {
      wholeFrom: (minimum) => `${minimum} 이상의 정수여야 합니다.`,
      numberFrom: (minimum) => `${minimum} 이상의 수여야 합니다.`,
      between: (minimum, maximum) => `${minimum} 이상 ${maximum} 이하의 수여야 합니다.`,
    },
  },
  inspect: {
    description: "파일이나 폴더가 무엇인지, 어떤 문제가 있는지 알려 줍니다.",
    argument:
      "체크포인트, 어댑터, 임베딩, 그림, 또는 이런 것이 든 폴더 (Atelier에 내장된 기반 모델은 embedded)",
    base: "어댑터가 맞는지 견주어 볼 체크포인트",
    more: `
예시:
  atelier inspect lora.safetensors --base models/sd15
  atelier inspect loras/*.safetensors
  atelier inspect models/sd15 --json
  atelier inspect embedded

모델의 모든 숫자를 읽어 NaN, 그리고 0뿐인 텐서를 찾습니다. 종료 코드 1은 문제가 있다는
뜻입니다.`,
    reading: "읽는 중",
    kinds: {
      checkpoint: "체크포인트",
      unet: "U-Net 단독",
      transformer: "트랜스포머 단독",
      vae: "VAE 단독",
      "text-encoder": "텍스트 인코더 단독",
      adapter: "어댑터",
      embedding: "Textual Inversion 임베딩",
      pictures: "사진 폴더",
      picture: "그림",
      unknown: "Atelier가 모르는 것",
    },
    fields: {
      kind: "종류",
      family: "모델 계열",
      predicts: "예측하는 것",
      tuning: "튜닝 방식",
      title: "제목",
      rank: "랭크",
      alpha: "알파",
      modules: "모듈",
      triggers: "트리거 단어",
      vectors: "벡터",
      dtype: "자료형",
      parameters: "파라미터",
      size: "크기",
      fingerprint: "지문",
      fits: "쓸 수 있는 곳",
      pictures: "사진",
      drawn: "생성 정보",
    },
    modules: (count, parts) => `${count} (${parts})`,
    predictsAssumed: (type) => `${type} (추정)`,
    predictsBase: (type) => `${type}, 학습에 쓴 모델과 같음`,
    textEncoder: "텍스트 인코더 포함",
    unetOnly: "U-Net만",
    convolutions: "합성곱 포함",
    vectors: (count, width) => `${count}개, 폭 ${width}`,
    captioned: (pictures, captioned) => `${pictures}장, 그중 ${captioned}장에 설명(캡션) 파일 있음`,
    none: "찾지 못함",
    healthy: "문제가 없습니다.",
    error: (message) => `문제: ${message}`,
    warning: (message) => `참고: ${message}`,
  },
  verify: {
    description: "설치가 올바른지 확인합니다: 저장된 PyTorch 결과를 그대로 다시 계산해 비교합니다.",
    argument:
      "models/, schedulers.json, pipeline/, pipelines/, judges/ 항목이 든 폴더 (일부는 없어도 됨)",
    more: `
예시:
  atelier verify fixtures
  atelier verify fixtures --backend webgpu --json

확인마다 한 줄: ok, FAIL 또는 skip, 이름, 오차, 허용 오차. 하나라도 실패하면 종료 코드는
1입니다.`,
    numbers: (error, tolerance) => `오차 ${error} 허용 오차 ${tolerance}`,
    summary: (passed, failed, skipped) =>
      `통과 ${passed}개, 실패 ${failed}개${skipped > 0 ? `, 건너뜀 ${skipped}개` : ""}`,
  },
  doctor: {
    description: "이 컴퓨터를 점검합니다: 버전, 백엔드, 메모리, 디스크, Hub와 프록시, 캐시.",
    more: `
예시:
  atelier doctor
  atelier doctor --json
  atelier doctor --backend webgpu

백엔드마다 별도의 프로세스에서 작은 계산을 해 보고 확인합니다. 프로세서는 ONNX Runtime의 C API로 쓰며,
ATELIER_ORT=binding이면 onnxruntime-node로 씁니다. ATELIER_ORT_LIB에는 프로세서와 CUDA에 쓸 다른
ONNX Runtime 라이브러리를 지정합니다. Hub에는 Python의 huggingface_hub와 같은 방식으로
접속합니다: HF_HOME, HF_HUB_CACHE, HF_TOKEN, HF_TOKEN_PATH, \`hf auth login\` 명령이 쓰는 파일,
HF_ENDPOINT, HF_HUB_OFFLINE, HF_HUB_DOWNLOAD_TIMEOUT, HF_HUB_DISABLE_SYMLINKS,
HF_HUB_DISABLE_IMPLICIT_TOKEN, HF_HUB_DISABLE_PROGRESS_BARS. 프록시는 HTTPS_PROXY, HTTP_PROXY,
ALL_PROXY, NO_PROXY를 따르고, 인증서는 REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE 또는 SSL_CERT_FILE을
따릅니다.`,
    backend: "이 백엔드만 더 자세히 점검: cpu, webgpu 또는 cuda",
    probing: (backend) => `${backend} 확인 중`,
    placing: (backend) => `${backend}용으로 학습 컴파일 중`,
    labels: {
      versions: "버전",
      backend: (name) => `백엔드 ${name}`,
      placement: (name) => `${name} 학습`,
      memory: "메모리",
      embedded: "내장 기반 모델",
      disk: "디스크",
      hub: "Hugging Face Hub",
      proxy: "프록시",
      hubCache: "Hugging Face 캐시",
      cache: "Atelier 캐시",
    },
    versions: (atelier, node, runtime, platform) =>
      `atelier ${atelier}, node ${node}, onnxruntime-node ${runtime}, ${platform}`,
    notInstalled: "설치되지 않음",
    backendWorks: (time, error) => `정상 (${time}, 오차 ${error})`,
    byCApi: "ONNX Runtime의 C API 사용",
    byLibrary: (path) => `ATELIER_ORT_LIB 라이브러리 사용, ${path}`,
    byBinding: (reason) => `ONNX Runtime의 C API가 아니라 onnxruntime-node 사용: ${reason}`,
    noCApi:
      "이 방식으로는 전체 파인튜닝이 4분의 1만큼 더 오래 걸리고, Ctrl-C를 눌러도 진행 중인 스텝이 끝나야 멈춥니다. `npm install`을 실행하면 C API를 쓰게 해 주는 koffi가 설치됩니다.",
    backendWrong: (error) => `계산 결과가 틀림 (오차 ${error})`,
    backendFails: (reason) => `작동하지 않음: ${reason}`,
    allPlaced: (graphs) =>
      `내장 기반 모델의 스텝과 모든 옵티마이저의 업데이트에서 프로세서로 넘어가는 연산 없음 (그래프 ${graphs}개)`,
    leftToProcessor: (operators) => `프로세서에서 실행되는 연산: ${operators.join(", ")}`,
    slowPlacement:
      "결과는 맞지만 스텝마다 값이 프로세서를 오갑니다. 이 줄과 장치 이름을 적어 알려 주세요.",
    placementUnknown: (reason) => `연산이 어디에서 실행되는지 알 수 없음: ${reason}`,
    noPlacementBase: "내장 기반 모델이 없어 확인하지 않음",
    embedded: (size, fingerprint) => `온전함 (${size}, 지문 ${fingerprint})`,
    memory: (free, total) => `전체 ${total} 중 여유 ${free}`,
    disk: (free, path) => `여유 ${free}, ${path}`,
    cache: (size, files, path) => `${size}, 파일 ${files}개, ${path}`,
    noCache: (path) => `비어 있음, ${path}`,
    hub: (endpoint, token, isOffline) =>
      isOffline ? "접속하지 않음 (HF_HUB_OFFLINE), 캐시만 사용" : `${endpoint}, ${token}`,
    token: (source, stored) => {
      if (source !== undefined) return `액세스 토큰 있음 (출처: ${source})`;
      const none = "액세스 토큰 없음 (비공개 모델과 접근 제한(gated) 모델에만 필요)";
      return stored.length === 0
        ? none
        : `${none}, 저장된 토큰(${stored.join(", ")}) 중 사용 중인 것도 없음 (\`hf auth switch\` 명령으로 변경)`;
    },
    unheeded: (variables) => `설정되어 있지만 여기서는 쓰이지 않음: ${variables.join(", ")}`,
    proxy: (proxy, excepted) => (excepted.trim() === "" ? proxy : `${proxy}, 제외: ${excepted}`),
    proxyFails: (proxy, problem) => `${proxy}: 연결되지 않음, ${problem}`,
    fixProxy: (variable) =>
      `${variable} 값을 고치거나 지우세요. 프록시 없이 접속할 호스트는 NO_PROXY에 적습니다.`,
    noAnswer: (seconds) => `${seconds}초 안에 응답 없음`,
    ended: (how) => `프로세스가 끝남: ${how}`,
    advice: (text) => `  → ${text}`,
    oldNode: (minimum) => `nodejs.org에서 Node ${minimum} 이상을 설치하세요.`,
    brokenCpu:
      "CPU 백엔드는 꼭 작동해야 합니다. node_modules를 지우고 `npm install`을 다시 실행하세요. Windows에서는 Visual C++ 런타임도 설치하세요.",
    wrongNumbers:
      "이 백엔드로 학습하지 마세요. 그래픽 드라이버를 업데이트하거나 --backend로 다른 백엔드를 쓰세요.",
    webgpu:
      "그래픽 드라이버를 설치하거나 업데이트하세요 (Linux에서는 Vulkan 드라이버, Windows에서는 D3D12). CPU는 드라이버 없이도 작동합니다.",
    cuda: "NVIDIA GPU와 다음 둘 중 하나가 필요합니다. 하나는 onnxruntime-node의 CUDA 파일과 라이브러리 경로에 있는 CUDA 12, cuDNN 9입니다: `npm rebuild onnxruntime-node --ignore-scripts=false`. 다른 하나는 PyPI의 onnxruntime-gpu 라이브러리이며 1.30에는 CUDA 13과 cuDNN 9가 필요합니다: `pip download --no-deps onnxruntime-gpu`로 받은 휠을 풀고 onnxruntime/capi/libonnxruntime.so.* 경로를 ATELIER_ORT_LIB에 지정하세요. 없으면 webgpu나 cpu를 쓰세요.",
    lowMemory:
      "SD 1.5 크기 모델의 LoRA에는 약 7 GB가 필요합니다. 다른 프로그램을 닫거나 더 작은 크기로 학습하세요.",
    lowDisk:
      "기반 모델 하나에 2–7 GB가 필요합니다. 공간을 비우거나 HF_HOME과 ATELIER_CACHE를 다른 디스크로 지정하세요.",
    summary: (problems) =>
      problems === 0
        ? "필요한 것이 모두 작동합니다."
        : `살펴볼 것이 ${problems}개 있습니다. 위의 화살표를 보세요.`,
  },
};
