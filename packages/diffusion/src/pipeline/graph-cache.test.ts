/** @file Which compiled graphs stay, which are disposed, and when. */

import {
  type CompiledGraph,
  constant,
  floatTensor,
  type Graph,
  type GraphNode,
  input,
  mul,
} from "@atelier/engine";
import { createOrtRuntime } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { createGraphCache, type GraphRecipe } from "./graph-cache.js";

const runtime = createOrtRuntime({ threads: 1 });

/** Graphs that multiply by their number, with a record of when each was made and disposed. */
function recordingRecipes() {
  const log: string[] = [];
  const recipe = (factor: number): GraphRecipe => ({
    key: String(factor),
    async compile(): Promise<CompiledGraph> {
      log.push(`+${factor}`);
      const y: GraphNode = mul(input("x", [2]), constant(floatTensor([factor], [1])));
      const graph: Graph = { outputs: { y } };
      const compiled = await runtime.compile(graph);
      return {
        run: (values) => compiled.run(values),
        async [Symbol.asyncDispose]() {
          log.push(`-${factor}`);
          await compiled[Symbol.asyncDispose]();
        },
      };
    },
  });
  return { log, recipe };
}

const values = { x: floatTensor([1, 2], [2]) };

describe("createGraphCache", () => {
  it("compiles once and runs the right graph", async () => {
    const { log, recipe } = recordingRecipes();
    await using cache = createGraphCache(2);
    await cache.prepare(recipe(3));
    const both = [cache.run(recipe(3), values), cache.run(recipe(5), values)];
    const [three, five] = await Promise.all(both);
    expect(three?.["y"]?.data).toEqual(Float32Array.of(3, 6));
    expect(five?.["y"]?.data).toEqual(Float32Array.of(5, 10));
    expect(log).toEqual(["+3", "+5"]);
  });

  it("disposes the graph not used for longest before another is compiled", async () => {
    const { log, recipe } = recordingRecipes();
    await using cache = createGraphCache(2);
    for (const factor of [1, 2, 1, 3, 1, 2]) await cache.run(recipe(factor), values);
    expect(log).toEqual(["+1", "+2", "-2", "+3", "-3", "+2"]);
  });

  it("keeps a graph that is running and comes back below the limit afterwards", async () => {
    const { log, recipe } = recordingRecipes();
    const cache = createGraphCache(1);
    const runs = [1, 2, 3].map((factor) => cache.run(recipe(factor), values));
    const results = await Promise.all(runs);
    expect(results.map(({ y }) => y?.data[0])).toEqual([1, 2, 3]);
    expect(log.filter((entry) => entry.startsWith("-"))).toHaveLength(2);
    await cache[Symbol.asyncDispose]();
    expect(log.filter((entry) => entry.startsWith("-"))).toHaveLength(3);
  });

  it("tries a graph anew that could not be compiled", async () => {
    const { log, recipe } = recordingRecipes();
    await using cache = createGraphCache(1);
    const failing = { key: "7", compile: () => Promise.reject(new Error("no memory")) };
    await expect(cache.run(failing, values)).rejects.toThrow("no memory");
    expect((await cache.run(recipe(7), values))["y"]?.data).toEqual(Float32Array.of(7, 14));
    expect(log).toEqual(["+7"]);
  });

  it("waits for what runs when it is disposed, and runs nothing more", async () => {
    const { log, recipe } = recordingRecipes();
    const cache = createGraphCache(2);
    const running = cache.run(recipe(4), values);
    await cache[Symbol.asyncDispose]();
    expect((await running)["y"]?.data).toEqual(Float32Array.of(4, 8));
    expect(log).toEqual(["+4", "-4"]);
    await expect(cache.run(recipe(4), values)).rejects.toThrow("got one that was disposed");
  });
});
