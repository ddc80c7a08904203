/** A cube seen from a corner, in the colour of the text around it. */
export function MeshIcon() {
  return (
    <svg
      aria-hidden="true"
      width="20"
      height="20"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.2"
      strokeLinejoin="round"
    >
      <path d="M10 2.5 16.5 6v8L10 17.5 3.5 14V6Z M3.5 6 10 9.5 16.5 6 M10 9.5v8" />
    </svg>
  );
}
