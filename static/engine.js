// Asks for the page once a second while somebody looks, and takes over the figures that changed.
(() => {
  "use strict";

  const EVERY_MS = 1000;
  const pause = document.querySelector("#pause");
  const told = document.querySelector("#told");
  let isPaused = false;
  let timer = 0;

  const say = (sentence) => {
    if (told.textContent !== sentence) told.textContent = sentence;
  };

  const takeOver = (fresh) => {
    for (const part of document.querySelectorAll("[data-live]")) {
      const now = fresh.getElementById(part.id);
      // What has not changed stays, and with it what somebody may have selected there.
      if (now && now.innerHTML !== part.innerHTML) part.replaceChildren(...now.childNodes);
    }
  };

  const refresh = async () => {
    try {
      const response = await fetch(location.href, { cache: "no-store" });
      if (!response.ok) throw new Error(response.statusText);
      takeOver(new DOMParser().parseFromString(await response.text(), "text/html"));
      if (!isPaused) say("The figures are renewed every second.");
    } catch {
      say("The server does not answer; these are the last figures that it gave.");
    }
    wait();
  };

  const wait = () => {
    clearTimeout(timer);
    if (!isPaused && !document.hidden) timer = setTimeout(refresh, EVERY_MS);
  };

  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.textContent = isPaused ? "Go on" : "Pause";
    if (isPaused) say("The figures stand still.");
    wait();
  });
  document.addEventListener("visibilitychange", wait);
  pause.hidden = false;
  wait();
})();
