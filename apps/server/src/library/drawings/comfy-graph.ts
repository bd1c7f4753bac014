/**
 * @file The graph that ComfyUI writes into pictures: from the node that samples back to the model, the adapters, the
 * prompts and the size. Graphs can do more than a drawing here; what was passed over is told.
 */

import { type Sentence, said } from "@atelier/engine";
import { z } from "zod";
import type { FoundSettings, ResolveName } from "./found-settings.js";

const node = z.looseObject({
  class_type: z.string(),
  inputs: z.record(z.string(), z.unknown()).catch({}),
});
type Node = z.infer<typeof node>;

/** Nodes by their ids. */
type Graph = ReadonlyMap<string, Node>;

/** A walk through a graph. */
interface Walk {
  readonly graph: Graph;
  /** Ids of nodes whose meaning was taken over, and of those that were only passed through. */
  readonly understood: Set<string>;
  readonly passed: Set<string>;
}

/** More nodes than any drawing has. */
const mostNodes = 2_000;

/** Names of samplers by their own, where they are not ours already. */
const samplers: Readonly<Record<string, string>> = {
  euler_ancestral: "euler_a",
  dpmpp_2m_sde_gpu: "dpmpp_2m_sde",
  uni_pc: "unipc",
};

/** Spacings that have a sampler of their own here. */
const spacings = new Set(["karras", "exponential", "beta"]);

/** Reads the graph. @throws SyntaxError for what is none. */
export function readComfyGraph(json: string, resolve: ResolveName): FoundSettings {
  const entries = z.record(z.string(), z.unknown()).safeParse(JSON.parse(json));
  if (!entries.success) throw new SyntaxError("no graph");
  const nodes = Object.entries(entries.data).flatMap(([id, value]) => {
    const parsed = node.safeParse(value);
    return parsed.success ? [[id, parsed.data] as const] : [];
  });
  const graph: Graph = new Map(nodes.slice(0, mostNodes));
  const walk: Walk = { graph, understood: new Set(), passed: new Set() };
  const sampling = [...graph].filter(([, { class_type: type }]) =>
    /^KSampler(Advanced)?$/.test(type),
  );
  const [first] = sampling;
  if (first === undefined) {
    return { found: {}, notes: [said`its ComfyUI graph has no KSampler, and was not read`] };
  }
  const [id, { inputs }] = first;
  walk.understood.add(id);
  const { model, adapters } = readModel(walk, inputs["model"]);
  const { sampler, notes } = readSampler(inputs);
  return {
    found: {
      ...readSize(walk, inputs["latent_image"]),
      prompt: readText(walk, inputs["positive"]) ?? "",
      negative: readText(walk, inputs["negative"]) ?? "",
      ...{ sampler, count: 1, steps: inputs["steps"], guidance: inputs["cfg"] },
      seed: inputs["seed"] ?? inputs["noise_seed"],
      base: model === undefined ? undefined : resolve("model", model),
      adapters: adapters.map(({ name, weight }) => ({ name: resolve("adapter", name), weight })),
    },
    notes: [
      ...notes,
      ...(sampling.length > 1
        ? [said`its graph samples ${sampling.length} times; the first was read`]
        : []),
      ...unread(walk),
    ],
  };
}

/** Follows a link `[id, output]`; each node is visited once a walk, so that a circle ends. */
function follow({ graph }: Walk, link: unknown): readonly [string, Node] | undefined {
  const id: unknown = Array.isArray(link) ? link[0] : undefined;
  const found =
    typeof id === "string" || typeof id === "number" ? graph.get(String(id)) : undefined;
  return found && [String(id), found];
}

function readModel(
  walk: Walk,
  link: unknown,
): { readonly model: string | undefined; readonly adapters: { name: string; weight: number }[] } {
  const adapters: { name: string; weight: number }[] = [];
  const seen = new Set<string>();
  let at = follow(walk, link);
  while (at !== undefined && !seen.has(at[0])) {
    const [id, { inputs }] = at;
    seen.add(id);
    const [lora, file] = [inputs["lora_name"], inputs["ckpt_name"] ?? inputs["unet_name"]];
    if (typeof lora === "string") {
      const weight = inputs["strength_model"];
      adapters.unshift({ name: lastName(lora), weight: typeof weight === "number" ? weight : 1 });
    }
    (typeof lora === "string" || typeof file === "string" ? walk.understood : walk.passed).add(id);
    if (typeof file === "string") return { model: lastName(file), adapters };
    at = follow(walk, inputs["model"]);
  }
  return { model: undefined, adapters };
}

/** The text of a prompt, through nodes that only hand it on. */
function readText(
  walk: Walk,
  link: unknown,
  seen: ReadonlySet<string> = new Set(),
): string | undefined {
  if (typeof link === "string") return link;
  const at = follow(walk, link);
  if (at === undefined || seen.has(at[0])) return undefined;
  const [id, { class_type: type, inputs }] = at;
  const names = [
    "text",
    "text_g",
    "t5xxl",
    "string",
    "value",
    "conditioning",
    "conditioning_1",
    "positive",
  ];
  const further = names.map((name) => inputs[name]).find((input) => input !== undefined);
  const isText = /TextEncode|String|Text|Primitive/.test(type);
  (isText ? walk.understood : walk.passed).add(id);
  return readText(walk, further, new Set([...seen, id]));
}

function readSize(walk: Walk, link: unknown): Readonly<Record<string, unknown>> {
  const at = follow(walk, link);
  if (at === undefined) return {};
  const [id, { class_type: type, inputs }] = at;
  const isEmpty = /^Empty\w*Latent/.test(type);
  (isEmpty ? walk.understood : walk.passed).add(id);
  return isEmpty ? { width: inputs["width"], height: inputs["height"] } : {};
}

function readSampler(inputs: Node["inputs"]): {
  readonly sampler: string | undefined;
  readonly notes: readonly Sentence[];
} {
  const [name, spacing] = [inputs["sampler_name"], inputs["scheduler"]];
  if (typeof name !== "string") return { sampler: undefined, notes: [] };
  const own = samplers[name] ?? name;
  if (typeof spacing !== "string" || !spacings.has(spacing)) {
    const isUsual =
      typeof spacing !== "string" || /^(normal|simple|sgm_uniform|ddim_uniform)$/.test(spacing);
    const told = isUsual
      ? []
      : [said`scheduler: ${spacing} is not known here; the usual one draws instead`];
    return { sampler: own, notes: told };
  }
  return { sampler: `${own}_${spacing}`, notes: [] };
}

/** Nodes that do something to a picture that a drawing here does not. */
function unread({ graph, understood }: Walk): Sentence[] {
  const plain =
    /^(VAEDecode|SaveImage|PreviewImage|VAELoader|CLIPLoader|DualCLIPLoader|CLIPSetLastLayer|CheckpointLoader\w*)$/;
  const types = [...graph].flatMap(([id, { class_type: type }]) =>
    understood.has(id) || plain.test(type) ? [] : [type.slice(0, 80)],
  );
  return [...new Set(types)].map(
    (type) => said`${type}: a node of ComfyUI that has no equivalent in a drawing here`,
  );
}

const lastName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;
