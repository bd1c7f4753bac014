/**
 * @file ONNX Runtime executes operators in the order in which their nodes were created, which its
 * documentation does not promise: recomputed blocks would run too early, and no memory would be
 * saved, were a new version to change that.
 */

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradient.js";
import { type Graph, parametersOf } from "../graph/graph.js";
import { add, exp, mul, sin, sqrt, sub, tanh } from "../graph/ops/elementwise.js";
import { matmul } from "../graph/ops/linalg.js";
import { checkpoint } from "../graph/ops/mark.js";
import { sumSquares } from "../graph/ops/reduce.js";
import { parameter } from "../graph/ops/source.js";
import { sizeOf } from "../shape.js";
import { findPins } from "./execution-order.js";
import { lowerGraph } from "./lower-graph.js";
import { encodeModel } from "./model-proto.js";

/** Three checkpointed blocks, their gradients, a norm of them all, and an update that needs it. */
function trainingStep(): Graph {
  const x = parameter("x", [4, 4]);
  const weights = [0, 1, 2].map((i) => parameter(`w${i}`, [4, 4]));
  const y = weights.reduce(
    (input, weight) => checkpoint((z) => tanh(add(matmul(sin(z), weight), exp(z))), [input]),
    x,
  );
  const loss = sumSquares(y);
  const slopes = gradients(loss, weights);
  const norm = sqrt(slopes.map(sumSquares).reduce((a, b) => add(a, b)));
  const updates = slopes.map((slope, i) => [
    `w${i}`,
    sub(weights[i] ?? x, mul(slope, mul(norm, 0.1))),
  ]);
  return { outputs: { loss, norm, ...Object.fromEntries(updates) } };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-order-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The positions in the model of the operators that ran, in the order in which they did. */
async function executedPositions(level: "disabled" | "all"): Promise<number[]> {
  const graph = trainingStep();
  const model = lowerGraph(graph);
  const nodes = model.nodes.map((node, i) => ({ ...node, name: `at ${i} of` }));
  const session = await InferenceSession.create(encodeModel({ ...model, nodes }), {
    graphOptimizationLevel: level,
    enableProfiling: true,
    profileFilePrefix: join(folder, level),
    extra: { optimization: { disable_specified_optimizers: "CommonSubexpressionElimination" } },
  });
  const feeds = parametersOf(graph).map(({ attributes: { name }, shape }) => {
    const data = new Float32Array(sizeOf(shape)).fill(0.1);
    return [`parameter:${name}`, new Tensor("float32", data, shape)] as const;
  });
  await session.run(Object.fromEntries(feeds));
  session.endProfiling();
  await session.release();
  const [file = ""] = (await readdir(folder)).filter((name) => name.startsWith(level));
  const events: unknown = JSON.parse(await readFile(join(folder, file), "utf8"));
  if (!Array.isArray(events)) throw new Error("the profile is no list");
  return events.flatMap(({ cat, name }) => {
    const position = /^at (\d+) of.*kernel_time/.exec(String(name))?.[1];
    return cat === "Node" && position !== undefined ? [Number(position)] : [];
  });
}

describe("findPins", () => {
  const operator = (output: string, ...inputs: string[]) => ({ inputs, outputs: [output] });

  it("pins nothing in chains and trees", () => {
    const chain = [operator("a", "x"), operator("b", "a"), operator("c", "b")];
    expect(findPins(chain)).toEqual([]);
    const tree = [operator("a", "x"), operator("b", "y"), operator("c", "a", "b")];
    expect(findPins(tree)).toEqual([]);
  });

  it("pins a value before one that its user would pull in first", () => {
    // The last operator looks at "late" first, since of its inputs it was made earlier.
    const operators = [
      operator("early", "x"),
      operator("late", "y"),
      operator("sum", "late", "early"),
      operator("end", "late", "sum"),
    ];
    expect(findPins(operators)).toEqual([0]);
  });

  it("pins a value that would wait for its only user", () => {
    const [a, slope, b] = [operator("a", "x"), operator("slope", "a"), operator("b", "a")];
    const end = [operator("norm", "b"), operator("update", "norm", "slope")];
    expect(findPins([a, slope, b, ...end])).toEqual([]);
    expect(findPins([a, b, slope, ...end])).toEqual([1]);
  });

  it("takes a moment for long graphs", () => {
    const operators = Array.from({ length: 20_000 }, (_, i) =>
      operator(`v${i}`, `v${i - 1}`, `v${i - 7}`, `v${20_000 - i}`),
    );
    expect(findPins(operators).length).toBeLessThan(operators.length);
  });
});

describe("execution order", () => {
  it("is that of creation, the reverse of the model's", async () => {
    const positions = await executedPositions("disabled");
    expect(positions.length).toBeGreaterThan(40);
    expect(positions).toEqual(positions.map((_, i) => positions.length - 1 - i));
  });

  it("is that of creation with ONNX Runtime's optimiser on", async () => {
    const positions = await executedPositions("all");
    expect(positions.length).toBeGreaterThan(40);
    expect(positions).toEqual([...positions].sort((a, b) => b - a));
  });
});
