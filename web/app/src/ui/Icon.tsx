// The pictures of the page, drawn here: 24 by 24, one stroke, the colour of the text around them.
const paths = {
  home: "M4 11.5 12 5l8 6.5M6 10v9h12v-9",
  microphone: "M12 4a2.5 2.5 0 0 0-2.5 2.5v5a2.5 2.5 0 0 0 5 0v-5A2.5 2.5 0 0 0 12 4ZM6.5 11.5a5.5 5.5 0 0 0 11 0M12 17v3",
  "microphone-off":
    "M9.5 9.500v2a2.500 2.500 0 0 0 4.200 1.800M14.500 10V6.500a2.500 2.500 0 0 0-4.700-1.200M6.500 11.500A5.500 5.500 0 0 0 15.800 15.600M12 17v3M5 5l14 14",
  captions: "M4 6h16v12H4zM7.500 14h5M14.500 14h2M7.500 11h2M11.500 11h5",
  robot: "M7 9h10v9H7zM12 9V5.500M12 5.500h.01M4.500 12v3M19.500 12v3M10 13h.01M14 13h.01M10 16h4",
  history: "M5 12a7 7 0 1 0 2.200-5.100L5 9M5 5v4h4M12 8.500V12l2.500 2",
  memory: "M12 6.500C10.500 4.800 6.500 5 6.500 8.500 4 9.500 4 14 6.500 15c0 3.500 4 4 5.500 2M12 6.500c1.500-1.700 5.500-1.500 5.500 2 2.500 1 2.500 5.500 0 6.500 0 3.500-4 4-5.500 2M12 6.500V17",
  settings: "M5 7h8M17 7h2M5 12h2M11 12h8M5 17h9M18 17h1M15 5v4M9 10v4M16 15v4",
  status: "M4 12h4l2-6 4 12 2-6h4",
  person: "M12 11.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM5 19.500c.8-3.500 3.500-5 7-5s6.200 1.500 7 5",
  send: "M5 12h13M13 6.500 18.500 12 13 17.500",
  stop: "M7.500 7.500h9v9h-9z",
  phone: "M6 5h3l1.500 4-2 1.500a10 10 0 0 0 5 5l1.500-2 4 1.500v3a1.500 1.500 0 0 1-1.600 1.500C10.800 19 5 13.200 4.500 6.600A1.500 1.500 0 0 1 6 5Z",
  "hang-up": "M4 14.500c4.500-4.700 11.500-4.700 16 0l-2 2.500-3.500-1.500V13a9 9 0 0 0-5 0v2.500L6 17z",
  pause: "M9 6.500v11M15 6.500v11",
  play: "M8 5.500v13l10.500-6.500z",
  download: "M12 5v10M7.500 11 12 15.500 16.500 11M5 19h14",
  upload: "M12 16V6M7.500 10 12 5.500 16.500 10M5 19h14",
  search: "M10.500 16a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11ZM14.500 14.500 19 19",
  trash: "M5 7h14M10 7V5h4v2M7 7l.8 12h8.400L17 7M10.500 10.500v5M13.500 10.500v5",
  pencil: "M5 19l.8-3.800L15.500 5.500l3 3-9.700 9.700zM13.500 7.500l3 3",
  plus: "M12 5.500v13M5.500 12h13",
  copy: "M9 9h10v10H9zM9 15H5V5h10v4",
  check: "M5 12.500 10 17.500 19 7.500",
  close: "M6.500 6.500l11 11M17.500 6.500l-11 11",
  warning: "M12 4.500 21 19.500H3zM12 10v4.500M12 17h.01",
  info: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM12 11v5M12 8h.01",
  sun: "M12 15.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM12 3.500v2M12 18.500v2M3.500 12h2M18.500 12h2M6 6l1.400 1.400M16.600 16.600 18 18M18 6l-1.400 1.400M7.400 16.600 6 18",
  moon: "M19 14.500A7.500 7.500 0 0 1 9.500 5a7.500 7.500 0 1 0 9.500 9.500Z",
  chevron: "M9 6l6 6-6 6",
} as const;

export type IconName = keyof typeof paths;

// Decoration: whoever uses it says in words what it means.
export function Icon({ name, size = 24 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.7"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}
