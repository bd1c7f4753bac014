/**
 * @file A program that runs one graph in a process of its own and prints the most memory it took
 * above what was there before, in bytes, and a checksum of the results. The memory tests start it.
 */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, memoryUsage, resourceUsage, stdout } from "node:process";
import { createOrtRuntime } from "../../adapters/ort/ort-runtime.js";
import { gradients } from "../../autodiff/gradient.js";
import { AtelierError, said } from "../../errors.js";
import { type Graph, inputsOf, parametersOf } from "../../graph/graph.js";
import type { GraphNode } from "../../graph/node.js";
import { attention } from "../../graph/ops/attention.js";
import { conv2d } from "../../graph/ops/conv.js";
import { add, mul, silu } from "../../graph/ops/elementwise.js";
import { linear } from "../../graph/ops/linalg.js";
import { checkpoint } from "../../graph/ops/mark.js";
import { reshape, upsampleNearest } from "../../graph/ops/movement.js";
import { standardize } from "../../graph/ops/norm.js";
import { sumSquares } from "../../graph/ops/reduce.js";
import { input, parameter } from "../../graph/ops/source.js";
import type { FileTensor } from "../../runtime/runtime.js";
import { sizeOf } from "../../shape.js";
import { byteView, floatTensor } from "../../tensor.js";

const BLOCKS = 24;
const CHANNELS = 32;
const SIZE = 96;

/** A chain of residual blocks of four convolutions, each weight with its gradient. */
function chain(isCheckpointed: boolean): Graph {
  const x = input("x", [1, CHANNELS, SIZE, SIZE]);
  const weights: GraphNode[] = [];
  let y = x;
  for (let i = 0; i < BLOCKS; i++) {
    const own = Array.from({ length: 4 }, (_, j) =>
      parameter(`w${i}.${j}`, [CHANNELS, CHANNELS, 3, 3]),
    );
    weights.push(...own);
    const block = (start: GraphNode): GraphNode =>
      own.reduce((z, w) => add(z, conv2d(silu(z), w, undefined, { padding: 1 })), start);
    y = isCheckpointed ? checkpoint(block, [y]) : block(y);
  }
  const loss = sumSquares(y);
  const slopes = gradients(loss, weights).map((node, i) => [`d${i}`, sumSquares(node)]);
  return { outputs: { loss, ...Object.fromEntries(slopes) } };
}

/** Attention over 4096 tokens with 8 heads and its gradients: all score maps would be 512 MiB. */
function largeAttention(): Graph {
  const names = ["q", "k", "v"];
  const [q, k, v] = names.map((name) => input(name, [1, 4096, 8 * 40]));
  if (q === undefined || k === undefined || v === undefined) return { outputs: {} };
  const loss = sumSquares(attention(q, k, v, { heads: 8 }));
  const slopes = gradients(loss, [q, k, v]).map((node, i) => [names[i] ?? "", sumSquares(node)]);
  return { outputs: { loss, ...Object.fromEntries(slopes) } };
}

/** Twelve layers of different widths and the gradient to their input: each weight is read twice. */
function widening(): Graph {
  // Narrower and narrower: what one copy has freed is enough for the next.
  const widthOf = (layer: number): number => 3072 - 128 * layer;
  const x = input("x", [1, widthOf(0)]);
  const names = Array.from({ length: 12 }, (_, layer) => layer);
  const y = names.reduce(
    (z, layer) => linear(z, parameter(`w${layer}`, [widthOf(layer + 1), widthOf(layer)])),
    x,
  );
  const loss = sumSquares(y);
  const [slope = x] = gradients(loss, [x]);
  return { outputs: { loss, slope: sumSquares(slope) } };
}

/** The last residual blocks of an autoencoder's decoder, on maps of 512 and 256 MiB. */
function largeMap(): Graph {
  const weight = (name: string, out: number, channels: number, kernel: number): GraphNode =>
    parameter(name, [out, channels, kernel, kernel]);
  const normed = (name: string, x: GraphNode): GraphNode => {
    const standard = reshape(standardize(reshape(x, [1, 8, -1]), 1e-6), x.shape);
    const [scale, shift] = ["scale", "shift"].map((part) =>
      parameter(`${name}.${part}`, [x.shape[1] ?? 0, 1, 1]),
    );
    return silu(add(mul(standard, scale ?? 1), shift ?? 0));
  };
  let x = upsampleNearest(input("x", [1, 128, 512, 512]), 2);
  for (let block = 0; block < 3; block++) {
    const channels = x.shape[1] ?? 0;
    const [first, second, short] = [
      weight(`w${block}.1`, 64, channels, 3),
      weight(`w${block}.2`, 64, 64, 3),
      weight(`w${block}.0`, 64, channels, 1),
    ];
    const h = conv2d(normed(`n${block}.1`, x), first, undefined, { padding: 1 });
    const shortcut = channels === 64 ? x : conv2d(x, short);
    x = add(shortcut, conv2d(normed(`n${block}.2`, h), second, undefined, { padding: 1 }));
  }
  return { outputs: { loss: sumSquares(x) } };
}

const scenarios: Readonly<Record<string, () => Graph>> = {
  plain: () => chain(false),
  checkpointed: () => chain(true),
  attention: largeAttention,
  "composed attention": largeAttention,
  "float32 weights": widening,
  "float16 weights": widening,
  "large map": largeMap,
};

const build = scenarios[argv[2] ?? ""];
if (build === undefined) {
  throw new AtelierError(
    "config",
    said`measure-memory: expected one of ${Object.keys(scenarios).join(", ")}, got ${argv[2]}.`,
  );
}
const graph = build();
const folder = await mkdtemp(join(tmpdir(), "atelier-memory-"));
const stored = await storedWeights(graph);
await using compiled = await createOrtRuntime({
  threads: 1,
  lacks: argv[2] === "composed attention" ? ["fusesTransposes", "fusesAttention"] : [],
  ...(stored.size > 0 && argv[2] !== "large map" ? { copiedBytes: 0 } : {}),
}).compile(graph, { parameters: stored });
await rm(folder, { recursive: true });
const values = Object.fromEntries(
  [...inputsOf(graph), ...parametersOf(graph)]
    .filter(({ attributes: { name } }) => !stored.has(name))
    .map(({ attributes: { name }, shape }) => {
      const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => 0.02 * Math.sin(i * 7.3));
      return [name, floatTensor(data, shape)];
    }),
);
const before = memoryUsage.rss();
const results = await compiled.run(values);
const checksum = Object.values(results).map(({ data }) => Number(data[0]));
const peakBytes = resourceUsage().maxRSS * 1024 - before;
stdout.write(JSON.stringify({ peakBytes, checksum }));

/** Weights in files, one of ±2⁻⁸ after the other, where the scenario says in what. */
async function storedWeights(own: Graph): Promise<Map<string, FileTensor>> {
  const dtype = (
    { "float16 weights": "float16", "float32 weights": "float32", "large map": "float32" } as const
  )[argv[2] ?? ""];
  const places = new Map<string, FileTensor>();
  if (dtype === undefined) return places;
  const weights = parametersOf(own);
  const largest = Math.max(...weights.map(({ shape }) => sizeOf(shape)));
  // One for all weights, or what writing them takes would count as what running takes.
  const values = dtype === "float32" ? new Float32Array(largest) : new Uint16Array(largest);
  const [plus, minus] = dtype === "float32" ? [1 / 256, -1 / 256] : [0x1c00, 0x9c00];
  for (let i = 0; i < largest; i++) values[i] = i % 3 === 0 ? minus : plus;
  for (const { attributes, shape } of weights) {
    const bytes = byteView(values.subarray(0, sizeOf(shape)));
    const path = join(folder, attributes.name);
    await writeFile(path, bytes);
    places.set(attributes.name, { path, byteOffset: 0, byteLength: bytes.byteLength, dtype });
  }
  return places;
}
