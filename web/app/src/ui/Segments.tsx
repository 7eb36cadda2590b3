// One of a few, side by side.
import { useId } from "preact/hooks";
import type { Choice } from "./Field";

export function Segments(props: { label: string; hideLabel?: boolean; value: string; choices: readonly Choice[]; onChange: (value: string) => void }) {
  const name = useId();
  return (
    <fieldset class="segments">
      <legend class={props.hideLabel ? "visually-hidden" : ""}>{props.label}</legend>
      <div>
        {props.choices.map((choice) => (
          <label key={choice.value}>
            <input type="radio" name={name} checked={choice.value === props.value} onChange={() => props.onChange(choice.value)} />
            <span>{choice.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
