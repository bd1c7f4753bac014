/**
 * @file Runs a model fixture: builds the model's graph from its config and compares outputs, loss
 * (the mean squared error of the first output) and every gradient with the stored ones.
 */

import {
  AtelierError,
  createWeights,
  type FloatTensor,
  floatTensor,
  formatShape,
  type Graph,
  type GraphNode,
  gradients,
  type HostTensor,
  input,
  inputsOf,
  mean,
  messageOf,
  mixedPrecision,
  mul,
  parametersOf,
  type Runtime,
  type Shape,
  said,
  square,
  sub,
} from "@atelier/engine";
import type { SafetensorsFile } from "../files/safetensors/open-safetensors.js";
import {
  compareTensors,
  type FixtureCheck,
  fullTolerances,
  halfTolerances,
  worstOf,
} from "./fixture-check.js";
import {
  type FixtureInputs,
  type FixtureModel,
  type FixtureOutputs,
  fixtureModels,
} from "./fixture-models.js";
import { asFloats, type ModelFixture, readModelFixture } from "./read-model-fixture.js";

/**
 * Checks a model fixture in a file. Never throws for what is in the file: a fixture that cannot be
 * read or run is one failed check, one of a class that Atelier does not have is skipped.
 */
export async function verifyModelFixture(
  name: string,
  file: SafetensorsFile,
  runtime: Runtime,
): Promise<FixtureCheck[]> {
  try {
    return await checkModelFixture(name, await readModelFixture(file), runtime);
  } catch (error) {
    if (!(error instanceof AtelierError)) throw error;
    return [{ status: "FAIL", name, detail: messageOf(error) }];
  }
}

/**
 * Compares a model's outputs, loss and every gradient with the stored ones.
 * @throws AtelierError `config`, `weights`, `format` or `shape` when the fixture contradicts itself.
 */
export async function checkModelFixture(
  name: string,
  fixture: ModelFixture,
  runtime: Runtime,
): Promise<FixtureCheck[]> {
  const model = modelOf(fixture);
  if (model === undefined) {
    const what = fixture.className ?? "a model of an unknown class";
    return [{ status: "skip", name, detail: `${what} is not supported` }];
  }
  const results = await runGraph(buildGraph(fixture, model), fixture, runtime);
  return compare(name, fixture, results);
}

function modelOf({ weights, className }: ModelFixture): FixtureModel | undefined {
  const names = new Set(weights.keys());
  return fixtureModels.find(
    (model) =>
      model.owns(names) && (className === undefined || model.classNames.includes(className)),
  );
}

function buildGraph(fixture: ModelFixture, model: FixtureModel): Graph {
  const asked = new Map<string, Shape>();
  const provide = (name: string, shape: Shape) => {
    asked.set(name, shape);
    return undefined;
  };
  const names = new Set(fixture.weights.keys());
  const weights = createWeights({ provide });
  const outputs = model.build(fixture.config, weights, inputNodes(fixture), names);
  requireSameWeights(fixture, asked);
  for (const name of fixture.outputs.keys()) {
    if (outputs[name] !== undefined) continue;
    throw new AtelierError(
      "format",
      said`${fixture.path}: expected outputs named ${Object.keys(outputs).join(", ")}, got "${name}". Rename the tensor out.${name}.`,
    );
  }
  const graph = { outputs: { ...prefixKeys(outputs, "out."), ...lossNodes(fixture, outputs) } };
  return fixture.lossScale === undefined ? graph : mixedPrecision(graph);
}

function inputNodes({ path, inputs }: ModelFixture): FixtureInputs {
  return {
    has: (name) => inputs.has(name),
    get(name) {
      const tensor = inputs.get(name);
      if (tensor !== undefined) return input(name, tensor.shape, tensor.dtype);
      throw new AtelierError(
        "format",
        said`${path}: expected an input in.${name}, got ${[...inputs.keys()].join(", ")}. Add the tensor.`,
      );
    },
  };
}

function requireSameWeights(
  { path, weights }: ModelFixture,
  asked: ReadonlyMap<string, Shape>,
): void {
  const show = (name: string, shape: Shape | undefined) =>
    shape === undefined ? `no ${name}` : `${name} ${formatShape(shape)}`;
  for (const name of new Set([...asked.keys(), ...weights.keys()])) {
    const [expected, got] = [asked.get(name), weights.get(name)?.shape];
    if (expected?.join() === got?.join()) continue;
    throw new AtelierError(
      "weights",
      said`${path}: expected ${show(name, expected)} from its config, got ${show(name, got)}. Config and weights belong to different models.`,
    );
  }
}

/** `loss` and `grad.*`, where the fixture stores them. */
function lossNodes(fixture: ModelFixture, outputs: FixtureOutputs): Record<string, GraphNode> {
  const first = Object.entries(outputs).find(([name]) => fixture.outputs.has(name))?.[1];
  if (fixture.target === undefined || first === undefined) return {};
  const loss = mean(square(sub(first, input("target", fixture.target.shape))));
  const targets = parametersOf({ outputs: { loss } }).filter(({ attributes }) =>
    fixture.gradients.has(attributes.name),
  );
  const { lossScale = 1 } = fixture;
  const scaled = lossScale === 1 ? loss : mul(loss, lossScale);
  const cotangents = gradients(scaled, targets).map((gradient) =>
    lossScale === 1 ? gradient : mul(gradient, 1 / lossScale),
  );
  const named = targets.flatMap(({ attributes }, index) => {
    const cotangent = cotangents[index];
    return cotangent === undefined ? [] : [[`grad.${attributes.name}`, cotangent] as const];
  });
  return { loss, ...Object.fromEntries(named) };
}

function prefixKeys(outputs: FixtureOutputs, prefix: string): Record<string, GraphNode> {
  return Object.fromEntries(Object.entries(outputs).map(([name, node]) => [prefix + name, node]));
}

type Results = Readonly<Record<string, HostTensor>>;

async function runGraph(graph: Graph, fixture: ModelFixture, runtime: Runtime): Promise<Results> {
  await using compiled = await runtime.compile(graph, { parameters: fixture.weights });
  // A fixture may hold an input that its model does not read: the guidance of one that was not distilled.
  const read = new Set(inputsOf(graph).map(({ attributes }) => attributes.name));
  return await compiled.run({
    ...Object.fromEntries([...fixture.inputs].filter(([name]) => read.has(name))),
    ...(fixture.target === undefined ? {} : { target: fixture.target }),
  });
}

function compare(name: string, fixture: ModelFixture, results: Results): FixtureCheck[] {
  const actual = (key: string, shape: Shape): FloatTensor => {
    const tensor = results[key];
    // A missing result has no elements, so that the comparison fails and names both shapes.
    if (tensor === undefined) return floatTensor([], [0]);
    const floats = asFloats(tensor);
    return tensor.shape.length === 0 ? { ...floats, shape } : floats;
  };
  const pair = (key: string, expected: FloatTensor) => ({
    actual: actual(key, expected.shape),
    expected,
  });
  const tolerances = fixture.lossScale === undefined ? fullTolerances : halfTolerances;
  const checks = [...fixture.outputs].map(([key, expected]) =>
    compareTensors(`${name} out.${key}`, pair(`out.${key}`, expected), tolerances.output),
  );
  if (fixture.loss !== undefined) {
    checks.push(compareTensors(`${name} loss`, pair("loss", fixture.loss), tolerances.loss));
  }
  if (fixture.gradients.size === 0) return checks;
  const perTensor = [...fixture.gradients].map(([key, expected]) =>
    compareTensors(key, pair(`grad.${key}`, expected), tolerances.gradient),
  );
  return [...checks, worstOf(`${name} gradients`, perTensor)];
}
