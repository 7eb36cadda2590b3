// The colour of the light on the robot's chest.
import { useId, useState } from "preact/hooks";

// What the robot shows well, by the names people use.
const known = [
  { colour: "#ff0000", name: "Red" },
  { colour: "#ff6400", name: "Orange" },
  { colour: "#ffff00", name: "Yellow" },
  { colour: "#00ff00", name: "Green" },
  { colour: "#00ffff", name: "Cyan" },
  { colour: "#0000ff", name: "Blue" },
  { colour: "#8f00ff", name: "Violet" },
  { colour: "#ff3c96", name: "Pink" },
  { colour: "#ffffff", name: "White" },
  { colour: "#000000", name: "Off" },
] as const;

export function Light({ busy, onSet }: { busy: boolean; onSet: (colour: string) => void }) {
  const id = useId();
  const [own, setOwn] = useState("#2f8068");
  const [set, setSet] = useState("");
  const show = (colour: string) => {
    if (!busy) {
      setSet(colour);
      onSet(colour);
    }
  };
  return (
    <section class="card">
      <h2>Light</h2>
      <div class="robot-colours" role="group" aria-label="Colours">
        {known.map(({ colour, name }) => (
          <button key={colour} type="button" class="robot-colour" aria-pressed={set === colour} aria-disabled={busy} onClick={() => show(colour)}>
            <i style={{ backgroundColor: colour }} aria-hidden="true" />
            {name}
          </button>
        ))}
      </div>
      <div class="robot-own">
        <label for={id}>Your own colour</label>
        <input id={id} type="color" value={own} onInput={(event) => setOwn(event.currentTarget.value)} />
        <code>{own}</code>
        <button type="button" class="button" aria-disabled={busy} onClick={() => show(own)}>
          Set
        </button>
      </div>
    </section>
  );
}
