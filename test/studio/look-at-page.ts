/** @file What a test asks of every page: no overflow, no text that is left in the other language, nothing inaccessible. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Accessibility findings that people cannot work around, each with where it is. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // The page's own policy forbids scripts from elsewhere; the debugger may all the same.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    interface Finding {
      readonly id: string;
      readonly impact: string;
      readonly nodes: readonly {
        readonly target: readonly string[];
        readonly failureSummary: string;
      }[];
    }
    // Sound: axe has just put itself there.
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: readonly Finding[] }> };
    };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
      );
  });
}

/** Elements that reach beyond the page's width, where nothing around them scrolls. */
export async function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const scrolls = (element: Element): boolean => {
      for (let at = element.parentElement; at !== null; at = at.parentElement) {
        const { overflowX, position } = getComputedStyle(at);
        if (overflowX !== "visible" || position === "fixed") return true;
      }
      return false;
    };
    const found = [...document.body.querySelectorAll("*")].filter((element) => {
      const { right, width: own } = element.getBoundingClientRect();
      return own > 0 && right > width + 1 && !scrolls(element);
    });
    const all = found.map((element) => `${element.tagName} ${element.className}`.slice(0, 120));
    return document.documentElement.scrollWidth > width ? [`page: ${width}`, ...all] : all;
  });
}

/** Texts that a person reads on the page: of elements, labels, and what stands in empty fields. */
export async function visibleTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const texts: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (
        parent === null ||
        parent.closest("code, pre, script, style, [translate=no], [aria-hidden=true]") !== null
      )
        continue;
      if (parent.checkVisibility()) texts.push(node.textContent?.trim() ?? "");
    }
    for (const element of document.querySelectorAll(
      "[aria-label], [placeholder], [title], img[alt]",
    )) {
      if (element.closest("[translate=no], [aria-hidden=true]") !== null) continue;
      for (const name of ["aria-label", "placeholder", "title", "alt"]) {
        texts.push(element.getAttribute(name) ?? "");
      }
    }
    return texts.filter((text) => text !== "");
  });
}

/** Names that Korean users say in English, and what is a name, a number or a file. */
const kept =
  /\b(Atelier|Studio|LoRA|rsLoRA|DoRA|LoHa|LoKr|DreamBooth|Textual Inversion|VAE|U-Net|UNet|CLIP|safetensors|ComfyUI|A1111|diffusers|kohya|ai-toolkit|OneTrainer|SimpleTuner|Hugging ?Face|Hub|GitHub|YAML|JSON|PNG|ZIP|XY|CFG|GB|MB|kB|SDXL|SD|FLUX|Stable Diffusion|AdamW|Prodigy|PyTorch|PEFT|EMA|CPU|GPU|WebGPU|CUDA|ONNX|View in English|embedded)\b/gi;

/** Of texts of a Korean page, those that look as if nobody had translated them: three words of Latin letters in a row. */
export function untranslated(texts: readonly string[]): string[] {
  return texts.filter((text) => {
    if (/[\u3131-\uD79D]/.test(text)) return false;
    return /[A-Za-z]{2,}(?:\s+[A-Za-z]{2,}){1,}/.test(text.replace(kept, ""));
  });
}
