/**
 * @file Which tests are fast, by what they import: those from which no import leads to a runtime, a
 * child process or a server. Nobody keeps a list; a test that begins to start one leaves the tier by itself.
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** What only slow tests reach. */
const slowModules = new Set([
  "onnxruntime-node",
  "koffi",
  "node:child_process",
  "node:worker_threads",
  "node:http",
  "vitest/node",
]);

interface ImportedModule {
  readonly specifier: string;
  /** Names as their module exports them, beside the names they get here; undefined: all of it. */
  readonly names: readonly { readonly source: string; readonly local: string }[] | undefined;
  /** `export … from`: loaded, but of interest only to those who ask for the name. */
  readonly isReexport: boolean;
}

/** Where the sources lie. */
export interface Sources {
  readonly root: string;
  /** Files by the package name that is imported (`@atelier/engine/node`). */
  readonly aliases: Readonly<Record<string, string>>;
}

/**
 * Every test file below the root, with the trail of files that leads from it to what makes it slow: paths
 * below the root, the slow module last. Undefined: it is fast.
 */
export function trailsToSlow({
  root,
  aliases,
}: Sources): Map<string, readonly string[] | undefined> {
  const read = importReader();
  const resolve = (specifier: string, from: string) => {
    const path = specifier.startsWith(".")
      ? join(dirname(from), specifier.replace(/\.js$/, ".ts"))
      : aliases[specifier];
    return path !== undefined && existsSync(path) ? path : undefined;
  };
  const trail = (
    file: string,
    wanted: string | undefined,
    seen: Set<string>,
  ): readonly string[] | undefined => {
    const key = `${file} ${wanted ?? "*"}`;
    if (seen.has(key)) return undefined;
    seen.add(key);
    for (const { specifier, names, isReexport } of read(file)) {
      if (slowModules.has(specifier) || specifier === computed) return [file, specifier];
      const target = resolve(specifier, file);
      if (target === undefined) continue;
      const asked =
        isReexport && wanted !== undefined ? names?.filter(({ local }) => local === wanted) : names;
      for (const name of asked?.map(({ source }) => source) ?? [undefined]) {
        const rest = trail(target, name, seen);
        if (rest !== undefined) return [file, ...rest];
      }
    }
    return undefined;
  };
  const short = (path: string) => relative(root, path).split(sep).join("/");
  return new Map(
    testFiles(root).map((file) => {
      const found = trail(file, undefined, new Set());
      return [short(file), found?.map((path, i) => (i < found.length - 1 ? short(path) : path))];
    }),
  );
}

/** Stands for an `import()` of a path that is computed: it may reach anything. */
const computed = "import() of a computed path";

/** Reads what files import; a file is read once. Types are erased and do not count. */
function importReader(): (file: string) => readonly ImportedModule[] {
  const known = new Map<string, readonly ImportedModule[]>();
  return (file) => {
    const found = known.get(file) ?? listImports(readFileSync(file, "utf8"));
    known.set(file, found);
    return found;
  };
}

function listImports(text: string): ImportedModule[] {
  const source = text.replace(/\/\*[\s\S]*?\*\//g, "");
  const found: ImportedModule[] = [];
  const statements =
    /(?:^|\n)(import|export)\s+(type\s+)?(?:([^;'"]*?)\s*\bfrom\s+)?["']([^"']+)["']/g;
  for (const [, keyword, isType, clause, specifier = ""] of source.matchAll(statements)) {
    if (isType !== undefined) continue;
    const braces = /^\{([^}]*)\}$/.exec(clause?.trim() ?? "");
    const names = braces?.[1]
      ?.split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "" && !name.startsWith("type "))
      .map((name) => {
        const [from = name, local = from] = name.split(/\s+as\s+/);
        return { source: from, local };
      });
    if (names?.length === 0) continue;
    found.push({ specifier, names, isReexport: keyword === "export" });
  }
  for (const [, specifier = ""] of source.matchAll(/\brequire\(\s*["']([^"']+)["']/g)) {
    found.push({ specifier, names: undefined, isReexport: false });
  }
  for (const [, literal] of source.matchAll(/\bimport\(\s*(?:["']([^"']+)["'])?/g)) {
    found.push({ specifier: literal ?? computed, names: undefined, isReexport: false });
  }
  return found;
}

function testFiles(root: string): string[] {
  const found: string[] = [];
  const visit = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!["node_modules", "dist", "fixtures"].includes(entry.name)) visit(path);
      } else if (entry.name.endsWith(".test.ts") && !entry.name.endsWith(".slow.test.ts")) {
        found.push(path);
      }
    }
  };
  for (const folder of ["packages", "apps", "test"]) {
    if (existsSync(join(root, folder))) visit(join(root, folder));
  }
  return found;
}
