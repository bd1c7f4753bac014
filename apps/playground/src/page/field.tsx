/** @file A labelled field with a word on what belongs into it. */

import { type InputHTMLAttributes, useId } from "react";

export function Field({
  label,
  about,
  ...input
}: {
  readonly label: string;
  readonly about?: string;
} & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        autoComplete="off"
        spellCheck={false}
        {...(about !== undefined && { "aria-describedby": `${id}-about` })}
        {...input}
      />
      {about !== undefined && (
        <small id={`${id}-about`} className="note">
          {about}
        </small>
      )}
    </div>
  );
}
