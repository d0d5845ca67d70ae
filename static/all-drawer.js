// One cell at large: the whole prompt, the whole answer, and where to go on from there.

import { counted, markOf, one, seconds } from "./all-words.js";

const ENDS = { stop: "stopped by itself", length: "cut at the limit", cancelled: "cancelled" };

export class Drawer {
  #dialog;
  #root;
  #cell = null;

  constructor(dialog, root) {
    this.#dialog = dialog;
    this.#root = root;
    // Beside the sheet there is only the dialog itself.
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  }

  // `row` is what the cell was asked in the last run, undefined if it was not.
  open(cell, row) {
    this.#cell = cell;
    this.#fill(row);
    this.#dialog.showModal();
  }

  // A row has grown: if it is the one that is shown, show it.
  follow(row) {
    if (this.#dialog.open && row.cell === this.#cell) this.#fill(row);
  }

  #fill(row) {
    const parts = {
      note: row ? "" : one(".asked", this.#cell).textContent,
      prompt: row?.prompt,
      answer: row?.text.trim(),
      expected: row?.expected,
      figures: row?.end && figuresOf(row.end),
    };
    one("h2", this.#dialog).textContent = one(".name", this.#cell).textContent;
    for (const [name, text] of Object.entries(parts)) {
      const part = one(`[data-part=${name}]`, this.#dialog);
      one("[data-text]", part).textContent = text ?? "";
      part.hidden = !text;
    }
    const task = row?.task ?? this.#cell.dataset.task;
    one("a", this.#dialog).href = this.#root + (task && `?task=${encodeURIComponent(task)}`);
  }
}

const figuresOf = (end) =>
  [
    end.error ?? markOf(end.mark),
    end.mark?.note,
    `${counted(end.num_prompt_tokens, "token")} read`,
    `${counted(end.num_tokens, "token")} written`,
    end.first_ms === null ? "" : `first after ${seconds(end.first_ms)}`,
    `done after ${seconds(end.ms)}`,
    ENDS[end.finish],
  ]
    .filter(Boolean)
    .join(" · ");
