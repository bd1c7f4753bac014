/**
 * @file Atelier as npm packs it: what the packages hold, and that an installation of nothing else runs. Packs what
 * `npm run build` made, and takes from the registry what is not in npm's cache.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { arch, env, execPath, platform } from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "atelier-packages-"));
const tarballs = join(folder, "tarballs");
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a program to its end. */
function run(
  program: string,
  argv: readonly string[],
  {
    cwd,
    variables = {},
  }: { readonly cwd: string; readonly variables?: Readonly<Record<string, string>> },
) {
  const { status, stdout, stderr } = spawnSync(program, argv, {
    cwd,
    encoding: "utf8",
    env: { ...env, ATELIER_CACHE: join(folder, "cache"), ...variables },
    // npm's programs are .cmd files there, which need one.
    shell: platform === "win32" && program !== execPath,
    maxBuffer: 2 ** 26,
  });
  return { code: status, stdout, stderr };
}

/** As {@link run}, of a program that must end well; what it printed. */
function succeed(...given: Parameters<typeof run>): string {
  const { code, stdout, stderr } = run(...given);
  expect(code, stderr).toBe(0);
  return stdout;
}

beforeAll(() => {
  mkdirSync(tarballs);
  succeed("npm", ["pack", "--workspaces", "--pack-destination", tarballs], { cwd: root });
});

/** Installs the packages in an empty folder. */
function install(name: string, argv: readonly string[], variables = {}): string {
  const cwd = join(folder, name);
  mkdirSync(cwd);
  const paths = readdirSync(tarballs).map((file) => join(tarballs, file));
  succeed("npm", ["install", "--prefer-offline", ...argv, ...paths], { cwd, variables });
  return cwd;
}

/** What `atelier doctor` finds, by its id. */
function examine(cwd: string) {
  const { code, stdout } = run("npx", ["atelier", "doctor", "--json"], { cwd });
  const findings = stdout.trim().split("\n");
  // As the command prints them.
  const parse = (line: string) =>
    JSON.parse(line) as { id: string; status: string; message: string };
  return { code, found: new Map(findings.map(parse).map((finding) => [finding.id, finding])) };
}

function expectSound(cwd: string): void {
  const { code, found } = examine(cwd);
  expect(found.get("backend.cpu")).toMatchObject({
    status: "ok",
    message: expect.stringContaining("by ONNX Runtime's C API"),
  });
  expect(found.get("base.embedded")).toMatchObject({ status: "ok" });
  expect(code).toBe(0);
}

function expectDemo(cwd: string): void {
  succeed("npx", ["atelier", "demo", "--steps", "2", "--out", "demo", "--json"], { cwd });
  expect(readFileSync(join(cwd, "demo", "report.html"), "utf8")).toContain("2 steps");
  expect(readdirSync(join(cwd, "demo", "training"))).toContain("mascot.safetensors");
}

describe("an installation without scripts", () => {
  let cwd = "";
  const packageFolder = (name: string) => join(cwd, "node_modules", "@atelier", name);
  const names = ["engine", "diffusion", "base", "cli"];
  beforeAll(() => {
    cwd = install("without scripts", ["--ignore-scripts"]);
  });

  it("is sound, and runs the demo", () => {
    expectSound(cwd);
    expectDemo(cwd);
  });

  it("holds a licence and a README of each package, and nothing of its tests", () => {
    const licence = readFileSync(join(root, "LICENSE"), "utf8");
    for (const name of names) {
      expect(readFileSync(join(packageFolder(name), "LICENSE"), "utf8")).toBe(licence);
      const paths = readdirSync(packageFolder(name), { recursive: true }).map(String);
      expect(paths).toContain("README.md");
      expect(paths.filter((path) => /\.test\.|testing|\.map$|tsbuildinfo/.test(path))).toEqual([]);
    }
  });

  it("loads and has types at every entry point, and the examples of the READMEs compile", () => {
    const entries = names.flatMap((name) => {
      // As npm reads it.
      const { exports = {} } = JSON.parse(
        readFileSync(join(packageFolder(name), "package.json"), "utf8"),
      ) as { exports?: Readonly<Record<string, unknown>> };
      return Object.keys(exports).map((entry) => `@atelier/${name}${entry.slice(1)}`);
    });
    expect(entries.length).toBeGreaterThan(20);
    const imports = entries.map((entry, i) => `import * as e${i} from "${entry}";`).join("\n");
    const used = entries.map((_, i) => `e${i}`).join();
    const sources: Record<string, string> = {
      entries: `${imports}\nconsole.log([${used}].length);`,
    };
    for (const name of ["engine", "diffusion"]) {
      const readme = readFileSync(join(packageFolder(name), "README.md"), "utf8");
      sources[name] = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
    }
    const files = Object.entries(sources).map(([name, text]) => {
      writeFileSync(join(cwd, `${name}.mts`), text);
      return `${name}.mts`;
    });
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    const types = ["--types", "node", "--typeRoots", join(root, "node_modules", "@types")];
    const target = ["--target", "es2022", "--lib", "es2023,esnext.disposable,dom"];
    const mode = ["--strict", "--skipLibCheck", "false", "--module", "nodenext"];
    const { code, stdout } = run(execPath, [compiler, ...mode, ...target, ...types, ...files], {
      cwd,
    });
    expect(stdout).toBe("");
    expect(code).toBe(0);
    expect(succeed(execPath, ["entries.mjs"], { cwd })).toBe(`${entries.length}\n`);
    expect(succeed(execPath, ["engine.mjs"], { cwd })).toMatch(/^Float32Array\(1\) \[ 4\.66/);
  });

  it("needs no binaries of other platforms, and says which it lacks", () => {
    const runtime = join(cwd, "node_modules", "onnxruntime-node");
    const binaries = join(runtime, "bin", "napi-v6");
    for (const system of readdirSync(binaries)) {
      for (const processor of readdirSync(join(binaries, system))) {
        if (system === platform && processor === arch) continue;
        rmSync(join(binaries, system, processor), { recursive: true });
      }
    }
    expectSound(cwd);
    rmSync(runtime, { recursive: true });
    const { code, found } = examine(cwd);
    expect(code).toBe(1);
    expect(found.get("versions")?.message).toContain("onnxruntime-node not installed");
    expect(found.get("backend.cpu")).toMatchObject({ status: "problem" });
  });
});

describe("an installation with scripts, in which a package sees only what it declares", () => {
  it("is sound, and runs the demo", () => {
    const argv = ["--install-strategy=linked", "--ignore-scripts=false"];
    const cwd = install("with scripts", argv, { ONNXRUNTIME_NODE_INSTALL: "skip" });
    expectSound(cwd);
    expectDemo(cwd);
  });
});
