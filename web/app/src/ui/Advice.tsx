// Something is not as it should be, and what can be done about it.
import type { ComponentChildren } from "preact";
import { Icon } from "./Icon";

export function Advice(props: { what: string; todo?: ComponentChildren; bad?: boolean; action?: ComponentChildren }) {
  return (
    <div class={props.bad ? "advice advice-bad" : "advice"} role={props.bad ? "alert" : "note"}>
      <Icon name="warning" />
      <div class="stack">
        <div>
          <p>
            <strong>{props.what}</strong>
          </p>
          {props.todo && <p>{props.todo}</p>}
        </div>
        {props.action}
      </div>
    </div>
  );
}
