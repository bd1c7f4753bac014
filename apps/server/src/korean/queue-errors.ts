/** @file Errors of the database, the queue and its workers in Korean, by their English templates. */

import type { SentenceCatalogue } from "@atelier/engine";

/** Sentences by templates. */
export const queueErrors: SentenceCatalogue = {
  // database/
  "database {0}: expected one that no other server uses, got one that process {1} on {2} has had since {3}. Open the Studio that runs there, end it, or choose another library with --library; if that process is no Studio, delete {4}.":
    "데이터베이스 {0}: 다른 서버가 쓰지 않아야 하지만, {2}의 프로세스 {1}에서 {3}부터 쓰고 있습니다. 그곳에서 실행 중인 스튜디오를 열거나 끝내거나, --library로 다른 보관함을 고르세요. 그 프로세스가 스튜디오가 아니라면 {4} 파일을 지우세요.",
  "database {0}: expected a folder that can be written, got {1}. Change its permissions, free some space, or choose another library with --library.":
    "데이터베이스 {0}: 쓸 수 있는 폴더여야 하지만 오류가 났습니다({1}). 권한을 바꾸거나 공간을 비우거나, --library로 다른 보관함을 고르세요.",
  "database {0}: expected tables that this version of Atelier knows, got those of a newer one ({1}). Update Atelier here, or name another database or library.":
    "데이터베이스 {0}: 이 버전의 Atelier가 아는 표여야 하지만 더 새로운 버전의 표입니다({1}). 이 컴퓨터의 Atelier를 업데이트하거나, 다른 데이터베이스나 보관함을 쓰세요.",
  "database {0}: expected its tables to be brought to this version of Atelier, got {1}. Nothing was changed; check the rights of its user, and try again.":
    "데이터베이스 {0}: 표를 이 버전의 Atelier에 맞게 바꾸지 못했습니다({1}). 바뀐 것은 없습니다. 사용자 권한을 확인하고 다시 시도하세요.",
  "database {0}: expected to open it, got {1}. If its disk is full, free some space; if its files are damaged, move the folder {2} away: pictures, runs and results lie elsewhere, and only the list of jobs begins anew.":
    "데이터베이스 {0}: 열지 못했습니다({1}). 디스크가 가득 찼으면 공간을 비우세요. 파일이 손상됐으면 {2} 폴더를 다른 곳으로 옮기세요. 사진, 학습 기록, 결과는 다른 곳에 있으므로 작업 목록만 새로 시작됩니다.",
  "--database: expected an address such as postgres://user:password@host/database, got something else. Write it so, with special characters of the password as %XX.":
    "--database: postgres://user:password@host/database 같은 주소여야 하지만 다른 값입니다. 이 형식으로 쓰고, 비밀번호의 특수 문자는 %XX로 적으세요.",
  "database {0}: expected its user and password, got ones that it refuses. Correct them in --database.":
    "데이터베이스 {0}: 사용자와 비밀번호가 거부되었습니다. --database의 값을 고치세요.",
  "database {0}: expected a database of this name, got none. Make it with createdb, or correct the name in --database.":
    "데이터베이스 {0}: 이 이름의 데이터베이스가 없습니다. createdb로 만들거나 --database의 이름을 고치세요.",
  "database {0}: expected to reach it, got {1}. See whether PostgreSQL runs there and lets this machine in, and whether host and port in --database are right.":
    "데이터베이스 {0}: 연결하지 못했습니다({1}). PostgreSQL이 그곳에서 실행 중인지, 이 컴퓨터의 접속을 허용하는지, --database의 호스트와 포트가 맞는지 확인하세요.",
  // jobs/
  "after: expected jobs that there are, got {0}.": "after: 있는 작업이어야 하지만 {0}: 없습니다.",
  'job: expected "{0}" to be done before it, but that failed. See why there, and try both again.':
    "작업: ‘{0}’ 작업이 먼저 끝나야 하지만 실패했습니다. 그 이유를 확인하고 둘 다 다시 시도하세요.",
  'job: expected "{0}" to be done before it, but that was cancelled. Try both again, or ask for this one alone.':
    "작업: ‘{0}’ 작업이 먼저 끝나야 하지만 취소되었습니다. 둘 다 다시 시도하거나, 이 작업만 새로 넣으세요.",
  "after: expected what the page before gave as next, got another.":
    "after: 앞 쪽의 next 값이어야 하지만 다른 값입니다.",
  "job: expected a worker to finish it, got {0} that went away while they worked on it, the last {1}. See there whether memory is short, then try it again.":
    "작업: 작업기가 끝내야 하지만 하던 중에 {0}번 끊겼습니다(마지막 작업기: {1}). 그 컴퓨터의 메모리가 부족한지 확인하고 다시 시도하세요.",
  "job {0}: expected one of the queue, got no such job.":
    "작업 {0}: 대기열에 있어야 하지만 없습니다.",
  "job {0}: expected a training, which can save and go on later, got one that cannot be stopped. Cancel it.":
    "작업 {0}: 저장하고 나중에 이어서 할 수 있는 학습이어야 하지만 중지할 수 없는 작업입니다. 취소하세요.",
  "job {0}: expected a training, which can end with the best so far, got one that cannot. Cancel it.":
    "작업 {0}: 지금까지 가장 좋은 지점으로 마칠 수 있는 학습이어야 하지만 그럴 수 없는 작업입니다. 취소하세요.",
  "job {0}: expected a training that has begun, got one that waits for its turn. Cancel it.":
    "작업 {0}: 시작한 학습이어야 하지만 차례를 기다리는 작업입니다. 취소하세요.",
  "job {0}: expected one that is not done, got one that is.":
    "작업 {0}: 끝나지 않은 작업이어야 하지만 이미 끝났습니다.",
  "job {0}: expected one that failed or was stopped or cancelled, got one that is {1}.":
    "작업 {0}: 실패했거나 중지, 취소된 작업이어야 하지만 상태가 다릅니다({1}).",
  "job {0}: expected one that waits, got one that is {1}. Queue it anew for another time.":
    "작업 {0}: 대기 중이어야 하지만 상태가 다릅니다({1}). 다른 시각에 하려면 새로 대기열에 넣으세요.",
  "zone: expected a name of the IANA time zone database such as Asia/Seoul, Europe/Berlin or UTC, got {0}.":
    "zone: Asia/Seoul, Europe/Berlin, UTC처럼 IANA 시간대 데이터베이스에 있는 이름이어야 하지만 {0}입니다.",
  "cron: expected minute, hour, day of month, month and day of week of a time that comes, such as 0 22 * * 1-5 for 22:00 on weekdays, got {0}.":
    "cron: 실제로 오는 시각의 분, 시, 일, 월, 요일이어야 하지만 {0}입니다. 예: 평일 22시는 0 22 * * 1-5",
  "schedule {0}: expected one that there is, got no such schedule.":
    "반복 {0}: 있어야 하지만 없습니다.",
  // jobs/commands/
  "draw: expected at most {0} pictures, got {1}. Take fewer values or a smaller count.":
    "그리기: 최대 {0}장이어야 하지만 {1}장입니다. 값이나 장수를 줄이세요.",
  "draw weight: expected an adapter that it is of, got none.":
    "그리기 가중치: 적용할 어댑터가 있어야 하지만 없습니다.",
  "draw {0}: expected numbers, got {1}.": "그리기 {0}: 숫자여야 하지만 {1}입니다.",
  "draw {0}: expected whole numbers, got {1}.": "그리기 {0}: 정수여야 하지만 {1}입니다.",
  "{0}: expected something of the library ({1}), got no such name. Look how it is called there.":
    "{0}: 보관함({1})에 있어야 하지만 그런 이름이 없습니다. 보관함에서 이름을 확인하세요.",
  "{0}: expected a name that nothing in the library has, got one that is taken. Choose another.":
    "{0}: 보관함에 없는 이름이어야 하지만 이미 쓰이고 있습니다. 다른 이름을 고르세요.",
  "data set {0}: expected one of the library, got no such name. Look how it is called there.":
    "데이터셋 {0}: 보관함에 있어야 하지만 그런 이름이 없습니다. 보관함에서 이름을 확인하세요.",
  "run {0}: expected one of the library, got no such name. Look how it is called there.":
    "학습 기록 {0}: 보관함에 있어야 하지만 그런 이름이 없습니다. 보관함에서 이름을 확인하세요.",
  "config {0}: expected letters, digits, dots and dashes.":
    "설정 {0}: 글자, 숫자, 점, 줄표로만 되어야 합니다.",
  "The request's base and data sets say it": "요청의 기반 모델과 데이터셋으로 정해집니다",
  "Results and caches lie in the library": "결과와 캐시는 보관함에 저장됩니다",
  "config {0}: expected no such field, got one. {1}; leave it out.":
    "설정 {0}: 없어야 하는 항목이 있습니다. {1}. 빼 주세요.",
  "config {0}: expected a name of the library.": "설정 {0}: 보관함에 있는 이름이어야 합니다.",
  "revision: expected a branch, a tag or a commit, got {0}.":
    "revision: 브랜치, 태그 또는 커밋이어야 하지만 {0}입니다.",
  // storage/
  "--storage: expected a folder, or an address such as s3://bucket/prefix, got {0}.":
    "--storage: 폴더이거나 s3://bucket/prefix 같은 주소여야 하지만 {0}입니다.",
  "--storage-endpoint: expected a storage of the form s3://bucket/prefix beside it, got {0}. Leave the endpoint out, or name a bucket.":
    "--storage-endpoint: s3://bucket/prefix 형식의 저장소와 함께 써야 하지만 {0}입니다. 이 옵션을 빼거나 버킷을 적으세요.",
  "--storage-endpoint: expected an address such as https://minio.example:9000, got {0}.":
    "--storage-endpoint: https://minio.example:9000 같은 주소여야 하지만 {0}입니다.",
  "--storage: expected --database beside it, got none. Workers on other machines share a PostgreSQL with the Studio; name it, or leave the storage out.":
    "--storage: --database와 함께 써야 하지만 없습니다. 다른 컴퓨터의 작업기는 스튜디오와 PostgreSQL을 함께 씁니다. 데이터베이스를 적거나 저장소를 빼세요.",
  "storage {0}: expected a folder that is there, got none. Make it, or mount on this machine the disk that holds it.":
    "저장소 {0}: 폴더가 있어야 하지만 없습니다. 폴더를 만들거나, 폴더가 있는 디스크를 이 컴퓨터에 연결하세요.",
  "storage {0}: expected a folder that can be read and written, got {1}. Free some space there, mount it again, or change its permissions.":
    "저장소 {0}: 읽고 쓸 수 있는 폴더여야 하지만 오류가 났습니다({1}). 공간을 비우거나, 다시 연결하거나, 권한을 바꾸세요.",
  "storage {0}: expected a bucket of this name, got none. Make it, or correct the name in --storage.":
    "저장소 {0}: 이 이름의 버킷이 없습니다. 버킷을 만들거나 --storage의 이름을 고치세요.",
  "storage {0}: expected keys that open it, got none. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.":
    "저장소 {0}: 여는 데 쓸 키가 없습니다. AWS_ACCESS_KEY_ID와 AWS_SECRET_ACCESS_KEY를 설정하세요.",
  "storage {0}: expected keys that may list, read, write and delete there, got ones that it refuses ({1}). Correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or what they are allowed.":
    "저장소 {0}: 목록을 보고, 읽고, 쓰고, 지울 수 있는 키여야 하지만 거부되었습니다({1}). AWS_ACCESS_KEY_ID와 AWS_SECRET_ACCESS_KEY를 고치거나 키의 권한을 바꾸세요.",
  "storage {0}: expected to reach it, got {1}. See whether it runs, whether this machine may connect, and whether --storage-endpoint and AWS_REGION are right.":
    "저장소 {0}: 연결하지 못했습니다({1}). 저장소가 실행 중인지, 이 컴퓨터의 접속을 허용하는지, --storage-endpoint와 AWS_REGION이 맞는지 확인하세요.",
  "storage {0}: expected all files that this job needs, got {1} without its content or with another one. Somebody has deleted or changed it there; try the job again, and its files are sent anew.":
    "저장소 {0}: 이 작업에 필요한 파일이 모두 있어야 하지만 {1}의 내용이 없거나 다릅니다. 누군가 그곳에서 지우거나 바꿨습니다. 작업을 다시 시도하면 파일을 새로 보냅니다.",
  "storage {0}: expected a list of the files of this job, got another ({1}). Have the same version of Atelier on all machines, and try the job again.":
    "저장소 {0}: 이 작업의 파일 목록이어야 하지만 다릅니다({1}). 모든 컴퓨터에서 같은 버전의 Atelier를 쓰고 작업을 다시 시도하세요.",
  "storage {0}: expected files of the library, got {1}. Have the same version of Atelier on all machines, and try the job again.":
    "저장소 {0}: 보관함의 파일이어야 하지만 {1}입니다. 모든 컴퓨터에서 같은 버전의 Atelier를 쓰고 작업을 다시 시도하세요.",
  // worker/
  "library {0}: expected a new folder for a worker with --storage, got one that holds something already. What has the names of the Studio's things would be replaced there; choose another folder with --library.":
    "보관함 {0}: --storage를 쓰는 작업기의 새 폴더여야 하지만 이미 무엇인가 들어 있습니다. 스튜디오에 있는 것과 이름이 같으면 바뀌게 되므로, --library로 다른 폴더를 고르세요.",
  "forecast: expected a training or a tune, got {0}, which has no plan.":
    "예측: 학습이나 튜닝이어야 하지만 계획이 없는 작업입니다({0}).",
  "forecast: expected a plan, got none. Try it again.":
    "예측: 계획을 받지 못했습니다. 다시 시도하세요.",
  "exit code {0}": "종료 코드 {0}",
  "job: expected its command to end well, got {0}. Memory may be short; the worker's machine tells more.":
    "작업: 명령이 정상으로 끝나지 않았습니다({0}). 메모리가 부족할 수 있습니다. 작업기의 컴퓨터에서 더 알 수 있습니다.",
  "job: expected its command to end well, got {0}. Memory may be short. Its last words:\n{1}":
    "작업: 명령이 정상으로 끝나지 않았습니다({0}). 메모리가 부족할 수 있습니다. 마지막 출력:\n{1}",
};
