/** @file What `npm run experiment:techniques` compares: each technique as a config of one training. */

/** What differs from goal to goal and run to run. */
export interface ArmContext {
  /** Holds the pictures with captions that say the identifier, or the new word. */
  readonly folders: { readonly identifier: string; readonly token: string };
  /** `a sks robot`, for the techniques that give all pictures one prompt. */
  readonly instancePrompt: string;
  /** `a robot` */
  readonly classPrompt: string;
  readonly token: string;
  /** The word that the new one starts from. */
  readonly initializer: string;
}

/** One technique. */
export interface Arm {
  readonly id: string;
  readonly title: string;
  /** What stands for the subject in prompts. */
  readonly says: "identifier" | "token";
  /** Fields of a training config; what they leave open is as the base advises. */
  readonly config: (context: ArmContext) => Readonly<Record<string, unknown>>;
}

const adapter = { rank: 16 } as const;
const prior = ({ classPrompt }: ArmContext) => ({ prior: { classPrompt, count: 40 } });
const captioned = ({ folders }: ArmContext) => ({ data: { folder: folders.identifier } });
const prompted = ({ folders, instancePrompt }: ArmContext) => ({
  data: { folder: folders.identifier, captions: "prompt", prompt: instancePrompt },
});
const word = (vectors: number) => (context: ArmContext) => ({
  tuning: "textual_inversion",
  data: { folder: context.folders.token },
  embedding: { token: context.token, initializer: context.initializer, vectors },
});
const full = { tuning: "full" } as const;

/** The techniques of a subject, in the order of the table. */
export const arms: readonly Arm[] = [
  {
    id: "full",
    title: "full fine-tuning",
    says: "identifier",
    config: (context) => ({ ...full, ...captioned(context) }),
  },
  {
    id: "dreambooth-plain",
    title: "DreamBooth, full, no prior",
    says: "identifier",
    config: (context) => ({ ...full, ...prompted(context) }),
  },
  {
    id: "dreambooth",
    title: "DreamBooth, full, prior pictures",
    says: "identifier",
    config: (context) => ({ ...full, ...prompted(context), ...prior(context) }),
  },
  {
    id: "dreambooth-lora",
    title: "DreamBooth, LoRA, prior pictures",
    says: "identifier",
    config: (context) => ({
      lora: adapter,
      ...prompted(context),
      ...prior(context),
    }),
  },
  {
    id: "lora",
    title: "LoRA, rank 16",
    says: "identifier",
    config: (context) => ({ lora: adapter, ...captioned(context) }),
  },
  {
    id: "dora",
    title: "DoRA, rank 16",
    says: "identifier",
    config: (context) => ({
      lora: { ...adapter, method: "dora" },
      ...captioned(context),
    }),
  },
  { id: "word-1", title: "Textual Inversion, 1 vector", says: "token", config: word(1) },
  { id: "word-8", title: "Textual Inversion, 8 vectors", says: "token", config: word(8) },
  {
    id: "pivotal",
    title: "pivotal: 1 vector and LoRA",
    says: "token",
    config: (context) => ({
      ...word(1)(context),
      tuning: "pivotal",
      lora: adapter,
    }),
  },
];
