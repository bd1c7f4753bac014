/**
 * @file An adapter of a layer whose outputs are those of several layers, as adapters of these, and back. Products of
 * factors are divided by the rows of those that make outputs; what is joined stands block by block on the diagonal.
 */

import { AtelierError, type FloatTensor, floatTensor, internalError, said } from "@atelier/engine";
import {
  mapParts,
  methodTitles,
  type PartName,
  type Parts,
  partOf,
} from "../../core/adapter-parts.js";
import { type LoraModule, makeLoraModule, rankOf } from "../../core/lora-weights.js";
import { type KeyChange, type KeyMatch, shareOf } from "../../families/keys/key-rules.js";

/** Pairs of factors `[out, rank]` and `[rank, in]`, by the method. */
const pairsOf: {
  readonly [M in LoraModule["method"]]: readonly (readonly [PartName, PartName])[];
} = {
  lora: [["up", "down"]],
  dora: [["up", "down"]],
  loha: [
    ["w1_a", "w1_b"],
    ["w2_a", "w2_b"],
  ],
  lokr: [],
};

/**
 * The adapters of the layers, by their names. A column of an output factor that is zero in all rows of a layer is left
 * out there, and a layer without others, unless the whole adapter is zero: joined adapters come apart as they were.
 * @throws AtelierError `weights` for a Kronecker product, or magnitudes per input.
 */
export function divideModule(
  where: string,
  module: LoraModule,
  parts: readonly KeyMatch[],
): [name: string, module: LoraModule][] {
  requireRows(where, module);
  const divided = parts.flatMap(({ name, change }): [string, LoraModule][] => {
    if (change === undefined) return [[name, module]];
    const rows = rowsOf(where, module, change);
    const own = withoutIdle(takeRows(module, rows));
    return own === undefined ? [] : [[name, own]];
  });
  if (divided.length > 0) return divided;
  return parts.map(({ name, change }) => [
    name,
    change === undefined ? module : takeRows(module, rowsOf(where, module, change)),
  ]);
}

/** A layer among those that are one in a file. */
export interface JoinedPart {
  /** Its adapter, if it has one. */
  readonly module: LoraModule | undefined;
  /** Its outputs. */
  readonly rows: number;
  readonly change: KeyChange | undefined;
}

/**
 * Whether adapters of the layers can be one: of one kind that is divided by outputs, with magnitudes on all layers or on
 * none.
 */
export function canJoin(parts: readonly JoinedPart[]): boolean {
  const present = parts.flatMap(({ module }) => module ?? []);
  const methods = new Set(present.map(({ method }) => method));
  const decomposed = present.filter((module) => module.parts.magnitude !== undefined).length;
  return (
    methods.size === 1 &&
    present.every(isDivisible) &&
    (decomposed === 0 || decomposed === parts.length)
  );
}

/** The adapter of layers of which {@link canJoin} holds, as one. */
export function joinModules(where: string, parts: readonly JoinedPart[]): LoraModule {
  const present = parts.flatMap(({ module }) => module ?? []);
  const [first] = present;
  const [only] = parts;
  if (first === undefined) throw internalError(`${where}: no adapter to join.`);
  if (only?.change?.kind === "halves") {
    const { rows } = only;
    const swapped = Array.from({ length: rows }, (_, row) => (row + rows / 2) % rows);
    return takeRows(first, swapped);
  }
  return (sharesInputs(present) && present.length === parts.length ? stacked : diagonal)(
    where,
    first,
    parts,
  );
}

/** Whether rows of what an adapter adds follow from rows of its parts. */
function isDivisible({ method, parts }: LoraModule): boolean {
  return method !== "lokr" && (parts.magnitude?.shape.length ?? 1) === 1;
}

function requireRows(where: string, module: LoraModule): void {
  if (isDivisible(module)) return;
  const { method } = module;
  const got = method === "lokr" ? methodTitles[method] : "magnitudes per input";
  throw new AtelierError(
    "weights",
    said`${where}: expected an adapter that can be divided by outputs, got ${got} on a layer that is several in diffusers' models. Use LoRA, DoRA per output or LoHa.`,
  );
}

/** The rows of the file's layer that are a layer's own. */
function rowsOf(where: string, module: LoraModule, change: KeyChange): number[] {
  const outputs = pairsOf[module.method][0]?.[0] ?? "up";
  const all = partOf(module.parts, outputs).shape[0] ?? 0;
  const share = change.kind === "part" ? shareOf(change) : { before: 1, own: 2, all: 2 };
  if (all % share.all !== 0) {
    throw new AtelierError(
      "weights",
      said`${where}: expected outputs in ${share.all} equal parts, got ${all}. The adapter was made for another model.`,
    );
  }
  const unit = all / share.all;
  return Array.from({ length: unit * share.own }, (_, row) => (row + unit * share.before) % all);
}

/** The adapter of some rows of a layer. */
function takeRows(module: LoraModule, rows: readonly number[]): LoraModule {
  const outputs = new Set<PartName>([...pairsOf[module.method].map(([out]) => out), "magnitude"]);
  const parts = mapParts(module.parts, (tensor, part) =>
    outputs.has(part) ? rowsOfTensor(tensor, rows) : tensor,
  );
  return { ...module, parts };
}

function rowsOfTensor({ data, shape }: FloatTensor, rows: readonly number[]): FloatTensor {
  const [all = 1, ...rest] = shape;
  const width = data.length / all;
  const taken = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) {
    taken.set(data.subarray(row * width, (row + 1) * width), i * width);
  }
  return floatTensor(taken, [rows.length, ...rest]);
}

/** Without columns that are zero in every output factor, `undefined` where all are and nothing else is left. */
function withoutIdle(module: LoraModule): LoraModule | undefined {
  const pairs = pairsOf[module.method];
  const used = usedColumns(pairs.map(([up]) => partOf(module.parts, up)));
  const { method, alpha, rank, parts } = module;
  if (used.length === rank) return module;
  if (used.length === 0) return parts.magnitude === undefined ? undefined : module;
  const kept = pairs.flatMap(([up, down]) => [
    [up, columnsOfTensor(partOf(parts, up), used)] as const,
    [down, rowsOfTensor(partOf(parts, down), used)] as const,
  ]);
  return {
    method,
    alpha: (alpha * used.length) / rank,
    rank: used.length,
    parts: { ...parts, ...Object.fromEntries(kept) },
  };
}

/** Columns in which any matrix of one width is not zero. */
function usedColumns(matrices: readonly FloatTensor[]): number[] {
  const used = new Set<number>();
  for (const { data, shape } of matrices) {
    const [, columns = 1] = shape;
    data.forEach((value, i) => {
      if (value !== 0) used.add(i % columns);
    });
  }
  return [...used].sort((a, b) => a - b);
}

function columnsOfTensor({ data, shape }: FloatTensor, columns: readonly number[]): FloatTensor {
  const [rows = 0, all = 1] = shape;
  const width = columns.length;
  const taken = Float32Array.from(
    { length: rows * width },
    (_, i) => data[Math.floor(i / width) * all + (columns[i % width] ?? 0)] ?? 0,
  );
  return floatTensor(taken, [rows, width]);
}

/** Whether all read their inputs by the same factors at the same strength, as a divided adapter does. */
function sharesInputs([first, ...others]: readonly LoraModule[]): boolean {
  return others.every(
    (module) =>
      first !== undefined &&
      module.alpha / module.rank === first.alpha / first.rank &&
      pairsOf[first.method].every(([, down]) => {
        const [a, b] = [partOf(first.parts, down), partOf(module.parts, down)];
        return a.data.length === b.data.length && a.data.every((value, i) => value === b.data[i]);
      }),
  );
}

function stacked(where: string, first: LoraModule, parts: readonly JoinedPart[]): LoraModule {
  const stack = (part: PartName): FloatTensor => {
    const tensors = parts.flatMap(({ module }) =>
      module === undefined ? [] : [partOf(module.parts, part)],
    );
    return stackRows(tensors);
  };
  const outputs = pairsOf[first.method].map(([up]) => [up, stack(up)] as const);
  const magnitude = first.parts.magnitude === undefined ? {} : { magnitude: stack("magnitude") };
  const joined = { ...first.parts, ...Object.fromEntries(outputs), ...magnitude };
  return makeLoraModule(where, { ...first, parts: joined });
}

function diagonal(where: string, first: LoraModule, parts: readonly JoinedPart[]): LoraModule {
  const scale = first.alpha / first.rank;
  const entries = pairsOf[first.method].flatMap(([up, down], pair) => {
    const blocks = parts.map(({ module, rows }) => {
      if (module === undefined) return { rows, factor: 1, up: undefined };
      // One factor takes what differs in strength.
      const factor = pair === 0 ? module.alpha / module.rank / scale : 1;
      return { rows, factor, up: partOf(module.parts, up) };
    });
    const inputs = parts.flatMap(({ module }) =>
      module === undefined ? [] : [partOf(module.parts, down)],
    );
    return [
      [up, blockDiagonal(blocks)],
      [down, stackRows(inputs)],
    ] as const;
  });
  const magnitudes = parts.flatMap(({ module }) => module?.parts.magnitude ?? []);
  const joined: Parts<FloatTensor> = {
    ...Object.fromEntries(entries),
    ...(magnitudes.length === 0 ? {} : { magnitude: stackRows(magnitudes) }),
  };
  const rank = rankOf(joined) ?? 1;
  return makeLoraModule(where, { method: first.method, parts: joined, alpha: scale * rank, rank });
}

function stackRows(tensors: readonly FloatTensor[]): FloatTensor {
  const rows = tensors.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  const data = new Float32Array(tensors.reduce((sum, tensor) => sum + tensor.data.length, 0));
  let end = 0;
  for (const tensor of tensors) {
    data.set(tensor.data, end);
    end += tensor.data.length;
  }
  return floatTensor(data, [rows, ...(tensors[0]?.shape.slice(1) ?? [])]);
}

interface Block {
  readonly rows: number;
  readonly factor: number;
  readonly up: FloatTensor | undefined;
}

/** Matrices `[rows, rank]` along the diagonal of one; rows without a matrix are zero. */
function blockDiagonal(blocks: readonly Block[]): FloatTensor {
  const columns = blocks.reduce((sum, { up }) => sum + (up?.shape[1] ?? 0), 0);
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  const data = new Float32Array(rows * columns);
  let row = 0;
  let column = 0;
  for (const block of blocks) {
    const width = block.up?.shape[1] ?? 0;
    block.up?.data.forEach((value, i) => {
      const at = (row + Math.floor(i / width)) * columns + column + (i % width);
      data[at] = value * block.factor;
    });
    row += block.rows;
    column += width;
  }
  return floatTensor(data, [rows, columns]);
}
