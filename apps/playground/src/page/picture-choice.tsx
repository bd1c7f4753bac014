/** @file The pictures of a lesson: dropped or chosen, shown, and taken away. */

import { useEffect, useState } from "react";
import { droppedFiles, mostPictures, picturesIn } from "./given-pictures.js";
import { useText } from "./language.js";

export function PictureChoice({
  pictures,
  onChange,
  isFixed,
}: {
  readonly pictures: readonly File[];
  readonly onChange: (pictures: readonly File[]) => void;
  readonly isFixed: boolean;
}) {
  const { teach: text } = useText();
  const [fault, setFault] = useState<string>();
  const [isOver, setOver] = useState(false);
  const take = (files: readonly File[]) => {
    if (files.length === 0) return;
    const taken = picturesIn([...pictures, ...files]);
    if (taken.found === pictures.length) setFault(text.none);
    else if (taken.found > mostPictures) setFault(text.tooMany(mostPictures, taken.found));
    else setFault(undefined);
    onChange(taken.pictures);
  };
  return (
    // Files can be chosen by the field inside as well.
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping has no other element.
    <div
      className={isOver ? "drop over" : "drop"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(!isFixed);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (!isFixed) void droppedFiles(event.dataTransfer).then(take);
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
            disabled={isFixed}
            onChange={({ currentTarget }) => {
              take([...(currentTarget.files ?? [])]);
              currentTarget.value = "";
            }}
          />
        </label>
        {pictures.length > 0 && (
          <button
            type="button"
            className="quiet"
            disabled={isFixed}
            onClick={() => {
              setFault(undefined);
              onChange([]);
            }}
          >
            {text.clear}
          </button>
        )}
      </div>
      {fault !== undefined && <p className="problem">{fault}</p>}
    </div>
  );
}

function Thumbnails({ pictures }: { readonly pictures: readonly File[] }) {
  const [urls, setUrls] = useState<readonly string[]>([]);
  useEffect(() => {
    const own = pictures.map((file) => URL.createObjectURL(file));
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
