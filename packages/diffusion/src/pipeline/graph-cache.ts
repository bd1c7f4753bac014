/**
 * @file Compiled graphs by key, the latest used of them kept: a graph has one static shape, so a
 * program that draws in many sizes would otherwise hold a session for each.
 */

import {
  AtelierError,
  type CompiledGraph,
  type HostTensor,
  type RunOptions,
  said,
  type TensorMap,
} from "@atelier/engine";

/** How to make a graph that is not in the cache. */
export interface GraphRecipe {
  /** Everything that the compiled graph depends on. */
  readonly key: string;
  readonly compile: () => Promise<CompiledGraph>;
}

/** Compiles graphs on first use and disposes those not used for longest. */
export interface GraphCache extends AsyncDisposable {
  /** Compiles the graph unless it is there. @throws AtelierError `runtime`. */
  prepare(recipe: GraphRecipe): Promise<void>;
  /** Runs the graph, which stays compiled until the run has ended. @throws AtelierError `runtime`, `aborted`. */
  run(
    recipe: GraphRecipe,
    values: TensorMap,
    options?: RunOptions,
  ): Promise<Readonly<Record<string, HostTensor>>>;
}

interface Slot {
  readonly graph: Promise<CompiledGraph>;
  /** Runs that need the graph; it is not disposed before they end. */
  users: number;
}

/** Slots by key. A Map keeps the order of insertion, and every use inserts anew: oldest first. */
interface Shelf {
  readonly slots: Map<string, Slot>;
  readonly limit: number;
}

/**
 * @param limit how many graphs stay compiled; more while more are running
 * @param owner what is disposed with the cache, for messages
 */
export function createGraphCache(limit: number, owner = "pipeline"): GraphCache {
  const shelf: Shelf = { slots: new Map(), limit };
  const running = new Set<Promise<unknown>>();
  let isDisposed = false;

  /** Keeps account of work, so that disposal can wait for it. */
  async function tracked<T>(work: () => Promise<T>): Promise<T> {
    if (isDisposed) {
      throw new AtelierError(
        "runtime",
        said`${owner}: expected an open ${owner}, got one that was disposed. Load it again.`,
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
    prepare: (recipe) => tracked(() => use(shelf, recipe, () => undefined)),
    run: (recipe, values, options) =>
      tracked(() => use(shelf, recipe, (graph) => graph.run(values, options))),
    async [Symbol.asyncDispose]() {
      isDisposed = true;
      await Promise.allSettled(running);
      await disposeAll(evictTo(shelf, 0));
    },
  };
}

async function use<T>(
  shelf: Shelf,
  recipe: GraphRecipe,
  work: (graph: CompiledGraph) => T | Promise<T>,
): Promise<T> {
  const { slots, limit } = shelf;
  const slot = slots.get(recipe.key) ?? createSlot(shelf, recipe);
  slots.delete(recipe.key);
  slots.set(recipe.key, slot);
  slot.users += 1;
  try {
    return await work(await slot.graph);
  } finally {
    slot.users -= 1;
    await disposeAll(evictTo(shelf, limit));
  }
}

function createSlot(shelf: Shelf, { key, compile }: GraphRecipe): Slot {
  // Room is made before a graph is compiled, so that both never hold memory at once.
  const graph = disposeAll(evictTo(shelf, shelf.limit - 1)).then(compile);
  const slot = { graph, users: 0 };
  // A graph that could not be compiled is tried anew at its next use.
  graph.catch(() => {
    if (shelf.slots.get(key) === slot) shelf.slots.delete(key);
  });
  return slot;
}

/** Takes the oldest slots that nobody uses until `count` are left. */
function evictTo({ slots }: Shelf, count: number): Slot[] {
  const evicted: Slot[] = [];
  for (const [key, slot] of slots) {
    if (slots.size <= count) break;
    if (slot.users > 0) continue;
    slots.delete(key);
    evicted.push(slot);
  }
  return evicted;
}

async function disposeAll(slots: readonly Slot[]): Promise<void> {
  for (const { graph } of slots) {
    const compiled = await graph.catch(() => undefined);
    await compiled?.[Symbol.asyncDispose]();
  }
}
