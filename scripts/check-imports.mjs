/**
 * @file Keeps the architecture: imports point one way between packages and between the engine's
 * folders, no file imports itself through others, and only adapters know the platform.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const packages = [
  { name: "@atelier/engine", folder: "packages/engine/src", mayImport: [] },
  { name: "@atelier/diffusion", folder: "packages/diffusion/src", mayImport: ["@atelier/engine"] },
  {
    name: "@atelier/base",
    folder: "packages/base/src",
    mayImport: ["@atelier/engine", "@atelier/diffusion"],
  },
  {
    name: "@atelier/cli",
    folder: "apps/cli/src",
    mayImport: ["@atelier/engine", "@atelier/diffusion", "@atelier/base", "@atelier/server"],
  },
  {
    name: "@atelier/server",
    folder: "apps/server/src",
    mayImport: ["@atelier/engine", "@atelier/diffusion", "@atelier/base"],
  },
  {
    name: "@atelier/studio",
    folder: "apps/studio/src",
    mayImport: ["@atelier/engine", "@atelier/diffusion", "@atelier/server"],
    // A browser has no platform code, and no models.
    entries: [
      ...["@atelier/engine", "@atelier/server/api", "@atelier/diffusion/core"],
      ...["@atelier/diffusion/english", "@atelier/diffusion/korean"],
      ...["@atelier/diffusion/train-config", "@atelier/server/korean"],
    ],
  },
  {
    name: "@atelier/playground",
    folder: "apps/playground/src",
    mayImport: ["@atelier/engine", "@atelier/diffusion", "@atelier/base"],
    // Nothing that needs Node.
    entries: [
      ...["@atelier/engine", "@atelier/engine/web", "@atelier/base/embedded"],
      ...["core", "data", "english", "files", "korean", "pipeline", "train"].map(
        (name) => `@atelier/diffusion/${name}`,
      ),
    ],
  },
];
/** In a package a folder may import only what stands before it; files outside folders come first. */
const folderOrders = {
  "@atelier/engine": [
    ...["", "random", "graph", "autodiff", "onnx", "runtime", "kernels", "nn", "optim"],
    "adapters",
  ],
  "@atelier/diffusion": [
    ...[
      "",
      "core",
      "english",
      "models",
      "tokenizer",
      "process",
      "samplers",
      "families",
      "files",
      "tuning",
    ],
    ...["data", "pipeline", "evaluate", "verdicts", "train", "tune", "inspect", "advise", "verify"],
    ...["korean", "adapters"],
  ],
  "@atelier/server": [
    ...["api", "library", "storage", "database", "jobs", "worker", "http", "korean", ""],
  ],
};
/**
 * In packages/diffusion only families and models know of what models consist; everyone else asks the family.
 * Tables of names that files and other programs have are the exception, and so are judges and fixtures.
 */
const familyFacts = {
  folder: "packages/diffusion/src",
  allowed: [
    ...["families/", "models/", "core/component-name.ts", "process/", "samplers/", "tokenizer/"],
    ...["verify/", "index.ts"],
    // Tables of names.
    ...["files/adapter/", "files/word/", "files/hub/select-adapter-files.ts", "train/import/"],
    ...["inspect/inspect-path.ts", "inspect/inspection.ts"],
    // The judge that lies beside a base.
    "evaluate/",
    // Says what others have said.
    "korean/",
  ],
  patterns: [
    [/["'`](unet|vae|text_encoder|text_encoder_2)["'`:.]/, "a component"],
    [/\b77\b/, "a number of tokens"],
    [/from "[^"]*models\/(unet|clip-text|autoencoder-kl)\/(config|model|inputs)\.js"/, "a model"],
    [/from "[^"]*process\/(discrete|noise-schedule)\.js"/, "a noise schedule"],
  ],
};
/** Warnings are said where they are shown; of the library only these say them, within errors. */
const english = {
  folder: "packages/diffusion/src/",
  allowed: [
    ...["data/captions.ts", "data/image-folder.ts", "data/load-picture.ts"],
    "train/folder/run-inputs.ts",
    // Logs tell verdicts in words, for whoever reads them without a table.
    "train/watch/verdict-watcher.ts",
  ],
};
/** Entry points that lead to platform code. */
const platformEntries = /\/(node|web|preload|train-process|training-child|training-environment)$/;
const platformModules = /^(node:|onnxruntime-|koffi$|sharp$)/;

const problems = [];
const graph = new Map();

for (const { name, folder, mayImport, entries } of packages) {
  for (const file of sourcesOf(join(root, folder))) {
    const path = relative(root, file).split(sep).join("/");
    const isTest = /\.test\.tsx?$|\/testing\//.test(path);
    const isPlatform = /\/(adapters|commands)\//.test(path) || path.startsWith("apps/");
    const targets = [];
    if (folder === familyFacts.folder && !isTest) checkFamilyFacts(path, file);
    for (const specifier of importsOf(readFileSync(file, "utf8"))) {
      if (specifier.startsWith(".")) {
        const target = sourceAt(join(dirname(file), specifier));
        targets.push(target);
        if (!isTest) checkEnglish(path, target);
        const order = isTest ? undefined : folderOrders[name];
        if (order !== undefined) checkOrder(path, { folder, target, order });
      } else if (specifier.startsWith("@atelier/")) {
        const owner = specifier.split("/").slice(0, 2).join("/");
        const isOpen = mayImport.includes(owner) && (entries?.includes(specifier) ?? true);
        if (!isOpen) problems.push(`${path}: must not import ${specifier}`);
        if (platformEntries.test(specifier) && !isPlatform && !isTest) {
          problems.push(`${path}: only adapters and apps may import ${specifier}`);
        }
      } else if (platformModules.test(specifier) && !isPlatform && !isTest) {
        problems.push(`${path}: only adapters may import ${specifier}`);
      }
    }
    graph.set(file, targets);
  }
}
for (const cycle of findCycles(graph)) problems.push(`import cycle: ${cycle.join(" → ")}`);

if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log(`imports: ${graph.size} files, no back-edges, no cycles`);

function sourcesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The source of a module that is imported as it is built. */
function sourceAt(built) {
  const source = built.replace(/\.js$/, ".ts");
  return existsSync(source) ? source : built.replace(/\.js$/, ".tsx");
}

function importsOf(source) {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^;'"]*?\bfrom\s+["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)|(?:^|\n)\s*import\s+["']([^"']+)["']/g;
  return [...source.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3]);
}

function checkFamilyFacts(path, file) {
  const name = path.slice(familyFacts.folder.length + 1);
  if (familyFacts.allowed.some((start) => name.startsWith(start))) return;
  // Comments may give examples.
  const code = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, "");
  for (const [pattern, what] of familyFacts.patterns) {
    const found = pattern.exec(code);
    if (found === null) continue;
    problems.push(`${path}: names ${what} (${found[0].trim()}); ask the model's family`);
  }
}

function checkEnglish(path, target) {
  const name = path.slice(english.folder.length);
  if (!path.startsWith(english.folder) || /^(english|korean)\//.test(name)) return;
  const isLanguage = /^(english|korean)/.test(relative(join(root, english.folder), target));
  if (!isLanguage || english.allowed.includes(name)) return;
  problems.push(`${path}: must not say warnings; tell them, and let whoever shows them say them`);
}

function checkOrder(path, { folder, target, order }) {
  const folderOf = (file) => (file.includes("/") ? file.split("/")[0] : "");
  const from = folderOf(path.slice(folder.length + 1));
  const to = folderOf(relative(join(root, folder), target).split(sep).join("/"));
  const isEntry = path.endsWith("src/index.ts");
  for (const name of [from, to]) {
    if (!order.includes(name)) problems.push(`${path}: ${name} is no folder of the order`);
  }
  if (!isEntry && order.indexOf(to) > order.indexOf(from)) {
    problems.push(`${path}: ${from || "the root"} comes before ${to} and must not import it`);
  }
}

function findCycles(edges) {
  const state = new Map();
  const cycles = [];
  const visit = (file, trail) => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      cycles.push([...trail.slice(trail.indexOf(file)), file].map((f) => relative(root, f)));
      return;
    }
    state.set(file, "open");
    for (const target of edges.get(file) ?? []) visit(target, [...trail, file]);
    state.set(file, "done");
  };
  for (const file of edges.keys()) visit(file, []);
  return cycles;
}
