/** @file How far something is. */

export function Progress({ label, share }: { readonly label: string; readonly share: number }) {
  return (
    <div className="progress">
      <progress max={1} value={share} aria-label={label} />
      <span>{label}</span>
    </div>
  );
}
