// Takes a text onto the clipboard, and says that it has.
import { useState } from "preact/hooks";
import { Icon } from "./Icon";

export function CopyButton({ text, label = "Copy" }: { text: string; label?: string }) {
  const [state, setState] = useState<"ready" | "done" | "failed">("ready");
  const copy = () => {
    // Only pages that came over https, or from this machine, have one.
    void (navigator.clipboard?.writeText(text) ?? Promise.reject(new Error("no clipboard")))
      .then(() => setState("done"))
      .catch(() => setState("failed"));
  };
  return (
    <span class="row">
      <button type="button" class="button" onClick={copy}>
        <Icon name={state === "done" ? "check" : "copy"} size={20} /> {state === "done" ? "Copied" : label}
      </button>
      <span role="status" class="small soft">
        {state === "failed" ? "This browser does not allow it: please mark it and copy it by hand." : ""}
      </span>
    </span>
  );
}
