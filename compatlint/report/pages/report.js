"use strict";
(() => {
  const root = document.documentElement;
  document.getElementById("theme").addEventListener("click", () => {
    const dark = root.classList.contains("dark") ||
      (!root.classList.contains("light") && matchMedia("(prefers-color-scheme: dark)").matches);
    root.classList.toggle("dark", !dark);
    root.classList.toggle("light", dark);
  });
  const search = document.getElementById("search");
  if (!search) return;
  const findings = [...document.querySelectorAll("details.finding")];
  const choices = [...document.querySelectorAll("select[data-filter]")];
  const texts = new Map(findings.map((each) => [each, each.textContent.toLowerCase()]));
  const shown = document.getElementById("shown");
  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const each of findings) {
      const chosen = choices.every((choice) => !choice.value ||
        (each.getAttribute("data-" + choice.dataset.filter) || "").split(" ").includes(choice.value));
      const visible = chosen && words.every((word) => texts.get(each).includes(word));
      each.hidden = !visible;
      count += visible ? 1 : 0;
    }
    shown.textContent = count + " of " + findings.length;
  };
  search.addEventListener("input", apply);
  choices.forEach((each) => each.addEventListener("change", apply));
  document.getElementById("controls").addEventListener("submit", (event) => event.preventDefault());
  const set = (open) => () => findings.filter((each) => !each.hidden).forEach((each) => { each.open = open; });
  document.getElementById("open").addEventListener("click", set(true));
  document.getElementById("close").addEventListener("click", set(false));
  apply();
})();
