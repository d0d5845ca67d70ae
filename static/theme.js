// Light or dark: what the address asks for, else what was chosen here, else what the system likes.
(() => {
  "use strict";

  const THEME = "lora-land.theme";

  // Storage can be switched off; the page then forgets, and works.
  const chosen = () => {
    try { return localStorage.getItem(THEME); } catch { return null; }
  };
  const choose = (theme) => {
    try { localStorage.setItem(THEME, theme); } catch { /* nothing to do */ }
  };

  const show = (isDark) => {
    document.body.classList.toggle("dark", isDark);
    document.documentElement.style.colorScheme = isDark ? "dark" : "light";
  };

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-do=theme]")) return;
    const isDark = !document.body.classList.contains("dark");
    choose(isDark ? "dark" : "light");
    show(isDark);
  });

  const asked = new URLSearchParams(location.search).get("__theme");
  const theme = ["dark", "light"].includes(asked) ? asked : chosen();
  show(theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
})();
