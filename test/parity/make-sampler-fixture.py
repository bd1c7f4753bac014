"""What diffusers' schedulers do, for the sampler tests, in test/fixtures/samplers/:

- variants.json: loops with options that diffusers' own loop tests leave out, and one for each
  sampler name from a Stable Diffusion scheduler_config.json, in the format of schedulers.json;
- flow.json: the same for schedules of flow matching, with a picture's tokens, from which mu follows as in
  diffusers' pipelines, and whether sigmas are given as FLUX.1's pipeline gives them;
- beta.json: quantiles of the beta distribution that spaces sigmas;
- defaults.json: the fields and defaults of every scheduler class.

    python test/parity/make-sampler-fixture.py        (torch, diffusers 0.42 and scipy)
"""

import inspect
import json
import math
import warnings
from pathlib import Path

import diffusers
import numpy
import scipy.stats
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
    ("euler beta", "EulerDiscreteScheduler", 10, dict(SD, use_beta_sigmas=True), 0),
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
    ("dpm beta", DPM, 10, dict(SD, use_beta_sigmas=True), 0),
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
    ("euler_exponential", "EulerDiscreteScheduler", dict(use_exponential_sigmas=True)),
    ("euler_beta", "EulerDiscreteScheduler", dict(use_beta_sigmas=True)),
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
]  # without lms, whose integrals scipy approximates
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

FLOW, HEUN = "FlowMatchEulerDiscreteScheduler", "FlowMatchHeunDiscreteScheduler"
SOLVER = dict(use_flow_sigmas=True, prediction_type="flow_prediction")
DYNAMIC = dict(use_dynamic_shifting=True)
FLOWS = [  # name, class, steps, config, tokens, whether sigmas are given
    ("euler", FLOW, 10, {}, None, False),
    ("euler one step", FLOW, 1, dict(shift=3.0), None, False),
    ("euler shift", FLOW, 28, dict(shift=3.0), None, False),
    ("euler given", FLOW, 4, {}, None, True),
    ("euler given shift", FLOW, 9, dict(shift=3.0), None, True),
    ("euler dynamic", FLOW, 10, dict(DYNAMIC, shift=3.0), 1024, False),
    ("euler dynamic given", FLOW, 10, dict(DYNAMIC, base_image_seq_len=16, max_image_seq_len=256), 64, True),
    ("euler dynamic given large", FLOW, 10, DYNAMIC, 9216, True),
    ("euler dynamic linear", FLOW, 10, dict(DYNAMIC, time_shift_type="linear"), 2000, True),
    ("euler terminal", FLOW, 10, dict(DYNAMIC, shift_terminal=0.02), 1024, True),
    ("euler karras", FLOW, 10, dict(shift=3.0, use_karras_sigmas=True), None, False),
    ("euler exponential", FLOW, 10, dict(use_exponential_sigmas=True), None, False),
    ("euler beta", FLOW, 10, dict(shift=3.0, use_beta_sigmas=True), None, False),
    ("euler beta dynamic", FLOW, 20, dict(DYNAMIC, use_beta_sigmas=True), 4096, True),
    ("heun", HEUN, 10, {}, None, False),
    ("heun shift", HEUN, 7, dict(shift=3.0), None, False),
    ("dpm", DPM, 10, SOLVER, None, False),
    ("dpm shift", DPM, 20, dict(SOLVER, flow_shift=3.0), None, False),
    ("dpm order 3", DPM, 12, dict(SOLVER, flow_shift=2.0, solver_order=3), None, False),
    ("dpm heun euler at final", DPM, 20, dict(SOLVER, solver_type="heun", euler_at_final=True), None, False),
    ("dpm dynamic", DPM, 10, dict(SOLVER, **DYNAMIC), 1024, False),
    ("dpm sde", DPM, 10, dict(SOLVER, flow_shift=3.0, algorithm_type="sde-dpmsolver++"), None, False),
    ("unipc", UNIPC, 10, SOLVER, None, False),
    ("unipc shift", UNIPC, 20, dict(SOLVER, flow_shift=3.0), None, False),
    ("unipc order 3", UNIPC, 12, dict(SOLVER, solver_order=3), None, False),
    ("unipc dynamic given", UNIPC, 8, dict(SOLVER, **DYNAMIC), 1024, True),
    ("unipc terminal", UNIPC, 8, dict(SOLVER, flow_shift=2.0, shift_terminal=0.05), None, False),
]
FLUX = {  # scheduler_config.json of FLUX.1 dev
    "_class_name": FLOW,
    "_diffusers_version": "0.30.0.dev0",
    "base_image_seq_len": 256,
    "base_shift": 0.5,
    "max_image_seq_len": 4096,
    "max_shift": 1.15,
    "num_train_timesteps": 1000,
    "shift": 3.0,
    "use_dynamic_shifting": True,
}
FLOW_NAMES = [  # as NAMES, of a FLUX.1; heun knows no dynamic shift in diffusers
    ("euler", FLOW, {}, True),
    ("euler_karras", FLOW, KARRAS, True),
    ("euler_exponential", FLOW, dict(use_exponential_sigmas=True), True),
    ("euler_beta", FLOW, dict(use_beta_sigmas=True), True),
    ("dpmpp_2m", DPM, SOLVER, False),
    ("dpmpp_2m_sde", DPM, {**SOLVER, **SDE}, False),
    ("unipc", UNIPC, SOLVER, True),
]


def run_flow(name, cls, steps, options, tokens, gives):
    low, high = options.get("base_image_seq_len", 256), options.get("max_image_seq_len", 4096)
    arguments = {"sigmas": numpy.linspace(1, 1 / steps, steps)} if gives else {}
    if options.get("use_dynamic_shifting"):
        arguments["mu"] = 0.5 + (1.15 - 0.5) * (tokens - low) / (high - low)
    entry = run(name, cls, steps, options, 0, arguments)
    return entry | {"tokens": tokens, "range": "steps" if gives else "table"}


def run(name, cls, steps, options, eta, arguments={}):
    scheduler = getattr(diffusers, cls).from_config(options)
    scheduler.set_timesteps(**({} if "sigmas" in arguments else {"num_inference_steps": steps}), **arguments)
    if hasattr(scheduler, "set_begin_index"):
        # Else a first timestep that stands twice is looked up as the second.
        scheduler.set_begin_index(0)
    count = math.prod(SHAPE)
    sample = (torch.arange(count).reshape(3, 8, 8, 4) / count).permute(3, 0, 1, 2)
    sample = sample * getattr(scheduler, "init_noise_sigma", 1)
    generator = torch.manual_seed(0)
    accepted = scheduler.step.__code__.co_varnames
    extra = {"generator": generator} if "generator" in accepted else {}
    if eta:
        extra["eta"] = eta
    for t in scheduler.timesteps:
        if hasattr(scheduler, "scale_model_input"):
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
    from diffusers.schedulers.scheduling_lms_discrete import LMSDiscreteScheduler

    classes = {cls for _, cls, *_ in VARIANTS + NAMES + FLOWS}
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
flows = [run_flow(f"flow::{n}", *rest) for n, *rest in FLOWS]
flows += [run_flow(f"named::{n}", cls, 10, {**FLUX, **extra}, 1024, gives) for n, cls, extra, gives in FLOW_NAMES]
flow_lines = [json.dumps(one, separators=(",", ":")) for one in flows]
(folder / "flow.json").write_text("[\n" + ",\n".join(flow_lines) + "\n]\n")
shares = [0, 1e-6, 0.001, 0.1, 0.25, 1 / 3, 0.5, 0.7, 0.9, 0.999, 1]
(folder / "beta.json").write_text(json.dumps([[p, scipy.stats.beta.ppf(p, 0.6, 0.6)] for p in shares]) + "\n")
print(f"{len(lines)} loops to {out}")
