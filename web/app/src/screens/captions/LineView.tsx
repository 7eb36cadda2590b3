// One line: when, who, and how sure of which word.
import { clockTime, fullTime } from "../../ui/time";
import { type Line, type Speaker, piecesOf, sureness } from "./lines";

// So many colours there are; the number is what tells speakers apart.
const colours = 8;

export function LineView({ line, before, shaded }: { line: Line; before: Line | null; shaded: boolean }) {
  const goesOn = before !== null && sameSpeaker(before.speaker, line.speaker) && minuteOf(before) === minuteOf(line);
  return (
    <li class="captions-line" {...(line.speaker ? { "data-colour": String(((line.speaker.number - 1) % colours) + 1) } : {})}>
      {!goesOn && (line.speaker || line.at) && (
        <p class="captions-who">
          {line.speaker && <Who speaker={line.speaker} />}
          {line.at && (
            <time dateTime={line.at} title={fullTime(line.at)}>
              {clockTime(line.at)}
            </time>
          )}
        </p>
      )}
      <p class="captions-text" lang={line.language || undefined} title={line.translated ? "Translated" : undefined}>
        {shaded ? <Shaded line={line} /> : line.text}
      </p>
    </li>
  );
}

function Who({ speaker }: { speaker: Speaker }) {
  return (
    <span class="captions-speaker" title={speaker.sure ? "" : "Not sure: there was little voice to go by."}>
      <i aria-hidden="true">{speaker.number}</i>
      Speaker {speaker.number}
      {!speaker.sure && " (perhaps)"}
    </span>
  );
}

function Shaded({ line }: { line: Line }) {
  return (
    <>
      {piecesOf(line).map((piece, index) => {
        const kind = sureness(piece.confidence);
        return kind === "sure" ? (
          piece.text
        ) : (
          <span key={index} class={`captions-${kind}`} title={`${kind === "guess" ? "A guess" : "Perhaps"}: ${Math.round((piece.confidence ?? 0) * 100)} % sure`}>
            {piece.text}
          </span>
        );
      })}
    </>
  );
}

const sameSpeaker = (one: Speaker | null, other: Speaker | null): boolean => one?.number === other?.number && one?.sure === other?.sure;
const minuteOf = (line: Line): string => line.at.slice(0, 16);
