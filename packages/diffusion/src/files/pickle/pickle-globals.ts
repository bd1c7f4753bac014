/**
 * @file The classes and functions that a pickle may name. Nothing that a pickle names is ever run
 * here: a few names of PyTorch are understood, all others stay names. What only an attack would
 * name is refused all the same, so that its owner learns of it before another program runs it.
 */

import { shorten } from "@atelier/engine";

/** Longest name of a module or class. */
const maxNameLength = 255;

/** The types of Python's own that data consists of; every other built-in acts. */
const dataBuiltins = new Set([
  "bool",
  "bytearray",
  "bytes",
  "complex",
  "dict",
  "Ellipsis",
  "float",
  "frozenset",
  "int",
  "list",
  "long",
  "NoneType",
  "NotImplementedType",
  "object",
  "range",
  "set",
  "slice",
  "str",
  "tuple",
  "type",
  "unicode",
  "xrange",
]);

const builtinModules = new Set(["builtins", "__builtin__", "__builtins__"]);

/** Modules that run programs, load code, or reach files and networks: no model needs them. */
const actingModules = new Set([
  "_io",
  "_pickle",
  "_posixsubprocess",
  "_socket",
  "_winapi",
  "aiohttp",
  "asyncio",
  "bdb",
  "cPickle",
  "cloudpickle",
  "code",
  "codeop",
  "commands",
  "ctypes",
  "dill",
  "ftplib",
  "http",
  "httplib",
  "imp",
  "importlib",
  "io",
  "joblib",
  "linecache",
  "marshal",
  "mmap",
  "multiprocessing",
  "nt",
  "operator",
  "os",
  "pdb",
  "pickle",
  "pip",
  "pkgutil",
  "platform",
  "posix",
  "profile",
  "pty",
  "pydoc",
  "requests",
  "runpy",
  "setuptools",
  "shutil",
  "signal",
  "site",
  "smtplib",
  "socket",
  "ssl",
  "subprocess",
  "sys",
  "tempfile",
  "threading",
  "timeit",
  "trace",
  "urllib",
  "urllib2",
  "webbrowser",
  "zipimport",
]);

/** Functions of PyTorch and NumPy that load or compile code. */
const actingNames =
  /^(torch\.(hub|load|jit|package|serialization|_inductor|_dynamo|utils\.cpp_extension|utils\.collect_env)\b|numpy\.(load|f2py|testing|distutils)\b)/;

/**
 * The full name of a class or function.
 * @throws SyntaxError for text that is no name, and for names that only an attack has.
 */
export function checkGlobal(module: string, name: string): string {
  const full = `${module}.${name}`;
  if (full.length > maxNameLength || !/^[\w.<>]+$/u.test(full)) {
    throw new SyntaxError(
      `expected the name of a class, got ${JSON.stringify(shorten(full, maxNameLength))}`,
    );
  }
  const [root = ""] = module.split(".");
  const isActing = builtinModules.has(root)
    ? !dataBuiltins.has(name)
    : actingModules.has(root) || actingNames.test(full);
  if (!isActing) return full;
  throw new SyntaxError(
    `expected tensors and plain values, got an order to use "${full}", which was not carried out; it has no place in a model`,
  );
}

/** Whether a name is one of plain data, not worth telling the user when it is skipped. */
export function isPlainData(name: string): boolean {
  const dot = name.lastIndexOf(".");
  return builtinModules.has(name.slice(0, dot)) || plainNames.has(name);
}

const plainNames = new Set([
  "_codecs.encode",
  "torch.Size",
  "torch.device",
  // Never made either, but its tensors are found in its state.
  "torch.nn.modules.container.ParameterDict",
]);
