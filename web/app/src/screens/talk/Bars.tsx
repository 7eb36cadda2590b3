// Two voices, drawn as they are: time runs outwards from the middle, one's own voice stands up, the agent's hangs
// down. Who wants no motion sees two bars that grow and shrink instead.
import { useEffect, useRef } from "preact/hooks";
import type { Levels } from "./line";

// Pixels of the page.
const width_of_bar = 4;
const gap = 4;
const speed = 90; // pixels a second, outwards

const stillness = "(prefers-reduced-motion: reduce)";

interface Colours {
  own: string;
  agent: string;
  rest: string;
}

export function Bars({ levels, active }: { levels: Levels; active: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current!;
    return active ? animate(element, levels) : drawRest(element);
  }, [levels, active]);
  return <canvas ref={canvas} class="talk-bars" aria-hidden="true" />;
}

function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  return {
    own: style.getPropertyValue("--bars-own"),
    agent: style.getPropertyValue("--bars-agent"),
    rest: style.getPropertyValue("--line"),
  };
}

// The canvas as large as it is shown, on any screen; its size in the page's pixels.
function fit(element: HTMLCanvasElement, pen: CanvasRenderingContext2D): { width: number; height: number } {
  const { clientWidth: width, clientHeight: height } = element;
  const scale = devicePixelRatio || 1;
  const pixels = { width: Math.round(width * scale), height: Math.round(height * scale) };
  if (element.width !== pixels.width || element.height !== pixels.height) {
    Object.assign(element, pixels);
  }
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  return { width, height };
}

function drawRest(element: HTMLCanvasElement): () => void {
  const pen = element.getContext("2d")!;
  const draw = () => {
    const { width, height } = fit(element, pen);
    drawTime(pen, width, height, coloursOf(element), () => ({ own: 0, agent: 0 }), 0);
  };
  draw();
  const changed = new ResizeObserver(draw);
  changed.observe(element);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", draw);
  return () => {
    changed.disconnect();
    dark.removeEventListener("change", draw);
  };
}

function animate(element: HTMLCanvasElement, levels: Levels): () => void {
  const pen = element.getContext("2d")!;
  const still = matchMedia(stillness);
  let colours = coloursOf(element);
  let frames = 0;
  let request = 0;
  // What was heard, one entry for each bar that has left the middle, the latest first.
  const past: Levels[] = [];
  let present: Levels = { own: 0, agent: 0 };
  let travelled = 0;
  let before = performance.now();

  const draw = (now: number) => {
    request = requestAnimationFrame(draw);
    const passed = Math.min(0.1, (now - before) / 1000);
    before = now;
    frames += 1;
    // The theme may change meanwhile; asking each time would cost more than drawing.
    if (frames % 30 === 0) {
      colours = coloursOf(element);
    }
    const { width, height } = fit(element, pen);
    if (still.matches) {
      drawStill(pen, width, height, colours, levels);
      return;
    }
    // Up at once, down gently.
    const ease = (shown: number, level: number) => (level > shown ? level : Math.max(level, shown - passed * 2.5));
    present = { own: ease(present.own, levels.own), agent: ease(present.agent, levels.agent) };
    travelled += passed * speed;
    while (travelled >= width_of_bar + gap) {
      travelled -= width_of_bar + gap;
      past.unshift(present);
      past.length = Math.min(past.length, 200);
    }
    drawTime(pen, width, height, colours, (i) => (i === 0 ? present : past[i - 1]), travelled);
  };
  request = requestAnimationFrame(draw);
  return () => cancelAnimationFrame(request);
}

type At = (bar: number) => Levels | undefined;

function drawTime(pen: CanvasRenderingContext2D, width: number, height: number, colours: Colours, at: At, travelled: number) {
  const middle = { x: width / 2, y: height / 2 };
  const most = height / 2 - 2;
  const count = Math.ceil(middle.x / (width_of_bar + gap)) + 1;
  for (let i = count; i >= 0; i -= 1) {
    const distance = i === 0 ? 0 : i * (width_of_bar + gap) + travelled;
    const far = Math.min(1, distance / middle.x);
    // Quieter the longer ago: the eye stays with what is said now.
    const reach = (1 - far) ** 1.1;
    const { own, agent } = at(i) ?? { own: 0, agent: 0 };
    pen.globalAlpha = 1 - 0.7 * far;
    for (const x of i === 0 ? [middle.x] : [middle.x - distance, middle.x + distance]) {
      bar(pen, x, middle.y - 1, -shape(own) * most * reach, own > 0.02 ? colours.own : colours.rest);
      bar(pen, x, middle.y + 1, shape(agent) * most * reach, agent > 0.02 ? colours.agent : colours.rest);
    }
  }
  pen.globalAlpha = 1;
}

// A voice is in the upper half of the scale most of the time: that part gets the height.
function shape(level: number): number {
  return level <= 0.02 ? 0 : Math.min(1, Math.max(0.04, (level - 0.25) / 0.55)) ** 1.2;
}

function bar(pen: CanvasRenderingContext2D, x: number, y: number, height: number, colour: string): void {
  const length = Math.max(2, Math.abs(height));
  pen.fillStyle = colour;
  pen.beginPath();
  pen.roundRect(x - width_of_bar / 2, height < 0 ? y - length : y, width_of_bar, length, 2);
  pen.fill();
}

function drawStill(pen: CanvasRenderingContext2D, width: number, height: number, colours: Colours, levels: Levels): void {
  const line = (y: number, level: number, colour: string) => {
    const length = width * 0.7;
    for (const [part, fill] of [[1, colours.rest], [shape(level), colour]] as const) {
      pen.fillStyle = fill;
      pen.beginPath();
      pen.roundRect((width - length) / 2, y - 5, Math.max(10, length * part), 10, 5);
      if (part > 0) {
        pen.fill();
      }
    }
  };
  line(height / 2 - 14, levels.own, colours.own);
  line(height / 2 + 14, levels.agent, colours.agent);
}
