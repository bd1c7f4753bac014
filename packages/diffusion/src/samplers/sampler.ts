/**
 * @file What every sampler is: where it evaluates the model, and how it steps from one
 * evaluation to the next. The caller runs the loop and the model; nothing here knows of either.
 */

/** A source of standard normals, for example the engine's `createTorchGenerator(seed)`. */
export interface NoiseSource {
  randn(count: number): Float32Array;
}

/** A noisy sample in a sampler's own coordinates: x = signal · x₀ + noise · ε. */
export interface Marginal {
  readonly signal: number;
  readonly noise: number;
}

/** A point on the way from noise to sample; the last has the timestep −1. */
export interface Point extends Marginal {
  readonly timestep: number;
}

/** A point where the model is evaluated, and the one that follows it. */
export interface Evaluation extends Point {
  readonly index: number;
  readonly next: Point;
}

/** Where a sampler evaluates the model. */
export interface SamplingPlan {
  readonly evaluations: readonly Evaluation[];
  /** noise / signal at each evaluation and after the last, for samplers that step in σ. */
  readonly sigmas: Float32Array | null;
  /** The standard deviation of the noise to start from. */
  readonly initNoiseSigma: number;
  /** Whether the model must be given x divided by √(signal² + noise²). */
  readonly scalesInput: boolean;
}

/** Goes from one evaluation to the next. Arrays are [batch, …] in row-major order. */
export type MethodStep = (
  modelOutput: Float32Array,
  sample: Float32Array,
  at: Evaluation,
  noise: NoiseSource,
) => Float32Array;

/** A plan and how to walk along it; `begin` gives a step function with an empty history. */
export interface SamplingMethod {
  readonly plan: SamplingPlan;
  begin(): MethodStep;
  /** Whether a run may begin at this evaluation; at any by default. */
  beginsStep?(index: number): boolean;
}

/**
 * One way from noise to a sample. The loop is:
 *
 * ```ts
 * let x = generator.randn(size).map((v) => v * sampler.initNoiseSigma);
 * for (const [i, t] of sampler.timesteps.entries()) {
 *   x = sampler.step(await model(sampler.scaleInput(x, i), t), i, x, generator);
 * }
 * ```
 */
export interface Sampler {
  readonly timesteps: readonly number[];
  readonly sigmas: Float32Array | null;
  readonly initNoiseSigma: number;
  /** What the model is given in place of the sample at evaluation `i`. */
  scaleInput(sample: Float32Array, i: number): Float32Array;
  /**
   * The sample after evaluation `i`. Many samplers use earlier outputs: evaluations follow each
   * other by index, and one that does not follow the last begins a new run. Arrays given here
   * may be kept for later steps: do not write to them.
   * @throws AtelierError `shape` for an output of another length, `data` for no such evaluation
   * or a run that would begin inside a step of several evaluations.
   */
  step(
    modelOutput: Float32Array,
    i: number,
    sample: Float32Array,
    noise: NoiseSource,
  ): Float32Array;
  /** A clean sample brought to the noise of evaluation `i`, to start there from a picture. */
  addNoise(x0: Float32Array, noise: Float32Array, i: number): Float32Array;
}
