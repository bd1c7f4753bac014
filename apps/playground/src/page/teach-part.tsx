/** @file Teaches the base something new: pictures, what they are called, and how it goes. */

import { useState } from "react";
import type { GivenPicture } from "../worker/protocol.js";
import { Field } from "./field.js";
import { useText } from "./language.js";
import { LessonView } from "./lesson-view.js";
import { PictureChoice } from "./picture-choice.js";
import { StopButton } from "./stop-button.js";
import type { Atelier } from "./use-atelier.js";

/** Enough for five pictures; see docs/verdicts.md on how often they are seen. */
const usualSteps = 100;
const mostSteps = 2_000;

export function TeachPart({ atelier }: { readonly atelier: Atelier }) {
  const { state, ask } = atelier;
  const { teach: text, kept: keptText } = useText();
  const [pictures, setPictures] = useState<readonly GivenPicture[]>([]);
  const [word, setWord] = useState("sks");
  const [kind, setKind] = useState("robot");
  const [steps, setSteps] = useState(String(usualSteps));
  const { busy, lesson, learned, unkept } = state;
  const isLearning = busy === "teach" || busy === "go-on";
  const count = Number(steps);
  const isGood =
    pictures.length > 0 &&
    word.trim() !== "" &&
    Number.isInteger(count) &&
    count >= 1 &&
    count <= mostSteps;
  const teach = () => {
    const prompt = `a ${word.trim()} ${kind.trim()}`.trim();
    const samplePrompt = `${prompt} on a blue background`;
    ask({
      type: "teach",
      lesson: { name: fileName(word), prompt, samplePrompt, steps: count, pictures },
    });
  };
  return (
    <section aria-labelledby="teach">
      <h2 id="teach">{text.title}</h2>
      <p className="note">{text.about}</p>
      <PictureChoice pictures={pictures} onChange={setPictures} isFixed={isLearning} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isGood && busy === undefined) teach();
        }}
      >
        <div className="fields">
          <Field
            label={text.word}
            about={text.wordAbout}
            value={word}
            maxLength={30}
            onChange={({ currentTarget }) => setWord(currentTarget.value)}
          />
          <Field
            label={text.kind}
            about={text.kindAbout}
            value={kind}
            maxLength={60}
            onChange={({ currentTarget }) => setKind(currentTarget.value)}
          />
          <Field
            label={text.steps}
            inputMode="numeric"
            value={steps}
            onChange={({ currentTarget }) => setSteps(currentTarget.value)}
          />
        </div>
        <div className="row">
          <button type="submit" disabled={!isGood || busy !== undefined}>
            {text.button}
          </button>
          {isLearning && <StopButton atelier={atelier} />}
        </div>
      </form>
      {unkept !== undefined && <p className="problem">{keptText.none(unkept)}</p>}
      {lesson !== undefined && <LessonView lesson={lesson} isOn={isLearning} />}
      {learned !== undefined && !isLearning && (
        <p>
          <a href={learned.url} download={`${learned.name}.safetensors`} className="button">
            {text.download}
          </a>{" "}
          <span className="note">{text.downloadAbout}</span>
        </p>
      )}
    </section>
  );
}

/** Names of adapters are of letters, digits, dots, dashes and underscores. */
const fileName = (word: string): string =>
  word
    .trim()
    .replace(/[^\p{L}\p{N}_.-]+/gu, "-")
    .replace(/^[.-]+/, "") || "lesson";
