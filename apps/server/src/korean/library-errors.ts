/** @file Errors of the library in Korean, and what is said of files that were not taken, by their English templates. */

import type { SentenceCatalogue } from "@atelier/engine";

/** Sentences by templates. */
export const libraryErrors: SentenceCatalogue = {
  // folder/
  "{0}: failed with {1}. {2}": "{0}: 파일 작업에 실패했습니다({1}). {2}",
  "The disk is full; free some space.": "디스크가 가득 찼습니다. 공간을 비우세요.",
  "The disk quota is used up; free some space.": "디스크 할당량을 다 썼습니다. 공간을 비우세요.",
  "The server may not do that there; change the permissions of the library's folder.":
    "서버에 권한이 없습니다. 보관함 폴더의 권한을 바꾸세요.",
  "The file system is read-only; choose another place for the library.":
    "읽기 전용 파일 시스템입니다. 보관함을 다른 곳에 두세요.",
  "Too many files are open; try again.": "열린 파일이 너무 많습니다. 다시 시도하세요.",
  "Another program uses the file; close it and try again.":
    "다른 프로그램이 파일을 쓰고 있습니다. 그 프로그램을 닫고 다시 시도하세요.",
  "Check the library's folder and the disk.": "보관함 폴더와 디스크를 확인하세요.",
  "library {0}: expected one of version {1}, got version {2}. Use the Atelier that made it, or a newer one.":
    "보관함 {0}: 버전 {1}이어야 하지만 버전 {2}입니다. 이 보관함을 만든 Atelier나 더 새로운 버전을 쓰세요.",
  "{0}: expected the library's version, got something else ({1}). Restore the file, or remove it where the folder is a library of this version.":
    "{0}: 보관함의 버전이 있어야 하지만 다른 내용입니다({1}). 파일을 되돌리거나, 이 버전의 보관함이 맞으면 파일을 지우세요.",
  "{0}: expected a name that is free, got {1} that are taken. Choose another name.":
    "{0}: 쓸 수 있는 이름이어야 하지만 {1}개가 모두 쓰이고 있습니다. 다른 이름을 고르세요.",
  "{0}: expected a name that every system can store, got another. Choose a simple name of at most {1} bytes.":
    "{0}: 모든 운영체제에 저장할 수 있는 이름이어야 하지만 그렇지 않습니다. {1}바이트 이하의 간단한 이름을 고르세요.",
  "{0}: expected the name of a file or folder, got something else. Names have no slashes and are no dots.":
    "{0}: 파일이나 폴더의 이름이어야 하지만 다른 값입니다. 이름에는 빗금이 없어야 하고 점만으로 이루어질 수 없습니다.",
  "{0}: expected a file or folder of the library, got a link that leads out of it. Copy there what the link means.":
    "{0}: 보관함의 파일이나 폴더여야 하지만 밖을 가리키는 링크입니다. 링크가 가리키는 것을 그 자리에 복사하세요.",
  "trash {0}: expected something that was removed, got nothing of that name. It may have been restored already, or deleted with the trash.":
    "휴지통 {0}: 지운 것이 있어야 하지만 없습니다. 이미 되돌렸거나 휴지통을 비울 때 함께 지워졌을 수 있습니다.",
  // datasets/
  "data set {0}: expected one of the library, got none of that name.":
    "데이터셋 {0}: 보관함에 있어야 하지만 없습니다.",
  "data set {0}: expected a name that is free, got that of {1}. Choose another.":
    "데이터셋 {0}: 쓸 수 있는 이름이어야 하지만 {1} 데이터셋의 이름과 같습니다. 다른 이름을 고르세요.",
  "data set {0}: expected a name that is free, got a taken one. Choose another.":
    "데이터셋 {0}: 쓸 수 있는 이름이어야 하지만 이미 쓰이고 있습니다. 다른 이름을 고르세요.",
  "data set {0}: expected pictures, got none that can be used. Add some first.":
    "데이터셋 {0}: 쓸 수 있는 사진이 있어야 하지만 없습니다. 먼저 사진을 추가하세요.",
  "picture {0}: expected one of data set {1}, got none of that name.":
    "사진 {0}: {1} 데이터셋에 있어야 하지만 없습니다.",
  "picture {0}: expected a whole picture, got one that does not decode ({1}). Replace or remove it.":
    "사진 {0}: 온전한 사진이어야 하지만 열 수 없습니다({1}). 파일을 바꾸거나 지우세요.",
  "{0}: expected a whole picture, got one that does not decode ({1}). Replace or remove it.":
    "{0}: 온전한 사진이어야 하지만 열 수 없습니다({1}). 파일을 바꾸거나 지우세요.",
  "{0}: expected JPEG, PNG, WebP or AVIF, got a file of another kind. Replace or remove it.":
    "{0}: JPEG, PNG, WebP, AVIF여야 하지만 다른 종류의 파일입니다. 파일을 바꾸거나 지우세요.",
  "{0}: expected JPEG, PNG, WebP or AVIF, got {1}. Export it as PNG or JPEG.":
    "{0}: JPEG, PNG, WebP, AVIF여야 하지만 {1} 파일입니다. PNG나 JPEG로 내보내세요.",
  "{0}: expected at most {1} bytes, got more. Shrink the picture.":
    "{0}: {1}바이트 이하여야 하지만 더 큽니다. 사진을 줄이세요.",
  "{0}: the data set has this very picture already, as {1}.":
    "{0}: 같은 사진이 데이터셋에 이미 있습니다({1}).",
  "{0}: expected the caption of a picture, got none of that name. Add the picture with it.":
    "{0}: 같은 이름의 사진이 있어야 하지만 없습니다. 사진과 함께 추가하세요.",
  "{0}: {1} has a caption already, which stays. Change it in the data set.":
    "{0}: {1} 사진에는 이미 설명이 있어 그대로 두었습니다. 데이터셋에서 고치세요.",
  "{0}: expected a whole .zip of pictures, got one that is damaged or made to harm ({1}). Nothing of it was taken.":
    "{0}: 사진이 든 온전한 .zip이어야 하지만 손상되었거나 해를 끼치도록 만든 파일입니다({1}). 아무것도 추가하지 않았습니다.",
  "{0}: expected a file, got a link or a device. Pack what it means.":
    "{0}: 파일이어야 하지만 링크나 장치입니다. 가리키는 것을 압축하세요.",
  "{0}: expected a file that can be read, got one with a password. Pack it without.":
    "{0}: 읽을 수 있는 파일이어야 하지만 암호가 걸려 있습니다. 암호 없이 압축하세요.",
  "{0}: expected a file stored or packed as most programs do (deflate), got one packed otherwise. Pack it anew.":
    "{0}: 흔히 쓰는 방식(deflate)으로 압축해야 하지만 다른 방식입니다. 다시 압축하세요.",
  "{0}: expected pictures, got an archive within an archive. Unpack it first.":
    "{0}: 사진이어야 하지만 압축 파일 안의 압축 파일입니다. 먼저 푸세요.",
  "{0}: expected pictures or a .zip of them, got another archive. Unpack it first, or pack it as .zip.":
    "{0}: 사진이나 사진이 든 .zip이어야 하지만 다른 압축 파일입니다. 먼저 풀거나 .zip으로 압축하세요.",
  "upload: expected at most {0} files at once, got more. Add them in several goes.":
    "올리기: 한 번에 파일 {0}개까지 올릴 수 있지만 더 많습니다. 여러 번에 나누어 추가하세요.",
  "upload: expected at most {0} bytes at once, got more. Add them in several goes.":
    "올리기: 한 번에 {0}바이트까지 올릴 수 있지만 더 큽니다. 여러 번에 나누어 추가하세요.",
  "mask of {0}: expected one, got none. Paint one first.":
    "{0}의 마스크: 있어야 하지만 없습니다. 먼저 마스크를 그리세요.",
  "mask of {0}: expected no other picture of the same name but for its ending, got one, which would have the same mask. Remove one of them and add it under another name.":
    "{0}의 마스크: 확장자만 다른 같은 이름의 사진이 없어야 하지만 있어서 마스크를 함께 쓰게 됩니다. 한 장을 지우고 다른 이름으로 추가하세요.",
  "mask of {0}: expected a PNG, got another file.": "{0}의 마스크: PNG여야 하지만 다른 파일입니다.",
  "mask of {0}: expected a whole PNG, got one that does not decode ({1}).":
    "{0}의 마스크: 온전한 PNG여야 하지만 열 수 없습니다({1}).",
  "mask of {0}: expected {1}x{2} pixels as the picture has, got {3}x{4}. Draw the mask over the picture itself.":
    "{0}의 마스크: 사진처럼 {1}x{2}픽셀이어야 하지만 {3}x{4}픽셀입니다. 사진 위에 마스크를 그리세요.",
  // items/
  "{0}: expected a model, adapter or word of the library, got none of that name.":
    "{0}: 보관함의 모델, 어댑터, 단어여야 하지만 그런 이름이 없습니다.",
  "model {0}: expected one of the library, got none of that name.":
    "모델 {0}: 보관함에 있어야 하지만 없습니다.",
  "{0}: expected a whole model, an adapter or a word, got one part of a model ({1}). Add the whole model.":
    "{0}: 온전한 모델, 어댑터, 단어여야 하지만 모델의 한 부분({1})입니다. 모델 전체를 추가하세요.",
  "{0}: expected a model, an adapter or a word, got a file that is none of them. {1}":
    "{0}: 모델, 어댑터, 단어여야 하지만 어느 것도 아닙니다. {1}",
  "{0}: expected a .safetensors file, got another. Convert it first.":
    "{0}: .safetensors 파일이어야 하지만 다른 파일입니다. 먼저 변환하세요.",
  "{0}: expected at most {1} bytes, got more.": "{0}: {1}바이트 이하여야 하지만 더 큽니다.",
  "{0}: expected a .safetensors file, got a pickle, which can run programs when it is read. Convert it with a program that you trust, or get the .safetensors file of the same model.":
    "{0}: .safetensors 파일이어야 하지만 읽을 때 프로그램을 실행할 수 있는 피클 파일입니다. 믿을 수 있는 프로그램으로 변환하거나, 같은 모델의 .safetensors 파일을 쓰세요.",
  "{0}: expected a .safetensors file, got something else. Download it again.":
    "{0}: .safetensors 파일이어야 하지만 다른 내용입니다. 다시 내려받으세요.",
  "{0}: expected a file of the library, got a link that leads out of it. Copy there what the link means.":
    "{0}: 보관함의 파일이어야 하지만 밖을 가리키는 링크입니다. 링크가 가리키는 것을 그 자리에 복사하세요.",
  "{0}: expected files of the library, got a link that leads out of it ({1}). Copy there what the link means.":
    "{0}: 보관함의 파일만 있어야 하지만 밖을 가리키는 링크가 있습니다({1}). 링크가 가리키는 것을 그 자리에 복사하세요.",
  "{0}: expected a picture in it, got none.": "{0}: 안에 그림이 있어야 하지만 없습니다.",
  "{0}: expected {1} bytes, got {2}: the file has changed while it was read. Try again.":
    "{0}: {1}바이트여야 하지만 {2}바이트입니다. 읽는 동안 파일이 바뀌었습니다. 다시 시도하세요.",
  "upload: expected a .safetensors file, got none.":
    "올리기: .safetensors 파일이 있어야 하지만 없습니다.",
  // drawings/
  "drawing {0}: expected one of the library, got none of that name.":
    "그림 {0}: 보관함에 있어야 하지만 없습니다.",
  "{0}: was not taken.": "{0}: 추가하지 않았습니다.",
  "settings: expected a PNG, got another file. Only PNG files bear the settings that they were drawn with.":
    "설정: PNG여야 하지만 다른 파일입니다. 그릴 때의 설정은 PNG 파일에만 들어 있습니다.",
  "its settings are damaged and were not read": "파일의 설정이 손상되어 읽지 않았습니다",
  "it bears no settings of Atelier, A1111 or ComfyUI":
    "Atelier, A1111, ComfyUI의 설정이 들어 있지 않습니다",
  "its ComfyUI graph has no KSampler, and was not read":
    "ComfyUI 그래프에 KSampler가 없어 읽지 않았습니다",
  "its graph samples {0} times; the first was read":
    "그래프에서 {0}번 샘플링하며, 그중 첫 번째만 읽었습니다",
  "scheduler: {0} is not known here; the usual one draws instead":
    "scheduler: 여기에 {0} 스케줄러가 없어 기본 방식으로 그립니다",
  "Sampler: {0} is not known here; the usual one draws instead":
    "Sampler: 여기에 {0} 샘플러가 없어 기본 샘플러로 그립니다",
  "{0}: a node of ComfyUI that has no equivalent in a drawing here":
    "{0}: 여기서 그릴 때에는 같은 것이 없는 ComfyUI 노드입니다",
  "{0}: has no equivalent in a drawing here and was left out":
    "{0}: 여기서 그릴 때에는 같은 것이 없어 뺐습니다",
  "{0}: {1} is not possible here and was left out": "{0}: 여기서는 {1} 값을 쓸 수 없어 뺐습니다",
  // runs/
  "run {0}: expected one of the library, got none of that name.":
    "학습 기록 {0}: 보관함에 있어야 하지만 없습니다.",
  "run {0}: expected a report, got none. It is written when a run ends.":
    "학습 기록 {0}: 보고서가 있어야 하지만 없습니다. 보고서는 학습이 끝날 때 만들어집니다.",
  "run {0}: expected one that nobody works at, got one that trains. Stop it first.":
    "학습 기록 {0}: 쓰고 있지 않아야 하지만 학습하는 중입니다. 먼저 중지하세요.",
  "run {0}: expected a name that the library can use, got another. Rename its folder.":
    "학습 기록 {0}: 보관함에서 쓸 수 있는 이름이어야 하지만 그렇지 않습니다. 폴더 이름을 바꾸세요.",
  "{0}: expected the files of a run, got a link. Copy there what it means.":
    "{0}: 학습 기록의 파일이어야 하지만 링크입니다. 가리키는 것을 그 자리에 복사하세요.",
  "{0}: expected the folder of a run, got one without config.json.":
    "{0}: 학습 기록 폴더여야 하지만 config.json이 없습니다.",
  "{0}: expected a picture or result of run {1}, got none of that name.":
    "{0}: {1} 학습 기록의 그림이나 결과여야 하지만 그런 이름이 없습니다.",
  // settings/
  "{0} is chosen in the Studio: add it to the library and take it from there":
    "{0}: 스튜디오에서 고르는 값입니다. 보관함에 추가하고 거기에서 고르세요",
  "{0}: expected settings as {1}, got text that does not parse ({2}). Correct it.":
    "{0}: {1} 형식의 설정이어야 하지만 읽을 수 없습니다({2}). 내용을 고치세요.",
};
