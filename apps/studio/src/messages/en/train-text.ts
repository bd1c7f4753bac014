/** @file The page "train", in English. */

/** Its texts. */
export const trainText = {
  about:
    "From your pictures to a training, top to bottom. What you do not touch is chosen for you.",
  begunFromRun: (run: string) => `With the settings of ${run}.`,
  startOver: "Start over",
  startedOver: "The form is empty again.",
  pictures: {
    title: "Pictures",
    about: "Five to twenty good ones are enough for a person or a thing.",
    captions: (captioned: number, pictures: number) =>
      captioned === 0
        ? "no captions"
        : captioned >= pictures
          ? "all with captions"
          : `${captioned} with captions`,
    choose: (name: string) => `Train on ${name}`,
    manage: "New data set",
    none: {
      title: "No pictures yet",
      body: "Make a data set of the pictures that the model shall learn from. Ten are a good start.",
      make: "Add pictures",
    },
    gone: (names: string) => `No longer in the library: ${names}.`,
    forget: "Take off",
    search: "Find a data set",
  },
  goal: {
    title: "What shall it learn?",
    guessed: "Guessed from the pictures; choose another if that is not it.",
    goals: {
      subject: {
        name: "A person or thing",
        about: "Your dog, a friend, a mug: to be put into any picture.",
      },
      style: { name: "A style", about: "How pictures look, whatever they show." },
      model: {
        name: "Many things",
        about: "Hundreds of pictures with captions, for a model of your own.",
      },
      word: { name: "A word", about: "A new word for prompts. Everything else stays as it was." },
    },
    takes: (technique: string) => `Atelier takes ${technique}`,
    youTake: (technique: string) => `You take ${technique}`,
    reasons: {
      "few-of-one-subject": "A few pictures of one thing are what it was made for.",
      "class-kept": "Pictures of the class, seen beside yours, keep what its word means.",
      "many-things-in-one-manner":
        "It learns a manner from many things, in a file of some megabytes.",
      "words-tell-apart": "Your captions say what differs, so that the rest is what is learned.",
      "smallest-file": "The file has a few kilobytes.",
      "all-else-untouched": "Nothing but the new word changes.",
      "most-likeness": "More likeness than a word alone, and prompts need only the word.",
      "many-captioned": "As many pictures with captions can change what a whole model draws.",
      "memory-of-full": "This machine has the memory for all weights and their optimizer state.",
      "too-little-memory-for-full":
        "Training all weights would take more memory than this machine has; a LoRA of a high rank comes near.",
    } as Readonly<Record<string, string>>,
    noAdvice: "The pictures could not be looked at for advice. This is what usually fits:",
    other: "Take another technique",
    technique: "Technique",
    advised: "As advised",
    techniques: {
      dreambooth: {
        name: "DreamBooth",
        about:
          "A LoRA for one subject with a name of its own; prior preservation keeps the meaning of its class.",
      },
      lora: {
        name: "LoRA",
        about: "A small adapter beside the model, which learns what the captions do not say.",
      },
      "textual-inversion": {
        name: "Textual Inversion",
        about:
          "Only a new word. The model itself stays as it is; it shows what it could draw before.",
      },
      pivotal: {
        name: "Word and adapter",
        about: "A new word and a LoRA together: more likeness than the word alone can have.",
      },
      finetune: {
        name: "Full fine-tuning",
        about:
          "All weights of the model: learns the most, takes the most memory, makes a large file.",
      },
    },
  },
  naming: {
    title: "What is it called?",
    identifier: "Its name",
    identifierAbout: "A word that means nothing yet, such as sks. It stands in prompts.",
    noun: "What it is",
    nounAbout: "In English, as prompts say it: dog, man, mug.",
    called: (prompt: string, classPrompt: string) =>
      `Your pictures are “${prompt}”; other ones of the kind stay “${classPrompt}”.`,
    drawn: (count: number, classPrompt: string) =>
      `Before the first training, ${count} pictures of “${classPrompt}” are drawn by the base, which takes a while.`,
    word: "The new word",
    wordAbout: "Without spaces, such as <my-dog>. It stands in prompts.",
    initializer: "Starts from",
    initializerAbout: "A word that comes near it, or mean for the average of all words.",
    prompt: "Caption of pictures without one",
    promptAbout: (count: number) =>
      count === 0
        ? "All pictures have captions; this is not needed."
        : count === 1
          ? "One picture has no caption. Say what it shows, with the trigger word if you want one."
          : `${count} pictures have no caption. Say what they show, with the trigger word if you want one.`,
    base: "Base model",
    bases: {
      embedded: "Embedded",
      library: "Of the library",
      repo: "Hugging Face",
    },
    embeddedAbout:
      "Atelier's own small model: draws 64 × 64 pixels, trains in minutes on any computer, good to try things with. For photographs take another.",
    model: "Model",
    noModels: "No model in the library yet. Download one there, or name a repository.",
    toLibrary: "To the library",
    repo: "Repository",
    repoAbout:
      "owner/name, such as stable-diffusion-v1-5/stable-diffusion-v1-5. It is downloaded first.",
  },
  missing: {
    "no-dataset": "Choose pictures.",
    "no-pictures": "The data set is empty. Add pictures to it.",
    "one-dataset": "Settings are found for one data set. Choose one.",
    "no-base": "Choose a base model.",
    "bad-repo": "Expected owner/name.",
    "no-noun": "Say what it is, such as dog.",
    "no-word": "Choose a word, such as <my-dog>.",
    "bad-word": "Expected one word without spaces.",
    "no-prompt": "Say what the pictures without captions show.",
    "bad-minutes": "Expected 1 to 10,000 minutes.",
  },
  forecast: {
    title: "Before the start",
    open: "Once pictures are chosen, this says what the training will take.",
    memory: "Memory",
    needs: (needed: string, available: string | undefined) =>
      available === undefined ? `needs ${needed}` : `needs ${needed} of ${available}`,
    fitsNot: "This does not fit the memory.",
    wouldFit: "This would:",
    nothingFits: "None of the usual remedies is enough: take a smaller base, or another machine.",
    smaller: {
      limit: (gigabytes: string) => `Limit it to ${gigabytes} GB (slower)`,
      batch: "One picture at a time",
      again: "Compute twice instead of keeping (slower)",
      size: (edges: string) => `Pictures of ${edges}`,
      bits: "Keep the base in 8 bits",
    },
    take: (change: string, needed: string) => `${change}: ${needed}`,
    time: "Time",
    about: (seconds: number) =>
      seconds < 90
        ? `about ${Math.max(1, Math.round(seconds / 5)) * 5} seconds, like the last such training`
        : seconds < 5400
          ? `about ${Math.round(seconds / 60)} minutes, like the last such training`
          : `about ${(seconds / 3600).toFixed(1)} hours, like the last such training`,
    timeOpen: "Not known before the first step: the library has no training like it yet.",
    minutes: (minutes: string) => `${minutes} minutes, as you say`,
    steps: "Steps",
    stepsOf: (steps: number, pictures: number) =>
      `${steps.toLocaleString("en")} × ${pictures === 1 ? "1 picture" : `${pictures} pictures`}`,
    size: "Size",
    sizeOf: (width: number, height: number) => `${width} × ${height}`,
    warnings: "Worth knowing",
    failed: "This cannot be trained as it is",
    fix: "Something is missing or wrong",
    settingWrong: (name: string, problem: string) => `${name}: ${problem}`,
  },
  settings: {
    title: "Settings",
    about:
      "These suffice for most trainings. Empty means: what is usual for these pictures and this base.",
    usual: (value: string) => `usual: ${value}`,
    set: "changed",
    reset: (name: string) => `Reset ${name}`,
    resetAll: "Reset all",
    steps: "Steps",
    stepsAbout: "How long it trains. Too few: not like it yet. Too many: learned by heart.",
    rate: "Learning rate",
    rateAbout: "How far each step goes. Higher learns faster and forgets more.",
    rank: "Rank",
    rankAbout: "How much the adapter can hold. 8 to 32 for one thing, more for many.",
    batch: "Batch",
    batchAbout: "Pictures a step sees at once. More is calmer, and takes more memory.",
    size: "Size in pixels",
    sizeAbout: "Pictures are trained as squares of this edge. Larger is finer, and takes more.",
    watch: "Watch, and keep the best",
    watchAbout:
      "A tenth of the time goes to measuring what is learned and forgotten; one of every few pictures is held out for it. The best step is the result.",
    act: "Act on the verdicts",
    actAbout:
      "Ends when nothing more is learned, goes back when it falls apart, protects what is being forgotten.",
    prefer: "What is best?",
    preferAbout: "What counts where likeness and what the model knew before are at odds.",
    preferences: { likeness: "Likeness", balance: "Balance", keep: "What it knew" },
  },
  presets: {
    title: "Preset",
    names: { quick: "Quick look", recommended: "Recommended", thorough: "Thorough" },
    about: {
      quick:
        "A fifth of the steps: shows whether it goes the right way, and is no finished result.",
      recommended: "As many steps as fit the pictures; a tenth of the time goes to watching.",
      thorough:
        "Twice the steps and twice the time. Ends sooner by itself where more would be too much.",
    },
    own: "Your presets",
    keep: "Keep as a preset",
    keepAbout: "All settings that you changed and the technique; nothing about these pictures.",
    name: "Name of the preset",
    kept: (name: string) => `${name} is kept in this browser.`,
    forget: (name: string) => `Delete the preset ${name}`,
    forgotten: (name: string) => `${name} is deleted.`,
  },
  all: {
    show: "All settings",
    count: (changed: number) => (changed === 0 ? "none changed" : `${changed} changed`),
    search: "Search names and explanations",
    found: (count: number) => (count === 1 ? "1 setting" : `${count} settings`),
    none: "No setting of this technique says that.",
    onlyChanged: "Changed only",
    usual: "Default",
    depends: "not set",
    empty: "none",
    yes: "yes",
    no: "no",
    named: "by its name in the library, or owner/name",
    lines: "one entry a line",
    files:
      "What names a file in a config names a data set, a model or an adapter of the library here. Folders of pictures, results and caches are the Studio's own.",
    groups: {
      learning: "Course and optimizer",
      tuning: "What is trained",
      data: "Pictures and captions",
      prior: "Prior preservation",
      progress: "Samples, watching, snapshots",
      objective: "Loss, noise and timesteps",
      model: "Model and results",
      machine: "Machine and memory",
    } as Readonly<Record<string, string>>,
  },
  import: {
    open: "Import settings",
    title: "Settings of another program",
    about:
      "Paste or drop settings of kohya (TOML, or the GUI's JSON), ai-toolkit (YAML), OneTrainer (JSON) or a diffusers command line.",
    text: "Settings",
    file: "Choose a file",
    read: "Read",
    reading: "Reading",
    drop: "Drop the file here",
    tooLarge: "Expected settings of at most 1 MB. Is this the right file?",
    from: (format: string) => `Read as ${format}.`,
    left: (count: number) =>
      count === 0
        ? "All of them have an equivalent."
        : count === 1
          ? "One setting has no equivalent and is left out:"
          : `${count} settings have no equivalent and are left out:`,
    take: "Take these settings",
    taken: "Imported.",
  },
  yaml: {
    open: "As YAML",
    title: "The same for the command line",
    about: "Save it as train.yaml and run: atelier train train.yaml",
    tune: "A search is run with: ",
    failed: "The browser does not allow copying. Select the text instead.",
  },
  search: {
    label: "How are the settings found?",
    mine: "With these settings",
    found: "Find them for me",
    about:
      "Tries several short trainings, measures what each has learned and forgotten, and trains with the best. Learning rate and steps need not be known.",
    minutes: "Minutes in all",
    minutesAbout: "Trials and the final training together.",
  },
  start: {
    train: "Start training",
    search: "Find and train",
    queued: (title: string) => `${title} is in the queue.`,
  },
};
