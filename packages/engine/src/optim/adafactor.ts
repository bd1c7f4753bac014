/**
 * @file Adafactor (Shazeer & Stern 2018, algorithm 4): the squares of a matrix of gradients are kept as
 * their means over rows and over columns, and the update is bounded by its root mean square. Its two
 * usual forms differ in where ε stands and in what scales the step, and both are here.
 *
 * A parameter of more than two axes is a stack of matrices over its last two, as in both models; a
 * 3×3 convolution then saves a third of its squares, not nearly all of them.
 */

import type { GraphNode } from "../graph/node.js";
import { add, div, maximum, mul, sqrt, square, sub } from "../graph/ops/elementwise.js";
import { reshape } from "../graph/ops/movement.js";
import { sumSquares } from "../graph/ops/reduce.js";
import { sizeOf } from "../shape.js";
import { type MatrixMeans, matrixMeans } from "./matrix-means.js";
import { type NamedNodes, type Optimizer, pick, type Slot, type StepScalars } from "./optimizer.js";

/** Hyper-parameters of {@link adafactor}, in the meaning of transformers'. */
export interface AdafactorOptions {
  /** ε₁, added to squares of gradients. */
  readonly epsilon?: number;
  /** ε₂, the least root mean square that a parameter is taken to have; with `scaleParameter`. */
  readonly scaleEpsilon?: number;
  /** The largest root mean square of an update. */
  readonly clipThreshold?: number;
  /** β₂ of step t is 1 − t^(−decayRate). */
  readonly decayRate?: number;
  /** Decay of a mean of updates, which takes as much memory as the parameters; 0 keeps none. */
  readonly beta1?: number;
  readonly weightDecay?: number;
  /** The step is relative to the parameter's root mean square. */
  readonly scaleParameter?: boolean;
  /** The step is min(10⁻², 1/√t), whatever the learning rate. */
  readonly relativeStep?: boolean;
  /** With `relativeStep`: min(10⁻⁶·t, 1/√t). */
  readonly warmupInit?: boolean;
}

/**
 * Adafactor as transformers has it, and with it kohya's scripts: their `scale_parameter`,
 * `relative_step` and `warmup_init` are off here unless asked for, so that the learning rate counts.
 */
export function adafactor({
  epsilon = 1e-30,
  scaleEpsilon = 1e-3,
  clipThreshold = 1,
  decayRate = 0.8,
  beta1 = 0,
  weightDecay = 0,
  scaleParameter = false,
  relativeStep = false,
  warmupInit = false,
}: AdafactorOptions = {}): Optimizer {
  const rateOf = (step: number, learningRate: number): number =>
    relativeStep ? Math.min(warmupInit ? 1e-6 * step : 1e-2, step ** -0.5) : learningRate;
  return bySquares({
    slots: beta1 === 0 ? [] : [{ name: "first" }],
    scalarNames: ["rate"],
    scalars: (step, learningRate) => ({
      ...squareScalars(step, decayRate),
      rate: rateOf(step, learningRate),
    }),
    squaresOf: (gradient) => add(square(gradient), epsilon),
    rootOf(squares) {
      if (!isFactored(squares)) return sqrt(squares.all);
      const { rows, columns, means } = squares;
      const share = sqrt(div(rows, means.ofRows(rows)));
      return mul(means.spreadRows(share), means.spreadColumns(sqrt(columns)));
    },
    step({ parameter, scaled, scalars, state }) {
      const clipped = div(scaled, maximum(div(rootMeanSquare(scaled), clipThreshold), 1));
      const size = maximum(rootMeanSquare(parameter), scaleEpsilon);
      const rate = pick(scalars, "rate");
      const stepSize = scaleParameter ? mul(size, rate) : rate;
      const change = mul(clipped, stepSize);
      const first =
        beta1 === 0 ? change : add(mul(pick(state, "first"), beta1), mul(change, 1 - beta1));
      const kept =
        weightDecay === 0 ? parameter : sub(parameter, mul(parameter, mul(stepSize, weightDecay)));
      return { parameter: sub(kept, first), state: beta1 === 0 ? {} : { first } };
    },
  });
}

/** Hyper-parameters of {@link torchAdafactor}, with PyTorch's defaults. */
export interface TorchAdafactorOptions {
  /** ε₁, the least root of a mean square; the smallest difference from 1 of float32. */
  readonly epsilon?: number;
  /** ε₂, the least root mean square that a parameter is taken to have. */
  readonly scaleEpsilon?: number;
  /** The largest root mean square of an update. */
  readonly clipThreshold?: number;
  /** β₂ of step t is 1 − t^(−decayRate). */
  readonly decayRate?: number;
  readonly weightDecay?: number;
}

/** Adafactor as `torch.optim.Adafactor` has it: a step is relative to its parameter, at most 1/√t. */
export function torchAdafactor({
  epsilon = 2 ** -23,
  scaleEpsilon = 1e-3,
  clipThreshold = 1,
  decayRate = 0.8,
  weightDecay = 0,
}: TorchAdafactorOptions = {}): Optimizer {
  return bySquares({
    slots: [],
    scalarNames: ["keep", "rate"],
    scalars: (step, learningRate) => ({
      ...squareScalars(step, decayRate),
      keep: 1 - learningRate * weightDecay,
      rate: Math.min(learningRate, step ** -0.5),
    }),
    squaresOf: square,
    rootOf(squares) {
      return sqrt(maximum(estimateOf(squares, epsilon), epsilon * epsilon));
    },
    step({ parameter, scaled, scalars }) {
      const bound = maximum(div(rootMeanSquare(scaled), clipThreshold), 1);
      const size = maximum(rootMeanSquare(parameter), scaleEpsilon);
      const stepSize = div(mul(size, pick(scalars, "rate")), bound);
      const kept = mul(parameter, pick(scalars, "keep"));
      return { parameter: sub(kept, mul(scaled, stepSize)), state: {} };
    },
  });
}

/** All squares as PyTorch estimates them. */
function estimateOf(squares: Squares, epsilon: number): GraphNode {
  if (!isFactored(squares)) return squares.all;
  const { rows, columns, means } = squares;
  const share = div(rows, maximum(means.ofRows(rows), epsilon));
  return mul(means.spreadRows(share), means.spreadColumns(columns));
}

/** Mean squares of gradients: all of them, or their means over rows and columns. */
type Squares =
  | { readonly all: GraphNode }
  | { readonly rows: GraphNode; readonly columns: GraphNode; readonly means: MatrixMeans };

const isFactored = (squares: Squares): squares is Extract<Squares, { rows: GraphNode }> =>
  "rows" in squares;

/** Where the two forms differ. */
interface Form {
  readonly slots: readonly Slot[];
  readonly scalarNames: readonly string[];
  readonly scalars: (step: number, learningRate: number) => StepScalars;
  /** What is averaged. */
  readonly squaresOf: (gradient: GraphNode) => GraphNode;
  /** What divides the gradient. */
  readonly rootOf: (squares: Squares) => GraphNode;
  readonly step: (inputs: {
    readonly parameter: GraphNode;
    /** The gradient divided by its root mean squares. */
    readonly scaled: GraphNode;
    readonly scalars: NamedNodes;
    readonly state: NamedNodes;
  }) => { readonly parameter: GraphNode; readonly state: NamedNodes };
}

function bySquares(form: Form): Optimizer {
  const matrices = withSquares(form, [
    { name: "rows", shapeOf: (shape) => shape.slice(0, -1) },
    { name: "columns", shapeOf: (shape) => [...shape.slice(0, -2), ...shape.slice(-1)] },
  ]);
  const vectors = withSquares(form, [{ name: "second" }]);
  return { ...matrices, forShape: (shape) => (shape.length > 1 ? matrices : vectors) };
}

function withSquares(form: Form, squareSlots: readonly Slot[]): Optimizer {
  return {
    isWhole: true,
    slots: [...squareSlots, ...form.slots],
    scalarNames: ["keptSquares", "newSquares", ...form.scalarNames],
    scalars: form.scalars,
    update({ shape, parameter, gradient, state, scalars }) {
      const averaged = (slot: string, fresh: GraphNode): GraphNode =>
        add(
          mul(reshape(pick(state, slot), fresh.shape), pick(scalars, "keptSquares")),
          mul(fresh, pick(scalars, "newSquares")),
        );
      const means = shape.length > 1 ? matrixMeans(shape) : undefined;
      const g = reshape(gradient, means?.shape ?? shape);
      const fresh = form.squaresOf(g);
      const squares: Squares =
        means === undefined
          ? { all: averaged("second", fresh) }
          : {
              rows: averaged("rows", means.rows(fresh)),
              columns: averaged("columns", means.columns(fresh)),
              means,
            };
      const scaled = reshape(div(g, form.rootOf(squares)), [sizeOf(shape)]);
      const stepped = form.step({ parameter, scaled, scalars, state });
      const kept: NamedNodes = isFactored(squares)
        ? { rows: flat(squares.rows), columns: flat(squares.columns) }
        : { second: squares.all };
      return { parameter: stepped.parameter, state: { ...kept, ...stepped.state } };
    },
  };
}

function squareScalars(step: number, decayRate: number): StepScalars {
  const newSquares = step ** -decayRate;
  return { keptSquares: 1 - newSquares, newSquares };
}

const flat = (x: GraphNode): GraphNode => reshape(x, [sizeOf(x.shape)]);

const rootMeanSquare = (x: GraphNode): GraphNode => sqrt(div(sumSquares(x), sizeOf(x.shape)));
