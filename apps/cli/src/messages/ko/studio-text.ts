/** @file Texts of `atelier studio`, `atelier worker` and `atelier download`, in Korean. */

import type { studioText as english } from "../studio-text.js";

/** The Korean texts. */
export const studioText: typeof english = {
  description: "스튜디오를 엽니다: 브라우저에서 사진, 학습, 판정, 그리기를 다룹니다.",
  port: "주소의 포트",
  open: "브라우저를 열지 않음",
  listen: "다른 컴퓨터가 접속할 이 컴퓨터의 주소 (예: 0.0.0.0, 기본값: 이 컴퓨터에서만)",
  library: "사진, 모델, 학습 기록, 그림을 두는 보관함 폴더 (기본값: 홈 폴더의 Atelier)",
  database:
    "여러 컴퓨터가 함께 쓸 PostgreSQL: postgres://user:password@host/database (기본값: 보관함 폴더 안의 데이터베이스)",
  storage:
    "보관함을 볼 수 없는 작업기를 위한 저장소: s3://버킷/접두사, 또는 모든 컴퓨터가 볼 수 있는 폴더 (키와 지역은 AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION)",
  storageEndpoint: "아마존이 아닌 S3 서버의 주소 (예: https://minio.example:9000)",
  endpointAlone:
    "--storage-endpoint: --storage와 함께 써야 하지만 없습니다. --storage s3://atelier처럼 버킷을 적으세요.",
  notPort: (value) =>
    `--port ${value}: 0부터 65535까지의 정수여야 하지만 다른 값입니다. 0이면 비어 있는 포트를 씁니다.`,
  noPage: (folder) =>
    `스튜디오: 화면 파일이 ${folder}에 있어야 하지만 없습니다. Atelier 폴더에서 npm run studio로 만드세요.`,
  opened: (url) => `스튜디오: ${url}`,
  inLibrary: (folder) => `보관함: ${folder}`,
  end: "Ctrl-C로 끝냅니다. 학습은 먼저 저장하고, 다시 열면 이어서 합니다.",
  more: `
주소에는 열쇠가 들어 있습니다. 열쇠가 있으면 누구나 이 스튜디오를 쓸 수 있습니다. 오래 걸리는 일은 모두 대기열의
작업입니다. 스튜디오를 끝낼 때 기다리거나 진행 중이던 작업은 다시 열면 이어집니다.

예시:
  atelier studio
  atelier studio --library /data/atelier --port 5000 --no-open
  atelier studio --listen 0.0.0.0 --database postgres://atelier:secret@db/atelier
  atelier studio --database postgres://atelier:secret@db/atelier --storage s3://atelier`,
  worker: {
    description: "이 컴퓨터에서 스튜디오의 작업을 맡습니다.",
    database: "스튜디오의 PostgreSQL: postgres://user:password@host/database",
    library:
      "스튜디오의 보관함 (두 컴퓨터에서 같은 경로에 있는 폴더). --storage를 쓰면 이 작업기만의 폴더",
    storage: "스튜디오의 저장소: s3://버킷/접두사, 또는 모든 컴퓨터가 볼 수 있는 폴더",
    name: "작업기 이름 (기본값: 이 컴퓨터의 이름)",
    lanes: "맡을 작업을 쉼표로 구분: heavy(학습), light(나머지)",
    notLanes: (value) =>
      `--lanes ${value}: heavy, light, heavy,light 가운데 하나여야 하지만 다른 값입니다.`,
    works: (name, lanes) => `작업기 ${name}: 작업을 맡습니다(${lanes}).`,
    end: "Ctrl-C로 끝냅니다. 하던 작업은 저장되고 다른 작업기가 이어서 합니다.",
    more: `
메모리와 백엔드가 맞는 작업을 종류마다 한 번에 하나씩 맡습니다. 작업기가 끝나거나 끊기면 다른 작업기가 마지막
스냅숏부터 이어서 합니다.

--storage를 쓰면 스튜디오와 함께 쓰는 폴더가 없어도 됩니다. 작업에 필요한 것 가운데 아직 없는 것만 이 작업기의
보관함으로 가져옵니다. 작업기가 꺼져 있을 때는 그 안의 것을 모두 지워도 됩니다.

예시:
  atelier worker --database postgres://atelier:secret@db/atelier --library /data/atelier
  atelier worker --database postgres://atelier:secret@db/atelier --library cache --storage s3://atelier
  atelier worker --database postgres://atelier:secret@db/atelier --library /data/atelier --backend cuda --lanes heavy`,
  },
  download: {
    description: "Hugging Face Hub에서 모델이나 어댑터를 내려받습니다.",
    argument: "저장소 (예: stable-diffusion-v1-5/stable-diffusion-v1-5)",
    out: "저장할 곳: 폴더, 또는 파일이 하나면 확장자가 붙을 이름",
    as: "내려받을 것의 종류",
    revision: "브랜치, 태그 또는 커밋 (기본값: main)",
    working: "내려받는 중",
    wrote: (path) => `저장했습니다: ${path}`,
    more: `
전에 내려받은 것은 Hub 캐시에서 가져오고, 끊긴 내려받기는 이어서 합니다. 디스크가 허용하면 캐시의 파일에 링크를
만들어 공간을 더 쓰지 않습니다.

예시:
  atelier download stable-diffusion-v1-5/stable-diffusion-v1-5 --out models/sd15
  atelier download latent-consistency/lcm-lora-sdv1-5 --as adapter --out adapters/lcm`,
  },
};
