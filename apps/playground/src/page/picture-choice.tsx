/** @file The pictures of a lesson: dropped or chosen, shown, and taken away. */

import { useEffect, useState } from "react";
import type { GivenPicture } from "../worker/protocol.js";
import { chosenFiles, droppedFiles, type Given } from "./given-files.js";
import { useText } from "./language.js";
import { mostPictures, type Taken, takePictures } from "./take-pictures.js";

export function PictureChoice({
  pictures,
  onChange,
  isFixed,
}: {
  readonly pictures: readonly GivenPicture[];
  readonly onChange: (pictures: readonly GivenPicture[]) => void;
  readonly isFixed: boolean;
}) {
  const { teach: text } = useText();
  const [taken, setTaken] = useState<Taken>();
  const [isLooking, setLooking] = useState(false);
  const [isOver, setOver] = useState(false);
  const isClosed = isFixed || isLooking;
  const take = async (giving: Promise<Given>) => {
    setLooking(true);
    try {
      const outcome = await takePictures(pictures, await giving);
      setTaken(outcome);
      onChange(outcome.pictures);
    } finally {
      setLooking(false);
    }
  };
  return (
    // Files can be chosen by the field inside as well.
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping has no other element.
    <div
      className={isOver ? "drop over" : "drop"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(!isClosed);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (!isClosed) void take(droppedFiles(event.dataTransfer));
      }}
    >
      {pictures.length === 0 ? (
        <p>{text.drop}</p>
      ) : (
        <>
          <p>{text.chosen(pictures.length)}</p>
          <Thumbnails pictures={pictures} />
        </>
      )}
      <div className="row">
        <label className="button quiet">
          {text.choose}
          <input
            type="file"
            multiple
            accept="image/png,image/jpeg,image/webp,image/avif"
            disabled={isClosed}
            onChange={({ currentTarget }) => {
              void take(Promise.resolve(chosenFiles(currentTarget.files ?? [])));
              currentTarget.value = "";
            }}
          />
        </label>
        {pictures.length > 0 && (
          <button
            type="button"
            className="quiet"
            disabled={isClosed}
            onClick={() => {
              setTaken(undefined);
              onChange([]);
            }}
          >
            {text.clear}
          </button>
        )}
      </div>
      <div role="status">
        {isLooking && <p className="note">{text.looking}</p>}
        {!isLooking && taken !== undefined && <LeftOut taken={taken} />}
      </div>
    </div>
  );
}

/** What was not taken, and why. */
function LeftOut({ taken }: { readonly taken: Taken }) {
  const { teach: text } = useText();
  const { pictures, found, others, inner, broken, huge } = taken;
  const sentences = [
    ...(found === 0 ? [text.none] : []),
    ...(found - broken.length - huge.length > pictures.length
      ? [text.tooMany(mostPictures, found)]
      : []),
    ...(broken.length > 0 ? [text.broken(someOf(broken))] : []),
    ...(huge.length > 0 ? [text.huge(someOf(huge))] : []),
    ...(others > 0 && found > 0 ? [text.others(others)] : []),
    ...(inner > 0 ? [text.inner(inner)] : []),
  ];
  return sentences.map((sentence) => (
    <p key={sentence} className="problem">
      {sentence}
    </p>
  ));
}

/** Not more names than can be read. */
function someOf(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} … (${names.length})` : shown;
}

function Thumbnails({ pictures }: { readonly pictures: readonly GivenPicture[] }) {
  const [urls, setUrls] = useState<readonly string[]>([]);
  useEffect(() => {
    const own = pictures.map(({ bytes }) => URL.createObjectURL(new Blob([bytes])));
    setUrls(own);
    return () => {
      for (const url of own) URL.revokeObjectURL(url);
    };
  }, [pictures]);
  return (
    <ul className="pictures small">
      {urls.map((url, index) => (
        <li key={url}>
          <img src={url} alt={pictures[index]?.name ?? ""} />
        </li>
      ))}
    </ul>
  );
}
