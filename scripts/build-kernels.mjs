/**
 * @file Assembles the WebAssembly kernels of the engine into a TypeScript module that holds their bytes, where
 * their source is newer. A module needs no file to be found at run time, in Node, bundlers and browsers alike.
 */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../packages/engine/src/kernels/", import.meta.url));
const source = `${folder}vector-kernels.wat`;
const target = `${folder}generated/vector-kernels.ts`;

const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

export async function buildKernels() {
  if (changedAt(target) > changedAt(source)) return;
  const { default: loadWabt } = await import("wabt");
  const { parseWat } = await loadWabt();
  const module = parseWat(source, readFileSync(source, "utf8"), { simd: true });
  const { buffer } = module.toBinary({});
  module.destroy();
  mkdirSync(`${folder}generated`, { recursive: true });
  const text = [
    "/** @file Made from vector-kernels.wat by scripts/build-kernels.mjs. */",
    "",
    "/** The module's bytes in base64. */",
    `export const vectorKernelsModule: string =\n  "${Buffer.from(buffer).toString("base64")}";`,
    "",
  ].join("\n");
  // Whole or not at all, also where two programs build at once.
  writeFileSync(`${target}.${process.pid}`, text);
  renameSync(`${target}.${process.pid}`, target);
}
