// What to look for: told a moment after the last letter, not for each.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Icon } from "./Icon";

const pause_ms = 250;

export function SearchField(props: { label: string; value: string; onSearch: (words: string) => void }) {
  const id = useId();
  const [typed, type] = useState(props.value);
  const timer = useRef(0); // 0: nothing waits to be told
  useEffect(() => {
    // Somebody else changed it, as going back does; not what was just told from here.
    if (timer.current === 0 && typed.trim() !== props.value) {
      type(props.value);
    }
  }, [props.value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const soon = (words: string, wait: number) => {
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      timer.current = 0;
      props.onSearch(words.trim());
    }, wait);
  };
  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        soon(typed, 0);
      }}
    >
      <label class="visually-hidden" for={id}>
        {props.label}
      </label>
      <Icon name="search" size={20} />
      <input
        id={id}
        type="search"
        placeholder={props.label}
        value={typed}
        maxLength={200}
        onInput={(event) => {
          type(event.currentTarget.value);
          soon(event.currentTarget.value, pause_ms);
        }}
      />
    </form>
  );
}
