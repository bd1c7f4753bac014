/** @file What each field of the training config means, in one place so that it can be translated. */

/** One sentence per field of the training config, by its dotted path. */
export const fieldText = {
  version: "Version of this config format",
  name: "Name of what is trained and of its files: lora, model or embedding by default",
  base: "The model that is fine-tuned",
  "base.path": "A diffusers folder or a .safetensors checkpoint",
  "base.repo": "A Hugging Face repository, such as stable-diffusion-v1-5/stable-diffusion-v1-5",
  "base.revision": "Branch, tag or commit of the repository",
  "base.variant": "Variant of the weight files, such as fp16",
  "base.dtype":
    "Stores the layers of the base in so many bits, for less memory: int8 takes a quarter of float32, int4 an eighth; made once, from whatever its files hold",
  "base.vae":
    "Folder, file or Hugging Face repository of an autoencoder (VAE) in place of the model's own, or for a single file that has none",
  "base.parts":
    "Files of text encoders and of an autoencoder that the base's own file lacks: clip_l.safetensors, t5xxl_fp16.safetensors, ae.safetensors",
  "base.maxSequenceLength":
    "Tokens that T5 reads of a caption; by default 256 with Stable Diffusion 3 and 512 with FLUX.1",
  "base.guidance": "What FLUX.1 dev, which reads its guidance as a number, is told while it trains",
  "base.architecture":
    "What adapters call the base, where it is of no published kind; by default what it says of itself",
  "base.fingerprint":
    "What the base must be, as run folders record it; a run on another one is refused",
  "base.offline": "Never use the network; only what is downloaded already",
  "base.predictionType": "What the model predicts, where its files say it wrongly or not at all",
  "base.zeroTerminalSnr":
    "Trains and draws with a last timestep of pure noise, for pictures that are dark or bright as a whole; for models that predict v",
  data: "The pictures",
  "data.folder":
    "Folder of pictures (JPEG, PNG, WebP, AVIF), or of folders named as sd-scripts wants them: 10_sks dog shows its pictures 10 times an epoch, with the caption sks dog where they have none",
  "data.prompt": "Caption of pictures that have none of their own",
  "data.captions":
    "auto reads .txt, .caption and metadata.jsonl first; prompt uses the prompt for all pictures",
  "data.captionDropout": "Share of samples that are shown without a caption, for guidance",
  "data.folders":
    "Further folders of pictures: paths, or in a file {folder, prompt, captions, repeats, flip, lossWeight}",
  "data.wildcards":
    "Takes one of {a|b} in captions, and one line of several, newly drawn each time",
  "data.shuffleTags": "Shuffles the tags of captions each time",
  "data.keepTags": "Tags at the beginning that are neither shuffled nor dropped",
  "data.tagDropout": "Share of tags that is left out each time",
  "data.tagSeparator": "What separates tags",
  "data.buckets":
    "Shapes of about one area, so that pictures of other proportions are cropped little",
  "data.buckets.use": "Uses them; else all pictures are cropped to one shape",
  "data.buckets.step":
    "Extents are multiples of this; what the model's deepest level needs by default",
  "data.buckets.maxAspect": "Longest side divided by the shortest, at most",
  "data.buckets.upscale": "Enlarges small pictures to the area; else they take a smaller shape",
  "data.masks": "What of each picture counts; the rest is not learned",
  "data.masks.source":
    "Where masks are: the pictures' alpha channels, or files of the pictures' names in a folder, white where it counts",
  "data.masks.folder": "Folder of masks",
  "data.masks.unmaskedWeight": "What hidden places still count, from 0 to 1",
  "data.width": "Width in pixels that pictures are cropped to; the model's own size by default",
  "data.height": "Height in pixels that pictures are cropped to; the model's own size by default",
  "data.crop": "Where pictures are cropped; random draws a place for each picture and repeat",
  "data.flip": "Mirrors half of the pictures, newly drawn at every step",
  "data.repeats": "How often an epoch shows each picture; 1.5 is three times in two epochs",
  "data.filter": "How pictures are resized",
  "data.animated": "What to do with animated pictures",
  "data.minSidePixels": "Smaller pictures are refused",
  lora: "The adapter",
  "lora.method":
    "How the change of a weight is written: lora; rslora, whose strength is alpha / √rank; dora, with a trained length per output; loha and lokr, as a product of two small weights",
  "lora.rank": "Inner width of the low-rank factors: how much the adapter can learn",
  "lora.alpha": "Strength is alpha / rank; the rank by default, so that the strength is 1",
  "lora.targets":
    "Adapted layers: attention, feed-forward, projections, convolutions, all-linear, all, or patterns over their paths (mid_block.*); by default what the base advises, else attention",
  "lora.rankPattern":
    "Ranks of some layers: <pattern>=<number>, with patterns as in targets; the first that means a layer counts",
  "lora.alphaPattern": "Alphas of some layers: <pattern>=<number>",
  "lora.dropout": "Share of inputs of the low-rank path that is dropped while training",
  "lora.rankDropout":
    "Share of the rank's dimensions (loha, lokr: of a layer's outputs) that is dropped while training",
  "lora.moduleDropout": "Share of layers whose adapter takes no part in a step",
  "lora.maxWeightNorm":
    "Largest norm of the change of a layer's weight; larger ones are scaled down after each step",
  "lora.loraPlusRatio":
    "Learning rate of the second factor divided by that of the first (LoRA+); 16 is the paper's",
  "lora.init":
    "How the factors start: gaussian (lora, dora), kaiming (loha, lokr) by default; lycoris (loha, lokr); pissa, with the weight's own largest directions (lora, dora)",
  "lora.lokrFactor":
    "Extents of LoKr's first factor; near the square root of the layer's by default",
  "lora.lokrDecomposeBoth": "Writes LoKr's first factor as a product of two as well",
  "lora.startFrom": "An adapter to go on from; its rank and layers must be those of this config",
  tuning:
    "What trains: lora, an adapter; full, weights of the model; textual_inversion, a new word; pivotal, a word and an adapter",
  full: "Weights of the model itself",
  "full.parts":
    "Trained parts of the UNet: all, cross-attention, attention, feed-forward, convolutions, norm-and-bias, or patterns over its parameters (mid_block.*)",
  "full.textEncoderParts": "Trained parts of the text encoder, where it is trained too",
  embedding: "A new word",
  "embedding.token": "The word as it stands in captions and prompts, such as <my-style>",
  "embedding.initializer":
    "What its vectors start from: words that come near it, mean (of the vocabulary) or random",
  "embedding.vectors": "Number of vectors, each of which takes one token of a prompt",
  "embedding.kind":
    "subject or style: captions from the paper's templates instead of those of the pictures",
  "embedding.learningRate":
    "Learning rate of the vectors: that of the run; beside an adapter what the base advises, else 1e-3",
  "embedding.maxNorm":
    "Largest norm of a vector as a multiple of the vocabulary's mean norm; unbounded by default",
  "embedding.trainShare":
    "Share of the steps after which the vectors stay as they are; 0.5 beside an adapter",
  textEncoder: "Whether lora and full change the text encoder too",
  "textEncoder.train": "Trains the text encoder (with lora: adapts its attention)",
  "textEncoder.learningRate":
    "Learning rate of the text encoder: 1e-5 with lora; with full and with prodigy that of the run",
  prior: "Prior preservation: the class keeps its meaning while the subject is learned",
  "prior.classPrompt": "What the subject is an example of, such as a photo of a dog",
  "prior.source":
    "pictures of the class beside each of the subject, or the base's own prediction for the class, which needs none",
  "prior.folder": "Folder of pictures of the class; drawn by the base before training by default",
  "prior.count": "Number of pictures of the class",
  "prior.lossWeight": "How much the class counts beside the subject",
  ema: "A moving average of what is trained, saved and drawn with instead of the last values",
  "ema.decay": "Share of the average that a step keeps, such as 0.999; 0 keeps none",
  "ema.updateAfterStep": "The average equals the weights until this step",
  "ema.warmup": "How the share rises: linear, (1 + n)/(10 + n); power, 1 - (1 + n)^(-2/3)",
  optimizer: "How weights are updated",
  "optimizer.name":
    "The algorithm; muon, at AdamW's learning rates, for all weights of a model and large batches",
  "optimizer.beta1":
    "Decay of the mean of gradients: 0.9 (adamw, adam, lion, prodigy, and muon for what is no matrix); adafactor keeps none by default",
  "optimizer.beta2":
    "Decay of the mean of squared gradients: 0.999 (adamw, adam, muon, prodigy); with lion of the mean of gradients: 0.99",
  "optimizer.beta3": "Decay of the sums that estimate the step: the root of beta2 (prodigy)",
  "optimizer.epsilon":
    "Keeps the update finite where gradients are near zero: 1e-8 (adamw, adam, muon, prodigy); 1e-30, beside squares (adafactor)",
  "optimizer.weightDecay":
    "Weight decay: 0.01, decoupled with adamw, L2 with adam and sgd; 0.1, decoupled with muon; 0, decoupled with lion, adafactor and prodigy",
  "optimizer.stateDtype":
    "How moments are kept between steps: float32, or with less memory float16 or uint8 (8-bit AdamW); not with adafactor and muon, whose state is small",
  "optimizer.momentum": "Momentum: 0 (sgd), 0.95 (muon)",
  "optimizer.nesterov": "Nesterov's momentum: false (sgd), true (muon)",
  "optimizer.clipThreshold": "Largest root mean square of an update: 1 (adafactor)",
  "optimizer.decayRate": "Squares of step t decay by 1 - t^-decayRate: 0.8 (adafactor)",
  "optimizer.scaleParameter": "Scales steps by the root mean square of a parameter (adafactor)",
  "optimizer.relativeStep": "Steps of min(0.01, 1/sqrt(t)), whatever the learning rate (adafactor)",
  "optimizer.warmupInit": "With relativeStep: steps of min(1e-6 t, 1/sqrt(t)) (adafactor)",
  "optimizer.useBiasCorrection": "Adam's bias correction (prodigy)",
  "optimizer.safeguardWarmup":
    "Leaves the learning rate out of the estimate's denominator; for a warm-up (prodigy)",
  "optimizer.d0": "First estimate of the step: 1e-6 (prodigy)",
  "optimizer.dCoefficient": "Multiplies the estimate of the step: 1 (prodigy)",
  "optimizer.growthRate":
    "Largest factor by which the estimate grows in a step; unbounded by default (prodigy)",
  learningRate:
    "Learning rate after the warm-up: what the base advises, else 1e-4 (lora, pivotal), 5e-6 (full), 5e-3 (textual_inversion); with prodigy 1, a factor of the step that it finds",
  schedule: "How the learning rate changes",
  "schedule.name":
    "Its course after the warm-up; with no setting of the schedule, all of it is as the base advises",
  "schedule.warmupSteps": "Steps over which the learning rate rises from 0",
  "schedule.warmupShare": "The same as a share of all steps",
  "schedule.minRatio":
    "Where linear, cosine, cosine_with_restarts and rex end, as a share of the learning rate: 0",
  "schedule.cycles": "How often cosine_with_restarts falls: 1",
  "schedule.power": "Exponent of the polynomial schedule: 1",
  "schedule.endLearningRate": "Where the polynomial schedule ends: 1e-7",
  "schedule.bend":
    "How long rex stays near the learning rate: 0.5 as in its paper; 0.9 as in OneTrainer; 0 is linear",
  "schedule.endRatio":
    "Where exponential ends, as a share of the learning rate: 0.01; above 1 it rises",
  steps: "Training steps: updates of the weights; by default what the base advises, else 500",
  batchSize: "Pictures per batch; by default what the base advises, else 1",
  gradientAccumulation: "Batches per step",
  batchParts:
    "Parts of a batch that are computed at once, which is faster for small models; decided by the model's size, never by the machine",
  maxGradNorm: "Gradients are scaled down to this norm; 0 leaves them as they are",
  loss: "How errors are measured",
  "loss.measure": "mse; l1; huber and smooth_l1, which are less moved by single large errors",
  "loss.huberC": "Where huber and smooth_l1 turn from squared to absolute, at the noisy end: 0.1",
  "loss.huberSchedule": "How that depends on the timestep: snr",
  weighting:
    "Weights losses by their timestep: debiased (1/√SNR), p2; with flow matching sigma_sqrt (1/σ²), sigma_squared (σ², the error of the picture), cosmap; minSnrGamma is another way",
  p2Gamma: "Exponent of the weighting p2: 1",
  adaptiveNoiseScale: "Adds this much to noiseOffset for each unit of a channel's mean",
  inputPerturbation:
    "Adds this much more noise to what the model sees, not to its target (Ning et al. 2023); 0.1 is the paper's",
  timesteps: "Which timesteps are drawn",
  "timesteps.distribution":
    "uniform, or what prefers the middle (Esser et al. 2024): logit_normal, mode, cosmap; with no setting of timesteps, all of it is as the base advises",
  "timesteps.min": "The first timestep, with the least noise",
  "timesteps.max": "The last timestep; that of the schedule by default",
  "timesteps.mean": "Of logit_normal: 0; above, noisier ones",
  "timesteps.deviation": "Of logit_normal: 1",
  "timesteps.modeScale": "Of mode: 1.29; above 0 it prefers the middle, below both ends",
  "timesteps.shift":
    "Of flow matching: above 1, noisier timesteps are drawn more often; in place of the base's own (SD 3: 3)",
  "timesteps.dynamicShift": "The same by the size of the pictures, as FLUX.1 draws",
  minSnrGamma: "Weights losses by min(SNR, gamma) (Hang et al. 2023); 5 is usual, off by default",
  noiseOffset:
    "Adds this much noise that is constant over each channel, for darker and lighter pictures",
  seed: "Seed of everything random",
  maxMemory:
    "GB that the run may take: activations are computed again and batches split until it fits",
  mixedPrecision:
    "Products of a step in float16, norms, sums and weights in float32, on graphics cards that compute in it; float32 elsewhere",
  gradientCheckpointing:
    "Computes activations again instead of keeping them: less memory, more time; auto decides by size",
  samples: "Pictures drawn while training",
  "samples.everySteps": "Steps between samples; 0 draws none",
  "samples.prompts": "What to draw; the first picture's caption by default",
  "samples.negativePrompt": "What not to draw",
  "samples.sampler":
    "Sampler; dpmpp_2m_karras by default, or the base's own where its noise has no signal left",
  "samples.steps": "Sampling steps; what the base advises by default, else 20",
  "samples.guidance": "Guidance scale; what the base advises by default, else 7.5",
  "samples.seed": "Seed of the first prompt; each further prompt has the next",
  watch: "How the run is watched",
  "watch.share":
    "Share of the time for watching what is learned and forgotten, to keep the best step; a tenth with all it takes by default, 0 for none",
  "watch.everySteps":
    "Steps between looks; by default they are close together where most changes, and further apart later",
  "watch.heldOut":
    "Pictures that are not trained on and tell whether others like them are learned; by default none of fewer than 5 (than 3 where watching is asked for), one of fewer than 20, else a tenth",
  "watch.validation":
    "Folder of further pictures, with captions as those in training have them, that are looked at instead of holding some out; never trained on",
  "watch.allowOverlap": "Takes pictures of watch.validation that show what some in training show",
  "watch.prompts":
    "Prompts of other things, which the model shall not forget; what the base advises by default",
  "watch.classPrompt":
    "What the subject is one of, which shall keep its meaning: prior.classPrompt by default, or the prompt without words that the model does not know",
  "watch.act":
    "Acts upon what is seen: ends at the best step with a short time at falling rates, goes back to it at a lower rate where the training falls apart, keeps what the base predicts of the class from where it forgets on",
  "watch.prefer":
    "What else counts for the best step beside the lowest error on pictures like those in training: what the base knew, a little (likeness), as much (balance), or more (keep)",
  saveEverySteps: "Steps between snapshots; 0 saves only at the end",
  keep: "Which snapshots stay",
  "keep.last": "The latest ones",
  "keep.best": "Those of the lowest loss",
  "keep.everySteps": "One every so many steps; 0 for none",
  "keep.withinSteps": "Those of the latest so many steps; 0 for none",
  output: "Where results go",
  "output.folder": "Folder that holds the folders of all runs",
  "output.run": "Folder of this run; by default one named after the adapter and the time",
  "output.formats":
    "Adapter files: kohya (A1111, ComfyUI), diffusers, both of these, or comfyui (the model's own names with dots)",
  "output.checkpoint": "A fine-tuned model as a diffusers folder or as a single .safetensors file",
  "output.dtype": "How trained weights are stored",
  cacheFolder: "Folder of computed latents and text embeddings; Atelier's cache by default",
  device: "Where to compute",
  "device.backend": "Execution provider of ONNX Runtime",
  "device.threads":
    "Threads; all cores by default. Beside another busy program fewer are faster, since they wait for each other",
} as const;
