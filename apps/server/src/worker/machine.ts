/** @file The machine of a worker, as far as jobs ask for it. */

import { availableParallelism, hostname, loadavg, totalmem } from "node:os";
import type { Lane } from "../database/tables.js";

/** All lanes. */
export const lanes: readonly Lane[] = ["heavy", "light"];

/** What is told of a machine. */
export function machine() {
  const cores = availableParallelism();
  const [load = 0] = loadavg();
  return { host: hostname(), pid: process.pid, cores, memory: totalmem(), load: load / cores };
}

/** The power of two of gigabytes that a machine of so many bytes counts for: 7.7 GB were sold as 8. */
export function memoryClass(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, bytes / 2 ** 30)));
}

/** Whether a process of this machine lives. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives and belongs to another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
