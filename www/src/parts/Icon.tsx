// The page's few signs, drawn on a 16-pixel grid in the colour of the text.
const paths = {
  mark: "M2 1h8.5L14 4.5V15H2z M10.5 1v3.5H14 M5 7.5h2.5V10H5z M5 11.5h2.5 M9 7.5h2.5 M9 11.5h2.5",
  lessons: "M8 3.5C6.5 2.5 4 2.2 1.5 2.5v10.5c2.5-.3 5 0 6.5 1 1.5-1 4-1.3 6.5-1V2.5C12 2.2 9.5 2.5 8 3.5z M8 3.5V14",
  open: "M1.5 13.5v-11h4.5l1.5 2h7v9z",
  link: "M6.5 9.5l3-3 M7 4.5l1.6-1.6a3 3 0 0 1 4.3 4.3L11.3 8.8 M9 11.5l-1.6 1.6a3 3 0 0 1-4.3-4.3l1.6-1.6",
  noLink: "M7 4.5l1.6-1.6a3 3 0 0 1 4.3 4.3L11.3 8.8 M9 11.5l-1.6 1.6a3 3 0 0 1-4.3-4.3l1.6-1.6 M2 2l12 12",
  undo: "M5.5 3L2 6.5 5.5 10 M2 6.5h7a3.5 3.5 0 0 1 0 7H6",
  redo: "M10.5 3L14 6.5 10.5 10 M14 6.5H7a3.5 3.5 0 0 0 0 7h3",
  save: "M8 1.5v9 M4.5 7.5L8 11l3.5-3.5 M2 14.5h12",
  moon: "M13.5 9.5A6 6 0 0 1 6.5 2.5 6 6 0 1 0 13.5 9.5z",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6z M8 .8v2 M8 13.2v2 M.8 8h2 M13.2 8h2 M2.9 2.9l1.4 1.4 M11.7 11.7l1.4 1.4 M13.1 2.9l-1.4 1.4 M4.3 11.7l-1.4 1.4",
  keys: "M6 6a2 2 0 1 1 2.8 1.8c-.5.3-.8.7-.8 1.4v.3 M8 12v.6",
  start: "M3 2.5v11 M13 3L6 8l7 5z",
  end: "M13 2.5v11 M3 3l7 5-7 5z",
  back: "M11.5 2.5L4.5 8l7 5.5z",
  forward: "M4.5 2.5L11.5 8l-7 5.5z",
  microBack: "M9.5 4.5L5.5 8l4 3.5",
  microForward: "M6.5 4.5L10.5 8l-4 3.5",
  play: "M4 2l10 6-10 6z",
  pause: "M4.5 2.5v11 M11.5 2.5v11",
  alloc: "M2 4.5h12v7H2z M8 6v4 M6 8h4",
  free: "M2 4.5h12v7H2z M6 8h4",
  pin: "M5.5 2h5 M6.5 2v4.5L4.5 9h7l-2-2.5V2 M8 9v5",
  plus: "M8 3v10 M3 8h10",
  minus: "M3 8h10",
  fit: "M2 6V2h4 M10 2h4v4 M14 10v4h-4 M6 14H2v-4",
  upwards: "M5 13.5v-11 M2 5.5l3-3 3 3 M9.5 13.5h4 M9.5 9h3 M9.5 4.5h2",
  edit: "M10.5 2.5l3 3L6 13H3v-3z M9 4l3 3",
  close: "M3.5 3.5l9 9 M12.5 3.5l-9 9",
} as const;

const solid = new Set(["back", "forward", "play", "start", "end"]);

export function Icon({ name }: { name: keyof typeof paths }) {
  return (
    <svg class={`icon${solid.has(name) ? " solid" : ""}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
