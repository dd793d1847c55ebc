// Before and after: one picture laid over the other, cut where the slider stands. Without this they lie side by side.
"use strict";

for (const root of document.querySelectorAll("[data-compare]")) {
  const slider = root.querySelector("input[type=range]");
  const show = () => root.style.setProperty("--cut", `${slider.value}%`);
  root.classList.add("live");
  slider.hidden = false;
  slider.addEventListener("input", show);
  for (const help of document.querySelectorAll("[data-compare-help]")) help.hidden = false;
  show();
}
