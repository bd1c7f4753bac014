#!/bin/sh
# Measures LoRA steps on this machine's graphics card in under eight minutes; see bench/src/gpu/measure.ts.
# It takes Node 20.19 or newer, and a build: this clone's, or one that pack.sh has packed elsewhere.
# Tried without a graphics card: bench/gpu/run.sh --backends webgpu --models tiny --edges 64 --steps 3
set -eu
cd "$(dirname "$0")/../.."
[ -f bench/dist/gpu/measure.js ] || npm run build
exec node bench/dist/gpu/measure.js "$@"
