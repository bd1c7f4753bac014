"""What diffusers' schedulers do, for the sampler tests, in test/fixtures/samplers/:

- variants.json: loops with options that diffusers' own loop tests leave out, and one for each
  sampler name from a Stable Diffusion scheduler_config.json, in the format of schedulers.json;
- defaults.json: the fields and defaults of every scheduler class.

    python test/parity/make-sampler-fixture.py        (torch and diffusers 0.42)
"""

import inspect
import json
import math
import sys
import types
import warnings
from pathlib import Path

import diffusers
import torch

warnings.filterwarnings("ignore")
diffusers.utils.logging.set_verbosity_error()
SHAPE = (4, 3, 8, 8)
SD = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
V = dict(prediction_type="v_prediction")
DPM, SINGLE = "DPMSolverMultistepScheduler", "DPMSolverSinglestepScheduler"
UNIPC, DEIS = "UniPCMultistepScheduler", "DEISMultistepScheduler"

VARIANTS = [
    ("ddim eta", "DDIMScheduler", 10, dict(SD, clip_sample=False, steps_offset=1, set_alpha_to_one=False), 0.5),
    ("ddim zero snr", "DDIMScheduler", 10, dict(SD, **V, rescale_betas_zero_snr=True, timestep_spacing="trailing", clip_sample=False), 0),
    ("ddim thresholding linspace", "DDIMScheduler", 7, dict(thresholding=True, sample_max_value=2.0, timestep_spacing="linspace"), 0),
    ("ddim sample", "DDIMScheduler", 10, dict(prediction_type="sample", timestep_spacing="trailing"), 0),
    ("ddim cosine", "DDIMScheduler", 9, dict(beta_schedule="squaredcos_cap_v2"), 0),
    ("ddpm few steps", "DDPMScheduler", 12, dict(SD, clip_sample=False, steps_offset=1), 0),
    ("ddpm fixed_large trailing", "DDPMScheduler", 25, dict(SD, variance_type="fixed_large", timestep_spacing="trailing"), 0),
    ("ddpm fixed_small_log sigmoid", "DDPMScheduler", 25, dict(beta_schedule="sigmoid", variance_type="fixed_small_log"), 0),
    ("ddpm laplace", "DDPMScheduler", 25, dict(beta_schedule="laplace", **V), 0),
    ("pndm skip prk", "PNDMScheduler", 10, dict(SD, skip_prk_steps=True, steps_offset=1), 0),
    ("pndm skip prk v linspace", "PNDMScheduler", 8, dict(SD, **V, skip_prk_steps=True, timestep_spacing="linspace"), 0),
    ("pndm trailing", "PNDMScheduler", 11, dict(SD, timestep_spacing="trailing", set_alpha_to_one=True), 0),
    ("lcm", "LCMScheduler", 4, dict(), 0),
    ("lcm v clip", "LCMScheduler", 7, dict(V, clip_sample=True, original_inference_steps=100), 0),
    ("euler leading", "EulerDiscreteScheduler", 10, dict(SD, timestep_spacing="leading", steps_offset=1), 0),
    ("euler trailing zero snr", "EulerDiscreteScheduler", 10, dict(SD, **V, timestep_spacing="trailing", rescale_betas_zero_snr=True), 0),
    ("euler exponential sigma_min", "EulerDiscreteScheduler", 10, dict(SD, use_exponential_sigmas=True, final_sigmas_type="sigma_min"), 0),
    ("euler karras limits", "EulerDiscreteScheduler", 10, dict(SD, use_karras_sigmas=True, sigma_min=0.1, sigma_max=10.0), 0),
    ("euler sample", "EulerDiscreteScheduler", 10, dict(SD, prediction_type="sample", final_sigmas_type="sigma_min"), 0),
    ("euler_a leading", "EulerAncestralDiscreteScheduler", 8, dict(SD, timestep_spacing="leading", steps_offset=1), 0),
    ("heun clip exponential", "HeunDiscreteScheduler", 6, dict(SD, clip_sample=True, use_exponential_sigmas=True), 0),
    ("heun beta exp trailing", "HeunDiscreteScheduler", 6, dict(beta_schedule="exp", timestep_spacing="trailing"), 0),
    ("dpm zero", DPM, 10, dict(SD), 0),
    ("dpm 20 steps leading", DPM, 20, dict(SD, timestep_spacing="leading", steps_offset=1), 0),
    ("dpm euler at final trailing", DPM, 20, dict(SD, euler_at_final=True, timestep_spacing="trailing"), 0),
    ("dpm order 3", DPM, 12, dict(SD, solver_order=3), 0),
    ("dpm order 3 many", DPM, 20, dict(SD, solver_order=3, final_sigmas_type="sigma_min"), 0),
    ("dpm heun", DPM, 10, dict(SD, solver_type="heun"), 0),
    ("dpm dpmsolver", DPM, 10, dict(SD, algorithm_type="dpmsolver", final_sigmas_type="sigma_min"), 0),
    ("dpm dpmsolver order 3", DPM, 20, dict(SD, algorithm_type="dpmsolver", solver_order=3, final_sigmas_type="sigma_min"), 0),
    ("dpm dpmsolver heun thresholding", DPM, 10, dict(SD, algorithm_type="dpmsolver", solver_type="heun", thresholding=True, sample_max_value=1.5, final_sigmas_type="sigma_min"), 0),
    ("dpm sde++", DPM, 10, dict(SD, algorithm_type="sde-dpmsolver++"), 0),
    ("dpm sde++ karras heun", DPM, 20, dict(SD, algorithm_type="sde-dpmsolver++", use_karras_sigmas=True, solver_type="heun"), 0),
    ("dpm sde", DPM, 10, dict(SD, algorithm_type="sde-dpmsolver", final_sigmas_type="sigma_min"), 0),
    ("dpm sde heun v", DPM, 16, dict(SD, **V, algorithm_type="sde-dpmsolver", solver_type="heun", final_sigmas_type="sigma_min"), 0),
    ("dpm karras cosine", DPM, 10, dict(beta_schedule="squaredcos_cap_v2", use_karras_sigmas=True, lambda_min_clipped=-5.1), 0),
    ("dpm lambda clipped cosine", DPM, 10, dict(beta_schedule="squaredcos_cap_v2", lambda_min_clipped=-5.1), 0),
    ("dpm exponential", DPM, 10, dict(SD, use_exponential_sigmas=True), 0),
    ("dpm zero snr trailing v", DPM, 10, dict(SD, **V, rescale_betas_zero_snr=True, timestep_spacing="trailing"), 0),
    ("dpm bh2 from unipc", DPM, 10, dict(SD, solver_type="bh2"), 0),
    ("single zero", SINGLE, 10, dict(SD), 0),
    ("single order 3", SINGLE, 12, dict(SD, solver_order=3, final_sigmas_type="sigma_min"), 0),
    ("single order 3 heun lower", SINGLE, 12, dict(SD, solver_order=3, solver_type="heun", lower_order_final=True, final_sigmas_type="sigma_min"), 0),
    ("single order 3 of 11 steps", SINGLE, 11, dict(SD, solver_order=3, solver_type="heun"), 0),
    ("single dpmsolver", SINGLE, 9, dict(SD, algorithm_type="dpmsolver", final_sigmas_type="sigma_min"), 0),
    ("single sde++", SINGLE, 10, dict(SD, algorithm_type="sde-dpmsolver++"), 0),
    ("single exponential", SINGLE, 10, dict(SD, use_exponential_sigmas=True), 0),
    ("unipc zero", UNIPC, 9, dict(SD), 0),
    ("unipc bh1 order 3", UNIPC, 12, dict(SD, solver_type="bh1", solver_order=3, final_sigmas_type="sigma_min"), 0),
    ("unipc order 3 karras", UNIPC, 12, dict(SD, solver_order=3, use_karras_sigmas=True), 0),
    ("unipc epsilon", UNIPC, 10, dict(SD, predict_x0=False, final_sigmas_type="sigma_min"), 0),
    ("unipc disabled corrector", UNIPC, 10, dict(SD, disable_corrector=[0, 1, 4], timestep_spacing="leading", steps_offset=1), 0),
    ("unipc not lowered", UNIPC, 10, dict(SD, lower_order_final=False, final_sigmas_type="sigma_min"), 0),
    ("deis order 3", DEIS, 12, dict(SD, solver_order=3), 0),
    ("deis order 3 many", DEIS, 20, dict(SD, solver_order=3, timestep_spacing="trailing"), 0),
    ("deis karras thresholding", DEIS, 10, dict(SD, use_karras_sigmas=True, thresholding=True, sample_max_value=1.5), 0),
]

KARRAS, SDE = dict(use_karras_sigmas=True), dict(algorithm_type="sde-dpmsolver++")
NAMES = [  # our sampler names and what a pipeline's user does for them in diffusers
    ("ddim", "DDIMScheduler", {}),
    ("ddpm", "DDPMScheduler", {}),
    ("pndm", "PNDMScheduler", {}),
    ("lcm", "LCMScheduler", {}),
    ("euler", "EulerDiscreteScheduler", {}),
    ("euler_karras", "EulerDiscreteScheduler", KARRAS),
    ("euler_a", "EulerAncestralDiscreteScheduler", {}),
    ("heun", "HeunDiscreteScheduler", {}),
    ("heun_karras", "HeunDiscreteScheduler", KARRAS),
    ("dpmpp_2m", DPM, {}),
    ("dpmpp_2m_karras", DPM, KARRAS),
    ("dpmpp_2m_sde", DPM, SDE),
    ("dpmpp_2m_sde_karras", DPM, {**SDE, **KARRAS}),
    ("dpmpp_single", SINGLE, {}),
    ("dpmpp_single_karras", SINGLE, KARRAS),
    ("unipc", UNIPC, {}),
    ("unipc_karras", UNIPC, KARRAS),
    ("deis", DEIS, {}),
    ("deis_karras", DEIS, KARRAS),
]  # without lms, which needs scipy here
PIPELINE = {  # scheduler_config.json of Stable Diffusion 1.x
    "_class_name": "PNDMScheduler",
    "_diffusers_version": "0.6.0",
    **SD,
    "clip_sample": False,
    "num_train_timesteps": 1000,
    "set_alpha_to_one": False,
    "skip_prk_steps": True,
    "steps_offset": 1,
    "trained_betas": None,
}


def run(name, cls, steps, options, eta):
    scheduler = getattr(diffusers, cls).from_config(options)
    scheduler.set_timesteps(steps)
    if hasattr(scheduler, "set_begin_index"):
        # Else a first timestep that stands twice is looked up as the second.
        scheduler.set_begin_index(0)
    count = math.prod(SHAPE)
    sample = (torch.arange(count).reshape(3, 8, 8, 4) / count).permute(3, 0, 1, 2)
    sample = sample * scheduler.init_noise_sigma
    generator = torch.manual_seed(0)
    accepted = scheduler.step.__code__.co_varnames
    extra = {"generator": generator} if "generator" in accepted else {}
    if eta:
        extra["eta"] = eta
    for t in scheduler.timesteps:
        sample = scheduler.scale_model_input(sample, t)
        sample = scheduler.step(sample * t / (t + 1), t, sample, **extra).prev_sample
    values = sample.flatten().abs()
    sigmas = getattr(scheduler, "sigmas", None)
    entry = {
        "test": name,
        "scheduler": cls,
        "config": options,
        "abs_sum": values.double().sum().item(),
        "abs_mean": values.double().mean().item(),
        "shape": list(SHAPE),
        "first8": values[:8].tolist(),
        "timesteps": scheduler.timesteps.tolist(),
        "num_inference_steps": steps,
    }
    if eta:
        entry["eta"] = eta
    if sigmas is not None and len(sigmas) < 100:
        entry["sigmas"] = sigmas.tolist()
    return entry


def class_defaults():
    # LMS imports scipy only to integrate; its signature can be read without.
    stub = types.ModuleType("scipy")
    stub.integrate = stub
    sys.modules.setdefault("scipy", stub)
    from diffusers.schedulers.scheduling_lms_discrete import LMSDiscreteScheduler

    classes = {cls for _, cls, *_ in VARIANTS + NAMES}
    found = {name: getattr(diffusers, name) for name in classes} | {"LMSDiscreteScheduler": LMSDiscreteScheduler}
    return {
        name: {p.name: p.default for p in list(inspect.signature(cls.__init__).parameters.values())[1:]}
        for name, cls in sorted(found.items())
    }


folder = Path(__file__).parents[1] / "fixtures" / "samplers"
defaults = class_defaults()
rows = [f"{json.dumps(name)}:{json.dumps(row, separators=(',', ':'))}" for name, row in defaults.items()]
(folder / "defaults.json").write_text("{\n" + ",\n".join(rows) + "\n}\n")
out = folder / "variants.json"
named = [(f"named::{n}", cls, 10, {**PIPELINE, **extra}, 0) for n, cls, extra in NAMES]
variants = [(f"variant::{n}", *rest) for n, *rest in VARIANTS]
lines = [json.dumps(run(*one), separators=(",", ":")) for one in variants + named]
out.write_text("[\n" + ",\n".join(lines) + "\n]\n")
print(f"{len(lines)} loops to {out}")
