/**
 * @file Compiled graphs by key, the latest used of them kept: a graph has one static shape, so a
 * program that draws in many sizes would otherwise hold a session for each.
 */

import { AtelierError, type CompiledGraph, type HostTensor, type TensorMap } from "@atelier/engine";

/** How to make a graph that is not in the cache. */
export interface GraphRecipe {
  /** Everything that the compiled graph depends on. */
  readonly key: string;
  compile(): Promise<CompiledGraph>;
}

/** Compiles graphs on first use and disposes those not used for longest. */
export interface GraphCache extends AsyncDisposable {
  /** Compiles the graph unless it is there. @throws AtelierError `runtime`. */
  prepare(recipe: GraphRecipe): Promise<void>;
  /** Runs the graph, which stays compiled until the run has ended. @throws AtelierError `runtime`. */
  run(recipe: GraphRecipe, values: TensorMap): Promise<Readonly<Record<string, HostTensor>>>;
}

interface Slot {
  readonly graph: Promise<CompiledGraph>;
  /** Runs that need the graph; it is not disposed before they end. */
  users: number;
}

/** @param limit how many graphs stay compiled; more while more are running */
export function createGraphCache(limit: number): GraphCache {
  // A Map keeps the order of insertion, and every use inserts anew: the first is the oldest.
  const slots = new Map<string, Slot>();
  const running = new Set<Promise<unknown>>();
  let isDisposed = false;

  function evictTo(count: number): Slot[] {
    const evicted: Slot[] = [];
    for (const [key, slot] of slots) {
      if (slots.size <= count) break;
      if (slot.users > 0) continue;
      slots.delete(key);
      evicted.push(slot);
    }
    return evicted;
  }

  function createSlot({ key, compile }: GraphRecipe): Slot {
    // Room is made before a graph is compiled, so that both never hold memory at once.
    const graph = disposeAll(evictTo(limit - 1)).then(compile);
    const slot = { graph, users: 0 };
    // A graph that could not be compiled is tried anew at its next use.
    graph.catch(() => {
      if (slots.get(key) === slot) slots.delete(key);
    });
    return slot;
  }

  async function use<T>(
    recipe: GraphRecipe,
    work: (graph: CompiledGraph) => T | Promise<T>,
  ): Promise<T> {
    const slot = slots.get(recipe.key) ?? createSlot(recipe);
    slots.delete(recipe.key);
    slots.set(recipe.key, slot);
    slot.users += 1;
    try {
      return await work(await slot.graph);
    } finally {
      slot.users -= 1;
      await disposeAll(evictTo(limit));
    }
  }

  /** Keeps account of work, so that disposal can wait for it. */
  async function tracked<T>(work: () => Promise<T>): Promise<T> {
    if (isDisposed) {
      throw new AtelierError(
        "runtime",
        "pipeline: expected an open pipeline, got one that was disposed. Load it again.",
      );
    }
    const promise = work();
    running.add(promise);
    try {
      return await promise;
    } finally {
      running.delete(promise);
    }
  }

  return {
    prepare: (recipe) => tracked(() => use(recipe, () => undefined)),
    run: (recipe, values) => tracked(() => use(recipe, (graph) => graph.run(values))),
    async [Symbol.asyncDispose]() {
      isDisposed = true;
      await Promise.allSettled(running);
      await disposeAll(evictTo(0));
    },
  };
}

async function disposeAll(slots: readonly Slot[]): Promise<void> {
  for (const { graph } of slots) {
    const compiled = await graph.catch(() => undefined);
    await compiled?.[Symbol.asyncDispose]();
  }
}
