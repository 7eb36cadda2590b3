// The robot: how it is, what it can do, and a question for it to answer.
import "./robot.css";
import { useEffect, useState } from "preact/hooks";
import { faultIn } from "../../server/asked";
import { loadOverview, overview } from "../../server/overview";
import { Advice } from "../../ui/Advice";
import { Icon } from "../../ui/Icon";
import { Light } from "./Light";
import { Question } from "./Question";
import { type Action, act, robotTrouble } from "./wire";

const moves: readonly { action: Action; label: string }[] = [
  { action: "nod", label: "Nod" },
  { action: "wave", label: "Wave" },
  { action: "dance", label: "Dance" },
];
const looks: readonly { action: Action; label: string }[] = [
  { action: "look_left", label: "Look left" },
  { action: "look_right", label: "Look right" },
];
const drives: readonly { action: Action; label: string }[] = [
  { action: "turn_left", label: "Turn left" },
  { action: "move_forward", label: "Forward" },
  { action: "turn_right", label: "Turn right" },
];

export default function Robot() {
  const [busy, setBusy] = useState<Action | null>(null);
  const [taken, setTaken] = useState("");
  const [trouble, setTrouble] = useState<{ what: string; todo: string } | null>(null);
  const reachable = overview.value?.robot.reachable ?? false;
  // It may be switched on while one looks.
  useEffect(() => {
    const timer = setInterval(() => void loadOverview(), 5000);
    return () => clearInterval(timer);
  }, []);
  // Whatever was wrong before it came back.
  useEffect(() => {
    if (reachable) {
      setTrouble(null);
    }
  }, [reachable]);

  const tell = async (action: Action, label: string, more: Record<string, unknown> = {}) => {
    setBusy(action);
    setTaken("");
    try {
      await act(action, more);
      setTrouble(null);
      setTaken(label);
    } catch (raised) {
      setTrouble(robotTrouble(faultIn(raised)));
    } finally {
      setBusy(null);
      // Whether it is there is known better now.
      void loadOverview();
    }
  };
  const button = (action: Action, label: string) => (
    <button key={action} type="button" class="button" aria-disabled={busy !== null} onClick={() => busy === null && void tell(action, label)}>
      {label}
    </button>
  );

  return (
    <>
      <div class="screen-head">
        <div class="row">
          <h1>Robot</h1>
          <Connection />
        </div>
        <button type="button" class="button robot-stop" onClick={() => void tell("stop", "Stop")}>
          <Icon name="stop" /> Stop
        </button>
      </div>
      {trouble ? <Advice bad what={trouble.what} todo={trouble.todo} /> : <Absence />}
      <div class="robot-columns">
        <section class="card">
          <h2>Moves</h2>
          <div class="robot-grid">{moves.map(({ action, label }) => button(action, label))}</div>
          <h3>Head</h3>
          <div class="robot-grid">{looks.map(({ action, label }) => button(action, label))}</div>
          <h3>Wheels</h3>
          <div class="robot-grid">{drives.map(({ action, label }) => button(action, label))}</div>
          <p class="small soft">It needs a little free floor. Stop ends everything at once, whatever it does.</p>
          <p class="robot-taken small" role="status">
            {taken && `${taken}: the robot has taken it.`}
          </p>
        </section>
        <Light busy={busy !== null} onSet={(colour) => void tell("led_color", "Light", { color: colour })} />
      </div>
      <Question />
    </>
  );
}

function Connection() {
  const robot = overview.value?.robot;
  if (!robot?.configured) {
    return <span class="chip">No robot</span>;
  }
  return robot.reachable ? <span class="chip chip-good">Connected{robot.name ? `: ${robot.name}` : ""}</span> : <span class="chip chip-bad">Not reachable</span>;
}

function Absence() {
  const robot = overview.value?.robot;
  if (!robot?.configured) {
    return (
      <Advice
        what="This server knows no robot."
        todo={
          <>
            Whoever runs it sets <code>MISTY_URL</code> to the address of a Misty II, such as <code>http://192.168.1.20</code>. Questions are answered here all the same.
          </>
        }
      />
    );
  }
  return robot.reachable ? null : (
    <Advice bad what="The robot does not answer." todo={robot.detail || "Is it switched on, and in the same network as the server? This page notices when it is back."} />
  );
}
