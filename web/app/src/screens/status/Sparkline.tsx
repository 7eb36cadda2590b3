// A row of figures as a line. For the eye alone: whoever uses it says in words what the last one is.

// Null where there is no figure: the line has a gap there.
export type Series = readonly (number | null)[];

const width = 120;
const height = 36;

// A path through the figures, the latest at the right edge. Pure.
export function pathThrough(series: Series, most: number, places: number): string {
  let path = "";
  let pen = "M";
  series.forEach((value, index) => {
    if (value === null) {
      pen = "M";
      return;
    }
    const x = width * (1 - (series.length - 1 - index) / Math.max(1, places - 1));
    const y = height - 1.5 - (height - 3) * Math.min(1, value / most);
    path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = "L";
  });
  return path;
}

export function Sparkline({ series, second, places = 120, least = 1 }: { series: Series; second?: Series; places?: number; least?: number }) {
  // The scale reaches at least to `least`, so that next to nothing looks like it.
  const most = Math.max(least, ...[...series, ...(second ?? [])].map((value) => value ?? 0));
  const line = pathThrough(series, most, places);
  return (
    <svg class="status-line" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {second && <path class="status-line-second" d={pathThrough(second, most, places)} />}
      <path d={line} />
    </svg>
  );
}
