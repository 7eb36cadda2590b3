// A password, hidden unless one wants to see what one types.
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";

export function PasswordField(props: {
  label: string;
  value: string;
  onInput: (value: string) => void;
  name?: string;
  autocomplete: "current-password" | "new-password" | "off";
  help?: ComponentChildren;
  fault?: string | undefined;
}) {
  const id = useId();
  const [shown, show] = useState(false);
  const described = [props.help ? `${id}-help` : "", props.fault ? `${id}-fault` : ""].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <div class="password">
        <input
          id={id}
          name={props.name ?? "password"}
          // As in Field: one kind of input for the types.
          type={(shown ? "text" : "password") as "text"}
          value={props.value}
          autocomplete={props.autocomplete}
          autocapitalize="off"
          spellcheck={false}
          required
          aria-invalid={props.fault ? "true" : "false"}
          {...(described ? { "aria-describedby": described } : {})}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
        <button type="button" class="button button-plain" aria-pressed={shown} aria-label={`Show: ${props.label}`} onClick={() => show(!shown)}>
          {shown ? "Hide" : "Show"}
        </button>
      </div>
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
