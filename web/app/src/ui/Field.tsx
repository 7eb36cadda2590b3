// A label, what is to be filled in, help, and what is wrong with it, tied together for those who cannot see it.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

export interface FieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  type?: "text" | "email" | "password" | "search" | "url" | "number";
  help?: ComponentChildren;
  fault?: string | undefined;
  autocomplete?: string;
  name?: string; // password managers go by it
  required?: boolean;
  rows?: number; // more than one: a text area
  maxLength?: number;
  placeholder?: string;
}

export function Field(props: FieldProps) {
  const id = useId();
  const described = [props.help ? `${id}-help` : "", props.fault ? `${id}-fault` : ""].filter(Boolean).join(" ");
  const shared = {
    id,
    value: props.value,
    required: props.required ?? false,
    "aria-invalid": props.fault ? ("true" as const) : ("false" as const),
    ...(described ? { "aria-describedby": described } : {}),
    ...(props.name ? { name: props.name } : {}),
    ...(props.maxLength ? { maxLength: props.maxLength } : {}),
    ...(props.placeholder ? { placeholder: props.placeholder } : {}),
  };
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.rows ? (
        <textarea {...shared} rows={props.rows} onInput={(event) => props.onInput(event.currentTarget.value)} />
      ) : (
        <input
          {...shared}
          // Preact's types tell each kind of input apart; for what is used here they are one.
          type={(props.type ?? "text") as "text"}
          {...(props.autocomplete ? { autocomplete: props.autocomplete as "on" } : {})}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      )}
      {props.help && (
        <span id={`${id}-help`} class="field-help">
          {props.help}
        </span>
      )}
      {props.fault && (
        <span id={`${id}-fault`} class="field-fault" role="alert">
          {props.fault}
        </span>
      )}
    </div>
  );
}

export interface Choice {
  value: string;
  label: string;
}

export function Select(props: {
  label: string;
  value: string;
  choices: readonly Choice[];
  onChange: (value: string) => void;
  help?: ComponentChildren;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <select
        id={id}
        value={props.value}
        {...(props.help ? { "aria-describedby": `${id}-help` } : {})}
        onChange={(event) => props.onChange(event.currentTarget.value)}
      >
        {props.choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
      {props.help && (
        <span id={`${id}-help`} class="field-help">
          {props.help}
        </span>
      )}
    </div>
  );
}

export function Switch(props: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  help?: ComponentChildren;
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <div class="switch">
      <input
        id={id}
        type="checkbox"
        checked={props.checked}
        disabled={props.disabled ?? false}
        {...(props.help ? { "aria-describedby": `${id}-help` } : {})}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <div>
        <label for={id}>{props.label}</label>
        {props.help && (
          <div id={`${id}-help`} class="field-help">
            {props.help}
          </div>
        )}
      </div>
    </div>
  );
}
