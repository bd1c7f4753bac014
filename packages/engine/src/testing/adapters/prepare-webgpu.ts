/**
 * @file Gets WebGPU going for tests: a graphics card where there is one, else the software Vulkan
 * device of Debian's chromium package.
 */

import { existsSync, readdirSync } from "node:fs";
import { env, platform } from "node:process";
import { createOrtRuntime } from "../../adapters/ort/ort-runtime.js";
import { messageOf } from "../../errors.js";
import { neg } from "../../graph/ops/elementwise.js";
import { input } from "../../graph/ops/source.js";
import { floatTensor } from "../../tensor.js";

const CHROMIUM = "/usr/lib/chromium";
const DRIVER_LISTS = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"];

/** dlopen flags of glibc: resolve lazily, and stay loaded though it is no Node module. */
const RTLD_LAZY = 0x1;
const RTLD_NODELETE = 0x1000;

/** Variables with which a process that this one starts finds the software device, too. */
export const deviceVariables: Readonly<Record<string, string>> = {
  LD_LIBRARY_PATH: [CHROMIUM, env["LD_LIBRARY_PATH"] ?? ""].filter(Boolean).join(":"),
};

/** Makes WebGPU run in this process; returns why it cannot, or `undefined` where it can. */
export async function prepareWebGpu(): Promise<string | undefined> {
  if (platform === "linux" && !hasDriver()) offerSoftwareDevice();
  try {
    await using compiled = await createOrtRuntime({ provider: "webgpu" }).compile({
      outputs: { y: neg(input("x", [2])) },
    });
    const { y } = await compiled.run({ x: floatTensor([1, -2], [2]) });
    return y?.data[0] === -1 ? undefined : "the device computes wrong numbers";
  } catch (error) {
    return `${messageOf(error)} (apt-get install chromium brings a software device on Debian)`;
  }
}

function hasDriver(): boolean {
  if (env["VK_ICD_FILENAMES"] !== undefined || env["VK_DRIVER_FILES"] !== undefined) return true;
  return DRIVER_LISTS.some((folder) => existsSync(folder) && readdirSync(folder).length > 0);
}

/** Names chromium's driver and loads its Vulkan library, which lies outside the search path. */
function offerSoftwareDevice(): void {
  const [driver, library] = [`${CHROMIUM}/vk_swiftshader_icd.json`, `${CHROMIUM}/libvulkan.so.1`];
  if (!existsSync(driver) || !existsSync(library)) return;
  env["VK_ICD_FILENAMES"] = driver;
  try {
    process.dlopen({ exports: {} }, library, RTLD_LAZY | RTLD_NODELETE);
  } catch {
    // Always thrown, since a Vulkan library registers no Node module; it is loaded all the same.
  }
}
