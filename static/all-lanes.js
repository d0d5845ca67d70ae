// Draws which row did what in which step of the engine. Knows no request and no page.

const NS = "http://www.w3.org/2000/svg";
const HEIGHT = 4; // of a lane, a quarter of it gap
const WIDEST = 8; // pixels a step

const drawn = (spans, y, height) =>
  spans.map(([from, to]) => `M${from} ${y}h${to - from}v${height}h${from - to}z`).join("");

// The last span grows by one step, or a new one begins.
const extend = (spans, at) => {
  const last = spans.at(-1);
  if (last?.[1] === at) last[1] += 1;
  else spans.push([at, at + 1]);
};

export class Lanes {
  #svg;
  #lanes = [];
  #numSteps = 0;

  constructor(svg) {
    this.#svg = svg;
  }

  // One lane for each of `names`, in this order from the top; `hasAdapter` tells the colour.
  begin(names, hasAdapter) {
    this.#numSteps = 0;
    this.#lanes = names.map((name) => {
      const group = document.createElementNS(NS, "g");
      group.dataset.lane = name;
      group.classList.toggle("base", !hasAdapter(name));
      const paths = ["waiting", "prefill", "decode"].map((kind) => {
        const path = document.createElementNS(NS, "path");
        path.classList.add(kind);
        return path;
      });
      group.append(...paths);
      return { group, paths, prefill: [], decode: [] };
    });
    this.#svg.replaceChildren(...this.#lanes.map((lane) => lane.group));
  }

  // Steps as the server tells them; `laneOf` gives a row's place from the top.
  add(steps, laneOf) {
    for (const step of steps) {
      for (const row of step.prefill) extend(this.#lanes[laneOf(row)].prefill, this.#numSteps);
      for (const row of step.decode) extend(this.#lanes[laneOf(row)].decode, this.#numSteps);
      this.#numSteps += 1;
    }
  }

  draw() {
    const width = Math.max(this.#numSteps, this.#svg.clientWidth / WIDEST, 1);
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${this.#lanes.length * HEIGHT}`);
    this.#svg.setAttribute("height", this.#lanes.length * HEIGHT);
    this.#lanes.forEach(({ paths, prefill, decode }, place) => {
      const y = place * HEIGHT;
      const begin = (prefill[0] ?? decode[0] ?? [this.#numSteps])[0];
      paths[0].setAttribute("d", begin ? drawn([[0, begin]], y + 1, 1) : "");
      paths[1].setAttribute("d", drawn(prefill, y, HEIGHT - 1));
      paths[2].setAttribute("d", drawn(decode, y, HEIGHT - 1));
    });
  }

  light(name) {
    for (const { group } of this.#lanes) {
      group.classList.toggle("lit", group.dataset.lane === name);
    }
  }
}
