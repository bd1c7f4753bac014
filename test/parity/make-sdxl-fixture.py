"""A tiny SDXL with random weights, and what diffusers, peft and PyTorch make of it: texts, one call of the UNet with
its gradients, samples, two steps of a LoRA on UNet and both text encoders, two of a word. Laid out as the
pipeline fixtures that `atelier verify` reads; all weights are numbers of float16, so that files are small.

The tokenizers are copied from a folder with tokenizer/ and tokenizer_2/, whose second pads with "!".

python test/parity/make-sdxl-fixture.py ../shared/fixtures/pipelines/sdxl/pipeline test/fixtures/verify/pipelines/sdxl
"""

import json
import os
import shutil
import sys

import torch
import torch.nn.functional as F
from diffusers import (
    AutoencoderKL,
    DDPMScheduler,
    EulerDiscreteScheduler,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.tuners_utils import BaseTunerLayer
from safetensors.torch import save_file
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
)

STEPS, RANK, ALPHA, SIZE, SEED = 2, 2, 3, 16, 5
source, target = sys.argv[1:]
model = f"{target}/pipeline"
os.makedirs(model, exist_ok=True)
torch.set_num_threads(1)

# diffusers 0.42 looks for the normalisation of skipped layers where transformers 5 no longer has it.
if not hasattr(CLIPTextModel, "text_model"):
    CLIPTextModel.text_model = property(lambda encoder: encoder)

tokenizers = {}
for name in ("tokenizer", "tokenizer_2"):
    os.makedirs(f"{model}/{name}", exist_ok=True)
    for file in os.listdir(f"{source}/{name}"):
        shutil.copyfile(f"{source}/{name}/{file}", f"{model}/{name}/{file}")
    tokenizers[name] = CLIPTokenizer.from_pretrained(f"{model}/{name}")


def text_config(width, layers, act):
    return CLIPTextConfig(
        vocab_size=len(tokenizers["tokenizer"]),
        hidden_size=width,
        projection_dim=width,
        intermediate_size=2 * width,
        num_hidden_layers=layers,
        num_attention_heads=2,
        hidden_act=act,
        bos_token_id=712,
        # As in the published configs; pooling then takes the place of the highest id.
        eos_token_id=2,
    )


torch.manual_seed(0)
encoder = CLIPTextModel(text_config(8, 2, "quick_gelu"))
encoder_2 = CLIPTextModelWithProjection(text_config(12, 3, "gelu"))
vae = AutoencoderKL(
    block_out_channels=[4, 4],
    down_block_types=["DownEncoderBlock2D"] * 2,
    up_block_types=["UpDecoderBlock2D"] * 2,
    latent_channels=4,
    norm_num_groups=2,
    sample_size=SIZE,
    scaling_factor=0.13025,
    layers_per_block=1,
)
unet = UNet2DConditionModel(
    sample_size=SIZE // 2,
    block_out_channels=[4, 8],
    down_block_types=["DownBlock2D", "CrossAttnDownBlock2D"],
    up_block_types=["CrossAttnUpBlock2D", "UpBlock2D"],
    layers_per_block=1,
    norm_num_groups=2,
    # Names heads.
    attention_head_dim=[1, 2],
    transformer_layers_per_block=[1, 1],
    cross_attention_dim=20,
    use_linear_projection=True,
    addition_embed_type="text_time",
    addition_time_embed_dim=2,
    projection_class_embeddings_input_dim=12 + 6 * 2,
)
for part in (encoder, encoder_2, vae, unet):
    part.eval().requires_grad_(False)
    for parameter in part.parameters():
        # Norms and biases as well, so that none of them can be left out.
        parameter.add_(0.05 * torch.randn_like(parameter))
        parameter.copy_(parameter.half().float())
for part in (encoder, encoder_2):
    # Words matter.
    embedding = part.get_input_embeddings().weight
    embedding.copy_((embedding * 20).half().float())
scheduler = EulerDiscreteScheduler(
    beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1, timestep_spacing="leading"
)
pipe = StableDiffusionXLPipeline(
    vae, encoder, encoder_2, tokenizers["tokenizer"], tokenizers["tokenizer_2"], unet, scheduler
)
pipe.set_progress_bar_config(disable=True)

for name, part in (("unet", unet), ("vae", vae), ("text_encoder", encoder), ("text_encoder_2", encoder_2)):
    os.makedirs(f"{model}/{name}", exist_ok=True)
    kind = "model" if name.startswith("text") else "diffusion_pytorch_model"
    state = {key: value.half().contiguous() for key, value in part.state_dict().items() if "position_ids" not in key}
    if name == "text_encoder":
        # transformers 5 leaves out the prefix that published files have.
        state = {key if key.startswith("text_model.") else f"text_model.{key}": value for key, value in state.items()}
    save_file(state, f"{model}/{name}/{kind}.safetensors", {"format": "pt"})
    with open(f"{model}/{name}/config.json", "w") as file:
        json.dump(json.loads(part.config.to_json_string() if name.startswith("text") else part.to_json_string()), file, indent=1)
os.makedirs(f"{model}/scheduler", exist_ok=True)
scheduler.save_config(f"{model}/scheduler")
with open(f"{model}/model_index.json", "w") as file:
    index = {"_class_name": "StableDiffusionXLPipeline", "force_zeros_for_empty_prompt": True}
    for name in ("vae", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2", "unet", "scheduler"):
        part = getattr(pipe, name)
        library = "diffusers" if name in ("vae", "unet", "scheduler") else "transformers"
        index[name] = [library, type(part).__name__]
    json.dump(index, file, indent=1)

TEXTS = ["a photo of sks dog in a spacesuit", "blurry, low quality!", "", "a photo of sks dog", "sks dog on a blue sofa"]
WORD, INIT = "<my-style>", "photo"
tensors = {}


def ids_of(tokenizer, texts):
    return tokenizer(texts, padding="max_length", max_length=77, truncation=True, return_tensors="pt").input_ids


def encode(ids, ids_2):
    first = encoder(ids, output_hidden_states=True)
    second = encoder_2(ids_2, output_hidden_states=True)
    return torch.cat([first.hidden_states[-2], second.hidden_states[-2]], -1), second.text_embeds


def keep(**named):
    for key, value in named.items():
        tensors[key.replace("__", ".")] = value.detach().clone().contiguous()


# Texts.
tokens, tokens_2 = (ids_of(tokenizer, TEXTS) for tokenizer in tokenizers.values())
with torch.no_grad():
    states, pooled = encode(tokens, tokens_2)
    keep(tokens=tokens, tokens_2=tokens_2, prompt_embeds=states, pooled_prompt_embeds=pooled)
    for case, negative in (("absent", None), ("empty", ""), ("words", TEXTS[1])):
        own = pipe.encode_prompt(TEXTS[0], device="cpu", negative_prompt=negative)
        tensors[f"encode_prompt.{case}.negative_prompt_embeds"] = own[1].clone()
        tensors[f"encode_prompt.{case}.negative_pooled_prompt_embeds"] = own[3].clone()

# The autoencoder.
with torch.no_grad():
    image = torch.rand(2, 3, SIZE, SIZE) * 2 - 1
    moments = vae.encode(image).latent_dist
    eps = torch.randn_like(moments.mean)
    drawn = moments.mean + torch.exp(0.5 * moments.logvar) * eps
    keep(vae__image=image, vae__mean=moments.mean, vae__logvar=moments.logvar, vae__eps=eps, vae__sample=drawn)
    keep(vae__latents=drawn * 0.13025, vae__decoded=vae.decode(drawn).sample)

# One call of the UNet.
inputs = {
    "sample": torch.randn(2, 4, SIZE // 2, SIZE // 2),
    "encoder_hidden_states": states[:2].detach().clone(),
    "text_embeds": pooled[:2].detach().clone(),
}
timestep, time_ids = torch.tensor([907, 34]), torch.tensor([[16.0, 16, 0, 0, 16, 16], [48, 40, 3, 5, 16, 16]])
for value in inputs.values():
    value.requires_grad_(True)
out = unet(
    inputs["sample"],
    timestep,
    inputs["encoder_hidden_states"],
    added_cond_kwargs={"text_embeds": inputs["text_embeds"], "time_ids": time_ids},
).sample
goal = torch.randn_like(out)
loss = F.mse_loss(out, goal)
loss.backward()
for key, value in inputs.items():
    tensors[f"denoiser.in.{key}"] = value.detach().clone()
    tensors[f"denoiser.grad.{key}"] = value.grad.clone()
keep(denoiser__in__timestep=timestep, denoiser__in__time_ids=time_ids)
keep(denoiser__out=out, denoiser__target=goal, denoiser__loss=loss.reshape(1))

# What training begins with.
pixels = torch.rand(2, 3, SIZE, SIZE) * 2 - 1
with torch.no_grad():
    moments = vae.encode(pixels).latent_dist
vae_noise = torch.randn(STEPS, *moments.mean.shape)
latents = (moments.mean + torch.exp(0.5 * moments.logvar) * vae_noise) * 0.13025
noise, timesteps = torch.randn_like(latents), torch.randint(0, 1000, (STEPS, 2))
train_ids = torch.tensor([[24.0, 20, 2, 0, 16, 16], [16, 16, 0, 0, 16, 16]])
ddpm = DDPMScheduler.from_config(scheduler.config)
keep(train__pixels=pixels, train__vae_noise=vae_noise, train__latents=latents, train__noise=noise)
keep(train__timesteps=timesteps, train__time_ids=train_ids, train__target=noise[0])
keep(train__tokens=tokens[3:], train__tokens_2=tokens_2[3:])
keep(train__noisy=ddpm.add_noise(latents[0], noise[0], timesteps[0]))


def loss_of(step, ids, ids_2):
    context, vector = encode(ids, ids_2)
    noisy = ddpm.add_noise(latents[step], noise[step], timesteps[step])
    told = {"text_embeds": vector, "time_ids": train_ids}
    return F.mse_loss(unet(noisy, timesteps[step], context, added_cond_kwargs=told).sample, noise[step])


# A LoRA on UNet and both text encoders; the last layer of the first reaches nothing.
parts = {"unet": unet, "text_encoder": encoder, "text_encoder_2": encoder_2}
for name, part in parts.items():
    layers = ["to_q", "to_v"] if name == "unet" else ["q_proj", "v_proj"]
    config = LoraConfig(r=RANK, lora_alpha=ALPHA, init_lora_weights="gaussian", target_modules=layers)
    inject_adapter_in_model(config, part)


def full_key(name, key):
    key = key.replace(".default", "")
    return f"{name}.{key}" if name != "text_encoder" or key.startswith("text_model.") else f"{name}.text_model.{key}"


def factors(read=lambda parameter: parameter.detach().clone()):
    named = {}
    for name, part in parts.items():
        for key, parameter in part.named_parameters():
            value = read(parameter) if "lora_" in key else None
            if value is not None:
                named[full_key(name, key)] = value
    return named


initial = factors()
trained = [p for part in parts.values() for p in part.parameters() if p.requires_grad]
optimizer = torch.optim.AdamW(trained, lr=2e-3, weight_decay=1e-2)
losses, norms = [], []
for step in range(STEPS):
    optimizer.zero_grad()
    loss = loss_of(step, tokens[3:], tokens_2[3:])
    loss.backward()
    norms.append(torch.nn.utils.clip_grad_norm_(trained, 1.0).item())
    optimizer.step()
    losses.append(loss.item())
final = factors()
optimizer.zero_grad()
after = loss_of(0, tokens[3:], tokens_2[3:])
after.backward()
for key, value in factors(lambda p: None if p.grad is None else p.grad.clone()).items():
    tensors[f"lora_text.grad.{key}"] = value
common = {"weight_decay": 1e-2, "betas": [0.9, 0.999], "eps": 1e-8, "steps": STEPS}
training = {
    "lora_text": {
        "losses": losses,
        "grad_norms": norms,
        "loss_after": after.item(),
        "lr": 2e-3,
        "max_grad_norm": 1.0,
        "rank": RANK,
        "alpha": ALPHA,
        **common,
    }
}
kohya = {}
prefixes = {"unet": "lora_unet_", "text_encoder": "lora_te1_", "text_encoder_2": "lora_te2_"}
original = {"down_blocks_1_attentions_0": "input_blocks_3_1", "mid_block_attentions_0": "middle_block_1"}
original |= {f"up_blocks_0_attentions_{i}": f"output_blocks_{i}_1" for i in range(2)}
for key, value in final.items():
    component, _, path = key.partition(".")
    module, _, factor = path.partition(".lora_")
    module = module.replace(".", "_")
    for theirs, old in original.items():
        module = module.replace(theirs, old) if component == "unet" else module
    module = prefixes[component] + module
    kohya[f"{module}.{'lora_down' if factor[0] == 'A' else 'lora_up'}.weight"] = value
    kohya[f"{module}.alpha"] = torch.tensor(float(ALPHA))
save_file(initial, f"{target}/lora_text_init.safetensors", {"format": "pt"})
save_file(final, f"{target}/lora_text_final.safetensors", {"format": "pt"})
save_file(kohya, f"{target}/lora_text_kohya.safetensors", {"ss_base_model_version": "sdxl_base_v1-0"})

# Samples.
BOTH = {"original_size": [48, 40], "crops_coords_top_left": [3, 5], "target_size": [16, 16]}
NEGATIVE = {"negative_original_size": [16, 20], "negative_crops_coords_top_left": [1, 2], "negative_target_size": [16, 16]}
samples = [
    {"name": "micro", "negative_prompt": TEXTS[1], "prompt_2": "an oil painting", "negative_prompt_2": "text", **BOTH, **NEGATIVE},
    {"name": "absent_negative", "clip_skip": 1},
    {"name": "with_lora_text", "lora": "lora_text_kohya.safetensors", "negative_prompt": ""},
    {"name": "with_embedding", "prompt": f"a photo of {WORD} in a spacesuit", "embeddings": {WORD: "learned_embeds_clip_l_clip_g.safetensors"}},
]


def draw(sample):
    settings = {"prompt": TEXTS[0], "scheduler": "EulerDiscreteScheduler", "steps": 3, "guidance": 5.0}
    settings = {**settings, "seed": SEED, "height": SIZE, "width": SIZE, **sample}
    ours = ("name", "scheduler", "steps", "guidance", "seed", "lora", "embeddings")
    passed = {key: value for key, value in settings.items() if key not in ours}
    init = torch.randn(1, 4, SIZE // 2, SIZE // 2, generator=torch.Generator().manual_seed(SEED))
    steps = []

    def remember(_pipe, _step, _timestep, kwargs):
        steps.append(kwargs["latents"].clone())
        return kwargs

    done = pipe(
        num_inference_steps=settings["steps"],
        guidance_scale=settings["guidance"],
        latents=init.clone(),
        output_type="latent",
        callback_on_step_end=remember,
        **passed,
    ).images
    prefix = f"sample.{settings['name']}"
    tensors[f"{prefix}.init"], tensors[f"{prefix}.steps"] = init, torch.cat(steps)
    tensors[f"{prefix}.latent"] = done.clone()
    with torch.no_grad():
        tensors[f"{prefix}.image"] = vae.decode(done / 0.13025).sample
    return settings


drawn_samples = [draw(samples[2])]
for part in parts.values():
    for module in part.modules():
        if isinstance(module, BaseTunerLayer):
            module.enable_adapters(False)
drawn_samples = [draw(samples[0]), draw(samples[1]), *drawn_samples]

# A word: both tables train, all other rows are put back.
tables, kept_rows, first_rows = [], [], {}
for tokenizer, part in zip(tokenizers.values(), (encoder, encoder_2)):
    tokenizer.add_tokens([WORD])
    part.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    table = part.get_input_embeddings().weight
    with torch.no_grad():
        table[-1] = table[tokenizer.convert_tokens_to_ids(f"{INIT}</w>")]
    for parameter in part.parameters():
        parameter.requires_grad_(False)
    table.requires_grad_(True)
    tables.append(table)
    kept_rows.append(table.detach().clone())
for parameter in unet.parameters():
    parameter.requires_grad_(False)
captions = [f"a photo of {WORD}", f"{WORD} on a blue sofa"]
word_ids = [ids_of(tokenizer, captions) for tokenizer in tokenizers.values()]
keep(train__ti_tokens=word_ids[0], train__ti_tokens_2=word_ids[1])
keep(ti__pooled_position=word_ids[1].argmax(-1))
optimizer = torch.optim.AdamW(tables, lr=5e-3, weight_decay=1e-2)
rows, losses = [[table[-1].detach().clone()] for table in tables], []
for step in range(STEPS):
    optimizer.zero_grad()
    loss = loss_of(step, *word_ids)
    loss.backward()
    if step == 0:
        keep(ti__first_grad=tables[0].grad[-1], ti__first_grad_2=tables[1].grad[-1])
    optimizer.step()
    losses.append(loss.item())
    with torch.no_grad():
        for table, before, own in zip(tables, kept_rows, rows):
            table[:-1] = before[:-1]
            own.append(table[-1].clone())
keep(ti__rows=torch.stack(rows[0]), ti__rows_2=torch.stack(rows[1]))
training["textual_inversion"] = {
    "losses": losses,
    "lr": 5e-3,
    "max_grad_norm": None,
    "token": WORD,
    "token_id": len(tokenizers["tokenizer"]) - 1,
    "texts": captions,
    **common,
}
save_file(
    {"clip_l": rows[0][-1][None].contiguous(), "clip_g": rows[1][-1][None].contiguous()},
    f"{target}/learned_embeds_clip_l_clip_g.safetensors",
)
drawn_samples.append(draw(samples[3]))

save_file(tensors, f"{target}/tensors.safetensors", {"format": "pt"})
with open(f"{target}/expected.json", "w") as file:
    tolerances = {"sampled": {"max_abs": 2e-3}, "trained": {"max_abs": 0.05, "mean_abs": 0.005, "plus": "1e-6 * max(1, max|reference|)"}}
    json.dump({"texts": TEXTS, "samples": drawn_samples, "training": training, "tolerances": tolerances}, file, indent=1)
print(training)
