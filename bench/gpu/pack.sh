#!/bin/sh
# Packs what bench/gpu/run.sh needs on a Linux machine without network into one archive: pack.sh <archive.tgz>
set -eu
archive=$(realpath -m "${1:?pack.sh: expected the path of an archive}")
cd "$(dirname "$0")/../.."
[ -f bench/dist/gpu/measure.js ] || npm run build
# Sharp and the Hub's client are for pictures and downloads, of which there are none.
tar -czhf "$archive" --exclude='*.map' --exclude='*.d.ts' --exclude=win32 --exclude=darwin --exclude=arm64 \
  bench/gpu bench/peer bench/dist bench/tsconfig.json \
  packages/engine/dist packages/engine/package.json packages/diffusion/dist packages/diffusion/package.json \
  node_modules/@atelier/engine/package.json node_modules/@atelier/engine/dist \
  node_modules/@atelier/diffusion/package.json node_modules/@atelier/diffusion/dist \
  node_modules/onnxruntime-node node_modules/onnxruntime-common node_modules/koffi node_modules/@koromix node_modules/zod
du -h "$archive"
