// Keys, the list of tasks, the first run. Text is never written here:
// Gradio shows what Python has escaped.
(() => {
  "use strict";

  const SEEN = "lora-land.seen";
  const KEYS = {
    1: "vote-1", 2: "vote-2", 3: "vote-3", 4: "vote-4", u: "undo", n: "fresh", r: "run", s: "stop",
  };

  const byId = (id) => document.getElementById(id);

  // Storage can be switched off; the page then forgets, and works.
  const recall = (key) => {
    try { return localStorage.getItem(key); } catch { return null; }
  };
  const remember = (key, value) => {
    try { localStorage.setItem(key, value); } catch { /* nothing to do */ }
  };

  // ---- tasks ----------------------------------------------------------------------------------

  const showRail = (isOpen) => {
    document.body.classList.toggle("rail-open", isOpen);
    document.querySelector("[data-do=rail]")?.setAttribute("aria-expanded", String(isOpen));
  };

  // app/page/parts.py passes this event on to Python.
  // `pair` is what an address says of who answers; without it, who answers goes on answering.
  const openTask = (task, pair = null) => {
    const list = document.querySelector("nav.rail");
    list?.dispatchEvent(new CustomEvent("open-task", { bubbles: true, detail: { task, pair } }));
    showRail(false);
    scrollTo({ top: 0 });
  };

  addEventListener("popstate", () => {
    const asked = new URLSearchParams(location.search);
    openTask(asked.get("task") ?? "", [asked.get("a") ?? "", asked.get("b") ?? ""]);
  });

  // The address names who answers, so that a link opens the same pair.
  const nameThePair = () => {
    const address = new URL(location.href);
    for (const choice of document.querySelectorAll("select[data-who]")) {
      const { who, address: asked } = choice.dataset;
      address.searchParams.delete(who);
      if (asked) address.searchParams.set(who, asked);
    }
    if (address.href !== location.href) history.replaceState(null, "", address);
  };

  // ---- clicks and keys ------------------------------------------------------------------------

  let hasRunByHand = false; // false while the page shows itself off

  document.addEventListener("click", (event) => {
    hasRunByHand ||= event.isTrusted || Boolean(event.target.closest("[data-do=run]"));
    const link = event.target.closest("a[data-task]");
    const isPlain = !event.button && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (link && isPlain) {
      event.preventDefault();
      history.pushState(null, "", link.getAttribute("href"));
      openTask(link.dataset.task);
    }
    const what = event.target.closest("[data-do]")?.dataset.do;
    if (what === "rail") showRail(!document.body.classList.contains("rail-open"));
    if (what === "run") byId("run")?.click();
    if (what === "copy") copyLink(event.target);
    if (what === "raw") showRaw(event.target);
    for (const open of document.querySelectorAll("details.what[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
    if (!event.target.closest("#sampling-box")) closeSampling();
  });

  // Opened, the panel lies over the answers.
  const closeSampling = () => document.querySelector("#sampling-box > button.open")?.click();

  // Pages that were not sent safely have no clipboard; their link can be copied by hand.
  document.documentElement.classList.toggle("can-copy", Boolean(navigator.clipboard));
  const copyLink = async (button) => {
    await navigator.clipboard.writeText(button.closest(".link").querySelector("a").href);
    button.classList.add("is-done");
  };

  // The exact text in place of what it is read as.
  const showRaw = (button) => {
    const isRaw = button.closest(".pane").classList.toggle("is-raw");
    button.setAttribute("aria-pressed", String(isRaw));
  };

  const isTyping = (node) => node.closest?.("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      showRail(false);
      closeSampling();
      document.querySelector("details.what[open]")?.removeAttribute("open");
    }
    hasRunByHand = true;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      byId("run")?.click();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const button = byId(KEYS[event.key]);
    if (button && !button.disabled) {
      event.preventDefault();
      button.click();
    }
  });

  // ---- what Gradio draws later ----------------------------------------------------------------

  // A long answer is followed to its end while it grows.
  const follow = () => {
    for (const pane of document.querySelectorAll(".pane[data-stage=running] .answer")) {
      pane.scrollTop = pane.scrollHeight;
    }
  };

  // The first visit shows at once what the page does, if the engine has nothing else to do.
  const startOnce = () => {
    const mark = document.querySelector("#start [data-start]");
    if (!mark || mark.dataset.taken) return;
    mark.dataset.taken = "1";
    if (mark.dataset.start === "1" && !recall(SEEN)) runWhenFilled(200);
  };

  // On a narrow screen the answers begin below the fold: whoever presses Run wants to see them.
  let wasRunning = false;
  const showAnswers = () => {
    const isRunning = Boolean(
      document.querySelector(".pane[data-stage=waiting], .pane[data-stage=running]"),
    );
    if (isRunning && !wasRunning) {
      remember(SEEN, "1");
      if (matchMedia("(max-width: 900px)").matches && hasRunByHand) {
        byId("panes")?.scrollIntoView({ block: "start" });
      }
    }
    wasRunning = isRunning;
  };

  // What looks closer opens below the fold.
  let wasCloser = false;
  const showCloser = () => {
    const found = document.querySelector("#closer-view .closer");
    if (found && !wasCloser) found.scrollIntoView({ block: "nearest" });
    wasCloser = Boolean(found);
  };

  // The list of tasks may be longer than the screen: the open one is brought into sight.
  let shownLink = null;
  const showChosen = () => {
    const link = document.querySelector(".rail a[aria-current]");
    if (!link || link === shownLink) return;
    shownLink = link;
    const list = link.closest(".rail");
    list.scrollTop = link.offsetTop - list.clientHeight / 2;
  };

  // Gradio fills the boxes a moment after the mark; Run would send what it knows now.
  const runWhenFilled = (tries) => {
    const isFilled = [...document.querySelectorAll("#fields textarea, #fields input")].some(
      (box) => box.value.trim(),
    );
    if (isFilled) byId("run")?.click();
    else if (tries) setTimeout(runWhenFilled, 50, tries - 1);
  };

  new MutationObserver(() => {
    follow();
    showAnswers();
    showChosen();
    showCloser();
    nameThePair();
    startOnce();
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
  startOnce();
})();
