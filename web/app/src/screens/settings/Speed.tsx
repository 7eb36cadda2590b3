// How fast it speaks: a slider whose middle is the natural rate.
import { useId } from "preact/hooks";
import { fastest, slowest } from "./profile";

// Half a step up is as much faster as half a step down is slower.
const steps_per_doubling = 10;
const toStep = (speed: number): number => Math.round(Math.log2(speed) * steps_per_doubling);
const toSpeed = (step: number): number => Math.min(fastest, Math.max(slowest, Math.round(2 ** (step / steps_per_doubling) * 100) / 100));

export function Speed({ value, onChange }: { value: number; onChange: (speed: number) => void }) {
  const id = useId();
  const words = value === 1 ? "natural" : `${value.toLocaleString(undefined, { maximumFractionDigits: 2 })} times`;
  return (
    <div class="field settings-speed">
      <label for={id}>Speed</label>
      <div class="row">
        <input
          id={id}
          type="range"
          min={toStep(slowest)}
          max={toStep(fastest)}
          step={1}
          value={toStep(value)}
          aria-valuetext={words}
          onInput={(event) => onChange(toSpeed(Number(event.currentTarget.value)))}
        />
        <output for={id}>{words}</output>
      </div>
    </div>
  );
}
