// The server's figures of the last two minutes.
import { counted } from "../../ui/time";
import type { Live } from "./live";
import { type Series, Sparkline } from "./Sparkline";
import { type Sample, stepWords } from "./wire";
import { sizeInWords, timeInWords } from "./words";

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((all, count) => all + count, 0);

// What one waits for, as a turn goes on.
const stages = [
  ["speech_end>first_played", "To the first sound of a reply"],
  ["speech_end>final_text", "To the words of what was said"],
  ["model_start>first_token", "To the first thought"],
  ["first_clause>first_audio", "To a spoken clause"],
] as const;

export function Figures({ live }: { live: Live }) {
  const samples = live.samples.value;
  const last = samples.at(-1);
  if (!last) {
    return <p class="soft">The figures come in a moment.</p>;
  }
  const series = (figure: (sample: Sample) => number | null): Series => samples.map(figure);
  const turns = samples.slice(-60).reduce((all, sample) => all + sum(sample.turns), 0);
  const refused = samples.slice(-60).reduce((all, sample) => all + sample.capacity.refused, 0);
  const failed = last.turns_total["failed"] ?? 0;
  return (
    <div class="status-figures">
      <Figure name="Sessions" value={String(sum(last.sessions))} series={series((sample) => sum(sample.sessions))} note={open(last)} />
      <Figure
        name="Turns in a minute"
        value={String(turns)}
        series={series((sample) => sum(sample.turns))}
        note={`${sum(last.turns_total)} in all${failed > 0 ? `, ${failed} failed` : ""}`}
      />
      <Figure name="Requests in a second" value={String(last.requests)} series={series((sample) => sample.requests)} note={`${counted(last.connections, "connection")}, ${counted(last.sockets, "socket")}`} />
      <Figure
        name="Processor"
        value={last.processor === null ? "–" : `${Math.round(last.processor)} %`}
        series={series((sample) => sample.processor)}
        least={25}
        note="of one core, without workers"
      />
      <Figure
        name="How full it is"
        value={`${Math.round(last.capacity.pressure * 100)} %`}
        series={series((sample) => sample.capacity.pressure)}
        least={1}
        note={`${stepWords[last.capacity.step]}${refused > 0 ? `; ${refused} refused in a minute` : ""}`}
      />
      <Figure name="Memory" value={sizeInWords(last.memory)} series={series((sample) => sample.memory)} note="without workers" />
      <Figure
        name="Recordings waiting"
        value={String(last.jobs.waiting)}
        series={series((sample) => sample.jobs.waiting)}
        note={`${last.jobs.running} being worked on`}
      />
      {stages.map(([stage, name]) => (
        <Stage key={stage} name={name} stage={stage} samples={samples} last={last} />
      ))}
    </div>
  );
}

function open(sample: Sample): string {
  const some = Object.entries(sample.sessions).filter(([, count]) => count > 0);
  return some.map(([surface, count]) => `${count} ${surface.replace("_", " ")}`).join(", ") || "nobody is talking";
}

function Stage({ name, stage, samples, last }: { name: string; stage: string; samples: Sample[]; last: Sample }) {
  const figure = last.stages[stage];
  const since = last.window_s === null ? "since the start" : last.window_s < 90 ? "in the last minute" : `in the last ${Math.round(last.window_s / 60)} minutes`;
  return (
    <Figure
      name={name}
      value={figure ? timeInWords(figure[0]) : "–"}
      series={samples.map((sample) => sample.stages[stage]?.[0] ?? null)}
      second={samples.map((sample) => sample.stages[stage]?.[1] ?? null)}
      note={figure ? `one of twenty ${timeInWords(figure[1])} or more; ${figure[2]} ${since}` : `no turn ${since}`}
    />
  );
}

function Figure(props: { name: string; value: string; series: Series; second?: Series; least?: number; note: string }) {
  return (
    <dl class="status-figure">
      <dt>{props.name}</dt>
      <dd class="status-value">{props.value}</dd>
      <dd class="status-chart" aria-hidden="true">
        <Sparkline series={props.series} {...(props.second ? { second: props.second } : {})} {...(props.least ? { least: props.least } : {})} />
      </dd>
      <dd class="small soft">{props.note}</dd>
    </dl>
  );
}
