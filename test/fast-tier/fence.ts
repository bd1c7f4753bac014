/**
 * @file Runs before each file of the fast tier: starting a process or a server throws there. A test that
 * does so by a way that `select-fast-tests.ts` does not see fails loudly, instead of making the tier slow.
 */

import childProcess from "node:child_process";
import http from "node:http";
import { syncBuiltinESMExports } from "node:module";

function refuse(what: string): () => never {
  return () => {
    throw new Error(
      `fast tests: expected no ${what}, got one. Let test/fast-tier/select-fast-tests.ts see how this test reaches it.`,
    );
  };
}

for (const name of ["exec", "execFile", "execFileSync", "execSync", "fork", "spawn"] as const) {
  Object.assign(childProcess, { [name]: refuse("child process") });
}
Object.assign(childProcess, { spawnSync: refuse("child process") });
Object.assign(http, { createServer: refuse("server") });
syncBuiltinESMExports();
