/** @file What errors of reading and writing files say, in Korean. */

export const fileErrors: Readonly<Record<string, string>> = {
  // tuning/adapter-fit.ts
  "{0}: the model has no such layer": "{0}: 모델에 없는 레이어입니다",
  "{0}: {1}, got {2}": "{0}: {1}, 파일에는 {2}",
  "… and {0} more": "… 외 {0}개",
  // core/lora-weights.ts
  "expected {0}, got {1} alone. The file is damaged; copy or download it again.":
    "다음이 모두 있어야 하지만 {1}뿐입니다: {0}. 손상된 파일입니다. 다시 복사하거나 내려받으세요.",
  "expected {0}, got {1}. The file is damaged or no {2}.":
    "행렬의 모양이 다음과 같아야 하지만 {1}입니다: {0}. 파일이 손상되었거나 {2} 파일이 아닙니다.",
  "a down and an up factor": "down 행렬과 up 행렬",
  "a down and an up factor and a magnitude": "down 행렬, up 행렬, 크기(magnitude)",
  "the factors w1_a, w1_b, w2_a and w2_b": "행렬 w1_a, w1_b, w2_a, w2_b",
  "w1 or w1_a and w1_b, and w2 or w2_a and w2_b": "w1 또는 w1_a와 w1_b, 그리고 w2 또는 w2_a와 w2_b",
  "factors [rank, in] and [out, rank], or [rank, in, height, width] and [out, rank, 1, 1]":
    "행렬 [rank, in]과 [out, rank], 또는 [rank, in, height, width]와 [out, rank, 1, 1]",
  "{0} and a magnitude [out] or [1, in]": "{0}, 그리고 크기(magnitude) [out] 또는 [1, in]",
  "pairs of factors [out, rank] and [rank, in]": "[out, rank]와 [rank, in] 행렬의 쌍",
  "w1 as a matrix and pairs of factors [out, rank] and [rank, in]":
    "w1은 행렬, 나머지는 [out, rank]와 [rank, in] 행렬의 쌍",
  // files/adapter
  "{0}: expected an adapter that can be divided by outputs, got {1} on a layer that is several in diffusers' models. Use LoRA, DoRA per output or LoHa.":
    "{0}: 출력별로 나눌 수 있는 어댑터여야 하지만, diffusers 모델에서 여러 레이어에 해당하는 레이어가 {1} 방식입니다. LoRA, 출력별 DoRA, LoHa 가운데 하나를 쓰세요.",
  "{0}: expected outputs in {1} equal parts, got {2}. The adapter was made for another model.":
    "{0}: 출력을 똑같이 {1}등분할 수 있어야 하지만 출력이 {2}개입니다. 다른 모델용으로 만든 어댑터입니다.",
  "{0}: expected LoRA tensors for modules of this model, got {1}. The file is no LoRA or made for another model family.":
    "{0}: 이 모델의 모듈에 쓰는 LoRA 텐서가 있어야 하지만 {1}입니다. LoRA가 아니거나 다른 계열의 모델용으로 만든 파일입니다.",
  '{0}: expected one {1} tensor for {2}, got "{3}" and "{4}". The file holds two adapters: write each to a file of its own with the tool that made it.':
    '{0}: {2} 모듈에는 {1} 텐서가 하나여야 하지만 "{3}", "{4}" 둘이 있습니다. 어댑터가 두 개 든 파일입니다. 파일을 만든 도구로 어댑터를 하나씩 따로 저장하세요.',
  "{0}: expected one kind of adapter for {1}, got {2}. The file holds two adapters: write each to a file of its own with the tool that made it.":
    "{0}: {1} 모듈에는 어댑터가 한 종류여야 하지만 {2}입니다. 어댑터가 두 개 든 파일입니다. 파일을 만든 도구로 어댑터를 하나씩 따로 저장하세요.",
  "{0}: expected {1} in the folder, got none of them. Name the LoRA file itself.":
    "{0}: 폴더에 다음 파일 가운데 하나가 있어야 하지만 없습니다: {1}. LoRA 파일을 직접 지정하세요.",
  "{0}: expected JSON, got {1}.": "{0}: JSON이어야 하지만 읽을 수 없습니다: {1}.",
  "{0}: expected a JSON object, got another value.": "{0}: JSON 객체여야 하지만 다른 값입니다.",
  "{0}: expected numbers r above 0 and lora_alpha other than 0, got {1} and {2}. Restore the file from its source.":
    "{0}: r 값은 0보다 큰 수, lora_alpha 값은 0이 아닌 수여야 하지만 {1}, {2}입니다. 파일을 받은 곳에서 다시 받으세요.",
  '{0}: expected {1} to give modules numbers other than 0, got "{2}": {3}. Restore the file from its source.':
    '{0}: {1} 항목은 모듈에 0이 아닌 수를 주어야 하지만 "{2}": {3}입니다. 파일을 받은 곳에서 다시 받으세요.',
  '{0}: expected one adapter of {1}, got one of its own and one of "{2}". The file holds two adapters: write each to a file of its own with the tool that made it.':
    '{0}: {1} 모듈의 어댑터는 하나여야 하지만 자체 어댑터와 "{2}"의 어댑터가 모두 있습니다. 어댑터가 두 개 든 파일입니다. 파일을 만든 도구로 어댑터를 하나씩 따로 저장하세요.',
  'pattern "{0}": expected a module\'s path, or a regular expression of literals, classes, groups and repetitions, got {1}. Spell the pattern out as paths.':
    '패턴 "{0}": 모듈 경로이거나, 글자와 문자 클래스, 그룹, 반복으로 된 정규식이어야 하지만 그렇지 않습니다: {1}. 패턴을 경로로 풀어 쓰세요.',
  "adapter: expected LoRA, LoHa or LoKr, or DoRA with a magnitude per output, as PEFT and diffusers have them, got {0}. Write a kohya file.":
    "어댑터: PEFT와 diffusers에 있는 대로 LoRA, LoHa, LoKr 또는 출력별 크기(magnitude)를 둔 DoRA여야 하지만 {0}입니다. kohya 파일로 저장하세요.",
  "adapter: expected one method for all modules of a component, as PEFT's config has it, got {0}. Write a kohya file.":
    "어댑터: PEFT 설정처럼 한 구성 요소의 모든 모듈이 같은 방식이어야 하지만 {0}입니다. kohya 파일로 저장하세요.",
  "adapter: expected LoKr modules that were split by one factor, as PEFT's config has it, got several. Write a kohya file.":
    "어댑터: PEFT 설정처럼 LoKr 모듈이 모두 한 가지 인수(factor)로 나뉘어야 하지만 인수가 여러 가지입니다. kohya 파일로 저장하세요.",
  "{0}: expected LoRA, DoRA, LoHa or LoKr, got {1}, not supported yet by this version. Use one of those, or merge the adapter into its model with the tool that made it.":
    "{0}: LoRA, DoRA, LoHa, LoKr 가운데 하나여야 하지만 이 버전에서 아직 지원하지 않는 {1}입니다. 지원하는 것 가운데 하나를 쓰거나, 어댑터를 만든 도구로 모델에 합치세요.",
  "{0}: expected LoRA modules to write, got none.":
    "{0}: 저장할 LoRA 모듈이 있어야 하지만 없습니다.",
  "{0}: expected LoRA or DoRA, which diffusers' own files can hold, got {1}. Write a PEFT folder or a kohya file.":
    "{0}: diffusers 자체 형식에 담을 수 있는 LoRA나 DoRA여야 하지만 {1}입니다. PEFT 폴더나 kohya 파일로 저장하세요.",
  "{0}: expected modules of the model, got {1}. Name the model that the LoRA was trained for.":
    "{0}: 모델에 있는 모듈이어야 하지만 {1}입니다. LoRA를 학습할 때 쓴 모델을 지정하세요.",
  "{0}: expected modules to write, got none.": "{0}: 저장할 모듈이 있어야 하지만 없습니다.",
  // files/gguf
  // files/hub
  "{0}/{1}: stopped after {2} of {3} bytes. Run the command again to go on from there.":
    "{0}/{1}: {3}바이트 가운데 {2}바이트를 받고 멈췄습니다. 이어서 받으려면 명령을 다시 실행하세요.",
  "{0}/{1}: expected {2} bytes, got {3} before the connection broke ({4}). Run the command again; it goes on from there.":
    "{0}/{1}: {2}바이트를 받아야 하지만 {3}바이트에서 연결이 끊겼습니다({4}). 명령을 다시 실행하면 이어서 받습니다.",
  "{0}/{1}: expected {2} bytes, got more. Check HF_ENDPOINT and any proxy, then run again.":
    "{0}/{1}: {2}바이트를 받아야 하지만 더 많이 왔습니다. HF_ENDPOINT 값과, 프록시를 쓴다면 프록시를 확인한 뒤 다시 실행하세요.",
  "{0}/{1}: expected a file with hash {2}, got {3}. The download was damaged or changed on the way and has been deleted; run the command again.":
    "{0}/{1}: 파일의 해시로 필요한 것은 {2}인데 받은 것은 {3}입니다. 받는 도중에 손상되거나 바뀐 파일이어서 지웠습니다. 명령을 다시 실행하세요.",
  "{0}: stopped before the download began.": "{0}: 내려받기를 시작하기 전에 멈췄습니다.",
  "{0}: expected an answer from {1}, got {2}. Check {3} and HF_ENDPOINT, or use what is in the cache with HF_HUB_OFFLINE=1.":
    "{0}: {1} 서버에서 응답을 받아야 하지만 받지 못했습니다: {2}. HF_ENDPOINT 값과 다음을 확인하세요: {3}. 아니면 HF_HUB_OFFLINE=1로 캐시에 있는 것을 쓰세요.",
  "{0}: expected a Hugging Face Hub at {1}, got {2}. Check HF_ENDPOINT.":
    "{0}: {1} 주소에 Hugging Face Hub가 있어야 하지만 받은 것은 {2}입니다. HF_ENDPOINT 값을 확인하세요.",
  "{0}: expected the files of a repository, got status {1} from {2}{3}. {4}":
    "{0}: 저장소의 파일을 받아야 하지만 {2}{3}에서 상태 코드 {1} 응답이 왔습니다. {4}",
  "{0}: expected a file name inside the repository, got {1}. Do not use this repository.":
    "{0}: 저장소 안의 파일 이름이어야 하지만 {1}입니다. 이 저장소를 쓰지 마세요.",
  "{0}: expected a folder, a file or a repository such as organisation/name@revision, got nothing at this path. Check the spelling.":
    "{0}: 폴더나 파일, 또는 organisation/name@revision 같은 저장소여야 하지만 이 경로에 아무것도 없습니다. 철자를 확인하세요.",
  "{0}@{1}: expected a downloaded copy in the cache, got none while offline. Run once without HF_HUB_OFFLINE, or name another revision.":
    "{0}@{1}: 오프라인에서는 내려받은 사본이 캐시에 있어야 하지만 없습니다. HF_HUB_OFFLINE 없이 한 번 실행하거나 다른 리비전을 지정하세요.",
  "{0}: expected an adapter, got {1}. {2}": "{0}: 어댑터여야 하지만 {1}입니다. {2}",
  "{0}: expected an autoencoder with its config.json, or one file, got {1}. {2}.":
    "{0}: config.json이 함께 있는 오토인코더나 파일 하나가 있어야 하지만 {1}입니다. {2}.",
  "{0}: expected a CLIP or DINOv2 with config.json and preprocessor_config.json, got {1}. Use a repository of such a model.":
    "{0}: config.json과 preprocessor_config.json이 있는 CLIP이나 DINOv2여야 하지만 있는 것은 다음과 같습니다: {1}. 이런 모델의 저장소를 쓰세요.",
  "{0}: expected weights, {1}": "{0}: 가중치가 있어야 하지만 없습니다: {1}",
  "{0}: expected safetensors weights in {1}/, {2}":
    "{0}: {1}/ 폴더에 safetensors 가중치가 있어야 하지만 없습니다: {2}",
  "{0}: expected {1}, got none. {2}": "{0}: {1} 파일이 있어야 하지만 없습니다. {2}",
  // files/model
  "{0}: expected a checkpoint of {1}, got {2}.":
    "{0}: 다음 계열의 체크포인트여야 합니다: {1}. 하지만 있는 것은 다음과 같습니다: {2}.",
  "{0}: expected an autoencoder's folder or file, got nothing at this path. Check what {1} says.":
    "{0}: 오토인코더의 폴더나 파일이 있어야 하지만 이 경로에 아무것도 없습니다. {1} 값을 확인하세요.",
  "{0}: expected an autoencoder for {1} ({2}), got one that does not go with it: {3}. Use one that was made for this kind of model.":
    "{0}: {1} 모델({2})에 맞는 오토인코더여야 하지만 맞지 않습니다: {3}. 이런 종류의 모델용으로 만든 것을 쓰세요.",
  "{0}: expected the model's {1} with its config.json, got {2}. Half of the model is missing: download it whole, or copy the folder from the model that it was made of.":
    "{0}: 모델의 {1} 구성 요소와 config.json이 있어야 하지만 없습니다({2}). 모델의 절반이 빠져 있습니다. 모델을 통째로 내려받거나, 이 모델의 바탕이 된 모델에서 폴더를 복사하세요.",
  "{0}: expected the components of {1} ({2}), as its configs ask for, got {3}. Use a model whose parts belong together.":
    "{0}: 설정에 따르면 {1} 모델의 구성 요소({2})가 있어야 하지만 있는 것은 {3}입니다. 구성 요소가 서로 맞는 모델을 쓰세요.",
  "{0}: expected a model folder with model_index.json, got {1}. Name the folder that diffusers saved, or a single .safetensors checkpoint.":
    "{0}: model_index.json이 있는 모델 폴더여야 하지만 있는 것은 다음과 같습니다: {1}. diffusers로 저장한 폴더나 .safetensors 체크포인트 파일 하나를 지정하세요.",
  "{0}: expected a JSON object, got {1}. Restore the file.":
    "{0}: JSON 객체여야 하지만 {1}입니다. 원래 파일로 되돌리세요.",
  "{0}: expected a model folder or a .safetensors, .ckpt or .gguf file, got nothing at this path. Check the path.":
    "{0}: 모델 폴더나 .safetensors, .ckpt, .gguf 파일이 있어야 하지만 이 경로에 아무것도 없습니다. 경로를 확인하세요.",
  "{0}: expected no {1} for a model of {2}, which learns by flow matching, got {3}. Leave it out.":
    "{0}: 플로 매칭으로 학습하는 {2} 모델에는 {1} 옵션이 없어야 하지만 {3}입니다. 이 옵션을 빼세요.",
  "{0}: expected a file that holds a text encoder or an autoencoder, got {1}. Check what {2} says.":
    "{0}: 텍스트 인코더나 오토인코더가 든 파일이어야 하지만 {1}입니다. {2} 값을 확인하세요.",
  "{0}: expected CLIP, T5 or an autoencoder alone, got a denoiser. Name it as the model, and what it lacks with {1}.":
    "{0}: CLIP, T5, 오토인코더만 든 파일이어야 하지만 디노이저가 있습니다. 이 파일을 모델로 지정하고, 모자라는 것은 {1} 옵션으로 지정하세요.",
  "{0}: expected CLIP, T5 or an autoencoder, got tensors of another kind ({1}). Leave it out of {2}.":
    "{0}: CLIP, T5, 오토인코더 가운데 하나여야 하지만 다른 종류의 텐서({1})입니다. {2} 옵션에서 빼세요.",
  "{0}: expected a part of {1} ({2}), got {3} more than it has. Leave it out of {4}.":
    "{0}: {1} 모델의 구성 요소({2})여야 하지만 모델에 들어가지 않는 것이 더 있습니다: {3}. {4} 옵션에서 빼세요.",
  "{0}: expected one {1}, got two: {2} has it as well. Leave one out{3}.":
    "{0}: {1} 구성 요소는 하나여야 하지만 둘입니다. {2} 파일에도 있습니다. 하나를 빼세요{3}.",
  "{0}: expected weights in diffusion_pytorch_model.safetensors or model.safetensors, {1}":
    "{0}: diffusion_pytorch_model.safetensors나 model.safetensors에 가중치가 있어야 하지만 없습니다: {1}",
  "{0}: expected a model that draws pictures from text alone, got {1}, which {2}. Use FLUX.1 dev or schnell.":
    "{0}: 텍스트만으로 그림을 그리는 모델이어야 하지만 {1}입니다({2}). FLUX.1 dev나 schnell을 쓰세요.",
  "{0}: expected a model of {1}, got an SDXL refiner, which is not supported. Use the base model of SDXL.":
    "{0}: {1} 모델이어야 하지만 지원하지 않는 SDXL 리파이너입니다. SDXL의 기반 모델을 쓰세요.",
  "{0}: expected {1} of class {2}, got {3} in a {4}. Use a model of {5}.":
    "{0}: {1} 구성 요소에 필요한 클래스는 {2}인데 {4}에 있는 것은 {3}입니다. {5} 모델을 쓰세요.",
  '{0}: expected "{1}" in {2}, got something else. Remove the file; it is made again.':
    '{0}: "{1}" 텐서가 {2} 형식으로 있어야 하지만 다른 것이 들어 있습니다. 파일을 지우세요. 지우면 다시 만듭니다.',
  "{0}: stopped while its weights were stored in {1}. The next start begins with the component at hand.":
    "{0}: 가중치를 {1} 형식으로 저장하다가 멈췄습니다. 다음에 시작하면 저장하던 구성 요소부터 다시 합니다.",
  '{0}: expected a value for one of its tensors, got "{1}" {2}, which it has {3}. The weights belong to another model.':
    '{0}: 모델에 있는 텐서의 값이어야 하지만 "{1}" {2}입니다(모델에는: {3}). 다른 모델의 가중치입니다.',
  "{0}: expected a whole checkpoint of {1}, got a checkpoint without a VAE. Name one with {2}, or use the full version of the file.":
    "{0}: {1}의 온전한 체크포인트여야 하지만 VAE가 없습니다. {2} 옵션으로 VAE를 지정하거나 파일의 전체 버전을 쓰세요.",
  "{0}: expected a whole checkpoint of {1}, got a {2} checkpoint without its {3}. Name the files that hold them with {4}, or use the full version of the file.":
    "{0}: {1}의 온전한 체크포인트여야 하지만 {2} 체크포인트에 다음이 없습니다: {3}. 빠진 것이 든 파일을 {4} 옵션으로 지정하거나 파일의 전체 버전을 쓰세요.",
  "{0}: expected configs of {1} with its tensors, got one of another kind for its {2}. They are of different models: take another copy of the file.":
    "{0}: {1}의 텐서와 설정이 함께 있어야 하지만 {2}의 설정은 다른 종류입니다. 텐서와 설정이 서로 다른 모델의 것입니다. 파일의 다른 사본을 쓰세요.",
  '{0}: expected a JSON object in the metadata "{1}", got {2}. Write the file again.':
    '{0}: 메타데이터 "{1}" 항목은 JSON 객체여야 하지만 {2}입니다. 파일을 다시 저장하세요.',
  '{0}: expected one tensor for "{1}", got "{2}" and "{3}". Remove the one that does not belong.':
    '{0}: "{1}" 텐서는 하나여야 하지만 "{2}", "{3}" 둘이 있습니다. 맞지 않는 쪽을 지우세요.',
  "{0}: expected the tensors of its config, got {1} differences:\n{2}\nThe file belongs to another model, or its config does.":
    "{0}: 설정에 맞는 텐서여야 하지만 {1}군데가 다릅니다:\n{2}\n파일이나 설정이 다른 모델의 것입니다.",
  '{0}: expected a tensor for "{1}", got {2} others. The file belongs to another model or is incomplete.':
    '{0}: "{1}" 텐서가 있어야 하지만 다른 텐서 {2}개만 있습니다. 다른 모델의 파일이거나 일부가 빠진 파일입니다.',
  '{0}: expected {1} for "{2}", got {3}. The file is no checkpoint of this family.':
    '{0}: "{2}" 텐서에 필요한 것은 {1}인데 있는 것은 {3}입니다. 이 계열의 체크포인트가 아닙니다.',
  "{0}: expected tensors that a single file has names for, got {1} others: {2}. Write a folder instead.":
    "{0}: 단일 파일에서 쓰는 이름이 있는 텐서여야 하지만 그런 이름이 없는 텐서가 {1}개 있습니다: {2}. 폴더로 저장하세요.",
  "{0}: expected a tokenizer to copy, got {1}. Name a folder with tokenizer.json, or vocab.json and merges.txt, or spiece.model.":
    "{0}: 복사할 토크나이저가 있어야 하지만 없습니다({1}). tokenizer.json, vocab.json과 merges.txt, 또는 spiece.model이 있는 폴더를 지정하세요.",
  "{0}: expected a model of DDPM's noise, got {1}, which learns by flow matching and begins with pure noise anyway. Leave it out.":
    "{0}: DDPM 노이즈를 쓰는 모델이어야 하지만 {1}입니다. 이 모델은 플로 매칭으로 학습하며 원래 순수한 노이즈에서 시작합니다. 이 옵션을 빼세요.",
  // files/pickle
  "{0}: expected whole numbers below 2^31, got {1}. Store it as text.":
    "{0}: 2^31보다 작은 정수여야 하지만 {1}입니다. 텍스트로 저장하세요.",
  '{0}: expected a type that PyTorch has a storage class for, got {1} of "{2}". Store it as F32.':
    '{0}: PyTorch에 저장 클래스가 있는 자료형이어야 하지만 "{2}" 텐서는 {1}입니다. F32로 저장하세요.',
  "{0}: expected less than 4 GiB in a PyTorch file, got more. Write safetensors instead.":
    "{0}: PyTorch 파일은 4 GiB보다 작아야 하지만 더 큽니다. safetensors로 저장하세요.",
  // files/png
  "contactSheet: expected {0} to be a positive integer, got {1}.":
    "contactSheet: {0} 값은 양의 정수여야 하지만 {1}입니다.",
  "png: expected a PNG file, got other bytes. Name a PNG.":
    "png: PNG 파일이어야 하지만 다른 바이트가 들어 있습니다. PNG 파일을 지정하세요.",
  "png: expected the checksum of chunk {0} at byte {1} to fit, got another. The file is damaged; make it again.":
    "png: 바이트 {1}에 있는 {0} 청크의 체크섬이 맞아야 하지만 다릅니다. 손상된 파일입니다. 다시 만드세요.",
  "png: expected an end chunk, got the end of the file after {0} bytes. The file is cut off; make it again.":
    "png: 끝 청크가 있어야 하지만 {0}바이트 뒤에 파일이 끝났습니다. 잘린 파일입니다. 다시 만드세요.",
  "png: expected a keyword of 1 to 79 printable Latin-1 characters, got {0}.":
    "png: 키워드는 출력할 수 있는 Latin-1 문자 1~79자여야 하지만 {0}입니다.",
  "png: expected text without zero characters for {0}.":
    "png: {0} 텍스트에는 0 문자가 없어야 합니다.",
  "png: expected a zero byte in a {0} chunk, got none. The file is damaged; make it again.":
    "png: {0} 청크에 0 바이트가 있어야 하지만 없습니다. 손상된 파일입니다. 다시 만드세요.",
  "zlib: expected a whole stream, got a damaged one.":
    "zlib: 온전한 스트림이어야 하지만 손상되었습니다.",
  "zlib: expected at most {0} bytes, got more.": "zlib: {0}바이트 이하여야 하지만 더 많습니다.",
  // files
  "{0}: expected finite numbers below {1}, got others. The file is damaged or belongs to a model that cannot be stored in {2}.":
    "{0}: {1}보다 작은 유한한 수여야 하지만 그렇지 않은 값이 있습니다. 손상된 파일이거나 {2} 형식으로 저장할 수 없는 모델의 파일입니다.",
  // files/safetensors
  "widenToFloat32: expected floats of 8, 16, 32 or 64 bits, got {0}. Read the raw bytes instead.":
    "widenToFloat32: 8, 16, 32, 64비트 부동소수점이어야 하지만 {0}입니다. 바이트를 그대로 읽으세요.",
  '{0}: expected "{1}" to hold floats, got {2}. The file belongs to another model or uses a quantisation that is not known here.':
    '{0}: "{1}" 텐서에 부동소수점 값이 있어야 하지만 {2}입니다. 다른 모델의 파일이거나 여기서 알지 못하는 양자화를 쓴 파일입니다.',
  '{0}: expected a tensor named "{1}", got {2} others. The file belongs to another model or is incomplete.':
    '{0}: 이름이 "{1}"인 텐서가 있어야 하지만 다른 텐서 {2}개만 있습니다. 다른 모델의 파일이거나 일부가 빠진 파일입니다.',
  "{0}: expected a type that tensors in memory can have, got {1}. Use readFloat32 for floats or readBytes.":
    "{0}: 메모리의 텐서가 가질 수 있는 자료형이어야 하지만 {1}입니다. 부동소수점이면 readFloat32, 아니면 readBytes를 쓰세요.",
  "{0}: {1}. Index and shards are damaged or of different versions; download them again.":
    "{0}: {1}. 인덱스와 샤드가 손상되었거나 서로 다른 버전입니다. 다시 내려받으세요.",
  "{0}: {1} in the header. The file is damaged, cut off or no safetensors file; copy or download it again.":
    "{0}: 헤더가 잘못되었습니다({1}). 손상되거나 잘린 파일이거나 safetensors 파일이 아닙니다. 다시 복사하거나 내려받으세요.",
  '{0}: expected one number in "{1}", got {2}. The file is damaged.':
    '{0}: "{1}" 텐서에는 수가 하나 있어야 하지만 {2}개입니다. 손상된 파일입니다.',
  '{0}: expected a scale for each weight in eight bits, as "{1}" announces, got none for "{2}". The file is incomplete: download it again, or take another form of the model.':
    '{0}: "{1}" 텐서가 알리는 대로 8비트 가중치마다 스케일이 있어야 하지만 "{2}" 텐서에는 없습니다. 일부가 빠진 파일입니다. 다시 내려받거나 다른 형식의 모델을 쓰세요.',
  '{0}: expected floats, those of eight bits with one scale each or none, got {1} ("{2}"). Take another form of the model: fp16, fp8 or GGUF.':
    '{0}: 부동소수점이어야 하고 8비트라면 스케일이 하나씩 있거나 아예 없어야 하지만 {1}입니다("{2}"). 다른 형식의 모델(fp16, fp8, GGUF)을 쓰세요.',
  'tensorSource: expected "{0}" as float32 to store it as {1}, got {2}. Store it as it is.':
    'tensorSource: {1} 형식으로 저장하려면 "{0}" 텐서가 float32여야 하지만 {2}입니다. 있는 그대로 저장하세요.',
  'tensorSource: expected "{0}" to fit F16 (below {1}), got larger values. Store it as BF16 or F32.':
    'tensorSource: "{0}" 텐서의 값이 F16 범위({1} 미만)에 들어야 하지만 더 큽니다. BF16이나 F32로 저장하세요.',
  '{0}: expected {1} bytes for "{2}", got {3}. Its source disagrees with its shape {4}.':
    '{0}: "{2}" 텐서는 {1}바이트여야 하지만 {3}바이트입니다. 텐서의 데이터가 모양 {4}에 맞지 않습니다.',
  '{0}: expected names that are free and used once, got "{1}". Rename the tensor.':
    '{0}: 텐서 이름은 예약되지 않고 겹치지 않아야 하지만 "{1}"입니다. 텐서 이름을 바꾸세요.',
  "{0}: expected a header of at most {1} bytes, got {2}. Shorten the metadata or split the file.":
    "{0}: 헤더는 {1}바이트 이하여야 하지만 {2}바이트입니다. 메타데이터를 줄이거나 파일을 나누세요.",
  '{0}: expected "{1}" to take a whole number of bytes, got {2} {3}.':
    '{0}: "{1}" 텐서의 크기는 바이트 단위로 나누어떨어져야 하지만 {2} {3}입니다.',
  // files/word
  "{0}: expected {1} in the folder, got neither. Name the embedding file itself.":
    "{0}: 폴더에 다음 파일 가운데 하나가 있어야 하지만 둘 다 없습니다: {1}. 임베딩 파일을 직접 지정하세요.",
  "{0}: expected a textual-inversion embedding (one tensor named by its token, emb_params, string_to_param, or clip_l and clip_g), got {1}{2}. Use an adapter as an adapter, and a model as the base.":
    "{0}: Textual Inversion 임베딩(토큰 이름이 붙은 텐서 하나, emb_params, string_to_param, 또는 clip_l과 clip_g)이 있어야 하지만 있는 것은 {1}{2}입니다. 어댑터는 어댑터로, 모델은 베이스로 쓰세요.",
  "{0}: expected a PNG picture with an embedding in its text, got none. Embeddings hidden in pixels, and those of WebP pictures, are not read: save the .pt form with A1111.":
    "{0}: 텍스트에 임베딩이 든 PNG 그림이어야 하지만 임베딩이 없습니다. 픽셀에 숨긴 임베딩과 WebP 그림의 임베딩은 읽지 않습니다. A1111에서 .pt 형식으로 저장하세요.",
  "{0}: expected an embedding in the chunk {1}, got other data. The picture is damaged; save it again with A1111.":
    "{0}: {1} 청크에 임베딩이 있어야 하지만 다른 데이터가 있습니다. 손상된 그림입니다. A1111에서 다시 저장하세요.",
  "{0}: expected vectors for {1}, got those of {2}. Write those.":
    "{0}: {1}의 벡터가 있어야 하지만 있는 것은 {2}의 벡터입니다. 있는 벡터를 저장하세요.",
};
