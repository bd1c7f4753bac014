/** @file How a lesson goes: where it stands, its verdict, its losses, and what was drawn meanwhile. */

import { sentenceOf, verdictSentence } from "@atelier/diffusion/core";
import type { LessonState } from "./atelier-state.js";
import { useText, withOptions } from "./language.js";
import { LossCurve } from "./loss-curve.js";
import { Progress } from "./progress.js";

export function LessonView({
  lesson,
  isOn,
}: {
  readonly lesson: LessonState;
  readonly isOn: boolean;
}) {
  const { teach: text, duration, verdicts, warnings } = useText();
  const { losses, steps, secondsLeft, memoryBytes, stage, verdict, samples } = lesson;
  const said = [...new Set(lesson.warnings.map((one) => withOptions(sentenceOf(one, warnings))))];
  return (
    <div className="lesson">
      {isOn && stage !== undefined && (
        <Progress
          label={text.stages[stage.name]}
          share={stage.total === 0 ? 0 : stage.done / stage.total}
        />
      )}
      {isOn && stage === undefined && losses.length > 0 && (
        <Progress
          label={`${text.progress(losses.length, steps, duration(secondsLeft))} · ${text.memory(memoryBytes)}`}
          share={losses.length / steps}
        />
      )}
      {verdict !== undefined && (
        <p className="verdict" role="status">
          {withOptions(verdictSentence(verdict, verdicts))}
        </p>
      )}
      {losses.length > 1 && <LossCurve losses={losses} steps={steps} />}
      {samples.length > 0 && (
        <>
          <h3>{text.samples}</h3>
          <ul className="pictures">
            {samples.map(({ step, url }) => (
              <li key={url}>
                <img src={url} alt={text.sampleAlt(step)} className="pixels" />
                <span className="note">{text.atStep(step)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {said.length > 0 && (
        <ul className="warnings">
          {said.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
