/**
 * @file `node bench/dist/joined-products.js [rounds] [threads]`: the products of self-attention's query, key and value
 * beside one product with a weight of three times the width, whose result is cut in three; in turn, at the shapes of
 * SD 1.5's size at 64×64 and of the small UNet at batch 8. Milliseconds, the fastest of all rounds.
 */

import {
  add,
  createTorchGenerator,
  type FloatTensor,
  floatTensor,
  type GraphNode,
  input,
  linear,
  mul,
  narrow,
  parameter,
  parametersOf,
  type Shape,
  sizeOf,
} from "@atelier/engine";
import { createOrtRuntime } from "@atelier/engine/node";

const rounds = Number(process.argv[2] ?? 40);
const runtime = createOrtRuntime({ threads: Number(process.argv[3] ?? 2) });
const generator = createTorchGenerator(0);
const random = (shape: Shape): FloatTensor => floatTensor(generator.randn(sizeOf(shape)), shape);

/** `[tokens, channels]` of the blocks. */
const shapes = [
  ["SD 1.5's size, 64×64", 4096, 320],
  ["SD 1.5's size, 32×32", 1024, 640],
  ["SD 1.5's size, 16×16", 256, 1280],
  ["small UNet, batch 8, 8×8", 512, 256],
  ["small UNet, batch 8, 16×16", 2048, 128],
] as const;

/** So that all three are needed, and little else is done with them. */
const used = ([query, key, value]: readonly [GraphNode, GraphNode, GraphNode]): GraphNode =>
  add(mul(query, key), value);

async function prepare(output: GraphNode, x: FloatTensor): Promise<() => Promise<number>> {
  const parameters = new Map(
    parametersOf({ outputs: { output } }).map(({ attributes: { name }, shape }) => [
      name,
      random(shape),
    ]),
  );
  const compiled = await runtime.compile({ outputs: { output } }, { parameters });
  return async () => {
    const start = performance.now();
    await compiled.run({ x });
    return performance.now() - start;
  };
}

for (const [title, tokens, channels] of shapes) {
  const x = input("x", [tokens, channels]);
  const product = (name: string) => linear(x, parameter(name, [channels, channels]));
  const all = linear(x, parameter("qkv", [3 * channels, channels]));
  const cut = (at: number) => narrow(all, 1, at * channels, channels);
  const values = random(x.shape);
  const apart = await prepare(used([product("q"), product("k"), product("v")]), values);
  const joined = await prepare(used([cut(0), cut(1), cut(2)]), values);
  const fastest = { apart: Number.POSITIVE_INFINITY, joined: Number.POSITIVE_INFINITY };
  for (let round = 0; round < rounds; round++) {
    fastest.apart = Math.min(fastest.apart, await apart());
    fastest.joined = Math.min(fastest.joined, await joined());
  }
  const ratio = (fastest.joined / fastest.apart).toFixed(2);
  console.log(
    `${title}: apart ${fastest.apart.toFixed(2)}, joined ${fastest.joined.toFixed(2)}, ${ratio}`,
  );
}
