/** @file Command lines as they are copied, of diffusers' scripts and of sd-scripts. */

import { describe, expect, it } from "vitest";
import { leftInEnglish } from "../../testing/left-in-english.js";
import { parseTrainConfig } from "../config/config.js";
import { importCommandLine } from "./import-command-line.js";
import { splitCommands } from "./shell-words.js";

const optionsOf = ({ left }: ReturnType<typeof importCommandLine>) =>
  left.map(({ option }) => option);
const variables = `export MODEL_NAME="runwayml/stable-diffusion-v1-5"
export DIR=data
`;
const options = [
  ...["--pretrained_model_name_or_path=$MODEL_NAME", `--instance_data_dir=\${DIR}/dog`],
  ...["--train_text_encoder", '--instance_prompt="a photo of sks dog"', "--resolution=512"],
  ...["--gradient_checkpointing", "--learning_rate=2e-6", "--max_train_steps=400"],
];
const launch = "accelerate launch train_dreambooth.py";
/** A command whose lines end in a sign. */
const lines = (end: string) => `${launch} ${end}\n  ${options.join(` ${end}\n  `)}`;
const inCmd = lines("^").replace("$MODEL_NAME", "%MODEL_NAME%").replace(`\${DIR}`, "%DIR%");
const whole = {
  base: { path: "runwayml/stable-diffusion-v1-5" },
  data: { folder: "data/dog", prompt: "a photo of sks dog", width: 512 },
  textEncoder: { train: true, learningRate: 2e-6 },
  ...{ gradientCheckpointing: "on", learningRate: 2e-6, steps: 400 },
};

describe("a shell's text", () => {
  it.each([
    ["backslashes", variables + lines("\\")],
    ["blanks behind backslashes", variables + lines("\\ ")],
    ["line ends of Windows", (variables + lines("\\")).replaceAll("\n", "\r\n")],
    [
      "cmd's carets and variables",
      `@echo off\nrem don't stop\nset MODEL_NAME=runwayml/stable-diffusion-v1-5\nset "DIR=data"\n${inCmd}`,
    ],
    [
      "PowerShell's backticks and variables",
      `$MODEL_NAME = "runwayml/stable-diffusion-v1-5"\n$DIR="data"\n${lines("`")}`,
    ],
    [
      "a notebook",
      `MODEL_NAME = "runwayml/stable-diffusion-v1-5"\n%env DIR=data\n!${lines("\\").replace("$MODEL_NAME", "{MODEL_NAME}")}`,
    ],
    ["comments", `# don't forget to log in\n${variables}${lines("\\")}  # faster: --fp16`],
    [
      "other commands",
      `${variables}cd diffusers && pip install -r requirements.txt; ${lines("\\")}\necho done`,
    ],
    ["a last backslash", `${variables}${lines("\\")} \\`],
  ])("with %s is read whole", (_, text) => {
    const imported = importCommandLine(text);
    expect(imported.config).toMatchObject(whole);
    expect(optionsOf(imported)).toEqual([]);
    parseTrainConfig(imported.config);
  });

  it("names variables that it does not set, and what a command would print", () => {
    for (const end of ["\\", "`"]) {
      const imported = importCommandLine(lines(end));
      expect(imported.left.slice(0, 2)).toMatchObject([
        { option: "$MODEL_NAME", value: "--pretrained_model_name_or_path" },
        { option: `\${DIR}`, value: "--instance_data_dir" },
      ]);
      expect(imported.config).toMatchObject({ textEncoder: { train: true } });
    }
    const printed = importCommandLine(`${launch} --output_dir=$(pwd)/out --max_train_steps=4`);
    expect(optionsOf(printed)).toEqual(["$(pwd)"]);
    const usual = importCommandLine(`${launch} --output_dir=\${OUT:-out} --max_train_steps=4`);
    expect(usual).toMatchObject({ config: { output: { folder: "out" } }, left: [] });
  });

  it("with two commands is refused, and tells what a shell would not hand on", () => {
    const two = `${variables}${lines("\\")}\n${lines("\\")}`;
    expect(() => importCommandLine(two)).toThrow(/expected one command, got 2/);
    const broken = lines("\\").replace("--train_text_encoder \\", "# --train_text_encoder \\");
    expect(optionsOf(importCommandLine(variables + broken))).toContain("command");
  });

  it("keeps quotes of either kind, and paths of Windows", () => {
    const quoted = `${launch} --instance_prompt 'it'\\''s a dog' --class_prompt="a \\"dog\\""`;
    expect(splitCommands(quoted).commands[0]?.slice(3)).toEqual([
      ...["--instance_prompt", "it's a dog", '--class_prompt=a "dog"'],
    ]);
    const windows = "set X=1\npython train_db.py --output_dir=C:\\models\\new --x";
    expect(splitCommands(windows).commands[0]).toEqual([
      ...["python", "train_db.py", "--output_dir=C:\\models\\new", "--x"],
    ]);
    expect(() => importCommandLine('train_dreambooth.py --instance_prompt="a dog')).toThrow(
      /expected quotes that pair up, got "a dog\. Close the quote/,
    );
  });

  it("names an option that stands twice, and words of none", () => {
    const text = `${launch} --max_train_steps=4 stray --learning_rate=1e-5 --learning_rate=2e-6`;
    const imported = importCommandLine(text);
    expect(imported.config).toMatchObject({ learningRate: 2e-6 });
    expect(imported.left).toMatchObject([
      { option: "word", value: "stray" },
      { option: "learning_rate", value: "1e-5" },
    ]);
  });
});

describe("diffusers' scripts", () => {
  const script = (name: string, more = "") =>
    importCommandLine(`python ${name}.py --pretrained_model_name_or_path=m ${more}`);
  const dog = "--instance_data_dir=x --instance_prompt=y";

  it.each([
    ["train_text_to_image_lora", "--train_data_dir=x", { learningRate: 1e-4, batchSize: 16 }],
    ["train_dreambooth_lora", dog, { learningRate: 5e-4, batchSize: 4 }],
    ["train_text_to_image", "--train_data_dir=x", { tuning: "full", batchSize: 16 }],
    ["train_dreambooth", dog, { tuning: "full", learningRate: 5e-6, batchSize: 4 }],
  ])("%s has its own defaults, crops at random, and counts epochs", (name, more, fields) => {
    const imported = script(name, more);
    expect(imported.config).toMatchObject({ ...fields, data: { crop: "random" } });
    expect(optionsOf(imported)).toEqual(["num_train_epochs"]);
    const centred = script(name, `${more} --center_crop --max_train_steps=4`);
    expect(centred).toMatchObject({ config: { data: { crop: "center" } }, left: [] });
  });

  it("textual_inversion mirrors pictures, repeats them, and clips no gradients", () => {
    const imported = script("textual_inversion", "--train_data_dir=x --placeholder_token='<a>'");
    expect(imported.config).toMatchObject({
      data: { flip: true, repeats: 100, filter: "bicubic" },
      ...{ maxGradNorm: 0, steps: 5000, learningRate: 1e-4, embedding: { kind: "subject" } },
    });
    expect(optionsOf(imported)).toEqual(["center_crop"]);
  });

  it("have no prior without its flag", () => {
    const prior = "--class_data_dir=z --class_prompt=w --num_class_images=200 --max_train_steps=4";
    const imported = script("train_dreambooth", `${dog} ${prior}`);
    expect(imported.config).not.toHaveProperty("prior");
    expect(optionsOf(imported)).toEqual(["class_data_dir", "class_prompt", "num_class_images"]);
    const kept = script("train_dreambooth", `${dog} ${prior} --with_prior_preservation`);
    expect(kept).toMatchObject({ config: { prior: { folder: "z", count: 200 } }, left: [] });
  });

  it("warm up unless their schedule is constant, which has none there", () => {
    const constant = script("train_dreambooth", `${dog} --max_train_steps=4 --lr_warmup_steps=100`);
    expect(constant.config["schedule"]).toEqual({ name: "constant" });
    const cosine = script("train_dreambooth", `${dog} --max_train_steps=4 --lr_scheduler=cosine`);
    expect(cosine.config["schedule"]).toEqual({ name: "cosine", warmupSteps: 500 });
  });

  it("use the prompt for every picture, whatever files stand beside them", () => {
    expect(script("train_dreambooth_lora", dog).config["data"]).toMatchObject({
      captions: "prompt",
    });
  });

  it.each([
    ["train_dreambooth_lora_flux2", /FLUX\.2/],
    ["train_dreambooth_lora_flux_kontext", /FLUX\.1 Kontext/],
    ["train_controlnet_sd3", /another kind of training/],
    ["train_dreambooth_lora_qwen_image", /another family/],
    ["train_controlnet", /got train_controlnet\.py/],
  ])("%s is named for what it trains", (name, message) => {
    expect(() => script(name)).toThrow(message);
  });
});

describe("SDXL's command lines", () => {
  const base = "--pretrained_model_name_or_path=m";
  it("are read as those of diffusers' other scripts, at their size and with their autoencoder", () => {
    const { config, left } = importCommandLine(
      `accelerate launch train_dreambooth_lora_sdxl.py ${base} --instance_data_dir=dog --instance_prompt=sks \
        --pretrained_vae_model_name_or_path=madebyollin/sdxl-vae-fp16-fix --train_text_encoder --max_train_steps=4`,
    );
    expect(parseTrainConfig(config)).toMatchObject({
      base: { path: "m", vae: "madebyollin/sdxl-vae-fp16-fix" },
      data: { width: 1024, height: 1024 },
      ...{ learningRate: 1e-4, textEncoder: { train: true, learningRate: 5e-6 } },
      ...{ tuning: "lora", lora: { rank: 4, alpha: 4 }, optimizer: { weightDecay: 1e-4 } },
    });
    // The script has another weight decay for text encoders, said or not.
    expect(left.map(({ option, value }) => [option, value])).toEqual([
      ["adam_weight_decay_text_encoder", 1e-3],
    ]);
    const word = importCommandLine(
      `python textual_inversion_sdxl.py ${base} --train_data_dir=d --placeholder_token="<x>" --initializer_token=a`,
    );
    expect(parseTrainConfig(word.config)).toMatchObject({
      ...{ tuning: "textual_inversion", embedding: { token: "<x>" }, data: { width: 512 } },
    });
    const full = importCommandLine(
      `python train_text_to_image_sdxl.py ${base} --train_data_dir=d --proportion_empty_prompts=0.2`,
    );
    expect(parseTrainConfig(full.config)).toMatchObject({
      ...{ tuning: "full", data: { width: 1024, captionDropout: 0.2 } },
    });
  });

  it("of sd-scripts are read, with one rate for both text encoders", () => {
    const { config, left } = importCommandLine(
      `accelerate launch sdxl_train_network.py ${base} --train_data_dir=img --resolution=1024 --vae=v.safetensors \
        --no_half_vae --cache_text_encoder_outputs --network_dim=8 --text_encoder_lr 1e-5 2e-5 --learning_rate=1e-4`,
    );
    expect(parseTrainConfig(config)).toMatchObject({
      ...{ base: { path: "m", vae: "v.safetensors" }, lora: { rank: 8 } },
      textEncoder: { train: true, learningRate: 1e-5 },
    });
    expect(leftInEnglish({ left })).toContainEqual({
      option: "text_encoder_lr",
      value: ["1e-5", "2e-5"],
      why: "one rate for all text encoders here: the first counts",
    });
    expect(optionsOf({ config, left })).not.toContain("no_half_vae");
    const full = importCommandLine(
      `python sdxl_train.py ${base} --train_data_dir=img --train_text_encoder --learning_rate_te1=1e-6 --learning_rate_te2=2e-6`,
    );
    expect(parseTrainConfig(full.config)).toMatchObject({
      ...{ tuning: "full", textEncoder: { train: true, learningRate: 1e-6 } },
    });
    expect(optionsOf(full)).toContain("learning_rate_te2");
  });
});

describe("sd-scripts' command lines", () => {
  it("are read as its files are, with several words after an option", () => {
    const text = `accelerate launch --num_cpu_threads_per_process 1 train_network.py \\
      --network_module=lycoris.kohya --network_args "algo=loha" "conv_dim=4" --network_dim=8 \\
      --lr_warmup_steps=5% --lr_scheduler=cosine --text_encoder_lr 5e-5 --v_parameterization \\
      --pretrained_model_name_or_path=m`;
    const { config, left } = importCommandLine(text);
    expect(config).toMatchObject({
      lora: { method: "loha", rank: 8, rankPattern: { conv: 4 } },
      schedule: { name: "cosine", warmupShare: 0.05 },
      textEncoder: { learningRate: 5e-5 },
      base: { predictionType: "v_prediction" },
    });
    expect(left).toEqual([]);
  });

  it("are read as kohya's GUI logs them, quoted, with folders of Windows or as a list", () => {
    const quoted = `accelerate launch --num_cpu_threads_per_process=2 "train_network.py" \
      --pretrained_model_name_or_path="F:/models/m.ckpt" --output_dir="F:\\dataset" --logging_dir="" \
      --network_alpha="128" --network_dim=128 --network_module=networks.lora --unet_lr=0.0001 \
      --text_encoder_lr=5e-5 --learning_rate="0.0001" --lr_scheduler="constant" --lr_warmup_steps="80"`;
    const imported = importCommandLine(quoted.replaceAll("\\\\", "\\"));
    expect(imported.config).toMatchObject({
      ...{ base: { path: "F:/models/m.ckpt" }, output: { folder: "F:\\dataset" } },
      ...{ lora: { rank: 128, alpha: 128 }, learningRate: 1e-4 },
      ...{ textEncoder: { learningRate: 5e-5 }, schedule: { warmupSteps: 80 } },
    });
    expect(optionsOf(imported)).toEqual(["lr_warmup_steps"]);
    const list =
      "['python', './train_textual_inversion.py', '--token_string=zog', '--init_word=dog']";
    expect(importCommandLine(list).config).toMatchObject({ embedding: { initializer: "dog" } });
  });

  it("take files that they name, and name those that are not given", () => {
    const text = "python train_db.py --dataset_config data.toml --learning_rate 1e-6";
    expect(importCommandLine(text).left).toMatchObject([{ option: "dataset_config" }]);
    const datasets = [{ subsets: [{ image_dir: "a", caption_extension: ".txt" }] }];
    const imported = importCommandLine(text, [{ datasets }]);
    expect(imported.config).toMatchObject({ tuning: "full", data: { folder: "a" } });
    expect(optionsOf(imported)).toEqual(["caption_extension"]);
  });
});
