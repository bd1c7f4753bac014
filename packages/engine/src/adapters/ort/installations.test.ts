/** @file Installations that lack something or are damaged, and a JavaScript without shared memory. */

import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { arch, platform } from "node:process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildFolder, runScript } from "../../testing/adapters/run-script.js";

const installed = fileURLToPath(new URL("../../../../../node_modules", import.meta.url));
const packageFolder = (name: string) => join(installed, name);

const libraryNames: Readonly<Record<string, string>> = {
  linux: "libonnxruntime.so.1",
  darwin: "libonnxruntime.1.dylib",
  win32: "onnxruntime.dll",
};

/** Says which way was taken, and computes by it. */
const oneRun = `
  const { add, floatTensor, input } = engine;
  console.log(node.chooseRoute("cpu").name, node.chooseRoute("cpu").reason);
  try {
    const y = add(input("x", [2]), 1);
    const compiled = await node.createOrtRuntime({ threads: 1 }).compile({ outputs: { y } });
    console.log((await compiled.run({ x: floatTensor([1, 2], [2]) })).y.data.join());
  } catch ({ code, message }) { console.log(code, message); }`;

let folder: string;
let modules: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-installation-"));
  modules = join(folder, "node_modules");
  await mkdir(modules);
  await cp(fileURLToPath(buildFolder), join(folder, "dist"), { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
});
afterEach(() => rm(folder, { recursive: true }));

const link = (name: string) => symlink(packageFolder(name), join(modules, name), "junction");

/** Runs a script in the build of {@link folder}, which sees the packages that were put beside it. */
const runThere = (script: string, route?: string) =>
  runScript(script, { build: join(folder, "dist"), variables: { ATELIER_ORT: route } });

describe("koffi", () => {
  beforeEach(() => link("onnxruntime-node"));

  it("that is not installed is done without, which is said", async () => {
    expect(await runThere(oneRun)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^binding .*koffi.*\n2,3\n$/s),
    });
  });

  it("that brings no binary for the platform is done without, which is said", async () => {
    // Its binaries are packages of their own, one for each platform, and not part of the copy.
    await cp(packageFolder("koffi"), join(modules, "koffi"), { recursive: true });
    expect(await runThere(oneRun)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^binding Cannot find the native Koffi module.*\n2,3\n$/s),
    });
  });

  it("is asked for where the C API is, by name", async () => {
    const script =
      "try { node.createOrtRuntime(); } catch ({ code, message }) { console.log(code, message); }";
    expect((await runThere(script, "capi")).stdout).toMatch(
      /^runtime .*ATELIER_ORT=capi asks for it, got none: .*koffi.*npm install/s,
    );
  });
});

describe("ONNX Runtime's library", () => {
  /** Puts onnxruntime-node there without the library of this platform, and returns where that belongs. */
  const withoutLibrary = async (): Promise<string> => {
    await Promise.all(["koffi", "onnxruntime-common"].map(link));
    const own = packageFolder("onnxruntime-node");
    const copy = join(modules, "onnxruntime-node");
    for (const part of ["package.json", "dist", `bin/napi-v6/${platform}/${arch}`]) {
      const filter = (path: string) => !/[\\/](lib)?onnxruntime\.[^\\/]*$/.test(path);
      await cp(join(own, part), join(copy, part), { recursive: true, filter });
    }
    return join(copy, "bin", "napi-v6", platform, arch, libraryNames[platform] ?? "none");
  };
  const refusal =
    /^binding [\s\S]*onnxruntime[\s\S]*\nruntime runtime: expected onnxruntime-node to load on \S+, got: [^\n]+ delete node_modules [^\n]+\n$/;

  it("that is missing is an error with what to do", async () => {
    await withoutLibrary();
    const end = await runThere(oneRun);
    expect(end).toMatchObject({ code: 0, stdout: expect.stringMatching(refusal) });
  });

  it.each([
    ["empty", 0],
    ["something else", 100_000],
  ])("that is %s is an error with what to do", async (_, size) => {
    const bytes = Uint8Array.from({ length: size }, (_, i) => (i * i) % 251);
    await writeFile(await withoutLibrary(), bytes);
    const end = await runThere(oneRun);
    expect(end).toMatchObject({ code: 0, stdout: expect.stringMatching(refusal) });
  });

  it.skipIf(platform !== "linux")("of another processor is an error with what to do", async () => {
    const path = `linux/${arch === "arm64" ? "x64" : "arm64"}/libonnxruntime.so.1`;
    const other = join(packageFolder("onnxruntime-node"), "bin", "napi-v6", path);
    await writeFile(await withoutLibrary(), await readFile(other));
    const end = await runThere(oneRun);
    expect(end).toMatchObject({ code: 0, stdout: expect.stringMatching(refusal) });
  });

  it("whose package is not installed is an error with what to do", async () => {
    await link("koffi");
    const end = await runThere(oneRun);
    expect(end).toMatchObject({ code: 0, stdout: expect.stringMatching(refusal) });
  });
});

describe("SharedArrayBuffer", () => {
  it.each(["capi", "binding"])("that is switched off is not missed: %s", async (route) => {
    // Before anything of ours is loaded.
    const flags = ["--import=data:text/javascript,delete globalThis.SharedArrayBuffer"];
    const script = `if (typeof SharedArrayBuffer !== "undefined") throw new Error();${oneRun}`;
    const end = await runScript(script, { flags, variables: { ATELIER_ORT: route } });
    expect(end).toMatchObject({ code: 0, stdout: expect.stringMatching(/\n2,3\n$/) });
  });
});
