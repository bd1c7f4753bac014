/**
 * @file Every text of the command line that a person reads, in English, by command. Sentences with
 * values are functions, so that another language can order its words differently.
 */

import { byRequest } from "@atelier/diffusion/core";
import { baseText } from "./base-text.js";

/** What a training is going to do. */
interface Plan {
  readonly pictures: number;
  readonly width: number;
  readonly height: number;
  readonly steps: number;
  readonly adaptedLayers: number;
  readonly trainedParameters: number;
}

/** An embedding whose file's name is not the name inside. */
interface TwoNames {
  readonly path: string;
  /** The name that counts. */
  readonly token: string;
  readonly other: string;
  /** Whether the other one could be used. */
  readonly isPossible: boolean;
}

/** The English catalogue. */
export const en = {
  program: {
    description:
      "Fine-tunes text-to-image diffusion models on your own pictures: LoRA, DreamBooth, Textual Inversion, all weights. No Python.",
    version: "print the version",
    help: "explain a command",
    json: "print JSON lines on standard output, for programs, and nothing else there",
    more: `
Examples:
  atelier demo
  atelier lora photos/dog --base models/sd15 --prompt "a photo of sks dog"
  atelier dreambooth photos/dog --base models/sd15 --token sks --class dog
  atelier textual-inversion art/ink --base models/sd15 --token "<ink>" --init painting --kind style
  atelier generate --base models/sd15 --prompt "a photo of sks dog in a hat" \\
      --adapter runs/lora/lora.safetensors --out dog.png
  atelier inspect lora.safetensors
  atelier doctor

Exit codes: 0 done, 1 failed, 2 wrong command line or config, 130 stopped by Ctrl-C.
ATELIER_DEBUG=1 prints where an error came from.`,
    error: (message: string): string => `error: ${message}`,
    unexpected: (message: string): string =>
      `error: internal: ${message}\nThis is a bug in Atelier. Run again with ATELIER_DEBUG=1 and report what it prints.`,
    interrupted: "Stopped.",
    stopping:
      "Stopping: what is done so far is saved. Press Ctrl-C again to quit at once without saving.",
  },
  backend: {
    option: "what computes: cpu, webgpu or cuda",
    threads:
      "threads of the processor; all cores by default, and fewer are faster beside another busy program",
  },
  train: {
    description: "Trains as a config file says.",
    argument: "config in YAML or JSON",
    planOption: "say what the training will take, and train nothing",
    more: (rule: string): string =>
      `
Examples:
  atelier train dog.yaml
  atelier train dog.yaml --rank 8 --steps 1000

A config needs at least:
  data: { folder: photos/dog, prompt: a photo of sks dog }
and, for another model than the small one that Atelier carries:
  base: { path: models/sd15 }

${rule}`,
    rule: `Every field of the config is a flag, which wins over the file. A field at the top and one whose
name no other group has is called by its name (lora.rank: --rank); name, path, folder and use of a
group are called by the group (base.path: --base); all others bear both (samples.steps:
--samples-steps). Lists are given by repeating the flag.`,
    field: (description: string, path: string): string =>
      `${path === "base.path" ? baseText.field : description} [${path}]`,
    helpAll: "list every option, in groups",
    starting: "Starting",
    step: (loss: string, left: string, memory: string): string =>
      `steps, loss ${loss}, ${left} left${memory === "" ? "" : `, ${memory}`}`,
    stages: {
      download: (received: string, total: string): string =>
        `Downloading the base: ${received} of ${total}`,
      quantize: (done: string, total: string): string =>
        `Storing the base in fewer bits (once): ${done} of ${total}`,
      weights: "weights of the base read",
      "class-pictures": "pictures of the class drawn",
      latents: "pictures encoded",
      captions: "captions encoded",
      probes: "drawings of the base, to see what it keeps",
      compile: "graphs compiled",
      check: "saved files checked",
    },
    folder: (path: string): string => `Run folder: ${path}`,
    plan: (plan: Plan): string =>
      `${plan.steps} steps on ${plan.pictures} ${plan.pictures === 1 ? "picture" : "pictures"} of ${plan.width}×${plan.height}: ${plan.trainedParameters} numbers${plan.adaptedLayers === 0 ? "" : ` in ${plan.adaptedLayers} layers`}`,
    memory: (total: string, batch: number, pictures: number): string =>
      `About ${total} of memory${batch === pictures ? "" : `, ${batch} of ${pictures} pictures at a time`}`,
    tooLarge: (total: string, machine: string): string =>
      `The run takes about ${total} of memory, and this machine has ${machine}. Say with --max-memory how many GB it may take, and it will make itself fit.`,
    lastStep: (path: string): string => `What the last step made: ${path}`,
    heldOut: (
      names: readonly string[],
      validation: { readonly folder: string; readonly pictures: number } | undefined,
    ): string => {
      const some =
        validation !== undefined && validation.pictures > names.length
          ? ` (${names.length} of the ${validation.pictures} pictures in ${validation.folder})`
          : "";
      return `Not trained on, to see whether others like them are learned: ${names.join(", ")}${some}`;
    },
    usedMemory: (used: string, planned: string): string =>
      `Memory: ${used} at most, planned ${planned}`,
    bucket: (width: number, height: number, names: readonly string[], cropped: number): string =>
      `${width}×${height}: ${names.length} ${names.length === 1 ? "picture" : "pictures"} (${names.slice(0, 6).join(", ")}${names.length > 6 ? ", …" : ""}), at most ${Math.round(100 * cropped)} % cropped`,
    resumed: (step: number): string =>
      step === 0 ? "No snapshot yet; beginning anew" : `Going on from step ${step}`,
    sample: (path: string): string => `Sample: ${path}`,
    saved: (path: string): string => `Saved: ${path}`,
    finished: (steps: number, time: string): string => `Trained ${steps} steps in ${time}`,
    ended: ({ watcher, reason }: { watcher: string; reason: string }): string =>
      watcher === byRequest ? "Ended by request." : `Ended by ${watcher}: ${reason}`,
    interrupted: (step: number): string =>
      `Stopped after ${step} steps; what was made so far is saved.`,
    use: (options: string): string =>
      `Draw with it:\n  atelier generate ${options} --out picture.png`,
    goOn: (run: string): string => `Go on with it:\n  atelier resume ${run}`,
    finish: (run: string): string =>
      `Or end it here, with the best so far as its result:\n  atelier resume ${run} --finish`,
  },
  lora: {
    description: "Trains a LoRA on a folder of pictures.",
    argument: "folder of pictures (JPEG, PNG, WebP, AVIF), with captions beside them or --prompt",
    more: (rule: string): string =>
      `
Examples:
  atelier lora photos/robot --prompt "a sks robot"
  atelier lora photos/dog --base models/sd15 --prompt "a photo of sks dog"
  atelier lora photos/style --base org/model --rank 8 --steps 1500 --samples-every-steps 100

${rule}`,
  },
  generate: {
    description: "Draws pictures.",
    prompt: "what to draw",
    negative: "what not to draw",
    promptSyntax:
      "what brackets in both prompts mean: a1111 (the default) reads (word), (word:1.3), [word], BREAK as below, plain reads every character as text",
    adapter:
      "a LoRA file, folder or Hugging Face repository, with its weight behind a colon; give it again for several",
    adapterMetavar: "file[:weight]",
    embedding:
      "a textual-inversion file, called in the prompt by its own token or by the name given; give it again for several",
    embeddingMetavar: "[name=]file",
    sampler: "the sampler; the model's own by default",
    steps: "denoising steps; what the model advises by default, else 30",
    guidance:
      "how closely to follow the prompt; 1 is without guidance; what the model advises by default, else 7.5",
    rescale: "guidance rescale (Lin et al. 2023); 0.7 is usual for v-prediction models",
    seed: "seed of the first picture; each further one has the next",
    width: "width in pixels; the model's own by default",
    height: "height in pixels; the model's own by default",
    count: "how many pictures",
    clipSkip:
      "text-encoder layers left out at the end, for the negative prompt too; 1 takes the one before the last, which A1111 calls clip skip 2",
    out: "a .png file (of several cat-1.png, cat-2.png …) or a folder; a new name in this folder by default",
    force: "replace files that exist",
    ignoreUnknown: "leave out tensors of an adapter that no layer of the base takes",
    eta: "η of DDIM: 0 draws nothing at random, 1 as much as DDPM",
    ignored: (path: string, count: number, keys: string): string =>
      `${path}: ${count} tensors fit no layer and are left out: ${keys}`,
    more: `
Examples:
  atelier generate --prompt "a noto style dog on a red background"
  atelier generate --base models/sd15 --prompt "a lighthouse" --seed 5 --out lighthouse.png
  atelier generate --base models/sd15 --prompt "sks dog" --adapter dog.safetensors:0.8 --count 4 --out dogs

Prompts are read as A1111 reads them: (word) counts 1.1 times, (word:1.3) 1.3 times, [word] 1/1.1 times,
brackets nest; \\( and \\) are brackets themselves; BREAK begins another 75 tokens. A LoRA is given with
--adapter and not in the prompt: <lora:name:0.8> is left out, and said. [from:to:0.5], [a|b] and AND are read
as words, and said. The word of an embedding counts where it stands for itself, not within another.

Pictures hold their parameters as A1111 writes them; \`atelier inspect picture.png\` shows them.`,
    loading: "Loading the model",
    hashing: "Hashing its files, for what is recorded",
    step: (picture: number, count: number): string =>
      count === 1 ? "denoising steps" : `denoising steps of picture ${picture} of ${count}`,
    unused: (count: number, keys: string): string =>
      `${count} tensors of the base are used by no model: ${keys}`,
    alphaIsRank: (path: string): string =>
      `${path} gives no alpha for some module; its rank is taken, which may not be what was trained.`,
    wrote: (path: string, seed: string, time: string): string => `${path} (seed ${seed}, ${time})`,
    missing: (options: string): string =>
      `error: required option ${options} not given (\`atelier generate --help\` shows examples)`,
    twoNames: ({ path, token, other, isPossible }: TwoNames): string =>
      isPossible
        ? `${path} is called ${token} here; its other name is ${other}: choose with --embedding ${other}=${path}.`
        : `${path} is called ${token} here: its other name, "${other}", cannot be a new word. Choose any with --embedding name=${path}.`,
    unusableWord: (token: string, reason: string): string =>
      `The word "${token}" that an adapter brings is not used: ${reason}`,
    unusable: {
      "white-space": "a word cannot have white space in it. The adapter itself is used.",
      taken:
        "there is a word of this name already. Where it is one of --embedding, that one counts; the adapter itself is used.",
    },
    expected: {
      wholeFrom: (minimum: number): string => `Expected a whole number of at least ${minimum}.`,
      numberFrom: (minimum: number): string => `Expected a number of at least ${minimum}.`,
      between: (minimum: number, maximum: number): string =>
        `Expected a number from ${minimum} to ${maximum}.`,
    },
  },
  inspect: {
    description: "Says what files or folders are, and what is wrong with them.",
    argument:
      "checkpoints, adapters, embeddings, pictures, or folders of any of these; embedded for the base of Atelier's own",
    base: "a checkpoint to hold an adapter against",
    more: `
Examples:
  atelier inspect lora.safetensors --base models/sd15
  atelier inspect loras/*.safetensors
  atelier inspect models/sd15 --json
  atelier inspect embedded

Every number of a model is read, to find NaN and tensors of zeros. Exit code 1 means that
something is wrong with it.`,
    reading: "Reading",
    kinds: {
      checkpoint: "checkpoint",
      unet: "UNet alone",
      transformer: "transformer alone",
      vae: "VAE alone",
      "text-encoder": "text encoder alone",
      adapter: "adapter",
      embedding: "textual-inversion embedding",
      pictures: "folder of pictures",
      picture: "picture",
      unknown: "nothing that Atelier knows",
    },
    fields: {
      kind: "Kind",
      family: "Family",
      predicts: "Predicts",
      tuning: "Tuning",
      title: "Title",
      rank: "Rank",
      alpha: "Alpha",
      modules: "Modules",
      triggers: "Trigger words",
      vectors: "Vectors",
      dtype: "Type",
      parameters: "Parameters",
      size: "Size",
      fingerprint: "Fingerprint",
      fits: "Fits",
      pictures: "Pictures",
      drawn: "Drawn from",
    },
    modules: (count: number, parts: string): string => `${count} (${parts})`,
    predictsAssumed: (type: string): string => `${type} (assumed)`,
    predictsBase: (type: string): string => `${type}, as the model that it was trained on`,
    textEncoder: "text encoder too",
    unetOnly: "UNet only",
    convolutions: "with convolutions",
    vectors: (count: number, width: number): string => `${count} of width ${width}`,
    captioned: (pictures: number, captioned: number): string =>
      `${pictures}, ${captioned} with a caption file`,
    none: "none found",
    healthy: "Nothing is wrong with it.",
    error: (message: string): string => `Wrong: ${message}`,
    warning: (message: string): string => `Note: ${message}`,
  },
  verify: {
    description: "Proves this installation: runs stored results of PyTorch and compares.",
    argument:
      "folder with models/, schedulers.json, pipeline/, pipelines/ and judges/, any of which may be missing",
    more: `
Examples:
  atelier verify fixtures
  atelier verify fixtures --backend webgpu --json

One line a check: ok, FAIL or skip, its name, the error and the tolerance. Exit code 1 when
one fails.`,
    numbers: (error: string, tolerance: string): string => `error ${error} tolerance ${tolerance}`,
    summary: (passed: number, failed: number, skipped: number): string =>
      `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
  },
  doctor: {
    description:
      "Checks this machine: versions, backends, memory, disk, the Hub and proxies, caches.",
    more: `
Examples:
  atelier doctor
  atelier doctor --json
  atelier doctor --backend webgpu

Each backend is proved by a small computation in a process of its own. The processor is reached
through ONNX Runtime's C API, or through onnxruntime-node with ATELIER_ORT=binding; ATELIER_ORT_LIB names
another library of it, for processor and CUDA. The Hub is reached as
Python's huggingface_hub reaches it: HF_HOME, HF_HUB_CACHE, HF_TOKEN, HF_TOKEN_PATH and the file that
\`hf auth login\` writes, HF_ENDPOINT, HF_HUB_OFFLINE, HF_HUB_DOWNLOAD_TIMEOUT, HF_HUB_DISABLE_SYMLINKS,
HF_HUB_DISABLE_IMPLICIT_TOKEN, HF_HUB_DISABLE_PROGRESS_BARS; proxies by HTTPS_PROXY, HTTP_PROXY,
ALL_PROXY and NO_PROXY; certificates by REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or SSL_CERT_FILE.`,
    backend: "look at this backend alone, and more closely: cpu, webgpu or cuda",
    probing: (backend: string): string => `Trying ${backend}`,
    placing: (backend: string): string => `Compiling trainings for ${backend}`,
    labels: {
      versions: "Versions",
      backend: (name: string): string => `Backend ${name}`,
      placement: (name: string): string => `Trainings on ${name}`,
      memory: "Memory",
      embedded: "Embedded base",
      disk: "Disk",
      hub: "Hugging Face Hub",
      proxy: "Proxy",
      hubCache: "Hugging Face cache",
      cache: "Atelier cache",
    },
    versions: (atelier: string, node: string, runtime: string, platform: string): string =>
      `atelier ${atelier}, node ${node}, onnxruntime-node ${runtime}, ${platform}`,
    notInstalled: "not installed",
    backendWorks: (time: string, error: string): string => `works (${time}, error ${error})`,
    byCApi: "by ONNX Runtime's C API",
    byLibrary: (path: string): string => `by the library in ATELIER_ORT_LIB, ${path}`,
    byBinding: (reason: string): string =>
      `by onnxruntime-node and not by ONNX Runtime's C API: ${reason}`,
    noCApi:
      "Training all weights takes a quarter longer this way, and Ctrl-C waits for the step under way. `npm install` installs koffi, which reaches the C API.",
    backendWrong: (error: string): string => `computes wrong numbers (error ${error})`,
    backendFails: (reason: string): string => `does not work: ${reason}`,
    allPlaced: (graphs: number): string =>
      `no operator of the embedded base's step or of any optimizer's update runs on the processor (${graphs} graphs)`,
    leftToProcessor: (operators: readonly string[]): string =>
      `the processor runs ${operators.join(", ")}`,
    slowPlacement:
      "Numbers are right, but values travel to the processor and back in every step. Please report it with this line and the name of the device.",
    placementUnknown: (reason: string): string => `not known where operators run: ${reason}`,
    noPlacementBase: "not looked at, since there is no embedded base",
    embedded: (size: string, fingerprint: string): string =>
      `whole (${size}, fingerprint ${fingerprint})`,
    memory: (free: string, total: string): string => `${free} free of ${total}`,
    disk: (free: string, path: string): string => `${free} free at ${path}`,
    cache: (size: string, files: number, path: string): string =>
      `${size} in ${files} files, ${path}`,
    noCache: (path: string): string => `empty, ${path}`,
    hub: (endpoint: string, token: string, isOffline: boolean): string =>
      isOffline ? "not asked (HF_HUB_OFFLINE), only the cache is used" : `${endpoint}, ${token}`,
    token: (source: string | undefined, stored: readonly string[]): string => {
      if (source !== undefined) return `access token from ${source}`;
      const none = "no access token, which only private and gated models need";
      return stored.length === 0
        ? none
        : `${none}; of those stored (${stored.join(", ")}) none is in use, which \`hf auth switch\` changes`;
    },
    unheeded: (variables: readonly string[]): string =>
      `set, but without meaning here: ${variables.join(", ")}`,
    proxy: (proxy: string, excepted: string): string =>
      excepted.trim() === "" ? proxy : `${proxy}, but not for ${excepted}`,
    proxyFails: (proxy: string, problem: string): string => `${proxy}: no connection, ${problem}`,
    fixProxy: (variable: string): string =>
      `Correct or unset ${variable}; NO_PROXY names hosts that are reached without it.`,
    noAnswer: (seconds: number): string => `no answer within ${seconds} s`,
    ended: (how: string): string => `its process ended with ${how}`,
    advice: (text: string): string => `  → ${text}`,
    oldNode: (minimum: string): string => `Install Node ${minimum} or newer from nodejs.org.`,
    brokenCpu:
      "The CPU backend must work: delete node_modules and run `npm install` again, and on Windows install the Visual C++ runtime.",
    wrongNumbers:
      "Do not train on this backend; update the graphics driver, or use another with --backend.",
    webgpu:
      "Install or update the graphics driver (on Linux the Vulkan driver, on Windows D3D12). The CPU works without it.",
    cuda: "Needs an NVIDIA GPU, and one of two. Either onnxruntime-node's own CUDA files, with CUDA 12 and cuDNN 9 on the library path: `npm rebuild onnxruntime-node --ignore-scripts=false`. Or the library of PyPI's onnxruntime-gpu, whose 1.30 needs CUDA 13 and cuDNN 9: unpack what `pip download --no-deps onnxruntime-gpu` brings, and name onnxruntime/capi/libonnxruntime.so.* of it in ATELIER_ORT_LIB. Use webgpu or cpu otherwise.",
    lowMemory:
      "A LoRA on an SD 1.5-size model wants about 7 GB; close other programs, or train at a smaller size.",
    lowDisk:
      "A base model takes 2 to 7 GB; free some space, or set HF_HOME and ATELIER_CACHE to another disk.",
    summary: (problems: number): string =>
      problems === 0 ? "Everything needed works." : `${problems} to look at, see the arrows above.`,
  },
};
