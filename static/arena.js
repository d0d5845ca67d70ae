// The arena: draws a pair, shows both texts as they come, sends the rating, shows who was who.
// The server tells nothing before the rating; all text is written as text.
(() => {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const SIDES = ["a", "b"];
  const LOST = "The connection was lost before both answers were complete.";
  const UNREACHABLE = "The server cannot be reached; please try again.";

  const votes = all(".votes button");
  const consent = byId("consent");
  let hasAgreed = consent.dataset.agreed === "yes";
  let pair = null; // { run, events, isVotable, key, choice, undoTimer }
  let wanted = null; // the choice that waits for consent

  // ---- talking to the server ------------------------------------------------------------------

  class Refused extends Error {
    constructor(error) {
      super(error?.message ?? UNREACHABLE);
      this.code = error?.code;
      this.field = error?.param;
    }
  }

  const post = async (path, body) => {
    let response;
    try {
      response = await fetch(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    } catch {
      throw new Refused();
    }
    if (response.status === 204) return null;
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Refused(answer.error);
    return answer;
  };

  const newKey = () => [...crypto.getRandomValues(new Uint32Array(4))].join("-");

  // ---- showing --------------------------------------------------------------------------------

  const say = (sentence) => { byId("status").textContent = sentence; };

  const show = (element, sentence) => {
    element.hidden = !sentence;
    (element.querySelector("span") ?? element).textContent = sentence ?? "";
  };

  const showVotes = (isOpen, choice = null) => {
    for (const button of votes) {
      button.disabled = !isOpen;
      button.setAttribute("aria-pressed", String(button.dataset.choice === choice));
    }
    byId("reasons").disabled = byId("words").disabled = Boolean(choice);
    byId("undo").hidden = !choice;
  };

  const setStage = (side, stage) => {
    const text = byId(`text-${side}`);
    byId(`pane-${side}`).dataset.stage = stage;
    const isEmpty = stage === "over" && !text.textContent.trim();
    byId(`pane-${side}`).querySelector(".empty").hidden = !isEmpty;
  };

  const showNames = (told) => {
    for (const side of SIDES) {
      const { who, name, mark, verdict, figures } = told?.[side] ?? {};
      byId(`who-${side}`).replaceChildren();
      if (who) {
        const small = document.createElement("small");
        small.textContent = name;
        byId(`who-${side}`).append(who, " ", small);
      }
      const line = byId(`verdict-${side}`);
      line.textContent = verdict ? { right: "✓ ", wrong: "✗ " }[mark] ?? "" : "";
      line.append(verdict ?? "");
      line.dataset.mark = mark ?? "";
      byId(`figures-${side}`).textContent = (figures ?? []).join(" · ");
    }
    const [label, answer] = told?.expected ?? ["", ""];
    byId("expected").hidden = !answer;
    byId("expected").querySelector("span").textContent = label;
    byId("expected").querySelector("b").textContent = answer;
    byId("others").textContent = told?.others ?? "";
  };

  const showQuestion = (asked) => {
    byId("title").textContent = asked.title;
    byId("description").textContent = asked.description;
    byId("prompt").textContent = asked.prompt;
    byId("fields").replaceChildren(
      ...asked.fields.flatMap(({ label, text }) => {
        const [name, value] = [document.createElement("dt"), document.createElement("dd")];
        [name.textContent, value.textContent] = [label, text];
        return [name, value];
      }),
    );
    for (const side of SIDES) {
      byId(`text-${side}`).textContent = "";
      byId(`text-${side}`).dataset.kind = asked.kind;
      setStage(side, "running");
    }
  };

  const clear = () => {
    for (const box of all("#reasons input")) box.checked = false;
    for (const box of all("#words textarea")) box.value = "";
    byId("more").open = false;
    show(byId("problem"), null);
    showNames(null);
    showVotes(false);
    byId("note").textContent = "You can rate when both are complete.";
  };

  // ---- a pair ---------------------------------------------------------------------------------

  const leave = () => {
    pair?.events.close();
    clearTimeout(pair?.undoTimer);
    pair = null;
  };

  const ownBoxes = () => all(".own:not([hidden]) textarea");

  const whatIsAsked = () => ({
    task: byId("task").value || null,
    fields: byId("own").checked
      ? Object.fromEntries(ownBoxes().map((box) => [box.name, box.value]))
      : null,
  });

  const showRefusal = (refused) => {
    show(byId("refused"), refused.message);
    const box = ownBoxes().find(({ name }) => name === refused.field);
    box?.setAttribute("aria-invalid", "true");
    box?.focus();
    byId("ask").scrollIntoView({ block: "nearest" });
  };

  let turn = 0; // a slow answer to an earlier press must not replace a later one's pair
  const draw = async () => {
    const mine = ++turn;
    show(byId("refused"), null);
    for (const box of ownBoxes()) box.removeAttribute("aria-invalid");
    leave();
    let asked;
    try {
      asked = await post("arena/runs", whatIsAsked());
    } catch (refused) {
      if (mine === turn) showRefusal(refused);
      return;
    }
    if (mine !== turn) return;
    clear();
    showQuestion(asked);
    byId("pair").hidden = false;
    byId("start").textContent = "Draw another pair";
    if (matchMedia("(max-width: 900px)").matches) byId("pair").scrollIntoView({ block: "start" });
    say("Two answers are being written.");
    follow(asked.run);
  };

  const follow = (run) => {
    const events = new EventSource(`arena/runs/${run}/events`);
    const mine = { run, events, isVotable: false, key: newKey() };
    pair = mine;
    events.onmessage = ({ data }) => {
      const told = JSON.parse(data);
      if ("votable" in told) end(mine, told.problem);
      else grow(told);
    };
    // It would connect again by itself, to a run that is over.
    events.onerror = () => end(mine, LOST);
  };

  const grow = (tick) => {
    for (const side of SIDES) {
      const text = byId(`text-${side}`);
      text.append(tick[side]);
      text.scrollTop = text.scrollHeight;
      if (tick[`${side}_over`]) setStage(side, "over");
    }
  };

  const end = (ended, problem) => {
    ended.events.close();
    if (ended !== pair) return;
    pair.isVotable = !problem;
    show(byId("problem"), problem);
    for (const side of SIDES) setStage(side, problem ? "cut" : "over");
    for (const side of SIDES) byId(`text-${side}`).scrollTop = 0;
    showVotes(!problem);
    byId("note").textContent = problem ? "" : "Which answer is better?";
    if (!problem) say("Both answers are complete. Which is better?");
  };

  // ---- rating ---------------------------------------------------------------------------------

  const vote = async (choice) => {
    const mine = pair;
    if (!mine?.isVotable || mine.isSending) return;
    if (!hasAgreed) {
      wanted = choice;
      show(byId("consent-problem"), null);
      consent.showModal();
      return;
    }
    mine.isSending = true;
    const ballot = {
      run: mine.run,
      key: mine.key,
      choice,
      tags: all("#reasons :checked").map((box) => box.value),
      comment: byId("comment").value,
      correction: byId("correction").value,
    };
    try {
      const told = await post("arena/votes", ballot);
      if (mine === pair) rated(told);
    } catch (refused) {
      if (mine === pair) notRated(refused, choice);
    }
    mine.isSending = false;
  };

  const rated = (told) => {
    const hadFocus = votes.includes(document.activeElement);
    pair.choice = told.choice;
    pair.isVotable = false;
    showNames(told);
    showVotes(false, told.choice);
    byId("note").textContent = told.sentence;
    say(told.sentence);
    if (hadFocus) byId("next").focus();
    pair.undoTimer = setTimeout(() => { byId("undo").hidden = true; },
                                Number(consent.dataset.undoS) * 1000);
  };

  const notRated = (refused, choice) => {
    byId("note").textContent = refused.message;
    say(refused.message);
    if (refused.code === "consent_needed") {
      hasAgreed = false;
      vote(choice);
    }
  };

  const undo = async () => {
    const mine = pair;
    if (!mine?.choice) return;
    try {
      await post("arena/votes/undo", { run: mine.run, key: `${mine.key}-undo` });
    } catch (refused) {
      if (mine === pair) byId("note").textContent = refused.message;
      return;
    }
    if (mine !== pair) return;
    clearTimeout(mine.undoTimer);
    Object.assign(mine, { choice: null, isVotable: true, key: newKey() });
    showVotes(true);
    const undone = "Your rating is undone. A new one counts as given with the names known.";
    byId("note").textContent = undone;
    say(undone);
  };

  const agree = async () => {
    try {
      await post("arena/consent", { version: consent.dataset.version });
    } catch (refused) {
      show(byId("consent-problem"), refused.message);
      return;
    }
    hasAgreed = true;
    consent.close();
    vote(wanted);
  };

  // ---- clicks and keys ------------------------------------------------------------------------

  const showSource = () => {
    const task = byId("task").value;
    byId("own").disabled = !task;
    if (!task) document.querySelector("[name=source][value=example]").checked = true;
    for (const fields of all(".own")) {
      fields.disabled = fields.hidden = !byId("own").checked || fields.dataset.task !== task;
    }
  };

  byId("ask").addEventListener("change", showSource);
  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    draw();
  });
  for (const button of votes) button.addEventListener("click", () => vote(button.dataset.choice));
  for (const id of ["next", "again"]) byId(id).addEventListener("click", draw);
  byId("undo").addEventListener("click", undo);
  byId("agree").addEventListener("click", agree);
  byId("decline").addEventListener("click", () => consent.close());
  consent.addEventListener("close", () => {
    if (!hasAgreed) byId("note").textContent = "No rating was given. You can go on without.";
  });

  const isTyping = (node) =>
    node.closest("textarea, select, input:not([type=checkbox], [type=radio])");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || consent.open) return;
    if (event.repeat || isTyping(event.target)) return;
    const button = byId({ u: "undo", n: "next" }[event.key] ?? `vote-${event.key}`);
    if (!button || button.disabled || button.hidden || byId("pair").hidden) return;
    event.preventDefault();
    button.click();
  });

  addEventListener("pagehide", leave);
  showSource();
})();
