/** @file What a file is and what it fits, in Korean. */

export const inspectionErrors: Readonly<Record<string, string>> = {
  // what a file fits
  "checkpoints of {0}.": "{0} 체크포인트",
  "checkpoints of {0}, as it says.": "{0} 체크포인트 (파일에 적힌 대로)",
  "checkpoints whose text encoder is {0} wide; no known family is.":
    "텍스트 인코더의 폭이 {0}인 체크포인트. 알려진 모델 계열 가운데는 없습니다.",
  "{0} and {1}": "{0} 및 {1}",
  "an unknown base: the file names no model and adapts no cross-attention.":
    "알 수 없는 기반 모델. 파일에 모델 이름이 없고 크로스 어텐션도 바꾸지 않습니다.",
  "LoRAs and embeddings for {0}.": "{0}용 LoRA와 임베딩",
  "LoRAs and embeddings that were trained on it: it is built like {0}, but its text states are {1} wide.":
    "이 모델로 학습한 LoRA와 임베딩. 구조는 {0} 모델과 같지만 텍스트 상태의 폭이 {1}입니다.",
  "{0} with v-prediction": "v-prediction 방식의 {0}",
  "a checkpoint, as one of its parts; alone it draws nothing.":
    "체크포인트의 한 부분. 이 파일만으로는 아무것도 그릴 수 없습니다.",
  "training: `atelier lora` and `atelier train` read it.":
    "학습: `atelier lora`와 `atelier train` 명령이 읽습니다.",
  // formats
  "diffusers folder": "diffusers 폴더",
  "single file": "단일 파일",
  original: "원래 형식",
  unknown: "알 수 없는 형식",
  "A1111 (pickled)": "A1111 (pickle 파일)",
  "A1111, ComfyUI and kohya": "A1111, ComfyUI, kohya 공통",
  "a tensor without a name": "이름 없는 텐서",
  // kinds of adapters
  "{0} with DoRA magnitudes": "DoRA 크기(magnitude)를 둔 {0}",
  "{0} per input": "입력별 {0}",
  "LoHa with a Tucker core": "Tucker 코어가 있는 LoHa",
  "LoKr with a Tucker core": "Tucker 코어가 있는 LoKr",
  "LoCon with a Tucker core": "Tucker 코어가 있는 LoCon",
  "LoRA with biases": "편향(bias)이 있는 LoRA",
  "full difference": "가중치 차이 전체",
};
