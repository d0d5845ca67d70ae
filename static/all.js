// One run at a time: asks for it, shows its rows in the cells, its lanes, and both times side by
// side. Whatever is shown comes from the server's events; text is only ever written as text.

import { Drawer } from "./all-drawer.js";
import { Lanes } from "./all-lanes.js";
import { counted, markOf, one, seconds } from "./all-words.js";

const form = one("form[data-root]");
const root = form.dataset.root;
const cells = [...document.querySelectorAll(".cell")];
const cellOf = new Map(cells.map((cell) => [cell.dataset.cell, cell]));
const lanes = new Lanes(one(".lanes svg"));
const drawer = new Drawer(one(".drawer"), root);
const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;

const newSeed = () => Math.floor(Math.random() * 2 ** 31);
let seed = newSeed();
let run = null; // the run under way: its id, its events, its order
let rows = []; // of the last run, as the server numbers them
let numSlots = 0; // how many adapters the engine takes into one batch
let times = {}; // milliseconds by order, of runs that asked the same
let timed = ""; // what those runs asked

// Said again, a sentence would be read out again.
const say = (sentence) => {
  const said = one(".said");
  if (said.textContent !== sentence) said.textContent = sentence;
};
const write = (cell, part, text) => { one(`.${part}`, cell).textContent = text; };

// ---- a run ------------------------------------------------------------------------------------

const begin = async (order) => {
  if (run) return;
  const asked = { mode: form.elements.mode.value, text: form.elements.text.value, seed };
  if (JSON.stringify(asked) !== timed) {
    timed = JSON.stringify(asked);
    times = {};
    showTimes();
  }
  setRun({ order });
  say("The questions are being chosen …");
  const answer = await post({ ...asked, order });
  if (answer.problem) {
    setRun(null);
    say(answer.problem);
    return;
  }
  const events = new EventSource(`${root}all/runs/${answer.run}/events`);
  setRun({ order, id: answer.run, events });
  const on = (name, show) => events.addEventListener(name, (event) => show(JSON.parse(event.data)));
  on("start", showStart);
  on("tick", showTick);
  on("row", showRow);
  on("end", showEnd);
  events.onerror = () => finish("The connection was lost; what was answered so far stays.");
};

const post = async (body) => {
  try {
    const headers = { "Content-Type": "application/json" };
    const request = { method: "POST", headers, body: JSON.stringify(body) };
    const response = await fetch(`${root}all/runs`, request);
    const answer = await response.json();
    return response.ok ? answer : { problem: answer.error.message };
  } catch {
    return { problem: "The server does not answer; please try again." };
  }
};

const setRun = (now) => {
  run = now;
  for (const button of form.querySelectorAll("button")) button.disabled = Boolean(now);
  one("[data-do=stop]").disabled = !now?.id;
};

const finish = (sentence) => {
  run.events.close();
  setRun(null);
  for (const row of rows) if (row.state !== "ended") setState(row, "idle");
  say(sentence);
};

// ---- what the server tells --------------------------------------------------------------------

const showStart = (start) => {
  numSlots = start.num_slots;
  rows = start.rows.map((asked) => ({ ...asked, cell: cellOf.get(asked.asked), text: "" }));
  if (rows.some((row) => !row.cell)) location.reload(); // a task has arrived since
  for (const cell of cells) {
    const row = rows.find((other) => other.cell === cell);
    cell.dataset.state = row ? "waiting" : "out";
    cell.toggleAttribute("data-row", Boolean(row));
    write(cell, "asked", row ? shownOf(row) : start.left_out[cell.dataset.cell] ?? "Not asked.");
    for (const part of ["mark", "figures", "answer"]) write(cell, part, "");
  }
  const placed = rows.toSorted((a, b) => cells.indexOf(a.cell) - cells.indexOf(b.cell));
  placed.forEach((row, place) => { row.lane = place; });
  lanes.begin(placed.map((row) => row.asked), (name) => name !== "base");
  for (const hidden of document.querySelectorAll(".lanes, .counters")) hidden.hidden = false;
  lanes.draw();
  run.says = `${counted(rows.length, "question")}, answered ${wayOf(run)}.`;
  say(run.says);
};

// Base and generalist are asked what another cell is asked.
const shownOf = ({ asked, task, shown }) =>
  asked === task ? shown : `as “${one(".name", cellOf.get(task)).textContent}”: ${shown}`;

const showTick = (tick) => {
  lanes.add(tick.lanes, (row) => rows[row].lane);
  for (const { prefill, decode } of tick.lanes) {
    for (const number of [...prefill, ...decode]) setState(rows[number], "running");
  }
  for (const [number, text] of Object.entries(tick.append)) rows[number].text += text;
  run.tick = tick;
  run.step = tick.lanes.at(-1)?.step ?? run.step;
  say(tick.notice ?? run.says);
  if (isStill) return;
  for (const number of Object.keys(tick.append)) showText(rows[number]);
  lanes.draw();
  showFigures();
};

const showRow = (end) => {
  const row = rows[end.row];
  Object.assign(row, { end, text: end.text });
  setState(row, "ended");
  showText(row);
  write(row.cell, "mark", end.error ? "failed" : markOf(end.mark));
  const isRight = end.error ? false : end.mark?.is_right;
  row.cell.dataset.mark = { true: "right", false: "wrong" }[isRight] ?? "";
  write(row.cell, "figures", `${end.num_tokens} tok · ${seconds(end.ms)}`);
};

const showEnd = (end) => {
  lanes.draw();
  showFigures();
  if (end.is_whole) times[run.order] = end.ms;
  const isCompared = showTimes();
  const answers = `${counted(rows.length, "answer")} ${wayOf(run)}`;
  const fair = isCompared ? " Same engine, same questions." : "";
  const whole = `${answers}, ${counted(end.num_tokens, "token")} in ${seconds(end.ms)}.${fair}`;
  finish(end.problem ?? (end.is_whole ? whole : "Stopped; what was answered so far stays."));
};

const wayOf = ({ order }) => (order === "batch" ? "in one batch" : "one after another");

const setState = (row, state) => {
  if (row.state === "ended") return;
  row.state = state;
  row.cell.dataset.state = state;
};

// While an answer grows its end is shown, afterwards its beginning.
const showText = (row) => {
  const line = row.text.replace(/\s+/g, " ").trim();
  const isCut = row.state === "running" && line.length > 72;
  write(row.cell, "answer", isCut ? `… ${line.slice(-70)}` : line);
  drawer.follow(row);
};

const showFigures = () => {
  const { tick } = run;
  if (!tick) return; // stopped before it began
  const ends = rows.flatMap((row) => row.end?.mark ?? []);
  const numOf = (isRight) => ends.filter((mark) => mark.is_right === isRight).length;
  const figures = {
    rows: tick.most_rows > tick.num_rows ? `${tick.most_rows} → ${tick.num_rows}` : tick.num_rows,
    step: run.step ?? "–",
    speed: tick.ms ? Math.round((1000 * tick.num_tokens) / tick.ms).toLocaleString("en") : "–",
    lora: tick.lora_share === null ? "–" : `${Math.round(100 * tick.lora_share)} %`,
    slots: `${tick.most_adapters} of ${numSlots}`,
    marks: ends.length ? `✓ ${numOf(true)}  ✗ ${numOf(false)}` : "",
  };
  for (const [name, figure] of Object.entries(figures)) {
    one(`[data-figure=${name}]`).textContent = figure;
  }
};

// Only two times of the same questions say anything; returns whether there are two.
const showTimes = () => {
  const both = [times.batch, times["one-by-one"]];
  const bars = one(".bars");
  bars.hidden = both.some((ms) => ms === undefined);
  bars.querySelectorAll("dd").forEach((bar, place) => {
    one("i", bar).style.width = `${(100 * both[place]) / Math.max(...both)}%`;
    one("span", bar).textContent = bars.hidden ? "" : seconds(both[place]);
  });
  return !bars.hidden;
};

// ---- mouse and keys ---------------------------------------------------------------------------

form.addEventListener("submit", (event) => {
  event.preventDefault();
  begin(event.submitter?.value ?? "batch");
});

form.elements.text.addEventListener("input", () => { form.elements.mode.value = "one-text"; });

one("[data-do=fresh]").addEventListener("click", () => {
  seed = newSeed();
  form.elements.mode.value = "own";
  begin("batch");
});

one("[data-do=stop]").addEventListener("click", () => {
  // If the server does not answer, the events have ended too, and say so.
  fetch(`${root}all/runs/${run.id}`, { method: "DELETE" }).catch(() => {});
});

// One cell is in the order of Tab; arrows go on from there.
const enter = (cell) => {
  for (const other of cells) other.tabIndex = other === cell ? 0 : -1;
  lanes.light(cell.dataset.cell);
};
enter(cells[0]);

const moved = (cell, key) => {
  const numColumns = cells.filter((other) => other.offsetTop === cells[0].offsetTop).length;
  const place = cells.indexOf(cell);
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -numColumns, ArrowDown: numColumns }[key];
  if (step) return cells[Math.max(0, Math.min(cells.length - 1, place + step))];
  return { Home: cells[0], End: cells.at(-1) }[key];
};

for (const cell of cells) {
  cell.addEventListener("click", () => drawer.open(cell, rows.find((row) => row.cell === cell)));
  cell.addEventListener("focus", () => enter(cell));
  cell.addEventListener("pointerenter", () => lanes.light(cell.dataset.cell));
  cell.addEventListener("keydown", (event) => {
    const next = moved(cell, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

addEventListener("resize", () => lanes.draw());
