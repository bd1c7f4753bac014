"""Settings and defaults of other trainers, read from their own parsers, for
packages/diffusion/src/train/import and docs/import.md.

python test/parity/record-foreign-defaults.py <folder of checkouts> test/fixtures/foreign-defaults

The folder holds checkouts named sd-scripts, kohya_ss, ai-toolkit, diffusers and OneTrainer, or some of them. Nothing of them is
imported: the functions that make their parsers are compiled on their own and run with a real argparse and
stand-ins for every other name; classes are read as syntax trees.
"""

import argparse
import ast
import json
import os
import subprocess
import sys
from unittest.mock import MagicMock

source, target = sys.argv[1:]


class StandIns(dict):
    """Globals in which a name that is not defined is a stand-in."""

    def __missing__(self, name):
        if name in __builtins__.__dict__:
            return __builtins__.__dict__[name]
        return MagicMock(name=name)


def tree_of(path):
    with open(os.path.join(source, path), encoding="utf-8") as file:
        return ast.parse(file.read())


def functions(path, names):
    body = [n for n in tree_of(path).body if isinstance(n, ast.FunctionDef) and names(n.name)]
    space = StandIns(argparse=argparse, Path=str)
    exec(compile(ast.Module(body=body, type_ignores=[]), path, "exec"), space)
    return {n.name: space[n.name] for n in body}


def defaults_of(parser):
    return {
        action.dest: action.default
        for action in parser._actions
        if action.dest != "help"
    }


class Caught(Exception):
    pass


def record_diffusers():
    examples = {
        "train_text_to_image": "text_to_image",
        "train_text_to_image_lora": "text_to_image",
        "train_dreambooth": "dreambooth",
        "train_dreambooth_lora": "dreambooth",
        "train_text_to_image_sdxl": "text_to_image",
        "train_text_to_image_lora_sdxl": "text_to_image",
        "train_dreambooth_lora_sdxl": "dreambooth",
        "train_dreambooth_flux": "dreambooth",
        "train_dreambooth_lora_flux": "dreambooth",
        "train_dreambooth_sd3": "dreambooth",
        "train_dreambooth_lora_sd3": "dreambooth",
        "textual_inversion": "textual_inversion",
        "textual_inversion_sdxl": "textual_inversion",
    }
    parsers = {}
    for script, folder in examples.items():
        parse = functions(f"diffusers/examples/{folder}/{script}.py", lambda n: n == "parse_args")

        def catch(parser, *_):
            raise Caught(defaults_of(parser))

        kept, argparse.ArgumentParser.parse_args = argparse.ArgumentParser.parse_args, catch
        try:
            parse["parse_args"]()
        except Caught as caught:
            parsers[script] = caught.args[0]
        finally:
            argparse.ArgumentParser.parse_args = kept
    return parsers


def record_sd_scripts():
    root = "sd-scripts"
    modules = {
        name: argparse.Namespace(**functions(f"{root}/library/{name}.py", lambda n: n.startswith("add_")))
        for name in ["train_util", "deepspeed_utils", "config_util", "custom_train_functions", "sai_model_spec"]
    }
    logs = functions(f"{root}/library/utils.py", lambda n: n == "add_logging_arguments")
    parsers = {}
    for module in ["flux_train_utils", "sd3_train_utils"]:
        modules[module] = argparse.Namespace(**functions(f"{root}/library/{module}.py", lambda n: n.startswith("add_")))
    scripts = ["train_network", "train_db", "fine_tune", "train_textual_inversion"]
    for script in [*scripts, "flux_train_network", "sd3_train_network", "flux_train", "sd3_train"]:
        setup = functions(f"{root}/{script}.py", lambda n: n == "setup_parser")["setup_parser"]
        # The first of the scripts is a module of those for other families.
        setup.__globals__.update(modules, **logs)
        modules[script] = argparse.Namespace(setup_parser=setup)
        parsers[script] = defaults_of(setup())
    for node in tree_of(f"{root}/library/config_util.py").body:
        if not isinstance(node, ast.ClassDef):
            continue
        if node.name in ("DreamBoothSubsetParams", "FineTuningSubsetParams", "BaseSubsetParams"):
            parsers.setdefault("dataset_config subsets", {}).update(fields_of(node))
        if node.name in ("DreamBoothDatasetParams", "BaseDatasetParams"):
            parsers.setdefault("dataset_config datasets", {}).update(fields_of(node))
    return parsers


def fields_of(node):
    """Fields of a data class; `(",",)`, a slip in the original, is what argparse puts in its place."""
    fields = {}
    for item in node.body:
        if isinstance(item, ast.AnnAssign) and item.value is not None:
            value = ast.literal_eval(item.value)
            fields[item.target.id] = value[0] if isinstance(value, tuple) and len(value) == 1 else value
    return fields


def record_kohya_gui():
    parsers = {}
    for name in ["lora_gui", "dreambooth_gui", "finetune_gui", "textual_inversion_gui"]:
        for node in tree_of(f"kohya_ss/kohya_gui/{name}.py").body:
            if isinstance(node, ast.FunctionDef) and node.name == "save_configuration":
                names = [a.arg for a in node.args.args]
                parsers[name] = {n: None for n in names if n not in ("save_as_bool", "file_path", "headless", "print_only")}
    return parsers


def record_ai_toolkit():
    sections = {
        "SaveConfig": "save",
        "NetworkConfig": "network",
        "TrainConfig": "train",
        "ModelConfig": "model",
        "EMAConfig": "train.ema_config",
        "SampleConfig": "sample",
        "DatasetConfig": "datasets",
    }
    parsers = {}
    for node in tree_of("ai-toolkit/toolkit/config_modules.py").body:
        if not isinstance(node, ast.ClassDef) or node.name not in sections:
            continue
        found = parsers[sections[node.name]] = {}
        for call in ast.walk(node):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr == "get"
                and isinstance(call.func.value, ast.Name)
                and call.func.value.id == "kwargs"
            ):
                name, default = call.args[0], call.args[1] if len(call.args) > 1 else ast.Constant(None)
                try:
                    value = ast.literal_eval(default)
                except ValueError:
                    value = f"={ast.unparse(default)}"
                found.setdefault(name.value, value)
    return parsers


def record_one_trainer():
    parsers = {}
    for path in ["TrainConfig", "ConceptConfig", "SampleConfig"]:
        for node in tree_of(f"OneTrainer/modules/util/config/{path}.py").body:
            if not isinstance(node, ast.ClassDef):
                continue
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "data.append":
                    name, default = call.args[0].elts[:2]
                    if name.value in ("seed", "uuid") and isinstance(default, ast.Call):
                        continue
                    parsers.setdefault(node.name, {})[name.value] = value_of(default)
    tree = tree_of("OneTrainer/modules/util/optimizer_util.py")
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "OPTIMIZER_DEFAULT_PARAMETERS":
            for key, value in zip(node.value.keys, node.value.values):
                parsers[f"optimizer {key.attr}"] = {
                    k.value: value_of(v) for k, v in zip(value.keys, value.values)
                }
    return parsers


def value_of(node):
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.attr
    try:
        return ast.literal_eval(node)
    except ValueError:
        return f"={ast.unparse(node)}"


for name, folder, record in [
    ("diffusers", "diffusers", record_diffusers),
    ("sd-scripts", "sd-scripts", record_sd_scripts),
    ("kohya-gui", "kohya_ss", record_kohya_gui),
    ("ai-toolkit", "ai-toolkit", record_ai_toolkit),
    ("one-trainer", "OneTrainer", record_one_trainer),
]:
    if not os.path.isdir(os.path.join(source, folder)):
        print(f"{folder}: no checkout, left as it is")
        continue
    git = ["git", "-C", os.path.join(source, folder), "log", "-1", "--format=%H %cs"]
    commit, date = subprocess.run(git, capture_output=True, text=True, check=True).stdout.split()
    os.makedirs(target, exist_ok=True)
    with open(os.path.join(target, f"{name}.json"), "w", encoding="utf-8") as file:
        json.dump({"commit": commit, "date": date, "parsers": record()}, file, indent=1)
        file.write("\n")
