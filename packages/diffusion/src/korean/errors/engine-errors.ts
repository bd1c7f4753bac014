/** @file Errors of the engine, in Korean. */

/** From the English template to the Korean one, with the same parameters. */
export const engineErrors: Readonly<Record<string, string>> = {
  // adapters
  "read {0}: expected a file, got {1}. Name a file.":
    "{0} 읽기: 파일이어야 하지만 {1}입니다. 파일을 지정하세요.",
  "read {0}: expected {1} bytes at offset {2}, got the end of the file ({3} bytes). The file is cut off or changed while it was read; copy or download it again.":
    "{0} 읽기: {2}바이트 위치부터 {1}바이트가 있어야 하지만 파일이 {3}바이트에서 끝납니다. 파일이 잘렸거나 읽는 동안 바뀌었습니다. 다시 복사하거나 내려받으세요.",
  "{0} {1}: failed with {2}. {3}": "{1}: {0}(오류 {2}). {3}",
  "append to": "덧붙여 쓰지 못했습니다",
  close: "닫지 못했습니다",
  list: "목록을 읽지 못했습니다",
  "make folder": "폴더를 만들지 못했습니다",
  read: "읽지 못했습니다",
  remove: "지우지 못했습니다",
  write: "쓰지 못했습니다",
  "Check the path; nothing stands there.": "경로를 확인하세요. 그 자리에 아무것도 없습니다.",
  "Check the path; a part of it is a file, not a folder.":
    "경로를 확인하세요. 경로의 일부가 폴더가 아니라 파일입니다.",
  "This user may not do that; change the permissions or choose another place.":
    "권한이 없습니다. 권한을 바꾸거나 다른 위치를 고르세요.",
  "The file system is read-only; choose another place.":
    "읽기 전용 파일 시스템입니다. 다른 위치를 고르세요.",
  "The disk is full; free some space or choose another disk.":
    "디스크가 가득 찼습니다. 공간을 비우거나 다른 디스크를 고르세요.",
  "The disk quota is used up; free some space or choose another disk.":
    "디스크 할당량을 다 썼습니다. 공간을 비우거나 다른 디스크를 고르세요.",
  "A folder stands there; name a file.": "그 자리에 폴더가 있습니다. 파일을 지정하세요.",
  "Something else stands there; remove it or choose another name.":
    "그 자리에 다른 것이 있습니다. 지우거나 다른 이름을 고르세요.",
  "The folder still holds files; remove them first.":
    "폴더에 아직 파일이 있습니다. 먼저 파일을 지우세요.",
  "Too many files are open; close other programs or raise the limit (ulimit -n).":
    "열린 파일이 너무 많습니다. 다른 프로그램을 닫거나 한도를 늘리세요(ulimit -n).",
  "Too many files are open on this machine; close other programs.":
    "이 컴퓨터에 열린 파일이 너무 많습니다. 다른 프로그램을 닫으세요.",
  "The path is too long; choose a shorter one.": "경로가 너무 깁니다. 더 짧은 경로를 고르세요.",
  "Another program uses the file; close it and try again.":
    "다른 프로그램이 쓰고 있는 파일입니다. 그 프로그램을 닫고 다시 하세요.",
  "Check the path and the disk.": "경로와 디스크를 확인하세요.",

  // adapters/ort
  "runtime: expected a type that ONNX Runtime takes, got bfloat16. Widen it to float32.":
    "런타임: ONNX Runtime이 받는 자료형이어야 하지만 bfloat16입니다. float32로 넓히세요.",
  "runtime: expected memory that is not shared, since onnxruntime-node takes none, got a SharedArrayBuffer. Copy the values.":
    "런타임: onnxruntime-node는 공유 메모리를 받지 않으므로 공유하지 않는 메모리여야 하지만 SharedArrayBuffer입니다. 값을 복사하세요.",
  "runtime: expected onnxruntime-node to load on {0}-{1}, got: {2}. It does on Linux with glibc and on Windows (x64, arm64) and on macOS (arm64): there, delete node_modules and run `npm install` again.":
    "런타임: {0}-{1} 환경에서 onnxruntime-node를 불러와야 하지만 실패했습니다: {2}. glibc를 쓰는 Linux, Windows(x64, arm64), macOS(arm64)에서는 불러올 수 있습니다. 이런 환경이라면 node_modules를 지우고 `npm install`을 다시 실행하세요.",
  "runtime: expected the graphics card that the graph was compiled for, got none: it was lost ({0}). Begin again, or take the processor.":
    "런타임: 그래프를 컴파일한 그래픽 카드가 있어야 하지만 잃었습니다({0}). 다시 시작하거나 프로세서를 쓰세요.",
  "runtime: ONNX Runtime ({0}) refused the graph: {1}. {2}":
    "런타임: ONNX Runtime({0})에서 그래프를 거부했습니다: {1}. {2}",
  "ATELIER_ORT: expected capi or binding, got {0}. Correct or unset it.":
    "ATELIER_ORT: capi 또는 binding이어야 하지만 {0}입니다. 값을 고치거나 변수를 해제하세요.",
  "ATELIER_ORT: expected capi with ATELIER_ORT_LIB, since onnxruntime-node opens no library but its own, got binding. Unset one of them.":
    "ATELIER_ORT: onnxruntime-node는 자체 라이브러리만 열 수 있어 ATELIER_ORT_LIB와 함께 쓰려면 capi여야 하지만 binding입니다. 둘 중 하나를 해제하세요.",
  "ATELIER_ORT_LIB: expected the library of ONNX Runtime 1.24 or newer for {0}-{1}, got: {2}. Name the libonnxruntime in the folder onnxruntime/capi of an unpacked wheel of PyPI's onnxruntime-gpu, or unset it.":
    "ATELIER_ORT_LIB: {0}-{1}용 ONNX Runtime 1.24 이상의 라이브러리여야 하지만 열 수 없습니다: {2}. PyPI의 onnxruntime-gpu 휠을 풀어 onnxruntime/capi 폴더에 있는 libonnxruntime 파일을 지정하거나 변수를 해제하세요.",
  "runtime: expected ONNX Runtime's C API, since ATELIER_ORT=capi asks for it, got none: {0}. Run `npm install` again, or unset ATELIER_ORT.":
    "런타임: ATELIER_ORT=capi이므로 ONNX Runtime의 C API가 필요하지만 없습니다: {0}. `npm install`을 다시 실행하거나 ATELIER_ORT를 해제하세요.",
  "runtime: expected ONNX Runtime's C API, which alone tells where operators run, got none: {0}. Run `npm install` again.":
    "런타임: 연산이 어디에서 실행되는지는 ONNX Runtime의 C API만 알려 주지만 없습니다: {0}. `npm install`을 다시 실행하세요.",
  "runtime: expected whole numbers of 32 bits, since the device computes no others, got {0}. Use --backend cpu.":
    "런타임: 장치가 계산하는 정수는 32비트여야 하지만 {0}입니다. --backend cpu를 쓰세요.",
  "runtime: expected {0} bytes in {1} for {2}, got {3}. The file was cut short; copy or download it again.":
    "런타임: {2} 가중치를 읽으려면 {1} 파일이 {0}바이트여야 하지만 {3}바이트입니다. 파일이 잘렸습니다. 다시 복사하거나 내려받으세요.",
  "runtime: expected rows of whole blocks of {0} with scales for {1}, got {2} {3}.":
    "런타임: {1} 가중치는 행이 {0}개짜리 블록으로 나누어떨어지고 스케일이 있어야 하지만 {2} {3}입니다.",
  "runtime: expected {0} bytes for {1} {2}, got {3}. The file does not fit the model's config.":
    "런타임: {1} {2} 가중치는 {0}바이트여야 하지만 {3}바이트입니다. 파일이 모델의 설정과 맞지 않습니다.",
  'runtime: expected {0} for "{1}", got {2}. Only floats of 16 and 8 bits and integers with scales are widened, to float32.':
    '런타임: "{1}" 가중치는 {0} 형식이어야 하지만 {2}입니다. float32로 넓힐 수 있는 것은 16비트와 8비트 부동소수점, 그리고 스케일이 있는 정수뿐입니다.',

  // autodiff
  "gradients: expected a scalar loss, got {0}. Sum or average it first.":
    "gradients: 손실은 스칼라여야 하지만 {0}입니다. 먼저 합이나 평균을 구하세요.",

  // graph
  "{0}: expected at least {1} operands, got {2}.":
    "{0}: 피연산자가 {1}개 이상이어야 하지만 {2}개입니다.",
  "{0}: expected operands of one element type, got {1}. Cast one of them.":
    "{0}: 피연산자의 자료형이 모두 같아야 하지만 {1}입니다. 하나를 변환하세요.",
  "{0}: expected {1} axes, got {2}. Reshape it first.":
    "{0}: 축이 {1}개여야 하지만 {2}입니다. 먼저 reshape하세요.",

  // graph/ops
  "attention: expected query [batch, tokens, width] and key, value [batch, keys, width] with width a multiple of {0} heads, got {1}.":
    "attention: query는 [batch, tokens, width], key와 value는 [batch, keys, width]이고 width가 헤드 수 {0}의 배수여야 하지만 {1}입니다.",
  "{0}: expected a cotangent [{1}], got {2}.":
    "{0}: cotangent는 [{1}] 모양이어야 하지만 {2}입니다.",
  "conv2d: expected x [batch, in, height, width], weight [out, in, kh, kw] and bias [out], got {0}.":
    "conv2d: x는 [batch, in, height, width], weight는 [out, in, kh, kw], bias는 [out]이어야 하지만 {0}입니다.",
  "{0}: expected floats, got {1}. Cast it first.":
    "{0}: 부동소수점이어야 하지만 {1}입니다. 먼저 변환하세요.",
  "where: expected a bool condition, got {0}.": "where: 조건은 bool이어야 하지만 {0}입니다.",
  "{0}: expected at least one node, got two numbers.":
    "{0}: 노드가 하나 이상 필요하지만 둘 다 숫자입니다.",
  "matmul: expected matrices with equal inner extents, got {0}{1} and {2}{3}.":
    "matmul: 두 행렬의 안쪽 크기가 같아야 하지만 {0}{1}, {2}{3}입니다.",
  "linear: expected x […, {0}] and bias [{1}] for a weight [out, in] = {2}, got {3}.":
    "linear: weight [out, in]이 {2}이므로 x는 […, {0}], bias는 [{1}] 모양이어야 하지만 {3}입니다.",
  "reshape: expected whole extents that hold {0} elements for {1}, got {2}.":
    "reshape: {1}의 요소 {0}개를 담는 정수 크기여야 하지만 {2}입니다.",
  "transpose: expected a permutation of the axes of {0}, got [{1}].":
    "transpose: {0}의 축을 모두 한 번씩 쓴 순열이어야 하지만 [{1}]입니다.",
  "broadcast: expected a shape that {0} broadcasts to, got {1}.":
    "broadcast: {0}에서 브로드캐스트할 수 있는 모양이어야 하지만 {1}입니다.",
  "slice: expected a box inside {0}, got start {1} and size {2}.":
    "slice: {0} 안의 구간이어야 하지만 시작이 {1}, 크기가 {2}입니다.",
  "concat: expected shapes equal but for axis {0}, got {1}.":
    "concat: {0}번 축을 뺀 나머지 모양이 같아야 하지만 {1}입니다.",
  "pad: expected {0} counts of zeros on both sides of {1}, got {2} and {3}. Use slice to crop.":
    "pad: {1}의 앞뒤에 붙일 0의 개수가 각각 {0}개여야 하지만 {2}, {3}입니다. 잘라 내려면 slice를 쓰세요.",
  "gatherRows: expected int64 indices, got {0}.":
    "gatherRows: 인덱스는 int64여야 하지만 {0}입니다.",
  "{0}: expected updates […indices, …], got {1} and {2}.":
    "{0}: updates는 […indices, …] 모양이어야 하지만 {1}, {2}입니다.",
  "upsampleNearest: expected a whole scale of at least 1 for {0}, got {1}.":
    "upsampleNearest: {0}의 배율은 1 이상의 정수여야 하지만 {1}입니다.",

  // graph
  'verify: expected one source named "{0}", got {1} and {2}. Create it once and reuse the node.':
    'verify: 이름이 "{0}"인 소스가 하나여야 하지만 {1}, {2} 둘입니다. 한 번만 만들고 그 노드를 다시 쓰세요.',

  // kernels
  "training state: expected {0} GB of memory in one piece of at most 4.2 GB, got none: {1}. Close other programs, train fewer weights, or keep a state of fewer bits.":
    "학습 상태: 최대 4.2 GB인 한 덩어리로 메모리 {0} GB가 필요하지만 얻지 못했습니다: {1}. 다른 프로그램을 닫거나, 학습할 가중치를 줄이거나, 상태를 더 적은 비트로 두세요.",

  // optim
  "stepper: expected a batch of one of {0} shapes, got {1}.":
    "stepper: 배치는 {0}가지 모양 중 하나여야 하지만 {1}입니다.",
  'optimizer group "{0}": expected {1}, got {2}. Leave the group out or correct what it owns.':
    '옵티마이저 그룹 "{0}": {1} 조건에 맞아야 하지만 {2}입니다. 이 그룹을 빼거나 맡은 파라미터를 고치세요.',
  "stepper: expected the values of a finished step, got an update that failed half-way. Go on from the last snapshot.":
    "stepper: 끝난 스텝의 값이어야 하지만 갱신이 도중에 실패했습니다. 마지막 스냅숏부터 이어서 학습하세요.",
  "stepper: expected {0} batches for a step, got {1}.":
    "stepper: 스텝 하나에 배치 {0}개가 필요하지만 {1}개입니다.",
  "stepper: expected moving averages to evaluate, got a training that keeps none. Give it `average`, or evaluate the values.":
    "stepper: 평가할 이동 평균이 필요하지만 이 학습에는 없습니다. `average`를 주거나 값 자체를 평가하세요.",
  'training state: expected a first value of "{0}", got none.':
    '학습 상태: "{0}" 시작값이 필요하지만 없습니다.',
  "training state: expected {0}, got {1}. The snapshot belongs to another run, or to other optimizer settings.":
    "학습 상태: {0} 값이어야 하지만 {1}입니다. 이 스냅숏은 다른 학습의 것이거나 옵티마이저 설정이 다릅니다.",

  // random
  "random state: expected {0} unsigned 32-bit words, got something else. Restore a state that state() returned.":
    "난수 상태: 부호 없는 32비트 정수 {0}개여야 하지만 다른 값입니다. state()에서 돌려준 상태를 복원하세요.",
  "random state: expected a position from 0 to {0}, got {1}. Restore a state that state() returned.":
    "난수 상태: 위치는 0부터 {0}까지여야 하지만 {1}입니다. state()에서 돌려준 상태를 복원하세요.",
  "random state: expected cachedNormal to be a number or null, got {0}. Restore a state that state() returned.":
    "난수 상태: cachedNormal은 숫자나 null이어야 하지만 {0}입니다. state()에서 돌려준 상태를 복원하세요.",
  "randint: expected integers low < high no further apart than 2^53, got {0} and {1}.":
    "randint: low < high이고 차이가 2^53 이하인 정수여야 하지만 {0}, {1}입니다.",
  "seed: expected an integer from -2^63 to 2^64 - 1, got {0}. Give integers above 2^53 as a bigint.":
    "seed: -2^63부터 2^64 - 1까지의 정수여야 하지만 {0}입니다. 2^53보다 큰 정수는 bigint로 주세요.",
  "{0}: expected a count of 0 or more, got {1}.": "{0}: 개수는 0 이상이어야 하지만 {1}입니다.",

  // runtime
  "runtime: expected a tensor on this device, got {0} that was disposed or lies elsewhere. Upload its values again.":
    "런타임: 이 장치에 있는 텐서여야 하지만, 이미 해제되었거나 다른 곳에 있는 {0}입니다. 값을 다시 올리세요.",
  "runtime: expected a graphics card that WebGPU reaches, got none. Install or update its driver (on Linux that of Vulkan, on Windows that of Direct3D 12), or use --backend cpu.":
    "런타임: WebGPU로 쓸 수 있는 그래픽 카드가 있어야 하지만 없습니다. 드라이버(Linux는 Vulkan, Windows는 Direct3D 12)를 설치하거나 업데이트하세요. 아니면 --backend cpu를 쓰세요.",
  "runtime: expected an open graph, got one that was disposed. Compile it again.":
    "런타임: 열려 있는 그래프여야 하지만 이미 해제되었습니다. 다시 컴파일하세요.",
  "runtime: stopped during a run: {0}.": "런타임: 실행하는 동안 멈췄습니다: {0}.",
  "runtime: expected the device to stay, got a lost one: {0}. Its driver has ended the work: for want of memory, because a step took too long, for an update, or since the machine slept.":
    "런타임: 장치와 연결이 끊어졌습니다: {0}. 드라이버가 작업을 중단했습니다. 메모리 부족, 너무 오래 걸린 스텝, 드라이버 업데이트, 컴퓨터 절전 모드가 원인일 수 있습니다.",
  "runtime: expected values of at most {0} bytes, since the device has no larger buffers, got one of {1}. Take a smaller batch or picture size, or --backend cpu.":
    "런타임: 장치의 버퍼 크기 한도에 따라 값은 {0}바이트 이하여야 하지만 {1}바이트인 값이 있습니다. 배치나 사진 크기를 줄이거나 --backend cpu를 쓰세요.",
  "runtime: expected enough memory on the device, got: {0}. Close other programs that use it, or take a smaller batch, a smaller picture size or gradient checkpointing.":
    "런타임: 장치의 메모리가 부족합니다: {0}. 장치를 쓰는 다른 프로그램을 닫거나, 배치나 사진 크기를 줄이거나, 그래디언트 체크포인팅을 쓰세요.",
  "runtime: the graph failed while running: {0}. Less memory is used with a smaller batch, a smaller picture size or gradient checkpointing.":
    "런타임: 그래프를 실행하는 동안 실패했습니다: {0}. 배치나 사진 크기를 줄이거나 그래디언트 체크포인팅을 쓰면 메모리를 덜 씁니다.",
  'runtime: expected result tensors for {0}, got one for the unknown name "{1}".':
    '런타임: 결과 텐서의 이름은 {0} 중에 있어야 하지만 "{1}" 이름은 알 수 없습니다.',
  'runtime: expected {0} for "{1}", got {2}. A compiled graph has one shape; compile another for other sizes.':
    '런타임: "{1}" 값은 {0} 형식이어야 하지만 {2}입니다. 컴파일한 그래프의 모양은 하나입니다. 다른 크기에는 그래프를 따로 컴파일하세요.',
  'runtime: expected a {0} of {1} elements for "{2}" {3}{4}, got a {5} of {6}. An array that was transferred to another thread is empty.':
    '런타임: "{2}" {3}{4} 값은 요소가 {1}개인 {0} 배열이어야 하지만 요소가 {6}개인 {5} 배열입니다. 다른 스레드로 넘긴 배열은 비어 있습니다.',
  'runtime: expected a value for "{0}" {1}, got only {2}.':
    '런타임: "{0}" {1} 값이 필요하지만 {2} 값만 있습니다.',
  'runtime: expected values for {0}, got the unknown name "{1}".':
    '런타임: 값의 이름은 {0} 중에 있어야 하지만 "{1}" 이름은 알 수 없습니다.',
  "{0}: expected a weight that stands for float32, got {1}.":
    "{0}: float32를 나타내는 가중치여야 하지만 {1}입니다.",
  // the root
  "memory: expected more of it, got none from the system. Close other programs, raise the limit if there is one (`ulimit -v`), or take a smaller picture size or batch.":
    "메모리: 더 필요하지만 시스템에서 받지 못했습니다. 다른 프로그램을 닫거나, 제한이 있다면 늘리거나(`ulimit -v`), 사진 크기나 배치를 줄이세요.",
  "{0}: expected shapes that broadcast, got {1} and {2}. Extents must be equal or 1.":
    "{0}: 서로 브로드캐스트할 수 있는 모양이어야 하지만 {1}, {2}입니다. 크기는 서로 같거나 1이어야 합니다.",
  "{0}: expected an axis from {1} to {2}, got {3}.":
    "{0}: 축은 {1}부터 {2}까지여야 하지만 {3}입니다.",
  "tensor: expected float32 values, got {0}.": "tensor: float32 값이어야 하지만 {0}입니다.",
  "{0}: expected {1} elements for shape [{2}], got {3}.":
    "{0}: [{2}] 모양에는 요소 {1}개가 필요하지만 {3}개입니다.",
};
