/**
 * @file Memory of the graphics card, as far as the system tells: WebGPU does not, and neither does ONNX Runtime. Of a
 * card that shares the machine's memory, and of several cards of which one is used, nothing is known.
 */

import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { CardMemory } from "../train/run.js";

const MIB = 2 ** 20;
const drmFolder = "/sys/class/drm";

/** Of the only card, or `undefined` where it is not told. */
export async function cardMemory(): Promise<CardMemory | undefined> {
  const cards = [...(await nvidiaCards()), ...(await amdCards())];
  return cards.length === 1 ? cards[0] : undefined;
}

/** What `nvidia-smi` prints: a line for each card with its MiB, all and free. */
export function parseNvidiaCards(text: string): CardMemory[] {
  return text.split("\n").flatMap((line) => {
    const [, total, free] = /^(\d+), (\d+)$/.exec(line.trim()) ?? [];
    return total === undefined ? [] : [{ total: Number(total) * MIB, free: Number(free) * MIB }];
  });
}

async function nvidiaCards(): Promise<CardMemory[]> {
  const query = ["--query-gpu=memory.total,memory.free", "--format=csv,noheader,nounits"];
  try {
    const { stdout } = await promisify(execFile)("nvidia-smi", query, { timeout: 5000 });
    return parseNvidiaCards(stdout);
  } catch {
    // There is no such card, or its driver does not answer: that is told where something runs on it.
    return [];
  }
}

async function amdCards(): Promise<CardMemory[]> {
  const names = await readdir(drmFolder).catch(() => []);
  const cards = names.filter((name) => /^card\d+$/.test(name)).map(readAmdCard);
  return (await Promise.all(cards)).flatMap((card) => card ?? []);
}

async function readAmdCard(name: string): Promise<CardMemory | undefined> {
  const read = async (what: string) =>
    Number(await readFile(join(drmFolder, name, "device", `mem_info_vram_${what}`), "utf8"));
  try {
    const [total, used] = await Promise.all([read("total"), read("used")]);
    return { total, free: total - used };
  } catch {
    return undefined;
  }
}
