/**
 * @file ONNX Runtime in a page of a real browser, for suites that run in Node: models and values travel into the page, and what its
 * kernels compute comes back.
 */

import { fileURLToPath } from "node:url";
import type { FileStore } from "@atelier/engine";
import {
  createMemoryFiles,
  createWebRuntime,
  type WebProvider,
  type WebRuntime,
} from "@atelier/engine/web";
import type { Page } from "@playwright/test";
import type { InferenceSession, TypedTensor } from "onnxruntime-web";
import * as ort from "onnxruntime-web";
import { launchBrowser } from "../studio/browser.js";
import { serveFolder } from "./serve-folder.js";

const builds = fileURLToPath(new URL("../../node_modules/onnxruntime-web/dist", import.meta.url));
const buildOf = { wasm: "ort.wasm.min.mjs", webgpu: "ort.webgpu.min.mjs" } as const;

/** Chromium's software device, where there is no other. */
export const webGpuArguments: readonly string[] = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
];

/** Options of sessions as they travel. */
type Options = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** A tensor as it travels: its data, or by which number the page knows one that stays on its device. */
type Values = { readonly type: string; readonly dims: readonly number[] } & (
  | { readonly data: unknown }
  | { readonly held: number }
);

/** A tensor that stays in the page, as the adapter sees it. */
interface HeldTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly held: number;
  dispose(): void;
}

/** A runtime whose kernels run in a browser. */
export interface PageRuntime extends AsyncDisposable {
  readonly runtime: WebRuntime;
  readonly page: Page;
}

/** Opens a page with one. @param options.files where models lie that are read */
export async function openPageRuntime(
  provider: WebProvider,
  {
    threads = 1,
    files = createMemoryFiles(),
  }: { readonly threads?: number; readonly files?: FileStore } = {},
): Promise<PageRuntime> {
  const server = await serveFolder(builds, { isolates: true });
  const browser = await launchBrowser(provider === "webgpu" ? webGpuArguments : []);
  const page = await browser.newPage();
  const build = `${server.address}${buildOf[provider]}`;
  // Any file makes a page of this server.
  await page.goto(build);
  const script = `import * as ort from "${build}";
    ort.env.wasm.numThreads = ${threads};
    globalThis.atelier = { ort, sessions: new Map(), tensors: new Map(), count: 0 };`;
  await page.addScriptTag({ type: "module", content: script });
  await page.waitForFunction(() => "atelier" in globalThis);
  const sessions = {
    create: async (model: Uint8Array, options: Options) => {
      const id = await page.evaluate(createSession, { model, options });
      return {
        run: async (
          feeds: Record<string, TypedTensor<"float32"> | HeldTensor>,
          fetches?: object,
        ) => {
          const values = Object.entries(feeds).map(([name, tensor]) => {
            const { type, dims } = tensor;
            const own = "held" in tensor ? { held: tensor.held } : { data: tensor.data };
            return [name, { type, dims, ...own }] as const;
          });
          const names = fetches && Object.keys(fetches);
          const results = await page.evaluate(runSession, { id, values, names });
          return Object.fromEntries(results.map(([name, tensor]) => [name, arrived(page, tensor)]));
        },
        release: () => page.evaluate(releaseSession, id),
      };
    },
  };
  const remote = {
    Tensor: ort.Tensor,
    InferenceSession: sessions,
    env: {
      webgpu: {
        get device() {
          // A page that is closed tells nothing any more.
          const lost = page.evaluate(deviceLoss).catch(() => new Promise(() => {}));
          return Promise.resolve({ lost });
        },
      },
    },
  };
  return {
    page,
    // What it has of ONNX Runtime's interface is all that the adapter uses.
    runtime: createWebRuntime({
      ort: remote as unknown as typeof ort,
      files,
      provider,
    }),
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** A tensor that has come from a page, or one that stays there. */
function arrived(page: Page, tensor: Values): TypedTensor<"float32"> | HeldTensor {
  const { type, dims } = tensor;
  // As the page's tensor was.
  if ("data" in tensor) return new ort.Tensor(type as "float32", tensor.data as Float32Array, dims);
  const { held } = tensor;
  return { type, dims, held, dispose: () => void page.evaluate(disposeTensor, held) };
}

/** Why a page has no WebGPU; nothing where it has. */
export async function lacksWebGpu({ page }: PageRuntime): Promise<string | undefined> {
  return page.evaluate(async () => {
    if (!("gpu" in navigator)) return "no WebGPU";
    return (await navigator.gpu.requestAdapter()) === null ? "no adapter" : undefined;
  });
}

// From here on in the page.

declare const atelier: {
  ort: typeof ort;
  sessions: Map<number, InferenceSession>;
  /** Those on the device, which are counted. */
  tensors: Map<number, ort.Tensor>;
  count: number;
};

async function createSession(given: { model: Uint8Array; options: Options }): Promise<number> {
  const session = await atelier.ort.InferenceSession.create(given.model, given.options);
  const id = atelier.sessions.size;
  atelier.sessions.set(id, session);
  return id;
}

async function runSession(given: {
  id: number;
  values: readonly (readonly [string, Values])[];
  names: readonly string[] | undefined;
}): Promise<[string, Values][]> {
  const feeds = Object.fromEntries(
    given.values.flatMap(([name, tensor]) => {
      const { type, dims } = tensor;
      const own =
        "held" in tensor
          ? atelier.tensors.get(tensor.held)
          : new atelier.ort.Tensor(type as "float32", tensor.data as Float32Array, dims);
      return own === undefined ? [] : [[name, own]];
    }),
  );
  const session = atelier.sessions.get(given.id);
  const results = await (given.names === undefined
    ? session?.run(feeds)
    : session?.run(feeds, given.names));
  return Object.entries(results ?? {}).map(([name, tensor]) => {
    const { type, dims } = tensor;
    if (tensor.location !== "gpu-buffer") return [name, { type, dims, data: tensor.data }];
    atelier.count += 1;
    atelier.tensors.set(atelier.count, tensor);
    return [name, { type, dims, held: atelier.count }];
  });
}

function disposeTensor(held: number): void {
  atelier.tensors.get(held)?.dispose();
  atelier.tensors.delete(held);
}

async function releaseSession(id: number): Promise<void> {
  await atelier.sessions.get(id)?.release();
}

async function deviceLoss(): Promise<{ reason: string; message: string }> {
  const { reason, message } = await (await atelier.ort.env.webgpu.device).lost;
  return { reason, message };
}
