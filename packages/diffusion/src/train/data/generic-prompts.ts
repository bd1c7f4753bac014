/** @file Things of every kind that a model shall still know after a training, where its base advises none. */

/** One prompt a drawing, as people describe pictures. */
export const genericPrompts: readonly string[] = [
  "a photo of a mountain lake at sunrise",
  "a portrait of an old man with a beard",
  "a red car parked on a city street",
  "a bowl of fruit on a wooden table",
  "a watercolor painting of a village",
  "two children playing on a beach",
  "a cat sleeping on a sofa",
  "a modern kitchen with white cabinets",
  "a bird sitting on a branch",
  "a busy market street at night",
  "a close-up of a sunflower",
  "a pencil drawing of a horse",
  "an airplane above the clouds",
  "a cup of coffee next to a book",
  "a castle on a hill, oil painting",
  "a woman riding a bicycle in the rain",
];
