/** @file How to go on: draw with the adapter here and in diffusers, and make one for other programs. */

import { html, type Markup } from "@atelier/base";
import { quoteArgument } from "../format.js";
import type { Messages } from "../messages/messages.js";
import type { DemoReport } from "./demo-report.js";

/** The section; its commands run as they stand. */
export function usageGuide(report: DemoReport, { report: { usage: text } }: Messages): Markup {
  const { adapter, base } = report;
  const prompt = report.prompts[0]?.prompt ?? report.subject;
  return html`
<h3>${text.files}</h3>
<ul><li><code>${adapter.kohya}</code>: ${text.kohya}</li><li><code>${adapter.diffusers}</code>: ${text.diffusersFile}</li></ul>
<h3>Atelier</h3>
${code(drawCommand(report, prompt))}
<h3>diffusers</h3>
${code(diffusersScript(report, prompt))}
<h3>${text.realModels}</h3>
<p>${text.smallBase(base.name)}</p>
${code(text.realCommand)}
<h3>ComfyUI</h3>
<ol>${text.comfy().map((step) => html`<li>${step}</li>`)}</ol>
<h3>A1111 (stable-diffusion-webui, Forge)</h3>
<ol>${text.a1111().map((step) => html`<li>${step}</li>`)}</ol>`;
}

function drawCommand({ base, adapter }: DemoReport, prompt: string): string {
  const from = base.isDefault ? "" : ` --base ${quoteArgument(base.path)}`;
  const [using, text] = [adapter.kohya, prompt].map(quoteArgument);
  return `atelier generate${from} --adapter ${using} \\\n  --prompt ${text} --seed 7 --out picture.png`;
}

function diffusersScript({ base, adapter, drawing }: DemoReport, prompt: string): string {
  const { steps, guidance, side } = drawing;
  // JSON's strings are Python's.
  const quoted = (value: string): string => JSON.stringify(value);
  // Without a type, transformers would keep 16 bits and diffusers would not.
  return `import torch
from diffusers import StableDiffusionPipeline

pipe = StableDiffusionPipeline.from_pretrained(${quoted(base.path)}, torch_dtype=torch.float32)
pipe.load_lora_weights(${quoted(adapter.diffusers)})
picture = pipe(
    ${quoted(prompt)},
    num_inference_steps=${steps}, guidance_scale=${guidance}, height=${side}, width=${side},
).images[0]
picture.save("picture.png")`;
}

const code = (text: string): Markup => html`<pre><code>${text}</code></pre>`;
