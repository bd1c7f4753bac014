/** @file A picture in the grid, with what is trained of it and what its mask hides. */

import { addressOf, type Crop, type Picture, routes } from "@atelier/server/api";
import { Check, ImageOff } from "lucide-react";
import { memo } from "react";
import { useText } from "../../messages/language.js";
import { Picture as Shown } from "../../parts/picture.js";
import { useProblemText } from "../../parts/use-error-text.js";
import { cropBox, cropFault, fittedBox } from "./crop-view.js";
import classes from "./pictures.module.css";

/** What a picture shows of itself. */
export interface PictureFaceProps {
  readonly dataset: string;
  readonly picture: Picture;
  readonly crop?: Crop | undefined;
  readonly maskVersion: number;
  /** Of the thumbnail that is asked for. */
  readonly edge?: 320 | 640 | 1_024;
  /** Whether all of it is shown, also where no crop asks for that. */
  readonly isWhole?: boolean;
}

/** The picture with its overlays, filling a square. */
export function PictureFace({
  dataset,
  picture,
  crop,
  maskVersion,
  edge = 320,
  isWhole = false,
}: PictureFaceProps) {
  const { name, version, hasMask, problem } = picture;
  if (problem !== undefined) {
    return (
      <span className={classes.broken}>
        <ImageOff size={24} strokeWidth={1.5} aria-hidden />
        <span>{name}</span>
      </span>
    );
  }
  const fit = crop !== undefined || isWhole ? "contain" : "cover";
  const params = { dataset, picture: name };
  return (
    <span className={classes.face}>
      <span className={classes.frame} style={fit === "contain" ? fittedBox(picture) : undefined}>
        <Shown src={addressOf(routes.datasets.thumbnail, params, { edge, version })} alt="" />
        {hasMask && (
          <img
            className={classes.mask}
            src={addressOf(routes.datasets.mask, params, { version: maskVersion })}
            alt=""
            loading="lazy"
            draggable={false}
          />
        )}
        {crop !== undefined && cropFault(crop) !== "problem" && (
          <span
            className={classes.crop}
            data-fault={cropFault(crop)}
            style={cropBox(crop, picture)}
          />
        )}
      </span>
      {crop !== undefined && <CropLabel crop={crop} />}
    </span>
  );
}

function CropLabel({ crop }: { readonly crop: Crop }) {
  const { pictures: text } = useText();
  const problemText = useProblemText();
  const fault = cropFault(crop);
  return (
    <span
      className={classes.cropLabel}
      data-fault={fault}
      {...(crop.problem && { title: problemText(crop.problem) })}
    >
      {fault === "problem"
        ? text.notTrained
        : text.cropLabel(crop, { isEnlarged: fault === "enlarged" })}
    </span>
  );
}

/** A picture of the grid; clicks and keys are the grid's. */
export const PictureTile = memo(function PictureTile({
  index,
  count,
  isChosen,
  isActive,
  hasCaption,
  ...face
}: PictureFaceProps & {
  readonly index: number;
  readonly count: number;
  readonly isChosen: boolean;
  readonly isActive: boolean;
  readonly hasCaption: boolean;
}) {
  const { pictures: text } = useText();
  const { picture, crop } = face;
  return (
    <div
      role="option"
      id={tileId(index)}
      data-name={picture.name}
      aria-selected={isChosen}
      aria-setsize={count}
      aria-posinset={index + 1}
      aria-label={text.tile(picture, {
        hasCaption,
        crop: crop && crop.problem === undefined ? crop : undefined,
      })}
      tabIndex={-1}
      title={picture.name}
      className={classes.tile}
      data-chosen={isChosen || undefined}
      data-active={isActive || undefined}
    >
      <PictureFace {...face} />
      <span className={classes.tick} data-tick>
        <Check size={14} strokeWidth={3} aria-hidden />
      </span>
      {!hasCaption && <span className={classes.uncaptioned}>{text.noCaption}</span>}
    </div>
  );
});

/** By which the grid says where the keys are. */
export function tileId(index: number): string {
  return `picture-${index}`;
}
