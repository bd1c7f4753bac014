/**
 * @file Runs an encoder over any number of rows: in batches of one size, what is left over one row at
 * a time. Two compiled graphs serve every number of rows that way.
 */

import {
  AtelierError,
  type FloatTensor,
  type GraphNode,
  internalError,
  type ParameterSource,
  type Runtime,
  said,
  type TensorMap,
} from "@atelier/engine";
import { createGraphCache } from "../pipeline/graph-cache.js";
import { joinRows } from "../pipeline/tensor-rows.js";

/** A batch as its graph takes it. */
export interface PreparedBatch {
  /** Everything that the graph depends on besides the encoder. */
  readonly key: string;
  /** Unit vectors `[rows, width]`. */
  readonly build: () => GraphNode;
  readonly values: TensorMap;
}

/** What a {@link BatchEmbedder} works with. */
export interface BatchEmbedderOptions<Row> {
  /** What rows are, for messages: `pictures`. */
  readonly rowsName: string;
  readonly runtime: Runtime;
  readonly parameters: ReadonlyMap<string, ParameterSource>;
  /** Rows that are encoded at once. */
  readonly batch: number;
  readonly prepare: (rows: readonly Row[]) => PreparedBatch;
}

/** Embeds rows of one kind. */
export interface BatchEmbedder<Row> extends AsyncDisposable {
  /** Unit vectors `[rows, width]`. @throws AtelierError `data` for no rows, `weights` for vectors that are not finite. */
  embed(rows: readonly Row[]): Promise<FloatTensor>;
}

/** Makes an embedder that compiles its graphs at their first use. */
export function createBatchEmbedder<Row>({
  rowsName,
  runtime,
  parameters,
  batch,
  prepare,
}: BatchEmbedderOptions<Row>): BatchEmbedder<Row> {
  // Two batch sizes, and two lengths of texts.
  const cache = createGraphCache(4, "judge");
  const embedBatch = async (rows: readonly Row[]): Promise<FloatTensor> => {
    const { key, build, values } = prepare(rows);
    const compile = () => runtime.compile({ outputs: { embeddings: build() } }, { parameters });
    const { embeddings } = await cache.run({ key: `${rows.length} ${key}`, compile }, values);
    if (embeddings?.dtype === "float32") return embeddings;
    throw internalError(`judge: expected float32 embeddings, got ${embeddings?.dtype}.`);
  };
  return {
    async embed(rows) {
      if (rows.length === 0) {
        throw new AtelierError(
          "data",
          said`judge: expected ${rowsName}, got none. Name one at least.`,
        );
      }
      const whole = rows.length - (rows.length % batch);
      const parts: FloatTensor[] = [];
      for (let start = 0; start < rows.length; ) {
        const end = start < whole ? start + batch : start + 1;
        parts.push(await embedBatch(rows.slice(start, end)));
        start = end;
      }
      const embeddings = joinRows(parts);
      requireFinite(rowsName, embeddings);
      return embeddings;
    },
    [Symbol.asyncDispose]: () => cache[Symbol.asyncDispose](),
  };
}

function requireFinite(rowsName: string, { data }: FloatTensor): void {
  const bad = data.find((value) => !Number.isFinite(value));
  if (bad === undefined) return;
  throw new AtelierError(
    "weights",
    said`judge: expected finite embeddings of ${rowsName}, got ${bad}. The judge's weights are damaged; restore them.`,
  );
}
