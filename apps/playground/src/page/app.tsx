/** @file The page: fetch the model, draw, teach. */

import { useEffect, useState } from "react";
import { DrawPart } from "./draw-part.js";
import { KeptPart } from "./kept-part.js";
import { catalogues, firstLanguage, keepLanguage, problemText, TextContext } from "./language.js";
import { LoadPart } from "./load-part.js";
import { TeachPart } from "./teach-part.js";
import { useAtelier } from "./use-atelier.js";

export function App() {
  const [language, setLanguage] = useState(firstLanguage);
  const atelier = useAtelier();
  const text = catalogues[language];
  const { model, problem, broken, lost, kept, busy, wasStopped } = atelier.state;
  const isLearning = busy === "teach" || busy === "go-on";
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = text.title;
  }, [language, text]);
  useEffect(() => {
    if (!isLearning) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [isLearning]);
  const change = () => {
    const other = language === "en" ? "ko" : "en";
    keepLanguage(other);
    setLanguage(other);
  };
  return (
    <TextContext value={text}>
      <header>
        <h1>{text.title}</h1>
        <button
          type="button"
          className="quiet"
          onClick={change}
          lang={language === "en" ? "ko" : "en"}
        >
          {text.otherLanguage}
        </button>
      </header>
      <main>
        <p className="lead">{text.lead}</p>
        <div role="status">
          {problem !== undefined && <p className="problem">{problemText(problem, text)}</p>}
          {broken !== undefined && <p className="problem">{text.broken(broken)}</p>}
          {lost !== undefined && <p className="problem">{text.lost(lost, kept !== undefined)}</p>}
          {wasStopped && <p className="note">{text.stopped}</p>}
        </div>
        {model.is === "here" ? (
          <>
            <p className="note">
              {model.fault !== undefined && `${text.load.noCard(problemText(model.fault, text))} `}
              {model.device === "graphics-card" ? text.load.card : text.load.threads(model.threads)}
              {model.device === "processor" && !crossOriginIsolated && ` ${text.load.single}`}
            </p>
            <KeptPart atelier={atelier} />
            <DrawPart atelier={atelier} />
            <TeachPart atelier={atelier} />
          </>
        ) : (
          <>
            <LoadPart atelier={atelier} />
            <KeptPart atelier={atelier} />
          </>
        )}
      </main>
    </TextContext>
  );
}
